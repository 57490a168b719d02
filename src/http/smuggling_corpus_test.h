#pragma once

#include <string>
#include <string_view>
#include <vector>

// Raw requests that servers are known to frame differently, each with the one decision of this server. Used against the
// pure check and, cut at every byte, against a running server.
namespace http {

struct Smuggling {
    std::string name;
    std::string raw;
    // Status of each answer when `raw` is sent to a handler that echoes bodies of at most 1,024 bytes with 200. A
    // status of 400 and above is the last, and the connection is closed.
    std::vector<int> answers;
    bool head_is_good = false;  // The refusal, if there is one, comes from the body.
};

inline std::vector<Smuggling> smuggling_corpus() {
    using namespace std::string_literals;
    std::vector<Smuggling> corpus;
    const auto head = [&](std::string name, int status, std::string raw) {
        corpus.push_back({std::move(name), std::move(raw), {status}});
    };
    const auto header = [&](std::string name, int status, std::string line) {
        corpus.push_back({std::move(name), "POST / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n", {status}});
    };
    const auto good = [&](std::string name, std::string raw, int count = 1) {
        corpus.push_back(
            {std::move(name), std::move(raw), std::vector<int>(static_cast<std::size_t>(count), 200), true});
    };
    const auto chunks = [&](std::string name, int status, std::string body) {
        corpus.push_back({std::move(name),
                          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
                          {status},
                          true});
    };

    // What must work.
    good("plain GET", "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    good("length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    good("length zero", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    good("length with leading zeros", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello");
    good("chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    good("chunked in capitals",
         "POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n");
    good("blanks around a value", "GET / HTTP/1.1\r\nHost:\t a \t\r\n\r\n");
    good("empty value", "GET / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n");
    good("bytes above 127 in a value", "GET / HTTP/1.1\r\nHost: a\r\nX-Name: \xe0\xb8\x81\r\n\r\n");
    good("HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    good("HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n");
    good("host with port", "GET / HTTP/1.1\r\nHost: a.example:8443\r\n\r\n");
    good("host as IPv6 address", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
    good("two in a row", "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n", 2);
    good("length, then chunked, then none",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
         "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
         3);
    good("a body that looks like a request",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\n\r\nGET /admin HTTP/1.1\r\nX: y\r\nGET / "
         "HTTP/1.1\r\nHost: a\r\n\r\n",
         2);
    good("nothing after close",
         "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

    // Two lengths.
    header("length and chunked", 400, "Content-Length: 5\r\nTransfer-Encoding: chunked");
    header("chunked and length", 400, "Transfer-Encoding: chunked\r\nContent-Length: 0");
    header("same length twice", 400, "Content-Length: 5\r\nContent-Length: 5");
    header("two lengths", 400, "Content-Length: 5\r\nContent-Length: 6");
    header("length as list", 400, "Content-Length: 5, 5");
    header("length with plus", 400, "Content-Length: +3");
    header("length with minus", 400, "Content-Length: -3");
    header("length in hex", 400, "Content-Length: 0x5");
    header("length with fraction", 400, "Content-Length: 5.0");
    header("empty length", 400, "Content-Length:");
    header("length with inner blank", 400, "Content-Length: 1 1");
    header("length over 64 bits", 400, "Content-Length: 18446744073709551621");
    header("length with vertical tab", 400, "Content-Length: \v5");
    header("quoted length", 400, "Content-Length: \"5\"");

    // Transfer codings.
    header("xchunked", 501, "Transfer-Encoding: xchunked");
    header("chunked, identity", 501, "Transfer-Encoding: chunked, identity");
    header("identity", 501, "Transfer-Encoding: identity");
    header("gzip, chunked", 501, "Transfer-Encoding: gzip, chunked");
    header("chunked with parameter", 501, "Transfer-Encoding: chunked;q=1");
    header("quoted chunked", 501, "Transfer-Encoding: \"chunked\"");
    header("chunked with leading comma", 501, "Transfer-Encoding: ,chunked");
    header("empty coding", 501, "Transfer-Encoding:");
    header("chunked twice", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
    header("chunked, then identity in its own line", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity");
    header("coding with vertical tab", 400, "Transfer-Encoding:\vchunked");
    head("chunked under HTTP/1.0", 400, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");

    // Lines.
    head("bare LF", 400, "GET / HTTP/1.1\nHost: a\n\n");
    head("bare LF after one header", 400, "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n");
    head("bare LF before the end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n");
    head("bare CR in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n");
    head("CR CR LF", 400, "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n");
    head("empty line first", 400, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    header("obs-fold", 400, "X: a\r\n b");
    header("obs-fold with tab", 400, "Transfer-Encoding:\r\n\tchunked");
    head("obs-fold of the first header", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n");
    header("blank before colon", 400, "Content-Length : 5");
    header("tab before colon", 400, "Transfer-Encoding\t: chunked");
    header("no colon", 400, "Content-Length 5");
    header("no name", 400, ": 5");
    header("blank in a name", 400, "Content Length: 5");
    header("NUL in a name", 400, "Content-Length\0: 5"s);
    header("NUL in a value", 400, "X: a\0b"s);
    header("bell in a value", 400, "X: a\ab");
    header("DEL in a value", 400,
           "X: a\x7f"s
           "b");
    header("bracket in a name", 400, "X[0]: a");
    header("letter above 127 in a name", 400, "Content-L\xc3\xa9ngth: 5");

    // Request line.
    head("lower-case version", 400, "GET / http/1.1\r\nHost: a\r\n\r\n");
    head("HTTP/0.9", 400, "GET /\r\nHost: a\r\n\r\n");
    head("HTTP/2", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n");
    head("HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n");
    head("HTTP/1.10", 400, "GET / HTTP/1.10\r\nHost: a\r\n\r\n");
    head("preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    head("two blanks", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n");
    head("tab as separator", 400, "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n");
    head("blank in the target", 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n");
    head("trailing blank", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n");
    head("leading blank", 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    head("method is no token", 400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n");
    head("method too long", 400, "GETGETGETGETGETGETGETGETGETGETGETGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    head("no method", 400, "/ HTTP/1.1\r\nHost: a\r\n\r\n");
    head("CONNECT", 501, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");
    head("TRACE", 501, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    head("absolute form", 400, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n");
    head("authority form", 400, "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n");
    head("asterisk for GET", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n");
    head("fragment", 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n");
    head("letter above 127 in the target", 400, "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n");
    head("target too long", 414, "GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
    good("target at the limit", "GET /" + std::string(8191, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");

    // Paths that two readers could understand differently.
    for (const char* path :
         {"/a/../b", "/..", "/a/.", "/%2e%2e/b", "/a/%2E%2e", "//a", "/a//b", "/a%2Fb", "/a%2f..%2fb", "/a\\b",
          "/a%5Cb", "/a%00", "/a%0d%0ab", "/%", "/%4", "/%zz", "/%ff%fe", "/%c0%ae"})
        head("path "s + path, 400, "GET "s + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    head("query with broken escape", 400, "GET /?a=%g1 HTTP/1.1\r\nHost: a\r\n\r\n");
    head("query with NUL", 400, "GET /?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n");
    good("twice escaped stays once escaped", "GET /%252e%252e/a HTTP/1.1\r\nHost: a\r\n\r\n");

    // Host.
    head("no host", 400, "GET / HTTP/1.1\r\n\r\n");
    header("two hosts", 400, "Host: b");
    header("same host twice", 400, "Host: a");
    head("empty host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n");
    for (const char* host : {"a, b", "user@a", "a/b", "a b", "a:port", "a:", "a:123456", "[::1", "[]", "a?b", ":80"})
        head("host "s + host, 400, "GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n");

    // Amounts.
    const auto many = [](int count) {
        std::string raw = "GET / HTTP/1.1\r\nHost: a\r\n";
        for (int i = 1; i < count; ++i) raw += "X: y\r\n";
        return raw + "\r\n";
    };
    good("64 headers", many(64));
    head("65 headers", 431, many(65));
    const std::string around = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";
    const auto block_of = [&](std::size_t size) {
        std::string raw = around;
        return raw.insert(raw.size() - 4, std::string(size - around.size(), 'x'));
    };
    good("block of 16 KiB", block_of(16u << 10));
    head("block of 16 KiB and one byte", 431, block_of((16u << 10) + 1));
    header("Connection that is no list of tokens", 400, "Connection: clo@se, x");
    header("unknown expectation", 417, "Expect: 200-ok");

    // Chunks.
    chunks("size in 0x", 400, "0x5\r\nhello\r\n0\r\n\r\n");
    chunks("size with plus", 400, "+5\r\nhello\r\n0\r\n\r\n");
    chunks("size with minus", 400, "-5\r\nhello\r\n0\r\n\r\n");
    chunks("size that is no number", 400, "g\r\nhello\r\n0\r\n\r\n");
    chunks("empty size", 400, "\r\nhello\r\n0\r\n\r\n");
    chunks("size with blank before", 400, " 5\r\nhello\r\n0\r\n\r\n");
    chunks("size with blank after", 400, "5 \r\nhello\r\n0\r\n\r\n");
    chunks("size over 64 bits", 400, "10000000000000005\r\nhello\r\n0\r\n\r\n");
    chunks("size over the limit", 413, "401\r\n" + std::string(0x401, 'x') + "\r\n0\r\n\r\n");
    chunks("sizes over the limit together", 413, "400\r\n" + std::string(0x400, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n");
    chunks("extension", 400, "5;a=b\r\nhello\r\n0\r\n\r\n");
    chunks("extension without name", 400, "5;\r\nhello\r\n0\r\n\r\n");
    chunks("extension with bare LF", 400, "5;\nhello\r\n0\r\n\r\n");
    chunks("extension of the last chunk", 400, "5\r\nhello\r\n0;a\r\n\r\n");
    chunks("bare LF after size", 400, "5\nhello\r\n0\r\n\r\n");
    chunks("bare CR after size", 400, "5\rhello\r\n0\r\n\r\n");
    chunks("bare LF after data", 400, "5\r\nhello\n0\r\n\r\n");
    chunks("data longer than size", 400, "5\r\nhello!\r\n0\r\n\r\n");
    chunks("data shorter than size", 400, "6\r\nhello\r\n0\r\n\r\n");
    chunks("trailer", 400, "5\r\nhello\r\n0\r\nX: y\r\n\r\n");
    chunks("trailer with length", 400, "5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n");
    chunks("bare LF after the last chunk", 400, "5\r\nhello\r\n0\n\r\n\r\n");
    good("request after chunks",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
         2);

    // A body larger than the route takes.
    corpus.push_back(
        {"length over the limit", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n", {413}, true});
    corpus.push_back({"good, then smuggled",
                      "GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n",
                      {200, 400},
                      true});
    return corpus;
}

}  // namespace http
