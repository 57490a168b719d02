#include <zlib.h>

#include "egress/test_client_fixture_test.h"

// Which failure is told for which fault: it decides whether a call may be repeated.
namespace egress {
namespace {

using base::HttpFailure;

class ClientFailures : public ClientTest {
  protected:
    // The failure of one request to `serve`, which plays the server of one connection.
    std::string failure_of(std::function<void(Socket&)> serve, base::HttpRequest request = {}) {
        Listener listener(std::move(serve));
        return failure_at(listener, std::move(request));
    }
    std::string failure_at(Listener& listener, base::HttpRequest request = {}) {
        options_.allowed_origins = {"http://" + listener.address()};
        start();
        request.url = "http://" + listener.address() + "/";
        const auto answer = client_->send(std::move(request));
        return answer ? "answer " + std::to_string(answer->status) : answer.error().key;
    }
};

TEST_F(ClientFailures, NobodyListensIsNotSent) {
    std::string address;
    {
        Listener gone([](Socket&) {});
        address = gone.address();
    }
    options_.allowed_origins = {"http://" + address};
    start();
    base::HttpRequest request;
    request.url = "http://" + address + "/";
    const auto answer = client_->send(std::move(request));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().key, key(HttpFailure::not_sent));
    EXPECT_EQ(answer.error().code, base::Code::unavailable);
}

TEST_F(ClientFailures, ANameThatDoesNotResolveIsNotSent) {
    options_.allowed_origins = {"https://no-such-host.invalid"};
    start();
    base::HttpRequest request;
    request.url = "https://no-such-host.invalid/";
    EXPECT_EQ(client_->send(std::move(request)).error().key, key(HttpFailure::not_sent));
}

TEST_F(ClientFailures, NoAnswerAfterTheRequestIsUnknown) {
    EXPECT_EQ(failure_of([](Socket& socket) { socket.receive_request(); }), key(HttpFailure::unknown));
}

TEST_F(ClientFailures, AnAnswerCutAnywhereIsUnknown) {
    const std::string whole = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
    std::atomic<std::size_t> cut{0};
    Listener listener([&](Socket& socket) {
        while (!socket.receive_request().empty()) {
            socket.send(whole.substr(0, cut));
            if (cut < whole.size()) return;
        }
    });
    for (; cut < whole.size(); ++cut) EXPECT_EQ(failure_at(listener), key(HttpFailure::unknown)) << cut;
    EXPECT_EQ(failure_at(listener), "answer 200");
}

TEST_F(ClientFailures, AChunkedAnswerWithoutItsEndIsUnknown) {
    EXPECT_EQ(failure_of([](Socket& socket) {
                  socket.receive_request();
                  socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
              }),
              key(HttpFailure::unknown));
}

TEST_F(ClientFailures, ASlowAnswerIsUnknownAfterTheTotalTime) {
    base::HttpRequest request;
    request.total_timeout_ms = 100;
    EXPECT_EQ(failure_of(
                  [](Socket& socket) {
                      socket.receive_request();
                      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
                      socket.receive();
                  },
                  request),
              key(HttpFailure::unknown));
}

TEST_F(ClientFailures, AHandshakeThatNeverEndsIsNotSent) {
    Listener listener([](Socket& socket) {
        while (!socket.receive().empty()) {
        }
    });
    options_.allowed_origins = {"https://" + listener.address()};
    start();
    base::HttpRequest request;
    request.url = "https://" + listener.address() + "/";
    request.connect_timeout_ms = 100;
    EXPECT_EQ(client_->send(std::move(request)).error().key, key(HttpFailure::not_sent));
}

TEST_F(ClientFailures, AHandshakeThatBreaksOffIsNotSent) {
    Listener listener([](Socket& socket) { socket.receive(); });
    options_.allowed_origins = {"https://" + listener.address()};
    start();
    base::HttpRequest request;
    request.url = "https://" + listener.address() + "/";
    const auto answer = client_->send(std::move(request));
    EXPECT_EQ(answer.error().key, key(HttpFailure::not_sent)) << answer.error().what;
}

TEST_F(ClientFailures, ATooLargeAnswerIsSaidAndCut) {
    base::HttpRequest request;
    request.max_answer_bytes = 1000;
    const auto of_size = [](int size) {
        return [size](Socket& socket) {
            socket.receive_request();
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
            socket.send(std::string(static_cast<std::size_t>(size), 'x'));
        };
    };
    EXPECT_EQ(failure_of(of_size(1000), request), "answer 200");
    EXPECT_EQ(failure_of(of_size(1001), request), key(HttpFailure::too_large));
}

TEST_F(ClientFailures, TheLimitCountsDecodedBytes) {
    const std::string plain(50u << 20, 'x');
    std::string packed(compressBound(plain.size()), '\0');
    uLongf size = packed.size();
    ASSERT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
                       plain.size()),
              Z_OK);
    packed.resize(size);
    EXPECT_EQ(failure_of([&](Socket& socket) {
                  socket.receive_request();
                  socket.send("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: " +
                              std::to_string(packed.size()) + "\r\n\r\n" + packed);
              }),
              key(HttpFailure::too_large));
}

TEST_F(ClientFailures, EndlessHeadersAreTooLarge) {
    EXPECT_EQ(failure_of([&](Socket& socket) {
                  socket.receive_request();
                  socket.send("HTTP/1.1 200 OK\r\n");
                  while (socket.send("X: " + std::string(1000, 'x') + "\r\n")) {
                  }
              }),
              key(HttpFailure::too_large));
}

TEST_F(ClientFailures, InterimAnswersAndTrailersAreNotMixedIntoTheHeaders) {
    Listener listener([](Socket& socket) {
        socket.receive_request();
        socket.send(
            "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
            "X-Real: 1\r\n\r\n2\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n");
    });
    options_.allowed_origins = {"http://" + listener.address()};
    start();
    base::HttpRequest request;
    request.url = "http://" + listener.address() + "/";
    const auto answer = client_->send(std::move(request));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "hi");
    EXPECT_EQ(answer->header("x-real"), "1");
    EXPECT_FALSE(answer->header("x-early"));
    EXPECT_FALSE(answer->header("x-trailer"));
}

// The server reads the second request of a kept connection and hangs up: it may have executed it.
TEST_F(ClientFailures, AnActionIsNeverSentTwiceOnAKeptConnection) {
    for (const char* body : {"refund", ""}) {
        std::atomic<int> executed{0};
        Listener listener([&](Socket& socket) {
            for (;;) {
                const std::string request = socket.receive_request();
                if (request.empty()) return;
                if (request.starts_with("POST /refund")) {
                    ++executed;
                    return;
                }
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        });
        options_.allowed_origins = {"http://" + listener.address()};
        start();
        base::HttpRequest first;
        first.url = "http://" + listener.address() + "/";
        ASSERT_TRUE(client_->send(first));
        base::HttpRequest action = first;
        action.method = "POST";
        action.url += "refund";
        action.body = body;
        const auto answer = client_->send(std::move(action));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().key, key(HttpFailure::unknown)) << answer.error().what;
        EXPECT_EQ(executed, 1) << body;
    }
}

TEST_F(ClientFailures, BadCertificatesAreRefusedWithTheirReason) {
    const auto expired = http::make_certificate({.first_day = -9, .last_day = -2, .issuer = &authority_});
    const auto other_name = http::make_certificate(
        {.name = "other.example", .alternative_names = "DNS:other.example", .issuer = &authority_});
    const auto self_signed = http::make_certificate();
    const auto stranger =
        http::make_certificate({.name = "Other authority", .alternative_names = "", .authority = true});
    const auto of_stranger = http::make_certificate({.issuer = &stranger});
    const std::vector<std::pair<const http::TestCertificate*, std::string>> bad = {
        {&expired, "expired"}, {&other_name, "no alternative"}, {&self_signed, "self"}, {&of_stranger, "issuer"}};
    for (const auto& [certificate, reason] : bad) {
        certificate_ = *certificate;
        serve_tls();
        start();
        const auto answer = client_->send(get("/"));
        ASSERT_FALSE(answer) << reason;
        EXPECT_EQ(answer.error().key, key(HttpFailure::tls));
        EXPECT_TRUE(answer.error().what.contains(reason)) << answer.error().what;
        EXPECT_EQ(server_->counters().requests, 0u);
    }
}

}  // namespace
}  // namespace egress
