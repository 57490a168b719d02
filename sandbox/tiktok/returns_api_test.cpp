#include <set>

#include "sandbox/tiktok/return_json.h"
#include "sandbox/tiktok/test_shop_test.h"

namespace sandbox::tiktok {
namespace {

using http::Method;

class ReturnsApi : public ShopTest {
  protected:
    void SetUp() override {
        EngineOptions options;
        options.history = 0;
        make(options);
        app->webhook_url = "http://127.0.0.1:1/hooks";
    }
    // A delivered order, one a minute.
    OrderRef delivered() {
        machine.advance(base::minutes(1));
        const OrderRef ref = engine->world.create_order(*shop, engine->clock.now_ms());
        for (const Step step : {Step::pay, Step::hold_over, Step::ship, Step::collect, Step::deliver})
            engine->world.step(ref, step, engine->clock.now_ms());
        EXPECT_EQ(engine->world.order(ref).state, OrderState::delivered);
        return ref;
    }
    ReturnRef returned() {
        const auto ref = engine->world.open_return(delivered(), engine->clock.now_ms());
        EXPECT_TRUE(ref);
        return *ref;
    }
    http::Request returns(Parameters query = {}, std::string body = "{}") {
        return with_cipher(Method::post, "/return_refund/202309/returns/search", std::move(query), std::move(body));
    }
    http::Request cancellations(Parameters query = {}, std::string body = "{}") {
        return with_cipher(Method::post, "/return_refund/202309/cancellations/search", std::move(query),
                           std::move(body));
    }
};

TEST_F(ReturnsApi, PagesCoverEverythingOnceInBothOrders) {
    for (int i = 0; i < 23; ++i) returned();
    for (const char* order : {"ASC", "DESC"}) {
        std::set<std::string> seen;
        std::vector<std::int64_t> times;
        std::string next;
        int pages = 0;
        do {
            const auto page = call(returns(
                {{"page_size", "10"}, {"sort_field", "update_time"}, {"sort_order", order}, {"page_token", next}}));
            EXPECT_EQ(page["data"]["total_count"].integer_or(0), 23);
            for (const base::Json& one : page["data"]["return_orders"].items()) {
                EXPECT_TRUE(seen.insert(one["return_id"].string_or()).second);
                times.push_back(one["update_time"].integer_or(0));
            }
            next = page["data"]["next_page_token"].string_or();
        } while (!next.empty() && ++pages < 9);
        EXPECT_EQ(seen.size(), 23u);
        if (std::string(order) == "DESC") std::ranges::reverse(times);
        EXPECT_TRUE(std::ranges::is_sorted(times));
    }
}

TEST_F(ReturnsApi, WhatTheDocumentsForbidIsRefused) {
    for (const char* size : {"9", "51", "0", "x"}) EXPECT_EQ(code(returns({{"page_size", size}})), 36009004) << size;
    EXPECT_EQ(code(cancellations({{"page_size", "1"}})), 0);
    EXPECT_EQ(code(cancellations({{"page_size", "51"}})), 36009004);
    EXPECT_EQ(code(returns()), 0);  // The size has a default here.
    EXPECT_EQ(code(returns({{"sort_field", "price"}})), 36009004);
    EXPECT_EQ(code(returns({{"sort_order", "asc"}})), 36009004);
    EXPECT_EQ(code(returns({{"page_token", "2"}})), 36009004);
    for (const char* body : {R"({"return_status":"AWAITING_BUYER_SHIP"})", R"({"return_status":["PAID"]})",
                             R"({"return_types":["EXCHANGE"]})", R"({"return_ids":[1]})", R"({"update_time_ge":"1"})",
                             R"({"arbitration_status":["OPEN"]})"})
        EXPECT_EQ(code(returns({}, body)), 36009004) << body;
    EXPECT_EQ(code(cancellations({}, R"({"cancel_types":["SELLER_CANCEL"]})")), 36009004);
    EXPECT_EQ(code(request(Method::post, "/return_refund/202309/returns/search", {}, "{}")), 106013);
    engine->tiktok.registry().find(*app, shop->seller)->scopes.erase(std::string(k_scope_return));
    EXPECT_EQ(code(returns()), 105005);
}

TEST_F(ReturnsApi, FiltersAndHalfOpenTimes) {
    const ReturnRef first = returned();
    const ReturnRef second = returned();
    const Return& one = engine->world.one_return(first);
    const std::string id = std::to_string(one.id);
    const auto found = [&](const std::string& body) {
        return call(returns({}, body))["data"]["return_orders"].items().size();
    };
    EXPECT_EQ(found(R"({"return_ids":[")" + id + R"("]})"), 1u);
    EXPECT_EQ(found(R"({"return_ids":["5"]})"), 0u);
    EXPECT_EQ(found(R"({"order_ids":[")" + std::to_string(shop->orders[one.order].id) + R"("]})"), 1u);
    const std::string from = std::to_string(one.updated / 1'000);
    const std::string to = std::to_string(engine->world.one_return(second).updated / 1'000);
    EXPECT_EQ(found(R"({"update_time_ge":)" + from + R"(,"update_time_lt":)" + to + "}"), 1u);
    EXPECT_EQ(found(R"({"update_time_ge":)" + from + "}"), 2u);
    EXPECT_EQ(found(R"({"update_time_lt":)" + from + "}"), 0u);
}

TEST_F(ReturnsApi, SilenceIsConsentAndTheNextActionGoes) {
    const ReturnRef ref = returned();
    const auto one = [&] {
        return call(returns())["data"]["return_orders"].at(0)["seller_next_action_response"].dump();
    };
    EXPECT_NE(one().find("SELLER_RESPOND_"), std::string::npos);
    EXPECT_NE(one().find(std::to_string(engine->world.one_return(ref).deadline / 1'000)), std::string::npos);
    machine.advance(base::hours(47));
    engine->world.advance(engine->clock.now_ms());
    EXPECT_EQ(engine->world.one_return(ref).state, ReturnState::requested);
    machine.advance(base::hours(2));
    engine->world.advance(engine->clock.now_ms());
    EXPECT_NE(engine->world.one_return(ref).state, ReturnState::requested);
    EXPECT_EQ(engine->world.one_return(ref).decided_by, "SYSTEM");
    EXPECT_EQ(one(), "[]");
}

TEST_F(ReturnsApi, EveryChangeSendsAWebhook) {
    const auto types = [&](int type) {
        int count = 0;
        for (const auto& attempt : engine->webhooks.take_due(engine->clock.now_ms()))
            count += attempt.body.find("\"type\":" + std::to_string(type) + ",") != std::string::npos ? 1 : 0;
        return count;
    };
    const ReturnRef ref = returned();
    EXPECT_EQ(types(12), 1);
    ASSERT_TRUE(engine->world.step_return(ref, ReturnStep::reject, engine->clock.now_ms()));
    EXPECT_EQ(types(12), 1);
    EXPECT_FALSE(engine->world.step_return(ref, ReturnStep::approve, engine->clock.now_ms()));
    EXPECT_EQ(types(12), 0);
}

TEST_F(ReturnsApi, ARequestToCancelWaitsForTheSellerUntilItIsAnswered) {
    const OrderRef ref = engine->world.create_order(*shop, engine->clock.now_ms());
    for (const Step step : {Step::pay, Step::hold_over, Step::request_cancel})
        engine->world.step(ref, step, engine->clock.now_ms());
    const auto one = [&] { return call(cancellations())["data"]["cancellations"].at(0).dump(); };
    EXPECT_NE(one().find("CANCELLATION_REQUEST_PENDING"), std::string::npos);
    EXPECT_NE(one().find("SELLER_RESPOND_CANCEL"), std::string::npos);
    machine.advance(base::hours(1));
    engine->world.step(ref, Step::approve_cancel, engine->clock.now_ms());
    EXPECT_NE(one().find("CANCELLATION_REQUEST_COMPLETE"), std::string::npos);
    EXPECT_EQ(one().find("SELLER_RESPOND_CANCEL"), std::string::npos);
    EXPECT_NE(one().find("\"update_time\":" + std::to_string(engine->clock.now_ms() / 1'000)), std::string::npos);
}

TEST_F(ReturnsApi, AWorldWithHistoryHasReturnsOfSeveralKindsAndStates) {
    EngineOptions options;
    options.history = 300;
    make(options);
    std::set<ReturnType> types;
    std::set<ReturnState> states;
    std::size_t returned = 0, orders = 0;
    for (const Shop& each : engine->world.shops()) {
        orders += each.orders.size();
        returned += each.returns.size();
        for (const Return& one : each.returns) {
            types.insert(one.type);
            states.insert(one.state);
            EXPECT_GT(one.amount, 0);
            EXPECT_LE(one.updated, engine->clock.now_ms());
            EXPECT_GE(one.created, each.orders[one.order].delivered);
            if (one.state == ReturnState::requested) {
                EXPECT_GT(one.deadline, engine->clock.now_ms());
            }
        }
    }
    EXPECT_EQ(types.size(), 3u);
    EXPECT_GE(states.size(), 5u);
    // A few per cent.
    EXPECT_GT(returned * 100, orders);
    EXPECT_LT(returned * 100, orders * 8);
}

}  // namespace
}  // namespace sandbox::tiktok
