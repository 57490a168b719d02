#include "egress/address.h"

#include <gtest/gtest.h>

namespace egress {
namespace {

TEST(Address, OriginsAreReadAsLibcurlConnects) {
    EXPECT_EQ(origin_of("https://API.Example/a?b=c")->text(), "https://api.example:443");
    EXPECT_EQ(origin_of("http://127.1:81/")->text(), "http://127.0.0.1:81");
    EXPECT_EQ(origin_of("http://0x7f000001/")->text(), "http://127.0.0.1:80");
    EXPECT_EQ(origin_of("https://[::1]:8443")->text(), "https://[::1]:8443");
    for (const char* wrong :
         {"", "api.example", "//api.example/", "ftp://api.example/", "file:///etc/passwd", "https://",
          "https://user@api.example/", "https://u:p@api.example/", "https://api.example:99999/",
          "https://api.example /", "https://api.example/\r\nX: y", "https://api.example/\xc3\xa9", "https:/\\evil"})
        EXPECT_FALSE(origin_of(wrong)) << wrong;
}

TEST(Address, OnlyTheListedOriginsAreAllowed) {
    const auto list = AllowList::parse({"https://api.example", "https://auth.example:8443/", "http://127.0.0.1:8401"});
    ASSERT_TRUE(list) << list.error().what;
    for (const char* inside : {"https://api.example/x", "https://API.EXAMPLE:443/", "https://auth.example:8443/a",
                               "http://127.0.0.1:8401/b"})
        EXPECT_TRUE(list->allows(*origin_of(inside))) << inside;
    for (const char* outside :
         {"http://api.example/", "https://api.example:444/", "https://api.example.evil/", "https://xapi.example/",
          "https://api.example./", "https://auth.example/", "http://127.0.0.1:8402/", "https://127.0.0.1:8401/",
          "http://localhost:8401/", "https://169.254.169.254/"})
        EXPECT_FALSE(list->allows(*origin_of(outside))) << outside;
}

TEST(Address, PlainHttpIsForLoopbackOnly) {
    EXPECT_TRUE(AllowList::parse({"http://localhost:1", "http://[::1]:1", "http://127.8.8.8:1"}));
    for (const char* wrong : {"http://api.example", "http://10.0.0.1:80", "http://127.0.0.1.evil.example",
                              "https://api.example/path", "https://api.example/?q", "api.example"})
        EXPECT_FALSE(AllowList::parse({wrong})) << wrong;
    EXPECT_EQ(AllowList::parse({"http://api.example"}).error().key, "egress.plain_http");
}

TEST(Address, ProxiesThatWouldLookNamesUpHereAreRefused) {
    for (const char* good : {"http://proxy.example:3128", "https://10.0.0.1:443", "socks5h://[::1]:1080"})
        EXPECT_TRUE(parse_proxy(good)) << good;
    for (const char* wrong :
         {"", "proxy.example:3128", "socks5://proxy.example:1080", "socks4a://proxy.example:1080",
          "http://proxy.example", "http://user:word@proxy.example:3128", "http://proxy.example:3128/path",
          "http://proxy.example:3128?q", "http://proxy.example:0", "ftp://proxy.example:21", "http://proxy example:1"})
        EXPECT_FALSE(parse_proxy(wrong)) << wrong;
    EXPECT_EQ(parse_proxy("socks5h://P.example:1080")->host, "p.example");
}

}  // namespace
}  // namespace egress
