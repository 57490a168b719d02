#include "sandbox/lazada/side.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace sandbox::lazada {
namespace {

// One row is one seller; the second sells in three markets with one token.
const std::vector<std::vector<std::string_view>>& fleets() {
    static const std::vector<std::vector<std::string_view>> k_fleets = {{"SG"}, {"MY", "TH", "PH"}, {"VN"}, {"ID"}};
    return k_fleets;
}

WorldOptions world_options(const SideOptions& options, std::int64_t now_ms) {
    WorldOptions world;
    world.seed = options.seed ^ 0x6c7a776f726c64ull;
    world.shops = 0;
    world.history = options.history;
    world.timing.speed = options.speed;
    // Unpaid orders are released after half an hour (guide "Order status flow").
    world.timing.payment = base::minutes(30);
    world.start_ms = now_ms;
    return world;
}

}  // namespace

Side::Side(const SideOptions& options, Clock& clock, Ledger& ledger, Shape shape)
    : faults(options.seed ^ 0x6c7a6661756c74ull),
      world(world_options(options, clock.now_ms()), std::move(shape)),
      service(world, clock, ledger, options.seed),
      webhooks(service, faults, options.seed) {
    for (std::size_t fleet = 0; static_cast<int>(world.shops().size()) < options.shops; ++fleet) {
        const auto& regions = fleets()[fleet % fleets().size()];
        const std::uint32_t seller = world.add_seller(*find_market(regions.front()));
        for (const std::string_view region : regions)
            if (static_cast<int>(world.shops().size()) < options.shops) world.add_shop(*find_market(region), seller);
    }
    world.make_history();
    service.registry().add_app(options.redirect_url);
    world.listen({
        .order_changed = [this](const Shop& shop, const Order& order) { webhooks.order_changed(shop, order); },
        .address_changed = {},  // Tells nobody.
        .cancellation_changed = [this](const Shop& shop, const Order& order,
                                       std::string_view status) { webhooks.cancellation_changed(shop, order, status); },
        .message_arrived = [this](const Shop& shop, const Conversation& conversation,
                                  const Message& message) { webhooks.message_arrived(shop, conversation, message); },
        .return_changed = [this](const Shop& shop, const Return& one) { webhooks.return_changed(shop, one); },
    });
}

http::Response refusal(const ApiFault& fault) {
    http::Response response;
    response.set("Content-Type", "application/json;charset=UTF-8");
    if (fault.kind == ApiFaultKind::rate_limited) {
        response.body = fmt::format(
            R"({{"type":"ISP","code":"ApiCallLimit","message":"Api access frequency exceeds the limit. this ban will )"
            R"(last {} seconds","request_id":"0"}})",
            fault.retry_after_s.value_or(1));
        return response;
    }
    // Small numbers are Lazada's own; the codes of other marketplaces stand for its time-out.
    const std::string code = fault.code < 10'000 ? std::to_string(fault.code) : "ServiceTimeout";
    response.body = fmt::format(R"({{"type":"SYSTEM","code":"{}","message":"internal error","request_id":"0"}})", code);
    return response;
}

}  // namespace sandbox::lazada
