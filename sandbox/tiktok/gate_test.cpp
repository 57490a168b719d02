#include "sandbox/tiktok/test_shop_test.h"

// Each refusal of the gate, one wrong thing at a time.
namespace sandbox::tiktok {
namespace {

using http::Method;
using Gate = ShopTest;

TEST_F(Gate, ARightCallPasses) {
    EXPECT_EQ(code(search()), 0);
    EXPECT_EQ(status, 200);
    EXPECT_EQ(code(request(Method::get, "/authorization/202309/shops")), 0);
}

TEST_F(Gate, EveryAnswerHasARequestId) {
    const auto right = call(search());
    const auto wrong = call(request(Method::get, "/nowhere/202309/shops"));
    EXPECT_EQ(right["request_id"].string_or().size(), 34u);
    EXPECT_EQ(wrong["request_id"].string_or().size(), 34u);
    EXPECT_TRUE(wrong["data"].is_null());
}

TEST_F(Gate, UnknownPath) {
    EXPECT_EQ(code(request(Method::get, "/authorization/202309/nothing")), 36009009);
    EXPECT_EQ(code(request(Method::get, "/")), 36009009);
    EXPECT_EQ(code(request(Method::get, "/authorization/version/shops")), 36009009);
}

TEST_F(Gate, WrongMethod) {
    EXPECT_EQ(code(with_cipher(Method::get, "/order/202309/orders/search")), 36009010);
    EXPECT_EQ(code(with_cipher(Method::put, "/order/202309/orders")), 36009010);
}

TEST_F(Gate, UnknownVersion) {
    EXPECT_EQ(code(with_cipher(Method::post, "/order/202001/orders/search")), 36009014);
    EXPECT_EQ(code(request(Method::get, "/authorization/202403/shops")), 36009014);
}

TEST_F(Gate, ContentType) {
    http::Request made = search();
    made.headers[0].second = "text/plain";
    EXPECT_EQ(code(made), 36009022);
    made.headers.erase(made.headers.begin());
    EXPECT_EQ(code(made), 36009022);
    made = search();
    made.headers[0].second = "Application/JSON; charset=utf-8";
    EXPECT_EQ(code(made), 0);
}

TEST_F(Gate, AppKey) {
    EXPECT_EQ(code(request(Method::get, "/authorization/202309/shops", {{"app_key", "6000"}})), 36009004);
}

TEST_F(Gate, TimestampWindow) {
    const std::int64_t now = machine.now().unix_seconds();
    const auto at = [&](std::int64_t seconds) {
        return code(request(Method::get, "/authorization/202309/shops", {{"timestamp", std::to_string(seconds)}}));
    };
    EXPECT_EQ(at(now - 300), 0);
    EXPECT_EQ(at(now - 301), 36009004);
    EXPECT_EQ(at(now + 30), 0);
    EXPECT_EQ(at(now + 31), 36009004);
    EXPECT_EQ(at(now * 1'000), 36009004);
}

TEST_F(Gate, Signature) {
    EXPECT_EQ(parse(send(search()))["code"].integer_or(0), 36009004) << "no sign at all";
    http::Request made = sign(search());
    made.body = R"({ })";
    EXPECT_EQ(parse(send(made))["code"].integer_or(0), 106001) << "other bytes than signed";
    EXPECT_EQ(status, 401);
    made = sign(search());
    for (char& c : made.query.back().second) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(parse(send(made))["code"].integer_or(0), 106001) << "upper case";
    made = sign(search());
    made.query.emplace_back("locale", "en");
    EXPECT_EQ(parse(send(made))["code"].integer_or(0), 106001) << "a parameter that was not signed";
}

TEST_F(Gate, Token) {
    http::Request made = search();
    made.headers[1].second = "ROW_" + std::string(40, 'a');
    EXPECT_EQ(code(made), 105001);
    EXPECT_EQ(status, 401);
    made.headers[1].second = "not a token";
    EXPECT_EQ(code(made), 36009005);
    made.headers.pop_back();
    EXPECT_EQ(code(made), 36009005);
    EXPECT_EQ(status, 401);
}

TEST_F(Gate, TheSignatureIsCheckedBeforeTheToken) {
    http::Request made = sign(search());
    made.headers[1].second = "not a token";
    made.query.back().second[0] ^= 1;
    EXPECT_EQ(parse(send(made))["code"].integer_or(0), 106001);
}

TEST_F(Gate, ExpiredToken) {
    engine->clock.advance(7 * 86'400'000ll - 1);
    EXPECT_EQ(code(search()), 0);
    engine->clock.advance(1'000);
    EXPECT_EQ(code(search()), 105002);
    EXPECT_EQ(status, 401);
}

TEST_F(Gate, ScopeOfTheAppAndOfTheToken) {
    app->scopes.erase("seller.order.info");
    EXPECT_EQ(code(search()), 105005);
    EXPECT_EQ(status, 401);
    app->scopes.emplace("seller.order.info");
    EXPECT_EQ(code(search()), 0);
    engine->tiktok.registry().find(*app, 0)->scopes.erase("seller.order.info");
    EXPECT_EQ(code(search()), 105005);
    EXPECT_EQ(code(request(Method::get, "/authorization/202309/shops")), 0);
}

TEST_F(Gate, ShopCipher) {
    EXPECT_EQ(code(request(Method::post, "/order/202309/orders/search", {{"page_size", "1"}}, "{}")), 106013);
    EXPECT_EQ(code(with_cipher(Method::get, "/authorization/202309/shops")), 36009004);
    EXPECT_EQ(code(with_cipher(Method::get, "/seller/202309/shops")), 36009004);
    EXPECT_EQ(code(search({{"shop_cipher", "ROW_other"}})), 101000);
    const Shop& foreign = engine->world.shops()[engine->world.sellers()[1].shops[0]];
    EXPECT_EQ(code(search({{"shop_cipher", engine->tiktok.registry().cipher(*app, foreign)}})), 101000);
}

TEST_F(Gate, CallersAddress) {
    app->allowed_addresses = {"10.0.0.1"};
    EXPECT_EQ(code(search()), 36009033);
    app->allowed_addresses.emplace("127.0.0.1");
    EXPECT_EQ(code(search()), 0);
}

TEST_F(Gate, FrozenShop) {
    shop->state = ShopState::refused_by_gateway;
    shop->refusal_code = 36009099;
    EXPECT_EQ(code(search()), 36009099);
    EXPECT_EQ(call(request(Method::get, "/seller/202309/shops"))["data"]["shops"].items().size(), 1u);
    shop->state = ShopState::deactivated;
    EXPECT_EQ(code(search()), 0);
    EXPECT_EQ(call(request(Method::get, "/seller/202508/status"))["data"]["seller_status_data"]["shop_statuses"]
                  .at(0)["shop_status"]
                  .string_or(),
              "3");
    EXPECT_TRUE(call(with_cipher(Method::get, "/product/202312/prerequisites"))["data"]["check_results"]
                    .at(0)["is_failed"]
                    .boolean_or(false));
}

TEST_F(Gate, RateBucket) {
    int passed = 0;
    for (int i = 0; i < 60; ++i) passed += code(search()) == 0 ? 1 : 0;
    EXPECT_EQ(passed, 50);
    const http::Response response = send(sign(search()));
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(parse(response)["code"].integer_or(0), 36009002);
    EXPECT_EQ(code(request(Method::get, "/authorization/202309/shops")), 0)
        << "another operation has a bucket of its own";
    const Shop& second = engine->world.shops()[1];
    EXPECT_EQ(code(search({{"shop_cipher", engine->tiktok.registry().cipher(*app, second)}})), 0) << "another shop too";
    machine.advance(base::seconds(1));
    EXPECT_EQ(code(search()), 0);
}

TEST_F(Gate, DevelopmentShopsHaveAnHourlyBudget) {
    shop->development = true;
    engine->tiktok.limits().development_calls_per_hour = 3;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(code(search()), 0);
    EXPECT_EQ(code(search()), 36009002);
    EXPECT_EQ(status, 429);
    machine.advance(base::hours(1));
    EXPECT_EQ(code(search()), 0);
}

TEST_F(Gate, CustomerServiceHasADailyBudget) {
    engine->tiktok.limits().customer_service_calls_per_day = 1;
    const auto list = [&] {
        return with_cipher(Method::get, "/customer_service/202309/conversations", {{"page_size", "1"}});
    };
    EXPECT_EQ(code(list()), 0);
    EXPECT_EQ(code(list()), 45101004);
}

TEST_F(Gate, BodiesAreJsonObjects) {
    EXPECT_EQ(code(search({}, "{")), 36009004);
    EXPECT_EQ(code(search({}, "[]")), 36009004);
    EXPECT_EQ(code(search({}, "")), 0);
}

}  // namespace
}  // namespace sandbox::tiktok
