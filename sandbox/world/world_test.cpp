#include "sandbox/world/world.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace sandbox {
namespace {

constexpr std::int64_t k_start = 1'767'225'600'000;

std::unique_ptr<World> make(std::uint64_t seed, int shops = 14) {
    WorldOptions options;
    options.seed = seed;
    options.shops = shops;
    options.history = 5;
    options.start_ms = k_start;
    auto shape = load_shape();
    EXPECT_TRUE(shape);
    auto world = std::make_unique<World>(options, std::move(*shape));
    world->make_history();
    return world;
}

std::string print(World& world) {
    std::string out;
    for (const Shop& shop : world.shops()) {
        out += std::to_string(shop.id) + shop.name + "\n";
        for (const Order& order : shop.orders)
            out += std::to_string(order.id) + " " + std::to_string(static_cast<int>(order.state)) + " " +
                   std::to_string(order.total()) + " " + std::to_string(order.updated) + " " +
                   shop.buyers[order.buyer].name.full + "\n";
    }
    return out;
}

TEST(World, TheSameSeedGivesTheSameWorld) {
    const auto made_a = make(3);
    World& a = *made_a;
    const auto made_b = make(3);
    World& b = *made_b;
    const auto made_c = make(4);
    World& c = *made_c;
    for (World* world : {&a, &b, &c}) {
        world->set_life(true);
        for (std::int64_t now = k_start; now < k_start + 86'400'000; now += 600'000) world->advance(now);
    }
    EXPECT_EQ(print(a), print(b));
    EXPECT_NE(print(a), print(c));
}

TEST(World, FourteenShopsAreInAtLeastEightMarkets) {
    const auto made_world = make(7);
    World& world = *made_world;
    std::set<std::string_view> regions;
    for (const Shop& shop : world.shops()) regions.insert(shop.market->region);
    for (const char* region : {"GB", "US", "TH", "VN", "ID", "MY", "PH", "SG"})
        EXPECT_TRUE(regions.contains(region)) << region;
}

TEST(World, ADayOfLifeIsAsBusyAsAsked) {
    const auto made_world = make(5);
    World& world = *made_world;
    world.set_order_rate(40);
    world.set_life(true);
    std::size_t before = 0;
    for (const Shop& shop : world.shops()) before += shop.orders.size();
    // Seven days from a Thursday: the mean of all weekdays.
    for (std::int64_t now = k_start; now < k_start + 7 * 86'400'000ll; now += 60'000) world.advance(now);
    std::size_t after = 0;
    for (const Shop& shop : world.shops()) after += shop.orders.size();
    const double mean = static_cast<double>(after - before) / 7 / static_cast<double>(world.shops().size());
    EXPECT_NEAR(mean, 40, 6);
}

TEST(World, PeopleStandStillWithoutLifeAndRulesDoNot) {
    const auto made_world = make(5);
    World& world = *made_world;
    Shop& shop = world.shops()[1];
    const OrderRef ref = world.create_order(shop, k_start);
    ASSERT_EQ(world.order(ref).state, OrderState::unpaid) << "no cash on delivery in this market";
    world.advance(k_start + 47 * 3'600'000ll);
    EXPECT_EQ(world.order(ref).state, OrderState::unpaid);
    world.advance(k_start + 48 * 3'600'000ll);
    EXPECT_EQ(world.order(ref).state, OrderState::cancelled);
}

TEST(World, EveryOrderOfTheHistoryLiesBeforeTheStart) {
    const auto made_world = make(9);
    World& world = *made_world;
    for (const Shop& shop : world.shops()) {
        EXPECT_EQ(shop.orders.size(), 5u);
        EXPECT_EQ(shop.by_updated.size(), 5u);
        for (const Order& order : shop.orders) EXPECT_LE(order.updated, k_start);
    }
}

TEST(Shape, TheExcerptIsReadWhole) {
    const auto shape = load_shape();
    ASSERT_TRUE(shape);
    EXPECT_GT(shape->baskets.size(), 900u);
    EXPECT_GT(shape->articles.size(), 2'000u);
    for (const Basket& basket : shape->baskets) {
        EXPECT_FALSE(basket.empty());
        for (const BasketLine& line : basket) {
            EXPECT_LT(line.article, shape->articles.size());
            EXPECT_GE(line.quantity, 1);
            EXPECT_LE(line.quantity, 5);
        }
    }
}

TEST(Shape, TheWeekAveragesToOne) {
    double sum = 0;
    for (int weekday = 0; weekday < 7; ++weekday)
        for (int hour = 0; hour < 24; ++hour) sum += hour_weight(weekday, hour);
    EXPECT_NEAR(sum / 168, 1, 0.01);
}

}  // namespace
}  // namespace sandbox
