#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>

#include "base/encoding.h"
#include "sandbox/engine.h"
#include "sandbox/shopee/order_json.h"
#include "sandbox/shopee/sign.h"

namespace sandbox::shopee {
namespace {

using testing::HasSubstr;

// A sandbox on a clock that stands still.
class ShopeeTest : public testing::Test {
  protected:
    using Parameters = std::vector<std::pair<std::string, std::string>>;

    void SetUp() override {
        EngineOptions options;
        options.shops = 1;
        options.shopee_shops = 4;
        options.history = 150;
        auto made = Engine::make(options, machine);
        ASSERT_TRUE(made) << made.error().what;
        engine = std::move(*made);
        market = engine->shopee.get();
        app = &market->service.registry().app();
        shop = &market->world.shops()[0];
    }

    base::JsonDocument parse(const http::Response& response) {
        status = response.status;
        auto document = base::JsonDocument::parse(response.body);
        EXPECT_TRUE(document) << response.body;
        return document ? std::move(*document) : *base::JsonDocument::parse("{}");
    }
    http::Request request(http::Method method, const std::string& path, const Parameters& more = {},
                          const std::string& token = {}, const std::string& id = {}) {
        http::Request made;
        made.method = method;
        made.path = path;
        const std::string stamp = std::to_string(machine.now().unix_seconds());
        made.query = {{"partner_id", app->partner_id},
                      {"timestamp", stamp},
                      {"sign", request_sign(app->key, app->partner_id, path, stamp, token, id)}};
        if (!token.empty()) made.query.insert(made.query.end(), {{"access_token", token}, {"shop_id", id}});
        made.query.insert(made.query.end(), more.begin(), more.end());
        return made;
    }
    base::JsonDocument send(const http::Request& made) { return parse(engine->handle_shopee(made).response); }
    base::JsonDocument get(const std::string& path, const Parameters& more = {}) {
        return send(request(http::Method::get, path, more, access, id_of(*shop)));
    }
    base::JsonDocument post(const std::string& path, std::string body) {
        http::Request made = request(http::Method::post, path);
        made.body = std::move(body);
        return send(made);
    }
    static std::string id_of(const Shop& shop) { return std::to_string(Registry::shop_id(shop)); }

    // The seller agrees; what the address to return to gets.
    std::string consent(const std::string& account) {
        http::Request made;
        made.method = http::Method::post;
        made.path = "/auth";
        made.body = "partner_id=" + app->partner_id +
                    "&redirect=" + base::percent_encode("http://127.0.0.1:1/back?x=1") +
                    "&state=s1&decision=accept&account=" + base::percent_encode(account);
        const http::Response response = engine->handle_shopee(made).response;
        for (const auto& [name, value] : response.headers)
            if (name == "Location") return value;
        return {};
    }
    static std::string code_of(const std::string& location) {
        const std::size_t from = location.find("code=") + 5;
        return location.substr(from, location.find('&', from) - from);
    }
    void connect() {
        const auto answer = post("/api/v2/auth/token/get",
                                 fmt::format(R"({{"code":"{}","partner_id":{},"shop_id":{}}})",
                                             code_of(consent("shop:" + id_of(*shop))), app->partner_id, id_of(*shop)));
        access = answer["access_token"].string_or();
        refresh = answer["refresh_token"].string_or();
        ASSERT_FALSE(access.empty());
    }
    base::JsonDocument renew(const std::string& token, const std::string& id) {
        return post(
            "/api/v2/auth/access_token/get",
            fmt::format(R"({{"refresh_token":"{}","partner_id":{},"shop_id":{}}})", token, app->partner_id, id));
    }
    Parameters window(std::int64_t from, std::int64_t to, const std::string& cursor = {}) {
        return {{"time_range_field", "update_time"},
                {"time_from", std::to_string(from)},
                {"time_to", std::to_string(to)},
                {"page_size", "100"},
                {"cursor", cursor}};
    }

    base::FakeClock machine;
    std::unique_ptr<Engine> engine;
    Market* market = nullptr;
    App* app = nullptr;
    Shop* shop = nullptr;
    std::string access;
    std::string refresh;
    int status = 0;
};

TEST_F(ShopeeTest, DocumentedSignatures) {
    constexpr std::string_view key = "5368706574657374706172746e65726b657931323334353637383930616263";
    EXPECT_EQ(request_sign(key, "2001887", "/api/v2/shop/get_shop_info", "1655714431",
                           "59777174636562737266615546704c6d", "14701711"),
              "dea3f1dd4efac0d8ba1e1874977e1f13158daeb9da3601c81efac2364b63b1f3");
    EXPECT_EQ(request_sign(key, "2001887", "/api/v2/auth/token/get", "1655714431", "", ""),
              "a6651b7c59efb6135a91637c0ab2d9cf4e018f4686ab9743e3e1950537da6c03");
    EXPECT_EQ(push_sign(key, "https://console.example.test/hooks/shopee",
                        R"({"data":{"items":[],"ordersn":"220810QSK8S7BX","status":"PROCESSED",)"
                        R"("completed_scenario":"","update_time":1660123127},"shop_id":727720655,"code":3,)"
                        R"("timestamp":1660123127})"),
              "165edbef3976bb20b950fb4b397e591a62c2a7c83494c1774d77e717310595f6");
}

TEST_F(ShopeeTest, TheGateRefusesOneWrongThingAfterTheOther) {
    connect();
    const std::string path = "/api/v2/shop/get_shop_info";
    EXPECT_EQ(get(path)["status"].string(), "NORMAL");
    EXPECT_EQ(status, 200);
    const auto error = [&](const std::function<void(http::Request&)>& breaks) {
        http::Request made = request(http::Method::get, path, {}, access, id_of(*shop));
        breaks(made);
        return send(made)["error"].string_or();
    };
    const auto set = [](http::Request& made, const std::string& name, const std::string& value) {
        for (auto& [key, old] : made.query)
            if (key == name) old = value;
    };
    EXPECT_EQ(error([&](http::Request& made) { set(made, "partner_id", "1"); }), "error_auth");
    EXPECT_EQ(status, 403);
    EXPECT_EQ(error([&](http::Request& made) { set(made, "timestamp", ""); }), "error_param");
    EXPECT_EQ(error([&](http::Request& made) { set(made, "sign", std::string(64, '0')); }), "error_sign");
    EXPECT_EQ(error([&](http::Request& made) { made.method = http::Method::post; }), "error_param");
    EXPECT_EQ(error([&](http::Request& made) { made.path = "/api/v2/shop/no_such"; }), "error_not_found");
    machine.advance(base::seconds(301));
    http::Request late = request(http::Method::get, path, {}, access, id_of(*shop));
    machine.advance(base::seconds(301));
    EXPECT_EQ(send(late)["error"].string(), "error_param");
    EXPECT_EQ(send(request(http::Method::get, path, {}, "wrong", id_of(*shop)))["error"].string(),
              "invalid_acceess_token");
    EXPECT_EQ(send(request(http::Method::get, path, {}, access, id_of(market->world.shops()[3])))["error"].string(),
              "shop_no_linked");
}

TEST_F(ShopeeTest, CodesAreGoodOnceForTheirOwnAccount) {
    const std::string code = code_of(consent("shop:" + id_of(*shop)));
    const auto exchange = [&](const std::string& field, const std::string& id) {
        return post("/api/v2/auth/token/get", fmt::format(R"({{"code":"{}","partner_id":{},"{}":{}}})", code,
                                                          app->partner_id, field, id))["error"]
            .string_or();
    };
    EXPECT_EQ(exchange("shop_id", "5"), "invalid_code");
    EXPECT_EQ(exchange("shop_id", id_of(*shop)), "");
    EXPECT_EQ(exchange("shop_id", id_of(*shop)), "invalid_code");
    EXPECT_THAT(consent("shop:" + id_of(*shop)), HasSubstr("http://127.0.0.1:1/back?x=1&code="));
    EXPECT_THAT(consent("shop:" + id_of(*shop)), HasSubstr("&shop_id=" + id_of(*shop) + "&state=s1"));
}

TEST_F(ShopeeTest, AMainAccountsFirstRefreshTokenIsGoodOnceForEachShop) {
    const std::string location = consent("main:1");
    EXPECT_THAT(location, HasSubstr("&main_account_id=70010001"));
    const auto answer =
        post("/api/v2/auth/token/get", fmt::format(R"({{"code":"{}","partner_id":{},"main_account_id":70010001}})",
                                                   code_of(location), app->partner_id));
    const auto shops = answer["shop_id_list"].items();
    ASSERT_EQ(shops.size(), 3u);
    const std::string first = answer["refresh_token"].string_or();
    std::set<std::string> tokens;
    for (const base::Json& id : shops) {
        const auto renewed = renew(first, *id.id_text());
        EXPECT_EQ(renewed["error"].string(), "") << *id.id_text();
        tokens.insert(renewed["access_token"].string_or());
    }
    EXPECT_EQ(tokens.size(), 3u);
    EXPECT_EQ(renew(first, *shops[0].id_text())["error"].string(), "error_shop_refresh_token");
}

TEST_F(ShopeeTest, TheOldAccessTokenLivesFiveMinutesMore) {
    connect();
    const std::string old = access;
    access = renew(refresh, id_of(*shop))["access_token"].string_or();
    const auto error = [&](const std::string& token) {
        return send(request(http::Method::get, "/api/v2/shop/get_shop_info", {}, token, id_of(*shop)))["error"]
            .string_or();
    };
    EXPECT_EQ(error(old), "");
    machine.advance(base::seconds(300));
    EXPECT_EQ(error(old), "invalid_acceess_token");
    EXPECT_EQ(error(access), "");
    machine.advance(base::hours(4));
    EXPECT_EQ(error(access), "invalid_acceess_token");
}

TEST_F(ShopeeTest, OrdersAreListedByCursorAndReadInBatches) {
    connect();
    const std::int64_t now = machine.now().unix_seconds();
    EXPECT_EQ(get("/api/v2/order/get_order_list", window(now - 15 * 86'400 - 1, now))["error"].string(),
              "order.order_list_invalid_time");
    EXPECT_EQ(get("/api/v2/order/get_order_list", window(now, now - 1))["error"].string(),
              "order.order_list_invalid_time");
    std::set<std::string> seen;
    for (int back = 0; back < 12; ++back) {
        std::string cursor;
        do {
            const auto page = get("/api/v2/order/get_order_list",
                                  window(now - (back + 1) * 1'296'000 + 1, now - back * 1'296'000, cursor));
            ASSERT_EQ(page["error"].string(), "");
            for (const base::Json& row : page["response"]["order_list"].items())
                EXPECT_TRUE(seen.insert(row["order_sn"].string_or()).second);
            cursor = page["response"]["next_cursor"].string_or();
            EXPECT_EQ(page["response"]["more"].boolean(), !cursor.empty());
        } while (!cursor.empty());
    }
    EXPECT_EQ(seen.size(), shop->orders.size());
    const std::string sn = *seen.begin();
    const auto detail = get("/api/v2/order/get_order_detail",
                            {{"order_sn_list", sn}, {"response_optional_fields", "item_list,total_amount"}});
    const base::Json order = detail["response"]["order_list"].at(0);
    EXPECT_EQ(order["order_sn"].string(), sn);
    EXPECT_FALSE(order["item_list"].items().empty());
    EXPECT_TRUE(order["total_amount"].number());
    EXPECT_FALSE(order["recipient_address"].present());
    EXPECT_EQ(get("/api/v2/order/get_order_detail", {{"order_sn_list", sn + ",NOSUCH"}})["error"].string(),
              "error_not_found");
    EXPECT_EQ(*parse_order_sn(order_sn(7'591'000'000'000'000'001ull)), 7'591'000'000'000'000'001ull);
    for (const char* bad : {"", "a", "ZZZZZZZZZZZZZZ", "1-2"}) EXPECT_FALSE(parse_order_sn(bad)) << bad;
}

TEST_F(ShopeeTest, PushesClimbTheLadderAndAreThenKeptForThreeDays) {
    connect();
    ASSERT_EQ(post("/api/v2/push/set_app_push_config",
                   R"({"callback_url":"http://127.0.0.1:2/hooks/shopee","set_push_config_on":[2,3,10]})")["error"]
                  .string(),
              "");
    auto due = market->pushes.take_due(engine->clock.now_ms());
    ASSERT_EQ(due.size(), 1u);
    EXPECT_THAT(due[0].body, HasSubstr(R"("code":0)"));
    market->pushes.finished(due[0].number, 200, engine->clock.now_ms());
    EXPECT_EQ(post("/api/v2/push/set_app_push_config", R"({"set_push_config_on":[999]})")["error"].string(),
              "error_param");

    market->world.create_order(*shop, engine->clock.now_ms());
    std::string body;
    int attempts = 0;
    for (const std::int64_t wait_s : {0, 300, 1'800, 10'800}) {
        engine->clock.advance(wait_s * 1'000 - 1);
        EXPECT_TRUE(wait_s == 0 || market->pushes.take_due(engine->clock.now_ms()).empty());
        engine->clock.advance(1);
        due = market->pushes.take_due(engine->clock.now_ms());
        for (const PushAttempt& push : due) {
            EXPECT_EQ(push.signature, push_sign(app->key, push.address, push.body));
            body = push.body;
            ++attempts;
            market->pushes.finished(push.number, 500, engine->clock.now_ms());
        }
    }
    EXPECT_GE(attempts, 4);
    const auto lost = send(request(http::Method::get, "/api/v2/push/get_lost_push_message"));
    const auto messages = lost["response"]["push_message_list"].items();
    ASSERT_FALSE(messages.empty());
    EXPECT_EQ(messages.back()["data"].string(), body);
    const std::string last = *lost["response"]["last_message_id"].id_text();
    EXPECT_GT(lost["response"]["last_message_id"].integer_or(0), 9'007'199'254'740'992);
    EXPECT_EQ(post("/api/v2/push/confirm_consumed_lost_push_message", R"({"last_message_id":)" + last + "}")["error"]
                  .string(),
              "");
    EXPECT_TRUE(send(request(http::Method::get, "/api/v2/push/get_lost_push_message"))["response"]["push_message_list"]
                    .items()
                    .empty());
}

TEST_F(ShopeeTest, AnEndedConsentIsToldAndRefusesEverything) {
    connect();
    (void)post("/api/v2/push/set_app_push_config",
               R"({"callback_url":"http://127.0.0.1:2/hooks/shopee","set_push_config_on":[2]})");
    (void)market->pushes.take_due(engine->clock.now_ms());
    ASSERT_TRUE(market->service.deauthorise(*shop));
    const auto due = market->pushes.take_due(engine->clock.now_ms());
    ASSERT_EQ(due.size(), 1u);
    EXPECT_THAT(due[0].body, HasSubstr("shop id " + id_of(*shop)));
    EXPECT_EQ(get("/api/v2/shop/get_shop_info")["error"].string(), "shop_no_linked");
    EXPECT_EQ(renew(refresh, id_of(*shop))["error"].string(), "shop_no_linked");
}

TEST_F(ShopeeTest, TheSignedFormOfTheConsentPage) {
    const std::string path = "/api/v2/shop/auth_partner";
    http::Request made = request(http::Method::get, path, {{"redirect", "http://127.0.0.1:1/back?state=s1"}});
    EXPECT_EQ(engine->handle_shopee(made).response.status, 200);
    machine.advance(base::seconds(301));
    EXPECT_EQ(engine->handle_shopee(made).response.status, 403);
    made.path = "/auth";
    EXPECT_EQ(engine->handle_shopee(made).response.status, 400);
}

TEST_F(ShopeeTest, FaultsSpeakTheMarketplacesOwnWords) {
    connect();
    ASSERT_TRUE(engine->faults.set(R"({"api":[{"kind":"rate_limited","operation":"shopee.shop_info","times":1}]})"));
    EXPECT_EQ(get("/api/v2/shop/get_shop_info")["error"].string(), "error_rate_limit");
    EXPECT_EQ(get("/api/v2/shop/get_shop_info")["error"].string(), "");
}

}  // namespace
}  // namespace sandbox::shopee
