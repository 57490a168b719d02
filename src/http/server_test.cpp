#include "http/server.h"

#include <gtest/gtest.h>

#include <future>

#include "http/server_fixture_test.h"
#include "http/smuggling_corpus_test.h"

namespace http {
namespace {

TEST_F(ServerTest, AnswersWithItsOwnHeaders) {
    Options options;
    options.default_headers = {{"x-frame-options", "DENY"}, {"Content-Type", "text/html"}};
    serve(std::move(options));
    TestClient client = connect();
    client.send("POST /a%20b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    const TestAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST /a b hello");
    EXPECT_EQ(answer.header("x-frame-options"), "DENY");
    EXPECT_EQ(answer.header("content-type"), "text/plain");
    EXPECT_EQ(answer.header("x-request-id").size(), 32u);
    EXPECT_EQ(answer.header("date").size(), 29u);
    EXPECT_EQ(answer.header("connection"), "");
    client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\nGET /y HTTP/1.1\r\nHost: a\r\n\r\n");
    const TestAnswer head = client.read_answer(true);
    EXPECT_EQ(head.header("content-length"), "8");
    EXPECT_EQ(client.read_answer().body, "GET /y ");
}

TEST_F(ServerTest, CutsAnAnswerOnRequest) {
    Handlers handlers;
    handlers.handle = [](const Request& request, Respond respond) {
        Response response;
        response.body = "hello";
        response.cut_after = request.path == "/nothing" ? 0 : 12;
        respond(std::move(response));
    };
    serve({}, std::move(handlers));
    TestClient cut = connect();
    cut.send("GET /part HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(cut.read_bytes(100), "HTTP/1.1 200");
    TestClient silent = connect();
    silent.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(silent.read_bytes(100), "");
}

TEST_F(ServerTest, RefusesWithAProblemThatTellsTheRequestId) {
    Options options;
    options.default_headers = {{"x-frame-options", "DENY"}};
    serve(std::move(options));
    TestClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\nExpect: 100-continue\r\n\r\n");
    const TestAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    EXPECT_EQ(answer.header("x-frame-options"), "DENY");
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_EQ(answer.body,
              R"({"type":"about:blank","title":"The request's body is larger than this route takes.","status":413,)"
              R"("code":"http.body_too_large","request_id":")" +
                  answer.header("x-request-id") + "\"}");
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(server_->counters().refused, 1u);
    EXPECT_EQ(server_->counters().requests, 0u);
}

TEST_F(ServerTest, FramesTheSmugglingCorpusAsDeclared) {
    serve();
    for (const Smuggling& sample : smuggling_corpus()) {
        TestClient client = connect();
        client.send(sample.raw);
        client.finish_sending();
        EXPECT_EQ(client.read_statuses(), sample.answers) << sample.name;
    }
}

TEST_F(ServerTest, FramesTheSameWhereverTheBytesAreCut) {
    serve();
    for (const Smuggling& sample : smuggling_corpus()) {
        if (sample.raw.size() > 400) continue;
        for (std::size_t cut = 1; cut < sample.raw.size(); ++cut) {
            TestClient client = connect();
            client.send(sample.raw.substr(0, cut));
            client.send(sample.raw.substr(cut));
            client.finish_sending();
            ASSERT_EQ(client.read_statuses(), sample.answers) << sample.name << " cut at " << cut;
        }
        TestClient client = connect();
        for (const char c : sample.raw) client.send({&c, 1});
        client.finish_sending();
        ASSERT_EQ(client.read_statuses(), sample.answers) << sample.name << " byte by byte";
    }
}

TEST_F(ServerTest, SendsContinueOnlyForABodyItWillTake) {
    serve();
    TestClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_answer(true).status, 100);
    client.send("ok");
    EXPECT_EQ(client.read_answer().body, "POST / ok");
}

TEST_F(ServerTest, TheAnswerMayComeFromAnyThreadAtAnyTime) {
    std::promise<Respond> asked;
    Handlers handlers;
    handlers.handle = [&](Request, Respond respond) { asked.set_value(std::move(respond)); };
    serve({}, std::move(handlers));
    TestClient client = connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    Respond respond = asked.get_future().get();
    respond(Response{201, {}, "later", {}});
    const TestAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, "later");
}

TEST_F(ServerTest, AnInlineHandlerAnswersManyRequestsInARow) {
    Handlers handlers;
    handlers.plan = [](const Request&) { return Plan{1024, true}; };
    serve({}, std::move(handlers));
    TestClient client = connect();
    std::string requests;
    for (int i = 0; i < 500; ++i)
        requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";
    client.send(requests);
    for (int i = 0; i < 500; ++i) ASSERT_EQ(client.read_answer().body, "POST /" + std::to_string(i) + " x");
}

TEST_F(ServerTest, AHandlerThatThrowsOrForgetsGives500) {
    Handlers handlers;
    handlers.handle = [](Request request, Respond respond) {
        if (request.path == "/throw") throw std::runtime_error("from a library");
        if (request.path == "/split") {
            Response response;
            response.set("location", "a\r\nset-cookie: b");
            respond(std::move(response));
        }
    };
    serve({}, std::move(handlers));
    TestClient client = connect();
    for (const char* path : {"/throw", "/forget", "/split"}) {
        client.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        const TestAnswer answer = client.read_answer();
        EXPECT_EQ(answer.status, 500) << path;
        EXPECT_EQ(answer.header("set-cookie"), "") << path;
    }
}

TEST_F(ServerTest, SendsLargeAnswersWhole) {
    const std::string large(5'000'000, 'x');
    Handlers handlers;
    handlers.handle = [&](Request, Respond respond) { respond(Response{200, {}, large, {}}); };
    serve({}, std::move(handlers));
    TestClient client = connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_answer().body, large);
}

}  // namespace
}  // namespace http
