#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/money.h"
#include "base/text.h"

namespace {

using namespace base;

TEST(Money, ReadsWhatMarketplacesWrite) {
    const Currency gbp = *Currency::parse("GBP"), vnd = *Currency::parse("VND");
    EXPECT_EQ(parse_money("20.99", gbp)->minor, 2099);
    EXPECT_EQ(parse_money("20.9", gbp)->minor, 2090);
    EXPECT_EQ(parse_money("-3", gbp)->minor, -300);
    EXPECT_EQ(parse_money("150000", vnd)->minor, 150000);
    EXPECT_EQ(parse_money("150000.00", vnd)->minor, 150000);
    EXPECT_EQ(parse_money("20.990", gbp)->minor, 2099);
    for (const char* bad : {"", "-", ".", "1.2.3", "20.999", "1e3", " 1", "+1", "99999999999999999999"})
        EXPECT_FALSE(parse_money(bad, gbp)) << bad;
    EXPECT_FALSE(parse_money("1.5", vnd));
    EXPECT_FALSE(Currency::parse("gbp"));
}

RC_GTEST_PROP(Money, DecimalReadsBack, (std::int64_t minor)) {
    RC_PRE(minor > INT64_MIN / 2 && minor < INT64_MAX / 2);
    for (const char* code : {"THB", "IDR"}) {
        const Money money{minor, *Currency::parse(code)};
        RC_ASSERT(*parse_money(decimal(money), money.currency) == money);
    }
}

TEST(Time, Iso8601) {
    EXPECT_EQ(iso8601(Time{1'795'349'607'004}), "2026-11-22T12:13:27.004Z");
    EXPECT_EQ(parse_iso8601("2026-11-22T12:13:27.004Z")->ms, 1'795'349'607'004);
    EXPECT_EQ(parse_iso8601("2026-11-22T19:13:27.004123456+07:00")->ms, 1'795'349'607'004);
    EXPECT_EQ(utc_month(Time{1'795'349'607'004}), "202611");
    for (const char* bad : {"", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22", "2026-11-22T12:13:27",
                            "1969-12-31T23:59:59Z"})
        EXPECT_FALSE(parse_iso8601(bad)) << bad;
}

RC_GTEST_PROP(Time, Iso8601ReadsBack, ()) {
    const Time time{*rc::gen::inRange<std::int64_t>(0, 253'402'300'799'999)};
    RC_ASSERT(*parse_iso8601(iso8601(time)) == time);
}

RC_GTEST_PROP(Encoding, RoundTrips, (const std::string& bytes)) {
    RC_ASSERT(*parse_hex(hex(bytes)) == bytes);
    RC_ASSERT(*parse_base64(base64(bytes)) == bytes);
    RC_ASSERT(*parse_base64url(base64url(bytes)) == bytes);
    RC_ASSERT(*percent_decode(percent_encode(bytes)) == bytes);
}

TEST(Encoding, Base32IsRfc4648) {
    EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
}

TEST(Crypto, HmacIsRfc4231) {
    EXPECT_EQ(hex(hmac_sha256(Secret("Jefe"), "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, HkdfIsRfc5869) {
    const Secret key(std::string(22, '\x0b'));
    EXPECT_EQ(hex(hkdf_sha256(key, *parse_hex("000102030405060708090a0b0c"), *parse_hex("f0f1f2f3f4f5f6f7f8f9"), 42)
                      .reveal()),
              "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(Crypto, SealedValueOpensOnlyInItsPlace) {
    SeededRandom random(1);
    const Secret key(std::string(32, 'a')), other(std::string(32, 'b'));
    const Place place{7, "s_1/42", "s_1"};
    const std::string sealed = seal(key, 9, "secret", place, random);
    EXPECT_EQ(*sealed_key_id(sealed), 9u);
    EXPECT_EQ(*open_sealed(key, sealed, place), "secret");
    EXPECT_FALSE(open_sealed(other, sealed, place));
    EXPECT_FALSE(open_sealed(key, sealed, {8, "s_1/42", "s_1"}));
    EXPECT_FALSE(open_sealed(key, sealed, {7, "s_1/43", "s_1"}));
    EXPECT_FALSE(open_sealed(key, sealed, {7, "s_1/42", "s_2"}));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        if (i >= 2 && i < 6) continue;  // The key id only chooses the key.
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(open_sealed(key, changed, place)) << i;
    }
}

TEST(Crypto, WrappedKeyIsTiedToItsContext) {
    SeededRandom random(1);
    const Secret kek(std::string(32, 'k'));
    Secret dek = Secret::zeros(32);
    random.fill(std::as_writable_bytes(dek.writable()));
    const WrapContext context{"uuid", "token", "s_1", 5};
    const std::string wrapped = *wrap_key(kek, 1, dek, context);
    EXPECT_EQ(wrapped.size(), 45u);
    EXPECT_EQ(*unwrap_key(kek, wrapped, context), dek);
    EXPECT_FALSE(unwrap_key(kek, wrapped, {"uuid", "token", "s_2", 5}));
    EXPECT_FALSE(unwrap_key(Secret(std::string(32, 'x')), wrapped, context));
}

TEST(Crypto, SignaturesVerify) {
    SeededRandom random(1);
    const SigningKey key = new_signing_key(random);
    const std::string signature = sign(key, "note");
    EXPECT_TRUE(check_signature(key.public_key, "note", signature));
    EXPECT_FALSE(check_signature(key.public_key, "nota", signature));
}

TEST(Json, MissingAndWronglyTypedFieldsHaveNoValue) {
    const auto doc = *JsonDocument::parse(
        R"({"id":9223372036854775807,"big":18446744073709551615,"s":"12","f":1.5,"n":null,"a":[1,2]})");
    EXPECT_EQ(doc["id"].integer(), 9223372036854775807);
    EXPECT_EQ(doc["big"].id_text(), "18446744073709551615");
    EXPECT_EQ(doc["s"].id_text(), "12");
    EXPECT_EQ(doc["s"].loose_integer(), 12);
    EXPECT_FALSE(doc["s"].integer());
    EXPECT_FALSE(doc["f"].integer());
    EXPECT_TRUE(doc["n"].is_null());
    EXPECT_FALSE(doc["missing"]["deeper"].string());
    EXPECT_EQ(doc["a"].items().size(), 2u);
    EXPECT_FALSE(JsonDocument::parse("{\"a\":1}x"));
    EXPECT_FALSE(JsonDocument::parse("\"\xff\""));
    EXPECT_FALSE(JsonDocument::parse(std::string(100, '[') + std::string(100, ']')));
}

TEST(Json, QuoteEscapesEverythingThatBreaksALine) {
    EXPECT_EQ(json_quote("a\"\\\n\x01\xff"), "\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\"");
}

TEST(Text, FoldMakesDisguisesEqual) {
    EXPECT_EQ(fold("ＴｉｋＴｏｋ"), "tiktok");
    EXPECT_EQ(shorten("aé", 2), "a");
    EXPECT_EQ(length("ไทย"), 3u);
}

TEST(Log, ALimitedEventIsWrittenOnceAndTheNextLineCountsTheRest) {
    std::vector<std::string> lines;
    set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
    limit_log("test.limited", hours(24));
    for (int i = 0; i < 5; ++i) log(Level::error, "test.limited", {{"i", i}});
    log(Level::error, "test.other");
    limit_log("test.limited", milliseconds(0));
    log(Level::error, "test.limited");
    log(Level::error, "test.limited");
    set_log_sink({});
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_NE(lines[0].find("\"i\":0"), std::string::npos);
    EXPECT_EQ(lines[0].find("left_out"), std::string::npos);
    EXPECT_NE(lines[2].find("\"left_out\":4"), std::string::npos);
    EXPECT_EQ(lines[3].find("left_out"), std::string::npos);
}

}  // namespace
