#include "detect/url.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "detect/detectors/lookalike/alike.h"
#include "detect/rules.h"

namespace {

using namespace detect;

TEST(Url, TakesALinkApart) {
    const auto url = parse_url("https://user@Seller.Shopee.CO.ID:8443/a?b=1#c");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "https");
    EXPECT_TRUE(url->userinfo);
    EXPECT_EQ(url->host, "seller.shopee.co.id");
    EXPECT_EQ(url->domain, "shopee.co.id");
    EXPECT_EQ(url->path, "/a?b=1#c");
}

TEST(Url, ReadsHostsAsABrowserDoes) {
    EXPECT_EQ(parse_url("tiktok.com/shop")->domain, "tiktok.com");
    EXPECT_EQ(parse_url("http:\\\\evil.example\\x")->host.empty(), false);
    EXPECT_TRUE(parse_url("http://192.168.0.1/x")->address);
    EXPECT_TRUE(parse_url("http://0x7f.1/")->address);
    EXPECT_TRUE(parse_url("http://[::1]/")->address);
    EXPECT_EQ(parse_url("https://xn--lazad-1qa.com")->shown_host, "lazadá.com");
    EXPECT_EQ(parse_url("https://tіktok.com")->host, "xn--tktok-n2e.com");
    EXPECT_EQ(parse_url("https://www.google.com/url?q=https%3A%2F%2Fother.example%2Fa")->inner, "other.example");
}

TEST(Url, AHostIsWhatABrowserWouldAskOrNone) {
    // ICU makes other characters of some: a full stop, a slash, an address.
    for (const char* text : {"http://3232235777/", "http://0xc0a80101", "http://192.168.257/", "http://0300.0xa8.1.1/"})
        EXPECT_TRUE(parse_url(text) && parse_url(text)->address) << text;
    EXPECT_FALSE(parse_url("0812345678"));
    EXPECT_EQ(parse_url("http://4294967296.example/")->address, false);
    EXPECT_EQ(parse_url("https://shop。example。")->host, "shop.example");
    EXPECT_TRUE(parse_url("https://１２７.0.0.1/")->address);
    for (const char* text : {"https://a℀b.example/", "https://[x:\"]/", "https://\xff\xfe.example/", "https://。/",
                             "https://a..example/", "https://.a.example"})
        EXPECT_FALSE(parse_url(text)) << text;
    EXPECT_EQ(parse_url("https://a.example/?to=https://店铺.example/")->inner, "xn--hxtq42j.example");
    EXPECT_EQ(mail_domain("a@店铺.example"), "xn--hxtq42j.example");
    EXPECT_EQ(mail_domain("a@x℀y.example"), "");
    EXPECT_EQ(mail_domain("root@localhost"), "localhost");
}

TEST(Url, RefusesWhatIsNoLink) {
    for (const char* text :
         {"mailto:a@b.com", "javascript:alert(1)", "tel:+65", "", "hello", "http://", "data:text/html,x"})
        EXPECT_FALSE(parse_url(text)) << text;
}

TEST(Url, FindsLinksInText) {
    const auto found = find_urls(
        "See https://a.example.com/x, or www.shopee.sg. 点击http://b.top/v领取 e.mail@c.com file.py 3.50 end.Then");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].url, "https://a.example.com/x");
    EXPECT_EQ(found[1].url, "www.shopee.sg");
    EXPECT_EQ(found[2].url, "http://b.top/v");
}

TEST(Url, KnowsPublicSuffixes) {
    EXPECT_EQ(registrable_domain("a.b.co.uk"), "b.co.uk");
    EXPECT_EQ(registrable_domain("co.uk"), "");
    EXPECT_EQ(mail_domain("Someone <a@Mail.Example.com>"), "mail.example.com");
}

RC_GTEST_PROP(Url, ParsingAHostAgainChangesNothing, (const std::string& text)) {
    const auto once = parse_url(text);
    if (!once || once->host.find(':') != std::string::npos) return;
    const auto again = parse_url(once->host);
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->host == once->host);
    RC_ASSERT(again->domain == once->domain);
}

RC_GTEST_PROP(Url, FoundLinksLieInTheText, (const std::string& text)) {
    for (const FoundUrl& found : find_urls(text))
        RC_ASSERT(text.substr(found.from, found.to - found.from) == found.url);
}

TEST(Alike, SeesWhoIsImitated) {
    const auto rules = load_rules(built_in_rule_files());
    ASSERT_TRUE(rules) << rules.error().what;
    using lookalike::How;
    const auto how = [&](const char* text) -> std::optional<How> {
        const auto found = lookalike::alike(**rules, *parse_url(text));
        return found ? std::optional(found->how) : std::nullopt;
    };
    EXPECT_EQ(how("sh0pee-seller.com"), How::homoglyph);
    EXPECT_EQ(how("https://tіktok.com"), How::homoglyph);
    EXPECT_EQ(how("tikttok.com"), How::misspelt);
    EXPECT_EQ(how("tik-tok.shop"), How::contained);
    EXPECT_EQ(how("shopee.com.verify.top"), How::subdomain);
    EXPECT_EQ(how("pages.example.com/shopee.com/login"), How::path);
    EXPECT_EQ(how("my-shopee.top"), How::contained);
    for (const char* genuine : {"seller.shopee.sg", "shopper.com", "ticktock.com", "debian.org", "tiktok.com"})
        EXPECT_EQ(how(genuine), std::nullopt) << genuine;
}

TEST(Alike, EditDistanceCountsSwapsOnce) {
    using lookalike::edit_distance;
    EXPECT_EQ(edit_distance("shopee", "shopee", 2), 0U);
    EXPECT_EQ(edit_distance("sohpee", "shopee", 2), 1U);
    EXPECT_EQ(edit_distance("lazda", "lazada", 2), 1U);
    EXPECT_EQ(edit_distance("abc", "shopee", 2), 3U);
}

}  // namespace
