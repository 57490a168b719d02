#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"

// One order and the rules that move it (TikTok's Partner Center page order-api-overview). Pure: time and chance come in
// as arguments.
namespace sandbox {

enum class OrderState {
    unpaid,
    on_hold,
    awaiting_shipment,
    partially_shipping,
    awaiting_collection,
    in_transit,
    delivered,
    completed,
    cancelled
};

// What can happen to an order. The first five follow from the platform's rules alone, the others from what people do.
enum class Step {
    payment_timeout,     // UNPAID for 48 h.
    hold_over,           // ON_HOLD for 1 h.
    shipping_timeout,    // Not handed to the carrier's queue by shipping_due.
    collection_timeout,  // Not collected by collection_due.
    completion,          // The time for returns is over.
    pay,
    ship_part,
    ship,
    collect,
    deliver,
    buyer_cancels,   // At once: UNPAID, ON_HOLD.
    seller_cancels,  // At once: before collection.
    request_cancel,  // The buyer asks; the seller has to answer.
    approve_cancel,
    reject_cancel,
    change_address,
};
std::string_view name(Step step);
std::optional<Step> parse_step(std::string_view text);

struct OrderLine {
    std::uint64_t id = 0;
    std::uint32_t product = 0;  // Index into Shop::products.
    std::uint8_t sku = 0;
    std::int64_t original = 0;  // Minor units, one piece.
    std::int64_t seller_discount = 0;
    std::int64_t platform_discount = 0;
    std::int64_t sale() const { return original - seller_discount - platform_discount; }
};

// Times are the sandbox's milliseconds since 1970, 0 where it has not happened.
struct Order {
    std::uint64_t id = 0;
    std::uint32_t buyer = 0;  // Index into Shop::buyers.
    OrderState state = OrderState::unpaid;
    bool cash_on_delivery = false;
    bool seller_ships = false;  // shipping_type SELLER.
    bool sample = false;
    bool replacement = false;
    bool cancel_requested = false;
    bool address_changed = false;
    std::uint8_t address_version = 0;
    std::vector<OrderLine> lines;  // One a piece.
    std::int64_t shipping_fee = 0;
    std::int64_t tax = 0;
    std::int64_t created = 0;
    std::int64_t paid = 0;
    std::int64_t updated = 0;
    std::int64_t shipped = 0;
    std::int64_t collected = 0;
    std::int64_t delivered = 0;
    std::int64_t shipping_due = 0;
    std::int64_t collection_due = 0;
    std::int64_t cancel_requested_at = 0;
    std::int64_t cancelled = 0;
    std::int64_t cancel_updated = 0;  // When the request or the cancellation last changed.
    std::uint64_t cancel_id = 0;
    std::uint64_t package_id = 0;
    std::string_view cancel_role;  // BUYER, SELLER, SYSTEM
    std::string_view cancel_reason;
    std::uint32_t version = 0;  // Grows with each step; a timer set for an older version is stale.

    std::int64_t subtotal() const;
    std::int64_t total() const { return subtotal() + shipping_fee + tax; }
};

// The platform's time limits. All are divided by `speed`, so that a demo does not take days.
struct Timing {
    double speed = 1;
    base::Duration payment = base::hours(48);
    base::Duration hold = base::hours(1);
    base::Duration shipping = base::hours(48);
    base::Duration collection = base::hours(72);
    base::Duration returns = base::days(15);
    std::int64_t scaled(base::Duration duration) const {
        return std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(duration.ms) / speed));
    }
};

bool may(const Order& order, Step step);
// Does it; false, and nothing changes, where may() says no.
bool apply(Order& order, Step step, std::int64_t now_ms, const Timing& timing);

struct Planned {
    std::int64_t at_ms = 0;
    Step step{};
};
// The next step by rule of an order in this state, if there is one.
std::optional<Planned> next_by_rule(const Order& order, const Timing& timing);
// What buyer, seller or carrier will do next, drawn at random; may lie after the rule's step and then never happens.
std::optional<Planned> next_by_people(const Order& order, std::int64_t now_ms, const Timing& timing,
                                      base::Random& random);

}  // namespace sandbox
