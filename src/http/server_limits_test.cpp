#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "http/server_fixture_test.h"

// Time-outs, amounts, streams and the end of the server.
namespace http {
namespace {

using ServerLimits = ServerTest;

constexpr std::string_view k_get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(ServerLimits, AHeaderThatDoesNotEndGives408) {
    Options options;
    options.header_timeout_ms = 50;
    serve(std::move(options));
    TestClient client = connect();
    client.send("GET / HTTP/1.1\r\nHost:");
    const TestAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 408);
    EXPECT_TRUE(answer.body.contains("http.header_timeout"));
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(server_->counters().timed_out, 1u);
}

TEST_F(ServerLimits, SomeoneWhoSaysNothingIsHungUpOn) {
    Options options;
    options.header_timeout_ms = 50;
    options.idle_timeout_ms = 50;
    serve(std::move(options));
    TestClient silent = connect();
    EXPECT_TRUE(silent.at_end());
    TestClient once = connect();
    once.send(k_get);
    EXPECT_EQ(once.read_answer().status, 200);
    EXPECT_TRUE(once.at_end());
}

TEST_F(ServerLimits, ABodyThatDoesNotArriveGives408) {
    Options options;
    options.body_timeout_ms = 50;
    serve(std::move(options));
    TestClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    EXPECT_TRUE(client.read_answer().body.contains("http.body_timeout"));
    EXPECT_TRUE(client.at_end());
}

TEST_F(ServerLimits, ABodyBelowTheLeastRateGives408) {
    Options options;
    options.body_timeout_ms = 300;
    serve(std::move(options));
    TestClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    // One byte each 20 ms is progress all the time, and 50 bytes a second.
    for (int i = 0; i < 40; ++i) {
        client.send("x");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_TRUE(client.read_answer().body.contains("http.body_timeout"));
    EXPECT_EQ(server_->counters().timed_out, 1u);
    EXPECT_EQ(server_->counters().requests, 0u);
}

TEST_F(ServerLimits, BodiesTogetherAreBounded) {
    Options options;
    options.max_body_bytes_in_memory = 1500;
    std::promise<Respond> first;
    Handlers handlers;
    handlers.handle = [&](Request request, Respond respond) {
        if (request.path == "/hold")
            first.set_value(std::move(respond));
        else
            respond({});
    };
    serve(std::move(options), std::move(handlers));
    const std::string kilobyte = " HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x');
    TestClient holding = connect();
    holding.send("POST /hold" + kilobyte);
    Respond respond = first.get_future().get();
    TestClient other = connect();
    other.send("POST /" + kilobyte);
    const TestAnswer refused = other.read_answer();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.header("retry-after"), "1");
    respond({});
    EXPECT_EQ(holding.read_answer().status, 200);
    holding.send("POST /" + kilobyte);
    EXPECT_EQ(holding.read_answer().status, 200);
}

TEST_F(ServerLimits, OnesThatTakeTurnsHoldUpNothingElse) {
    Options options;
    options.workers = 1;
    options.turn_workers = 1;
    options.max_turns = 1;
    std::promise<void> begun, open;
    Handlers handlers;
    handlers.plan = [](const Request& request) { return Plan{0, false, request.path.starts_with("/turn")}; };
    handlers.handle = [&begun, door = open.get_future().share()](const Request& request, Respond respond) {
        if (request.path == "/turn/first") {
            begun.set_value();
            door.wait();
        }
        respond({});
    };
    serve(std::move(options), std::move(handlers));
    const auto get = [](const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"; };
    TestClient first = connect();
    first.send(get("/turn/first"));
    begun.get_future().wait();
    TestClient other = connect();
    other.send(get("/"));
    EXPECT_EQ(other.read_answer().status, 200);
    other.send(get("/turn/late"));
    const TestAnswer refused = other.read_answer();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.header("retry-after"), "1");
    open.set_value();
    EXPECT_EQ(first.read_answer().status, 200);
    EXPECT_EQ(server_->counters().refused, 1u);
}

TEST_F(ServerLimits, TooManyConnectionsCostTheOnesThatWait) {
    Options options;
    options.max_connections = 32;
    Handlers handlers;
    handlers.handle = [](Request request, Respond respond) {
        respond(Response{200, {}, std::string(request.path == "/large" ? 12'000'000 : 1, 'x'), {}});
    };
    serve(std::move(options), std::move(handlers));
    // They never end a head, a body, or the reading of an answer.
    const std::vector<std::string> ways = {"GET / HTTP/1.1\r\n",
                                           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
                                           "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense\r\n\r\n"};
    // An honest client may itself be the one that has waited longest when all others are busy just then; it tries
    // again.
    const auto is_served = [&](std::uint64_t& connections) {
        for (int attempt = 0; attempt < 20; ++attempt) {
            TestClient honest = connect();
            ++connections;
            honest.send(k_get);
            if (honest.read_answer().status == 200) return true;
        }
        return false;
    };
    std::uint64_t connections = 0;
    std::vector<TestClient> slow;
    for (std::size_t i = 0; i < 64; ++i) {
        slow.push_back(connect());
        ++connections;
        slow.back().send(ways[i % ways.size()]);
        ASSERT_TRUE(is_served(connections)) << i;
    }
    // All have arrived, and who is closed for another one goes a moment later.
    const auto settled = [&](const Counters& now) {
        return now.connections == connections && now.open_connections <= 32;
    };
    while (!settled(server_->counters())) std::this_thread::yield();
    EXPECT_GE(server_->counters().evicted, 32u);
}

// A stream that the test feeds.
struct FedStream final : Stream {
    void start(std::function<bool(std::string chunk)> given) override { write.set_value(std::move(given)); }
    std::promise<std::function<bool(std::string)>> write;
};

class ServerStream : public ServerTest {
  protected:
    void serve_stream() {
        Handlers handlers;
        handlers.handle = [this](Request, Respond respond) {
            Response response;
            response.set("content-type", "text/event-stream");
            response.stream = stream_;
            respond(std::move(response));
        };
        serve({}, std::move(handlers));
    }
    std::shared_ptr<FedStream> stream_ = std::make_shared<FedStream>();
};

TEST_F(ServerStream, IsSentPieceByPieceAndEnds) {
    serve_stream();
    TestClient client = connect();
    client.send(k_get);
    const TestAnswer head = client.read_answer();
    EXPECT_EQ(head.header("transfer-encoding"), "chunked");
    EXPECT_EQ(head.header("connection"), "close");
    EXPECT_EQ(head.header("content-length"), "");
    const auto write = stream_->write.get_future().get();
    EXPECT_TRUE(write("data: 1\n\n"));
    EXPECT_EQ(client.read_bytes(14), "9\r\ndata: 1\n\n\r\n");
    EXPECT_TRUE(write("data: 2\n\n"));
    EXPECT_EQ(client.read_bytes(14), "9\r\ndata: 2\n\n\r\n");
    EXPECT_FALSE(write(""));
    EXPECT_EQ(client.read_bytes(5), "0\r\n\r\n");
    EXPECT_TRUE(client.at_end());
    EXPECT_FALSE(write("late"));
}

TEST_F(ServerStream, TellsTheHandlerThatTheClientHasGone) {
    serve_stream();
    TestClient client = connect();
    client.send(k_get);
    client.read_answer();
    const auto write = stream_->write.get_future().get();
    client.close();
    while (write("x")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stream_.reset();
}

TEST_F(ServerStream, AClientThatDoesNotReadIsGivenUp) {
    serve_stream();
    TestClient client(server_->port(), 4096);
    client.send(k_get);
    const auto write = stream_->write.get_future().get();
    std::size_t sent = 0;
    while (write(std::string(100'000, 'x'))) sent += 100'000;
    // What the system's buffers take is not ours; after it at most a mebibyte waits.
    EXPECT_LT(sent, std::size_t{64} << 20);
    EXPECT_FALSE(write("x"));
}

TEST_F(ServerStream, EndsWithTheServer) {
    serve_stream();
    TestClient client = connect();
    client.send(k_get);
    client.read_answer();
    const auto write = stream_->write.get_future().get();
    server_->stop();
    EXPECT_FALSE(write("x"));
    EXPECT_TRUE(client.at_end());
}

TEST_F(ServerStream, ToHttp10GoesWithoutChunks) {
    serve_stream();
    TestClient client = connect();
    client.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.read_answer().header("transfer-encoding"), "");
    const auto write = stream_->write.get_future().get();
    write("data: 1\n\n");
    write("");
    EXPECT_EQ(client.read_bytes(100), "data: 1\n\n");
}

TEST_F(ServerLimits, StopLetsARunningRequestFinish) {
    std::promise<Respond> asked;
    Handlers handlers;
    handlers.handle = [&](Request, Respond respond) { asked.set_value(std::move(respond)); };
    serve({}, std::move(handlers));
    TestClient idle = connect();
    TestClient client = connect();
    client.send(k_get);
    Respond respond = asked.get_future().get();
    const std::uint16_t port = server_->port();
    std::thread stopping([&] { server_->stop(); });
    EXPECT_TRUE(idle.at_end());
    while (TestClient(port).connected()) std::this_thread::yield();
    respond({});
    const TestAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("connection"), "close");
    client.close();
    stopping.join();
    EXPECT_EQ(server_->counters().open_connections, 0u);
    server_->stop();
}

TEST_F(ServerLimits, StopDoesNotWaitForAnAnswerThatNeverComes) {
    std::promise<Respond> asked;
    Handlers handlers;
    handlers.handle = [&](Request, Respond respond) { asked.set_value(std::move(respond)); };
    serve({}, std::move(handlers));
    TestClient client = connect();
    client.send(k_get);
    Respond respond = asked.get_future().get();
    server_->stop(1);
    server_.reset();
    respond({});  // Too late, and harmless.
    EXPECT_TRUE(client.at_end());
}

TEST_F(ServerLimits, AnAddressInUseIsSaid) {
    serve();
    Options options;
    options.port = server_->port();
    const auto second = Server::listen(options, {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::Code::precondition_failed);
    options.address = "not an address";
    EXPECT_EQ(Server::listen(options, {}).error().code, base::Code::invalid_input);
}

TEST_F(ServerLimits, TheClientBehindATrustedProxyIsSeen) {
    Options options;
    options.trusted_proxies = {"127.0.0.1"};
    Handlers handlers;
    handlers.handle = [](Request request, Respond respond) {
        Response response;
        response.body = request.peer + (request.tls ? " tls" : " plain");
        respond(std::move(response));
    };
    serve(std::move(options), std::move(handlers));
    TestClient client = connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n");
    EXPECT_EQ(client.read_answer().body, "203.0.113.9 tls");
    client.send(k_get);
    EXPECT_EQ(client.read_answer().body, "127.0.0.1 plain");
}

}  // namespace
}  // namespace http
