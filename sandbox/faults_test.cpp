#include "sandbox/faults.h"

#include "sandbox/control.h"
#include "sandbox/tiktok/test_shop_test.h"

namespace sandbox {
namespace {

TEST(Faults, WhatWasSetCanBeReadAndSetAgain) {
    Faults faults(1);
    ASSERT_TRUE(faults.set(
        R"({"api":[{"kind":"rate_limited","operation":"orders.search","retry_after_s":7}],"webhooks":[{"kind":"forge","type":1}]})"));
    const std::string text = faults.text();
    Faults again(1);
    ASSERT_TRUE(again.set(text)) << text;
    EXPECT_EQ(again.text(), text);
}

TEST(Faults, MistakesAreNamedAndChangeNothing) {
    Faults faults(1);
    ASSERT_TRUE(faults.set(R"({"api":[{"kind":"status"}]})"));
    const std::string before = faults.text();
    for (const char* wrong : {"{", R"({"api":[{"kind":"explode"}]})", R"({"api":[{"kind":"status","status":99}]})",
                              R"({"webhooks":[{"kind":"drop","share":"all"}]})"}) {
        EXPECT_FALSE(faults.set(wrong)) << wrong;
        EXPECT_EQ(faults.text(), before);
    }
}

TEST(Faults, ShareAndTimesAreKept) {
    Faults faults(1);
    ASSERT_TRUE(faults.set(R"({"api":[{"kind":"status","share":0.3}]})"));
    int drawn = 0;
    for (int i = 0; i < 10'000; ++i) drawn += faults.for_call("shops.get", 0) ? 1 : 0;
    EXPECT_NEAR(drawn, 3'000, 200);
    ASSERT_TRUE(faults.set(R"({"api":[{"kind":"status","operation":"shops.get","times":2}]})"));
    EXPECT_FALSE(faults.for_call("orders.search", 0));
    EXPECT_TRUE(faults.for_call("shops.get", 0));
    EXPECT_TRUE(faults.for_call("shops.get", 0));
    EXPECT_FALSE(faults.for_call("shops.get", 0));
}

class ApiFaults : public tiktok::ShopTest {
  protected:
    void set(const std::string& json) { ASSERT_TRUE(engine->faults.set(json)); }
    Outcome ask() { return engine->handle(sign(search())); }
};

TEST_F(ApiFaults, EachKind) {
    set(R"({"api":[{"kind":"rate_limited","retry_after_s":7}]})");
    EXPECT_EQ(ask().response.status, 429);
    set(R"({"api":[{"kind":"status","status":503}]})");
    EXPECT_EQ(ask().response.status, 503);
    EXPECT_NE(ask().response.body.find("<html>"), std::string::npos);
    set(R"({"api":[{"kind":"error_in_200","code":36009007}]})");
    EXPECT_EQ(parse(ask().response)["code"].integer_or(0), 36009007);
    EXPECT_EQ(status, 200);
    set(R"({"api":[{"kind":"latency","delay_ms":250}]})");
    EXPECT_EQ(ask().delay_ms, 250);
    EXPECT_EQ(parse(ask().response)["code"].integer_or(-1), 0);
    set(R"({"api":[{"kind":"cut","at_byte":300}]})");
    EXPECT_EQ(ask().response.cut_after, 300u);
    set(R"({"api":[{"kind":"hang_before","delay_ms":9}]})");
    EXPECT_EQ(ask().response.cut_after, 0u);
    EXPECT_EQ(ask().delay_ms, 9);
    set(R"({"api":[{"kind":"html_page"}]})");
    EXPECT_EQ(ask().response.body.find("<!doctype html>"), 0u);
    set(R"({"api":[{"kind":"huge","at_byte":5000}]})");
    EXPECT_GT(ask().response.body.size(), 5'000u);
    engine->faults.clear();
    EXPECT_EQ(code(search()), 0);
}

TEST_F(ApiFaults, BeforeDoesNothingAndAfterDoesIt) {
    const std::string fresh = consent();
    set(R"({"api":[{"kind":"close_before","operation":"token.get","times":1}]})");
    http::Request asked;
    asked.path = "/api/v2/token/get";
    asked.query = {
        {"app_key", app->key}, {"app_secret", app->secret}, {"auth_code", fresh}, {"grant_type", "authorized_code"}};
    EXPECT_EQ(engine->handle(asked).response.cut_after, 0u);
    EXPECT_EQ(engine->ledger.count("effect", "token_issued"), 1u) << "only the one of the set-up";
    set(R"({"api":[{"kind":"close_after","operation":"token.get","times":1}]})");
    EXPECT_EQ(engine->handle(asked).response.cut_after, 0u);
    EXPECT_EQ(engine->ledger.count("effect", "token_issued"), 2u);
    EXPECT_EQ(parse(engine->handle(asked).response)["code"].integer_or(0), 36004004) << "the code is spent";
}

class ControlTest : public tiktok::ShopTest {
  protected:
    base::JsonDocument control(http::Method method, std::string path, std::string body = {}) {
        http::Request asked;
        asked.method = method;
        asked.path = std::move(path);
        asked.body = std::move(body);
        return parse(Control(*engine).handle(asked));
    }
};

TEST_F(ControlTest, OrdersAreMadeSteppedAndListed) {
    using http::Method;
    const std::string id = std::to_string(engine->world.shops()[2].id);  // US: no cash on delivery.
    const std::string order =
        control(Method::post, "/orders", R"({"shop":")" + id + R"("})")["orders"].at(0).string_or();
    EXPECT_EQ(control(Method::post, "/orders/" + order + "/steps", "{}")["status"].string_or(), "ON_HOLD");
    EXPECT_EQ(control(Method::post, "/orders/" + order + "/steps", R"({"step":"buyer_cancels"})")["status"].string_or(),
              "CANCELLED");
    control(Method::post, "/orders/" + order + "/steps", R"({"step":"pay"})");
    EXPECT_EQ(status, 409);
    control(Method::post, "/orders/" + order + "/steps", R"({"step":"jump"})");
    EXPECT_EQ(status, 400);
    const auto state = control(Method::get, "/state");
    EXPECT_EQ(state["orders"].items().size(), 12u * 5u + 1u);
    EXPECT_TRUE(state["end"].boolean_or(false));
    EXPECT_EQ(control(Method::get, "/orders/" + order)["status"].string_or(), "CANCELLED");
}

TEST_F(ControlTest, BurstsMakeExactlyWhatWasAsked) {
    control(http::Method::post, "/bursts", R"({"per_second":100,"seconds":2})");
    ASSERT_EQ(status, 200);
    base::FakeHttpClient client([](const base::HttpRequest&) { return base::HttpAnswer{200, {}, {}}; });
    for (int i = 0; i < 300; ++i) {
        engine->tick(client);
        machine.advance(base::milliseconds(10));
    }
    EXPECT_EQ(control(http::Method::get, "/")["orders"].integer_or(0), 12 * 5 + 200);
    EXPECT_TRUE(engine->bursts.empty());
}

TEST_F(ControlTest, MistakesAreAnswered) {
    using http::Method;
    const std::pair<const char*, const char*> wrong[] = {
        {"/orders", R"({"shop":"1"})"},          {"/bursts", "{}"},     {"/tokens", R"({"action":"eat"})"},
        {"/clock/advance", R"({"seconds":-5})"}, {"/stories/none", ""}, {"/shops", R"({"region":"XX"})"}};
    for (const auto& [path, body] : wrong) {
        control(Method::post, path, body);
        EXPECT_TRUE(status == 400 || status == 404) << path;
    }
    control(Method::get, "/nothing");
    EXPECT_EQ(status, 404);
    control(Method::del, "/state");
    EXPECT_EQ(status, 405);
    http::Request browser;
    browser.path = "/";
    browser.headers = {{"origin", "http://evil.example"}};
    EXPECT_EQ(Control(*engine).handle(browser).status, 403);
}

TEST_F(ControlTest, StoriesStageScamsAndHarmlessMessages) {
    control(http::Method::post, "/stories/phishing-wave");
    ASSERT_EQ(status, 200);
    base::FakeHttpClient client([](const base::HttpRequest&) { return base::HttpAnswer{200, {}, {}}; });
    for (int i = 0; i < 70; ++i) {
        machine.advance(base::minutes(1));
        engine->tick(client);
    }
    EXPECT_EQ(engine->ledger.count("staged", "scam"), 60u);
    EXPECT_EQ(engine->ledger.count("staged", "harmless"), 60u);
    control(http::Method::post, "/stories/deauthorisation");
    machine.advance(base::minutes(10));
    engine->tick(client);
    EXPECT_EQ(code(search()), 105001);
}

TEST_F(ControlTest, TokensExpireOnRequest) {
    control(http::Method::post, "/tokens", R"({"action":"expire_access"})");
    EXPECT_EQ(code(search()), 105002);
    control(http::Method::post, "/tokens", R"({"action":"revoke"})");
    EXPECT_EQ(code(search()), 105001);
}

}  // namespace
}  // namespace sandbox
