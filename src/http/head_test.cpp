#include "http/head.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "http/smuggling_corpus_test.h"
#include "http/target.h"

namespace http {
namespace {

// The decision of the check over bytes that arrive in pieces: the status of the refusal, or 200.
int decide(std::string_view raw, const std::vector<std::size_t>& cuts) {
    std::size_t scanned = 0;
    for (const std::size_t cut : cuts) {
        const auto end = find_head_end(raw.substr(0, cut), scanned);
        if (!end) return end.error().status;
        if (!*end) continue;
        const auto head = check_head(raw.substr(0, **end));
        return head ? 200 : head.error().status;
    }
    return 0;  // incomplete
}

TEST(Head, DecidesTheSmugglingCorpusAsDeclared) {
    for (const Smuggling& sample : smuggling_corpus()) {
        const int declared = sample.head_is_good ? 200 : sample.answers.front();
        EXPECT_EQ(decide(sample.raw, {sample.raw.size()}), declared) << sample.name;
    }
}

TEST(Head, DecidesTheSameWhereverTheBytesAreCut) {
    for (const Smuggling& sample : smuggling_corpus()) {
        const std::string_view raw = std::string_view(sample.raw).substr(0, 600);
        const int whole = decide(raw, {raw.size()});
        for (std::size_t cut = 0; cut <= raw.size(); ++cut)
            EXPECT_EQ(decide(raw, {cut, raw.size()}), whole) << sample.name;
    }
}

TEST(Head, ReadsWhatItAccepts) {
    const auto head = check_head(
        "PUT /api/v1/orders/o%207?status=to+ship&status=%E0%B8%81&flag HTTP/1.1\r\nHost: shop.example:8443\r\n"
        "Content-Length: 12\r\nX-Thing:  a b \r\nExpect: 100-Continue\r\nConnection: keep-alive, Close\r\n\r\n");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->method, Method::put);
    EXPECT_EQ(head->target, "/api/v1/orders/o%207?status=to+ship&status=%E0%B8%81&flag");
    EXPECT_EQ(head->path, "/api/v1/orders/o 7");
    const std::vector<std::pair<std::string, std::string>> query = {
        {"status", "to ship"}, {"status", "\xe0\xb8\x81"}, {"flag", ""}};
    EXPECT_EQ(head->query, query);
    EXPECT_EQ(head->host, "shop.example:8443");
    EXPECT_EQ(head->content_length, 12u);
    EXPECT_TRUE(head->has_body());
    EXPECT_FALSE(head->chunked);
    EXPECT_TRUE(head->expects_continue);
    EXPECT_FALSE(head->keep_alive);
    ASSERT_EQ(head->headers.size(), 5u);
    EXPECT_EQ(head->headers[2], std::pair(std::string("x-thing"), std::string("a b")));
}

TEST(Head, KeepsUnknownMethodsForTheRouterToRefuse) {
    const auto head = check_head("PURGE / HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->method, Method::other);
    EXPECT_EQ(head->method_name, "PURGE");
    EXPECT_EQ(check_head("get / HTTP/1.1\r\nHost: a\r\n\r\n")->method, Method::other);
    EXPECT_EQ(check_head("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")->path, "*");
}

TEST(Head, RefusesAnEndlessBlockBeforeItEnds) {
    std::size_t scanned = 0;
    const std::string endless = "GET / HTTP/1.1\r\nX: " + std::string(17 << 10, 'x');
    const auto end = find_head_end(endless, scanned);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().status, 431);
}

RC_GTEST_PROP(Head, AnyPathSurvivesEncoding, (const std::vector<std::uint16_t>& units)) {
    // Any segment without the refused characters comes back as it was encoded.
    std::string segment = "x";
    for (const auto unit : units) {
        const char c = static_cast<char>(0x21 + unit % 0x5e);
        if (c != '/' && c != '\\') segment += c;
    }
    std::string encoded = "/";
    for (const char c : segment) {
        constexpr char k_hex[] = "0123456789abcdef";
        encoded += '%';
        encoded += k_hex[c >> 4];
        encoded += k_hex[c & 15];
    }
    const auto target = parse_target(encoded + "?q=" + encoded.substr(1));
    RC_ASSERT(target.has_value());
    RC_ASSERT(target->path == "/" + segment);
    RC_ASSERT(target->query.front().second == segment);
}

RC_GTEST_PROP(Head, NoSingleByteInANameOrLengthIsMisread, (std::uint8_t byte)) {
    // Whatever byte is put between the parts of the length header: it is refused, ignored as a blank before or after
    // the value, or it makes another header or another number; the body never gets the length 5 by an ill-formed line.
    for (const std::size_t at : {0u, 7u, 14u, 15u, 16u, 17u}) {
        std::string line = "Content-Length: 5";
        line.insert(at, 1, static_cast<char>(byte));
        const auto head = check_head("POST / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n");
        const bool blank = byte == ' ' || byte == '\t' || byte == '0';
        if (head && head->content_length == 5) RC_ASSERT(at >= 15 && blank);
    }
}

}  // namespace
}  // namespace http
