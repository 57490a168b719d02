#include "team/totp.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace team {
namespace {

const base::Time k_now = base::Time::from_unix_seconds(1'767'225'615);

base::Secret secret() {
    return base::Secret("12345678901234567890");
}

// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
TEST(Totp, MatchesTheStandardsVectors) {
    const std::vector<std::pair<std::int64_t, std::string>> vectors{{59, "287082"},
                                                                    {1'111'111'109, "081804"},
                                                                    {1'111'111'111, "050471"},
                                                                    {1'234'567'890, "005924"},
                                                                    {2'000'000'000, "279037"},
                                                                    {20'000'000'000, "353130"}};
    for (const auto& [seconds, code] : vectors) {
        EXPECT_EQ(totp_code(secret(), base::Time::from_unix_seconds(seconds)), code);
        EXPECT_EQ(matching_step(secret(), code, base::Time::from_unix_seconds(seconds)), seconds / 30);
    }
}

TEST(Totp, OneStepBesideIsAcceptedTwoAreNot) {
    const std::int64_t step = k_now.unix_seconds() / 30;
    for (const int away : {-2, -1, 0, 1, 2}) {
        const std::string code = totp_code(secret(), k_now + base::seconds(30 * away));
        const auto found = matching_step(secret(), code, k_now);
        if (away == -2 || away == 2) {
            EXPECT_EQ(found, std::nullopt);
        } else {
            EXPECT_EQ(found, step + away);
        }
    }
}

TEST(Totp, OnlySixDigitsAreACode) {
    const std::string code = totp_code(secret(), k_now);
    EXPECT_TRUE(matching_step(secret(), code.substr(0, 3) + " " + code.substr(3), k_now));
    for (const std::string& wrong : {std::string(), code.substr(1), code + "0", "-" + code.substr(1), "+" + code,
                                     std::string("abcdef"), std::string("١٢٣٤٥٦")})
        EXPECT_EQ(matching_step(secret(), wrong, k_now), std::nullopt) << wrong;
    EXPECT_EQ(matching_step(base::Secret(), code, k_now), std::nullopt);
}

TEST(Totp, SecretsHave160BitsAndDiffer) {
    base::SystemRandom random;
    const base::Secret first = new_totp_secret(random);
    EXPECT_EQ(first.size(), 20u);
    EXPECT_FALSE(first == new_totp_secret(random));
}

TEST(Totp, UriEscapesTheLogin) {
    EXPECT_EQ(
        totp_uri(secret(), "a n&na@example.com"),
        "otpauth://totp/Stallward:a%20n%26na%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Stallward"
        "&algorithm=SHA1&digits=6&period=30");
}

TEST(Totp, QrCodeIsASquareWithItsThreeCorners) {
    const auto rows = qr_rows(totp_uri(secret(), "anna@example.com")).value();
    ASSERT_GE(rows.size(), 21u);
    for (const std::string& row : rows) EXPECT_EQ(row.size(), rows.size());
    const std::size_t last = rows.size() - 7;
    for (const auto& [y, x] : {std::pair<std::size_t, std::size_t>{0, 0}, {0, last}, {last, 0}}) {
        EXPECT_EQ(rows[y].substr(x, 7), "1111111");
        EXPECT_EQ(rows[y + 1].substr(x, 7), "1000001");
        EXPECT_EQ(rows[y + 2].substr(x, 7), "1011101");
    }
    EXPECT_FALSE(qr_rows(std::string(4'000, 'x')));
}

TEST(RecoveryCodes, AreTenAndAllDifferent) {
    base::SystemRandom random;
    const auto codes = new_recovery_codes(random);
    EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 10u);
    for (const std::string& code : codes) EXPECT_EQ(code.size(), 19u);
}

TEST(RecoveryCodes, MayBeTypedLoosely) {
    const std::string hash = recovery_code_hash("u_1", "ABCD-EFGH-OIBJ-2345");
    EXPECT_EQ(hash.size(), 32u);
    EXPECT_EQ(recovery_code_hash("u_1", " abcd efgh 018j2345"), hash);
    EXPECT_NE(recovery_code_hash("u_2", "ABCD-EFGH-OIBJ-2345"), hash);
    EXPECT_NE(recovery_code_hash("u_1", "ABCD-EFGH-OIBJ-2346"), hash);
}

RC_GTEST_PROP(TotpLaws, AnyInputIsJudged, (const std::string& code)) {
    const auto step = matching_step(secret(), code, k_now);
    if (step) RC_ASSERT(*step >= k_now.unix_seconds() / 30 - 1 && *step <= k_now.unix_seconds() / 30 + 1);
}

}  // namespace
}  // namespace team
