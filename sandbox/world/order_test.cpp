#include "sandbox/world/order.h"

#include <gtest/gtest.h>

namespace sandbox {
namespace {

constexpr std::int64_t k_start = 1'767'225'600'000;
constexpr std::int64_t k_hour = 3'600'000;

Order fresh() {
    Order order;
    order.created = order.updated = k_start;
    order.lines.resize(2);
    return order;
}

TEST(OrderMachine, TheLongWay) {
    Order order = fresh();
    const Timing timing;
    std::int64_t now = k_start;
    const std::pair<Step, OrderState> way[] = {{Step::pay, OrderState::on_hold},
                                               {Step::hold_over, OrderState::awaiting_shipment},
                                               {Step::ship_part, OrderState::partially_shipping},
                                               {Step::ship, OrderState::awaiting_collection},
                                               {Step::collect, OrderState::in_transit},
                                               {Step::deliver, OrderState::delivered},
                                               {Step::completion, OrderState::completed}};
    for (const auto& [step, state] : way) {
        now += 1'000;
        ASSERT_TRUE(apply(order, step, now, timing)) << name(step);
        EXPECT_EQ(order.state, state);
        EXPECT_EQ(order.updated, now);
    }
    EXPECT_FALSE(next_by_rule(order, timing));
    for (int step = 0; step <= static_cast<int>(Step::change_address); ++step)
        EXPECT_FALSE(may(order, static_cast<Step>(step)));
}

TEST(OrderMachine, UnpaidOrdersAreCancelledAfter48Hours) {
    Order order = fresh();
    const Timing timing;
    const auto rule = next_by_rule(order, timing);
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->at_ms, k_start + 48 * k_hour);
    ASSERT_TRUE(apply(order, rule->step, rule->at_ms, timing));
    EXPECT_EQ(order.state, OrderState::cancelled);
    EXPECT_EQ(order.cancel_role, "SYSTEM");
    EXPECT_EQ(order.cancel_reason, "system_cancel_unpaid_time_out");
}

TEST(OrderMachine, HoldLastsAnHourAndShippingHasADeadline) {
    Order order = fresh();
    const Timing timing;
    ASSERT_TRUE(apply(order, Step::pay, k_start + 5, timing));
    auto rule = next_by_rule(order, timing);
    EXPECT_EQ(rule->at_ms, k_start + 5 + k_hour);
    ASSERT_TRUE(apply(order, rule->step, rule->at_ms, timing));
    EXPECT_EQ(order.state, OrderState::awaiting_shipment);
    rule = next_by_rule(order, timing);
    EXPECT_EQ(rule->at_ms, order.shipping_due);
    ASSERT_TRUE(apply(order, rule->step, rule->at_ms, timing));
    EXPECT_EQ(order.state, OrderState::cancelled);
}

TEST(OrderMachine, SpeedDividesTheLimits) {
    const Order order = fresh();
    Timing timing;
    timing.speed = 48;
    EXPECT_EQ(next_by_rule(order, timing)->at_ms, k_start + k_hour);
}

TEST(OrderMachine, AnOpenRequestStopsShipping) {
    Order order = fresh();
    const Timing timing;
    apply(order, Step::pay, k_start, timing);
    EXPECT_FALSE(may(order, Step::request_cancel)) << "on hold the buyer just cancels";
    apply(order, Step::hold_over, k_start, timing);
    ASSERT_TRUE(apply(order, Step::request_cancel, k_start, timing));
    EXPECT_FALSE(may(order, Step::ship));
    EXPECT_FALSE(may(order, Step::request_cancel));
    ASSERT_TRUE(apply(order, Step::reject_cancel, k_start, timing));
    ASSERT_TRUE(apply(order, Step::ship, k_start, timing));
    EXPECT_FALSE(may(order, Step::buyer_cancels));
    ASSERT_TRUE(apply(order, Step::request_cancel, k_start, timing)) << "also between shipping and collection";
    ASSERT_TRUE(apply(order, Step::approve_cancel, k_start, timing));
    EXPECT_EQ(order.state, OrderState::cancelled);
}

TEST(OrderMachine, NothingIsCancelledOnceItIsOnItsWay) {
    Order order = fresh();
    order.state = OrderState::in_transit;
    for (const Step step : {Step::buyer_cancels, Step::seller_cancels, Step::request_cancel, Step::approve_cancel,
                            Step::payment_timeout, Step::shipping_timeout, Step::collection_timeout})
        EXPECT_FALSE(may(order, step)) << name(step);
}

TEST(OrderMachine, RefusedStepsChangeNothing) {
    Order order = fresh();
    EXPECT_FALSE(apply(order, Step::deliver, k_start + 1, {}));
    EXPECT_EQ(order.updated, k_start);
    EXPECT_EQ(order.version, 0u);
}

TEST(OrderMachine, NamesCanBeReadBack) {
    for (int step = 0; step <= static_cast<int>(Step::change_address); ++step)
        EXPECT_EQ(parse_step(name(static_cast<Step>(step))), static_cast<Step>(step));
    EXPECT_FALSE(parse_step("jump"));
}

}  // namespace
}  // namespace sandbox
