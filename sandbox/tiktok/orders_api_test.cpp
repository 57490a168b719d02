#include <set>

#include "sandbox/tiktok/test_shop_test.h"

namespace sandbox::tiktok {
namespace {

using http::Method;

class OrdersApi : public ShopTest {
  protected:
    void SetUp() override {
        EngineOptions options;
        options.history = 0;
        make(options);
        app->webhook_url.clear();
        // One order a minute.
        for (int i = 0; i < 25; ++i) {
            made.push_back(engine->world.create_order(*shop, engine->clock.now_ms()));
            machine.advance(base::minutes(1));
        }
    }
    std::string id(std::size_t n) { return std::to_string(engine->world.order(made[n]).id); }
    std::vector<OrderRef> made;
};

TEST_F(OrdersApi, PagesCoverEverythingOnce) {
    for (const char* order : {"ASC", "DESC"}) {
        std::vector<std::int64_t> times;
        std::set<std::string> seen;
        std::string next;
        int pages = 0;
        do {
            const auto page = call(search({{"page_size", "10"}, {"sort_order", order}, {"page_token", next}}));
            EXPECT_EQ(page["data"]["total_count"].integer_or(0), 25);
            for (const base::Json& item : page["data"]["orders"].items()) {
                EXPECT_TRUE(seen.insert(item["id"].string_or()).second);
                times.push_back(item["create_time"].integer_or(0));
            }
            next = page["data"]["next_page_token"].string_or();
            ++pages;
        } while (!next.empty() && pages < 9);
        EXPECT_EQ(pages, 3);
        EXPECT_EQ(seen.size(), 25u);
        if (std::string(order) == "DESC") std::ranges::reverse(times);
        EXPECT_TRUE(std::ranges::is_sorted(times));
    }
}

TEST_F(OrdersApi, APageTokenIsBoundToItsFilter) {
    const std::string next =
        call(search({{"page_size", "10"}}, R"({"order_status":"UNPAID"})"))["data"]["next_page_token"].string_or();
    const std::string body = R"({"order_status":"UNPAID"})";
    ASSERT_FALSE(next.empty());
    EXPECT_EQ(code(search({{"page_size", "10"}, {"page_token", next}}, body)), 0);
    EXPECT_EQ(code(search({{"page_size", "10"}, {"page_token", next}}, "{}")), 36009004);
    EXPECT_EQ(code(search({{"page_size", "10"}, {"page_token", next}, {"sort_field", "update_time"}}, body)), 36009004);
    std::string changed = next;
    changed.back() = changed.back() == 'A' ? 'B' : 'A';
    changed.front() = changed.front() == 'A' ? 'B' : 'A';
    EXPECT_EQ(code(search({{"page_size", "10"}, {"page_token", changed}}, body)), 36009004);
    EXPECT_EQ(code(search({{"page_size", "10"}, {"page_token", "2"}}, body)), 36009004);
}

TEST_F(OrdersApi, PageSizeIsRequiredAndLimited) {
    EXPECT_EQ(code(with_cipher(Method::post, "/order/202309/orders/search", {}, "{}")), 36009004);
    for (const char* wrong : {"0", "101", "-1", "x", "10x", ""})
        EXPECT_EQ(code(search({{"page_size", wrong}})), 36009004) << wrong;
    EXPECT_EQ(code(search({{"page_size", "100"}})), 0);
}

TEST_F(OrdersApi, TimeFiltersAreHalfOpen) {
    const std::int64_t third = engine->world.order(made[3]).created / 1'000;
    const auto body = [&](std::int64_t ge, std::int64_t lt) {
        return R"({"create_time_ge":)" + std::to_string(ge) + R"(,"create_time_lt":)" + std::to_string(lt) + "}";
    };
    EXPECT_EQ(call(search({}, body(third, third + 60)))["data"]["total_count"].integer_or(-1), 1);
    EXPECT_EQ(call(search({}, body(third, third + 61)))["data"]["total_count"].integer_or(-1), 2);
    EXPECT_EQ(call(search({}, body(third, third)))["data"]["total_count"].integer_or(-1), 0);
    EXPECT_EQ(call(search({}, body(third + 60, third)))["data"]["total_count"].integer_or(-1), 0);
}

TEST_F(OrdersApi, ParametersOfTheWrongKindAreNamed) {
    for (const char* body : {R"({"order_status":"PAID"})", R"({"order_status":1})", R"({"create_time_ge":"1"})",
                             R"({"update_time_lt":1.5})", R"({"is_buyer_request_cancel":"no"})",
                             R"({"warehouse_ids":"1"})", R"({"shipping_type":"DRONE"})"})
        EXPECT_EQ(code(search({}, body)), 36009004) << body;
    EXPECT_EQ(code(search({{"sort_field", "price"}})), 36009004);
    EXPECT_EQ(code(search({{"sort_order", "asc"}})), 36009004);
}

TEST_F(OrdersApi, StatusFilterAndUpdateOrder) {
    ASSERT_TRUE(engine->world.step(made[0], Step::buyer_cancels, engine->clock.now_ms()));
    const auto cancelled = call(search({}, R"({"order_status":"CANCELLED"})"));
    ASSERT_EQ(cancelled["data"]["orders"].items().size(), 1u);
    EXPECT_EQ(cancelled["data"]["orders"].at(0)["id"].string_or(), id(0));
    machine.advance(base::seconds(1));
    const auto newest = call(search({{"sort_field", "update_time"}, {"page_size", "1"}}));
    EXPECT_EQ(newest["data"]["orders"].at(0)["id"].string_or(), id(0));
}

TEST_F(OrdersApi, DetailTakesFiftyIdsAndLeavesOutUnknownOnes) {
    const auto detail = [&](const std::string& ids) {
        return with_cipher(Method::get, "/order/202507/orders", {{"ids", ids}});
    };
    EXPECT_EQ(call(detail(id(0) + "," + id(1) + ",1"))["data"]["orders"].items().size(), 2u);
    EXPECT_EQ(code(with_cipher(Method::get, "/order/202309/orders", {{"ids", id(0)}})), 0);
    EXPECT_EQ(code(with_cipher(Method::get, "/order/202507/orders")), 36009004);
    std::string many = "1";
    for (int i = 0; i < 50; ++i) many += ",2";
    EXPECT_EQ(code(detail(many)), 36009004);
    EXPECT_EQ(code(detail("abc")), 36009004);
}

TEST_F(OrdersApi, OrdersOfAnotherShopAreRefused) {
    Shop& other = engine->world.shops()[1];
    const OrderRef foreign = engine->world.create_order(other, engine->clock.now_ms());
    EXPECT_EQ(code(with_cipher(Method::get, "/order/202507/orders",
                               {{"ids", std::to_string(engine->world.order(foreign).id)}})),
              21008111);
    EXPECT_EQ(code(with_cipher(Method::get, "/order/202407/orders/" + std::to_string(engine->world.order(foreign).id) +
                                                "/price_detail")),
              21008111);
    EXPECT_EQ(code(with_cipher(Method::get, "/order/202407/orders/1/price_detail")), 21001001);
    EXPECT_EQ(code(with_cipher(Method::get, "/order/202407/orders/" + id(0) + "/price_detail")), 0);
}

TEST_F(OrdersApi, NothingOfTheBuyerWhileOnHold) {
    ASSERT_TRUE(engine->world.step(made[0], Step::pay, engine->clock.now_ms()) ||
                engine->world.order(made[0]).cash_on_delivery);
    const auto held = call(with_cipher(Method::get, "/order/202507/orders", {{"ids", id(0)}}));
    const base::Json order = held["data"]["orders"].at(0);
    EXPECT_EQ(order["status"].string_or(), "ON_HOLD");
    for (const char* hidden : {"user_id", "buyer_nickname", "buyer_email", "recipient_address"})
        EXPECT_FALSE(order[hidden].present()) << hidden;
}

TEST_F(OrdersApi, AmountsAddUpAndZeroDecimalCurrenciesHaveNone) {
    for (Shop& each : engine->world.shops()) {
        const OrderRef ref = engine->world.create_order(each, engine->clock.now_ms());
        const Order& order = engine->world.order(ref);
        const base::Currency currency = currency_of(*each.market);
        EXPECT_EQ(order.total(), order.subtotal() + order.shipping_fee + order.tax);
        EXPECT_GT(order.subtotal(), 0) << each.market->region;
        const bool decimals = base::decimal({order.total(), currency}).find('.') != std::string::npos;
        EXPECT_EQ(decimals, currency.decimals() > 0);
    }
}

TEST_F(OrdersApi, IdsAreTextWithNineteenDigitsBelowTwoToThe63) {
    std::set<std::uint64_t> ids;
    for (const OrderRef ref : made) {
        const Order& order = engine->world.order(ref);
        EXPECT_GT(order.id, 9'200'000'000'000'000'000ull);
        EXPECT_LE(order.id, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
        EXPECT_TRUE(ids.insert(order.id).second);
        for (const OrderLine& line : order.lines) EXPECT_TRUE(ids.insert(line.id).second);
    }
}

}  // namespace
}  // namespace sandbox::tiktok
