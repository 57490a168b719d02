#include "api/router.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/answer.h"
#include "api/static_files.h"
#include "base/json.h"

namespace {

using namespace api;

// The handlers here use no service.
Services& no_services() {
    alignas(16) static char memory[16];
    return reinterpret_cast<Services&>(memory);
}

base::Result<http::Response> echo(Services&, const Call& call) {
    http::Response response;
    response.body = call.arguments.empty() ? "none" : call.arguments.front();
    return response;
}

const std::vector<Route> k_routes{
    {http::Method::get, "/stores/{store}", "getStore", model::Action::view_stores, &echo},
    {http::Method::post,
     "/stores/connect",
     "connectStore",
     model::Action::connect_store,
     &echo,
     {{.name = "platform", .required = true, .max = 20}}},
    {http::Method::post, "/stores/{store}", "x", model::Action::edit_store, &echo, {}, 1000, SignedIn::yes, true},
};

Router router() {
    return Router(
        k_routes, [](const http::Request&) -> base::Result<Caller> { return Caller{SignedIn::yes, {}, {}, {}, {}}; },
        [](const Caller&, const Route&, std::optional<model::StoreId> store,
           const http::Request&) -> base::Result<void> {
            if (store == model::StoreId{9}) return base::fail(base::Code::forbidden, "store", "permission.denied");
            return {};
        });
}

http::Request post(std::string path, std::string body) {
    http::Request request;
    request.method = http::Method::post;
    request.path = std::move(path);
    request.body = std::move(body);
    request.host = "127.0.0.1:8080";
    request.headers = {
        {"content-type", "application/json; charset=utf-8"}, {"x-stallward", "1"}, {"sec-fetch-site", "same-origin"}};
    return request;
}

TEST(Routes, ThoseThatTakeAPasswordWaitTheirTurn) {
    int found = 0;
    for (const Route& route : all_routes()) {
        // Rating a password while it is typed computes no hash.
        const bool hashes =
            route.operation != "passwordStrength" && std::ranges::any_of(route.body, [](const BodyField& field) {
                return field.required && (field.name == "password" || field.name == "current");
            });
        EXPECT_EQ(route.hashes, hashes) << route.operation;
        found += hashes;
    }
    EXPECT_EQ(found, 4);
}

TEST(Router, FindsTheRouteAndItsArguments) {
    Services& services = no_services();
    http::Request request;
    request.path = "/api/v1/stores/s_7";
    EXPECT_EQ(router().handle(services, request).body, "s_7");
    request.path = "/api/v1/stores/s_9";
    EXPECT_EQ(router().handle(services, request).status, 403);
    request.path = "/api/v1/nothing";
    EXPECT_EQ(router().handle(services, request).status, 404);
    request.path = "/api/v1/stores/s_7";
    request.method = http::Method::del;
    EXPECT_EQ(router().handle(services, request).status, 405);
}

TEST(Router, ALiteralPathWinsOverAnArgument) {
    Services& services = no_services();
    EXPECT_EQ(router().handle(services, post("/api/v1/stores/connect", R"({"platform":"tiktok_shop"})")).body, "none");
}

TEST(Router, RefusesOtherSites) {
    Services& services = no_services();
    http::Request request = post("/api/v1/stores/connect", R"({"platform":"tiktok_shop"})");
    for (const char* site : {"cross-site", "same-site", "none"}) {
        request.headers[2].second = site;
        EXPECT_EQ(router().handle(services, request).status, 403) << site;
    }
    request.headers[2] = {"origin", "http://evil.example"};
    EXPECT_EQ(router().handle(services, request).status, 403);
    request.headers[2] = {"origin", "http://127.0.0.1:8080"};
    EXPECT_EQ(router().handle(services, request).status, 200);
    request.headers[1].second = "0";
    EXPECT_EQ(router().handle(services, request).status, 403);
    request.headers[1].second = "1";
    request.headers[0].second = "text/plain";
    EXPECT_EQ(router().handle(services, request).status, 415);
}

TEST(Router, CountsCharactersNotBytes) {
    std::string thai;
    for (int i = 0; i < 20; ++i) thai += "ก";
    const auto send = [](const std::string& text) {
        return router()
            .handle(no_services(), post("/api/v1/stores/connect", R"({"platform":")" + text + R"("})"))
            .status;
    };
    EXPECT_EQ(send(thai), 200);
    EXPECT_EQ(send(thai + "a"), 422);
}

TEST(Router, TheProblemsStatusIsTheAnswers) {
    http::Request other_type = post("/api/v1/stores/connect", "{}");
    other_type.headers[0].second = "text/plain";
    http::Request other_method = post("/api/v1/stores/s_7", "");
    other_method.method = http::Method::del;
    for (const http::Request& request :
         {other_type, other_method, post("/api/v1/nothing", ""), post("/api/v1/stores/connect", "{}")}) {
        const http::Response answer = router().handle(no_services(), request);
        const auto document = base::JsonDocument::parse(answer.body);
        ASSERT_TRUE(document);
        EXPECT_EQ((*document)["status"].integer_or(0), answer.status) << request.path;
    }
}

TEST(Router, RefusesBodiesThatAreNotDeclared) {
    Services& services = no_services();
    for (const char* body :
         {R"({"platform":"x","role":"owner"})", R"({})", R"({"platform":7})", R"([])",
          R"({"platform":"xxxxxxxxxxxxxxxxxxxxx"})", R"({"platform":"a","platform":"b"})", "{", ""}) {
        const auto response = router().handle(services, post("/api/v1/stores/connect", body));
        EXPECT_EQ(response.status, 422) << body;
        const auto document = base::JsonDocument::parse(response.body);
        ASSERT_TRUE(document);
        EXPECT_TRUE((*document)["code"].string().has_value());
    }
}

TEST(StaticFiles, ScreensGetThePageAndMissingFilesDoNot) {
    const Asset assets[] = {{"/index.html", "text/html", "page", false},
                            {"/assets/a.js", "text/javascript", "js", false}};
    http::Request request;
    request.path = "/orders";
    EXPECT_EQ(serve_asset(request, assets).body, "page");
    request.path = "/assets/a.js";
    EXPECT_EQ(serve_asset(request, assets).body, "js");
    request.path = "/assets/missing.js";
    EXPECT_EQ(serve_asset(request, assets).status, 404);
    request.path = "/";
    EXPECT_EQ(serve_asset(request, {}).status, 503);
}

}  // namespace
