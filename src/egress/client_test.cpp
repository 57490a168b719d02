#include "egress/client.h"

#include <gtest/gtest.h>

#include <future>

#include "egress/test_client_fixture_test.h"

namespace egress {
namespace {

using base::HttpFailure;

TEST_F(ClientTest, SendsWhatItIsGivenAndReadsTheAnswer) {
    serve_tls();
    start();
    base::HttpRequest request = get("/a/../b?sign=1%2F2");
    request.method = "PUT";
    request.headers = {{"X-Token", "t"}, {"X-Empty", ""}, {"Content-Type", "application/json"}};
    request.body = R"({"a":1})";
    const auto answer = client_->send(std::move(request));
    // The path reaches the server as it was written, which then refuses to guess what it means.
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 400);

    request = get("/b?sign=1%2F2");
    request.method = "PUT";
    request.headers = {{"X-Token", "t"}, {"X-Empty", ""}, {"Content-Type", "application/json"}};
    request.body = R"({"a":1})";
    const auto echoed = client_->send(std::move(request));
    ASSERT_TRUE(echoed) << echoed.error().what;
    EXPECT_EQ(echoed->status, 200);
    EXPECT_EQ(echoed->header("x-method"), "PUT");
    EXPECT_EQ(echoed->header("x-target"), "/b?sign=1%2F2");
    EXPECT_EQ(echoed->header("x-saw-x-token"), "t");
    EXPECT_EQ(echoed->header("x-saw-x-empty"), "");
    EXPECT_EQ(echoed->header("x-saw-content-type"), "application/json");
    EXPECT_FALSE(echoed->header("x-saw-user-agent"));
    EXPECT_FALSE(echoed->header("x-saw-cookie"));
    EXPECT_EQ(echoed->body, R"({"a":1})");
}

TEST_F(ClientTest, SendsEachMethodWithAndWithoutBody) {
    serve_tls();
    start();
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
        for (const char* body : {"", "x=1"}) {
            base::HttpRequest request = get("/");
            request.method = method;
            request.body = body;
            const auto answer = client_->send(std::move(request));
            ASSERT_TRUE(answer) << method << answer.error().what;
            EXPECT_EQ(answer->header("x-method"), method);
            EXPECT_EQ(answer->body, body);
            EXPECT_FALSE(answer->header("x-saw-content-type")) << "libcurl's own guess";
        }
    base::HttpRequest request = get("/");
    request.method = "HEAD";
    EXPECT_EQ(client_->send(std::move(request))->status, 200);
}

TEST_F(ClientTest, RefusesWhatIsNotListedBeforeAnythingIsSent) {
    serve_tls();
    start();
    const std::string port = std::to_string(server_->port());
    const std::vector<std::string> urls = {"https://127.0.0.1:" + port + "/",
                                           "http://localhost:" + port + "/",
                                           "https://localhost.:" + port + "/",
                                           "https://user@localhost:" + port + "/",
                                           "https://localhost:1/",
                                           "ftp://localhost/",
                                           "file:///etc/hosts",
                                           ""};
    for (const std::string& url : urls) {
        base::HttpRequest request;
        request.url = url;
        const auto answer = client_->send(std::move(request));
        ASSERT_FALSE(answer) << url;
        EXPECT_EQ(answer.error().key, key(HttpFailure::refused_by_policy)) << url;
    }
    EXPECT_EQ(server_->counters().connections, 0u);
}

TEST_F(ClientTest, HeadersCannotSplitTheRequestOrMoveItsEnd) {
    serve_tls();
    start();
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {"X", "a\r\nY: b"}, {"X\r\nY", "a"},         {"X", std::string("a\0b", 3)},    {"", "a"},
        {"Host", "other"},  {"content-length", "5"}, {"Transfer-Encoding", "chunked"}, {"Proxy-Authorization", "a"},
        {"X Y", "a"}};
    for (const auto& header : wrong) {
        base::HttpRequest request = get("/");
        request.headers = {header};
        EXPECT_EQ(client_->send(std::move(request)).error().code, base::Code::invalid_input) << header.first;
    }
    base::HttpRequest request = get("/");
    request.method = "GET / HTTP/1.1\r\nX:";
    EXPECT_EQ(client_->send(std::move(request)).error().code, base::Code::invalid_input);
    EXPECT_EQ(server_->counters().connections, 0u);
}

TEST_F(ClientTest, FollowsNoRedirectAndKeepsNoCookie) {
    serve_tls();
    start();
    const auto redirect = client_->send(get("/redirect"));
    ASSERT_TRUE(redirect);
    EXPECT_EQ(redirect->status, 302);
    EXPECT_EQ(redirect->header("location"), "/elsewhere");
    EXPECT_FALSE(client_->send(get("/"))->header("x-saw-cookie"));
    EXPECT_EQ(server_->counters().requests, 2u);
}

TEST_F(ClientTest, KeepsConnectionsOfOneProfileAndSharesNoneBetweenTwo) {
    serve_tls();
    start();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(client_->send(get("/")));
    EXPECT_EQ(server_->counters().connections, 1u);
    base::HttpRequest other = get("/");
    other.egress.owner = "s_2";
    ASSERT_TRUE(client_->send(std::move(other)));
    EXPECT_EQ(server_->counters().connections, 2u);
    EXPECT_EQ(client_->counters().profiles, 2u);
}

TEST_F(ClientTest, ForgetsAProfileThatNobodyUses) {
    serve_tls();
    options_.idle_profile_ms = 1;
    start();
    ASSERT_TRUE(client_->send(get("/")));
    while (client_->counters().profiles > 0 || server_->counters().open_connections > 0) std::this_thread::yield();
    ASSERT_TRUE(client_->send(get("/")));
    EXPECT_EQ(server_->counters().connections, 2u);
}

TEST_F(ClientTest, RunsAFewAtATimeAndTheRestWaits) {
    std::mutex mutex;
    std::vector<http::Respond> held;
    std::condition_variable arrived;
    http::Handlers handlers;
    handlers.plan = [](const http::Request&) { return http::Plan{1024, true}; };
    handlers.handle = [&](http::Request, http::Respond respond) {
        const std::scoped_lock lock(mutex);
        held.push_back(std::move(respond));
        arrived.notify_all();
    };
    serve_tls(std::move(handlers));
    options_.max_running_per_origin = 3;
    options_.max_waiting = 5;
    start();
    std::vector<std::future<base::Result<base::HttpAnswer>>> answers;
    for (int i = 0; i < 10; ++i) answers.push_back(later(get("/")));
    // Three run, five wait, two are too many and fail at once.
    int failed = 0;
    for (auto& answer : answers | std::views::drop(8)) {
        auto result = answer.get();
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().key, key(HttpFailure::not_sent));
        ++failed;
    }
    EXPECT_EQ(failed, 2);
    for (int answered = 0; answered < 8;) {
        std::unique_lock lock(mutex);
        arrived.wait(lock, [&] { return !held.empty(); });
        EXPECT_LE(held.size(), 3u);
        http::Respond respond = std::move(held.back());
        held.pop_back();
        lock.unlock();
        respond({});
        ++answered;
    }
    for (auto& answer : answers | std::views::take(8)) EXPECT_TRUE(answer.get());
    EXPECT_LE(server_->counters().connections, 3u);
}

TEST_F(ClientTest, AStoppedClientEndsWhatRunsAndWaits) {
    Listener silent([](Socket& socket) {
        while (!socket.receive().empty()) {
        }
    });
    options_.allowed_origins = {"http://" + silent.address()};
    options_.max_running_per_origin = 1;
    start();
    base::HttpRequest request;
    request.method = "POST";
    request.url = "http://" + silent.address() + "/";
    request.body = "x";
    base::HttpRequest second = request;
    auto running = later(std::move(request));
    auto waiting = later(std::move(second));
    while (silent.connections() == 0) std::this_thread::yield();
    client_.reset();
    // Whether the first had been sent when the client stopped is a race; a failure it is either way.
    EXPECT_FALSE(running.get());
    EXPECT_EQ(waiting.get().error().key, key(HttpFailure::not_sent));
}

TEST_F(ClientTest, MayBeAskedAgainFromItsOwnThread) {
    serve_tls();
    start();
    std::promise<int> last;
    client_->send_async(get("/"), [&](base::Result<base::HttpAnswer> first) {
        ASSERT_TRUE(first);
        client_->send_async(
            get("/"), [&](base::Result<base::HttpAnswer> second) { last.set_value(second ? second->status : 0); });
    });
    EXPECT_EQ(last.get_future().get(), 200);
}

TEST_F(ClientTest, OptionsThatCannotBeReadAreSaid) {
    EXPECT_EQ(Client::start({.allowed_origins = {"http://api.example"}}).error().key, "egress.plain_http");
    EXPECT_EQ(Client::start({.allowed_origins = {"nonsense"}}).error().key, "egress.bad_origin");
    EXPECT_EQ(Client::start({.roots_pem = "nonsense"}).error().key, "egress.bad_roots");
}

}  // namespace
TEST(ClientAllowList, CanBeReplacedWhileRunning) {
    const auto client = Client::start({});
    ASSERT_TRUE(client);
    base::HttpRequest request;
    // Nothing listens on port 1: once allowed, the request fails by not being reached.
    request.url = "http://127.0.0.1:1/";
    EXPECT_EQ((*client)->send(request).error().key, "egress.host_not_allowed");
    ASSERT_TRUE((*client)->allow({"http://127.0.0.1:1"}));
    EXPECT_EQ((*client)->send(request).error().key, "egress.not_reached");
    EXPECT_FALSE((*client)->allow({"nonsense"}));
    EXPECT_EQ((*client)->send(request).error().key, "egress.not_reached");
}

}  // namespace egress
