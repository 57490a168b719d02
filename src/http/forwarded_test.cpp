#include "http/forwarded.h"

#include <gtest/gtest.h>

namespace http {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Client read(std::string_view peer, Headers headers, const std::vector<std::string>& trusted, bool tls = false) {
    const auto proxies = TrustedProxies::parse(trusted);
    EXPECT_TRUE(proxies);
    return read_forwarded(peer, tls, headers, *proxies);
}

TEST(Forwarded, NobodyIsBelievedByDefault) {
    Headers headers = {{"x-forwarded-for", "9.9.9.9"},
                       {"x-forwarded-proto", "https"},
                       {"forwarded", "for=9.9.9.9"},
                       {"x-forwarded-host", "evil.example"},
                       {"accept", "*/*"}};
    const Client client = read_forwarded("10.0.0.1", false, headers, TrustedProxies());
    EXPECT_EQ(client.address, "10.0.0.1");
    EXPECT_FALSE(client.tls);
    const Headers left = {{"accept", "*/*"}};
    EXPECT_EQ(headers, left);
}

TEST(Forwarded, ATrustedProxyTellsTheClient) {
    const Client client =
        read("10.0.0.1", {{"x-forwarded-for", "1.2.3.4"}, {"x-forwarded-proto", "https"}}, {"10.0.0.1"});
    EXPECT_EQ(client.address, "1.2.3.4");
    EXPECT_TRUE(client.tls);
}

TEST(Forwarded, OnlyTheLastAddressThatIsNoProxyIsTrue) {
    // The client itself wrote the first two entries.
    EXPECT_EQ(read("10.0.0.1", {{"x-forwarded-for", "8.8.8.8, 10.0.0.9, 1.2.3.4"}}, {"10.0.0.0/8"}).address, "1.2.3.4");
    EXPECT_EQ(read("10.0.0.1", {{"x-forwarded-for", "1.2.3.4, 10.0.0.9"}}, {"10.0.0.0/8"}).address, "1.2.3.4");
    EXPECT_EQ(read("10.0.0.1", {{"x-forwarded-for", "8.8.8.8"}, {"x-forwarded-for", "1.2.3.4"}}, {"10.0.0.1"}).address,
              "1.2.3.4");
    EXPECT_EQ(read("10.0.0.1", {{"x-forwarded-for", "1.2.3.4, nonsense"}}, {"10.0.0.1"}).address, "10.0.0.1");
    EXPECT_EQ(read("10.0.0.1", {{"x-forwarded-for", "10.0.0.3, 10.0.0.2"}}, {"10.0.0.0/8"}).address, "10.0.0.3");
}

TEST(Forwarded, TwoProtocolsAreNoProtocol) {
    EXPECT_FALSE(read("10.0.0.1", {{"x-forwarded-proto", "https"}, {"x-forwarded-proto", "http"}}, {"10.0.0.1"}).tls);
    EXPECT_FALSE(read("10.0.0.1", {{"x-forwarded-proto", "https, http"}}, {"10.0.0.1"}).tls);
    EXPECT_FALSE(read("10.0.0.1", {{"x-forwarded-proto", "http"}}, {"10.0.0.1"}, true).tls);
}

TEST(Forwarded, NetworksOfBothFamilies) {
    const auto trusted = TrustedProxies::parse({"192.168.4.0/22", "fd00::/8", "::1"});
    ASSERT_TRUE(trusted);
    for (const char* inside : {"192.168.4.1", "192.168.7.255", "fd12::1", "::1", "::ffff:192.168.5.5"})
        EXPECT_TRUE(trusted->contains(inside)) << inside;
    for (const char* outside : {"192.168.8.0", "192.168.3.255", "fe80::1", "::2", "127.0.0.1", "", "x"})
        EXPECT_FALSE(trusted->contains(outside)) << outside;
    EXPECT_TRUE(TrustedProxies::parse({"0.0.0.0/0"})->contains("8.8.8.8"));
    EXPECT_FALSE(TrustedProxies::parse({"0.0.0.0/0"})->contains("2001:db8::1"));
    for (const char* wrong : {"", "a", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "::1/129", "1.2.3.4/8x"})
        EXPECT_FALSE(TrustedProxies::parse({wrong})) << wrong;
}

TEST(Forwarded, OneTextForOneAddress) {
    EXPECT_EQ(plain_address("::ffff:1.2.3.4"), "1.2.3.4");
    EXPECT_EQ(plain_address("2001:DB8:0::1"), "2001:db8::1");
    EXPECT_EQ(plain_address("1.2.3"), "");
}

}  // namespace
}  // namespace http
