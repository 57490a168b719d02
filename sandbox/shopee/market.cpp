#include "sandbox/shopee/market.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sandbox::shopee {
namespace {

WorldOptions world_options(const Market::Options& options) {
    WorldOptions world;
    world.seed = options.seed ^ 0x73686f70ull;
    world.shops = 0;
    world.history = options.history;
    world.timing.speed = options.speed;
    world.start_ms = options.start_ms;
    return world;
}

// Sellers with one shop, and main accounts with several.
void add_shops(World& world, int shops) {
    static constexpr std::array<std::string_view, 1> k_malaysia = {"MY"};
    static constexpr std::array<std::string_view, 3> k_several = {"SG", "MY", "TH"};
    static constexpr std::array<std::string_view, 1> k_vietnam = {"VN"};
    static constexpr std::array<std::string_view, 2> k_two = {"PH", "ID"};
    static constexpr std::array<std::span<const std::string_view>, 4> k_fleets = {k_malaysia, k_several, k_vietnam,
                                                                                  k_two};
    for (std::size_t fleet = 0; static_cast<int>(world.shops().size()) < shops; ++fleet) {
        const auto regions = k_fleets[fleet % k_fleets.size()];
        const std::uint32_t seller = world.add_seller(*find_market(regions.front()));
        for (const std::string_view region : regions)
            if (static_cast<int>(world.shops().size()) < shops) world.add_shop(*find_market(region), seller);
    }
}

}  // namespace

Market::Market(const Options& options, Shape shape, Clock& clock, Ledger& ledger, Faults& faults)
    : world(world_options(options), std::move(shape)),
      service(world, clock, ledger, options.seed),
      pushes(service, faults) {
    add_shops(world, options.shops);
    world.make_history();
    world.listen({
        .order_changed = [this](const Shop& shop, const Order& order) { pushes.order_changed(shop, order); },
        .address_changed = [](const Shop&, const Order&) {},
        .cancellation_changed = [this](const Shop& shop, const Order& order,
                                       std::string_view) { pushes.order_changed(shop, order); },
        .message_arrived = [this](const Shop& shop, const Conversation& conversation,
                                  const Message& message) { pushes.message_arrived(shop, conversation, message); },
        .return_changed = [this](const Shop& shop, const Return& one) { pushes.return_changed(shop, one); },
    });
    service.deauthorised = [this](const Shop& shop) { pushes.deauthorised(shop); };
    service.push_config_changed = [this] { pushes.test_address(); };
}

std::int64_t Market::advance(std::int64_t now_ms) {
    const std::int64_t next = world.advance(now_ms);
    pushes.warn_of_expiry(now_ms);
    return std::min(next, pushes.next_due());
}

}  // namespace sandbox::shopee
