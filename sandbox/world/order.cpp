#include "sandbox/world/order.h"

#include <array>
#include <cmath>
#include <utility>

#include "sandbox/world/shape.h"

namespace sandbox {
namespace {

constexpr std::array<std::pair<Step, std::string_view>, 16> k_names = {{
    {Step::payment_timeout, "payment_timeout"},
    {Step::hold_over, "hold_over"},
    {Step::shipping_timeout, "shipping_timeout"},
    {Step::collection_timeout, "collection_timeout"},
    {Step::completion, "completion"},
    {Step::pay, "pay"},
    {Step::ship_part, "ship_part"},
    {Step::ship, "ship"},
    {Step::collect, "collect"},
    {Step::deliver, "deliver"},
    {Step::buyer_cancels, "buyer_cancels"},
    {Step::seller_cancels, "seller_cancels"},
    {Step::request_cancel, "request_cancel"},
    {Step::approve_cancel, "approve_cancel"},
    {Step::reject_cancel, "reject_cancel"},
    {Step::change_address, "change_address"},
}};

void cancel(Order& order, std::string_view role, std::string_view reason, std::int64_t now) {
    order.state = OrderState::cancelled;
    order.cancelled = now;
    order.cancel_updated = now;
    order.cancel_role = role;
    order.cancel_reason = reason;
    order.cancel_requested = false;
}

// Around `mean`, never less than a tenth of it.
std::int64_t around(base::Duration mean, const Timing& timing, base::Random& random) {
    const double chance = (static_cast<double>(random.below(1'000'000)) + 1) / 1'000'001;
    return timing.scaled({static_cast<std::int64_t>(static_cast<double>(mean.ms) * (0.1 - 0.9 * std::log(chance)))});
}

bool percent(int share, base::Random& random) {
    return static_cast<int>(random.below(100)) < share;
}

}  // namespace

std::string_view name(Step step) {
    for (const auto& [value, text] : k_names)
        if (value == step) return text;
    return {};
}

std::optional<Step> parse_step(std::string_view text) {
    for (const auto& [value, known] : k_names)
        if (known == text) return value;
    return std::nullopt;
}

std::int64_t Order::subtotal() const {
    std::int64_t sum = 0;
    for (const OrderLine& line : lines) sum += line.sale();
    return sum;
}

bool may(const Order& order, Step step) {
    const OrderState state = order.state;
    const bool before_collection = state == OrderState::awaiting_shipment || state == OrderState::partially_shipping ||
                                   state == OrderState::awaiting_collection;
    switch (step) {
        case Step::payment_timeout:
        case Step::pay:
            return state == OrderState::unpaid;
        case Step::hold_over:
            return state == OrderState::on_hold;
        case Step::shipping_timeout:
            return state == OrderState::awaiting_shipment || state == OrderState::partially_shipping;
        case Step::collection_timeout:
        case Step::collect:
            return state == OrderState::awaiting_collection;
        case Step::ship_part:
            return state == OrderState::awaiting_shipment && order.lines.size() > 1 && !order.cancel_requested;
        case Step::ship:
            // An open cancellation request has to be answered first.
            return (state == OrderState::awaiting_shipment || state == OrderState::partially_shipping) &&
                   !order.cancel_requested;
        case Step::deliver:
            return state == OrderState::in_transit;
        case Step::completion:
            return state == OrderState::delivered;
        case Step::buyer_cancels:
            return state == OrderState::unpaid || state == OrderState::on_hold;
        case Step::seller_cancels:
            return state == OrderState::on_hold || before_collection;
        case Step::request_cancel:
            return before_collection && !order.cancel_requested;
        case Step::approve_cancel:
        case Step::reject_cancel:
            return before_collection && order.cancel_requested;
        case Step::change_address:
            return state == OrderState::awaiting_shipment;
    }
    return false;
}

bool apply(Order& order, Step step, std::int64_t now, const Timing& timing) {
    if (!may(order, step)) return false;
    switch (step) {
        case Step::payment_timeout:
            cancel(order, "SYSTEM", "system_cancel_unpaid_time_out", now);
            break;
        case Step::shipping_timeout:
        case Step::collection_timeout:
            cancel(order, "SYSTEM", "system_cancel_order_reason_shipping_timeout", now);
            break;
        case Step::pay:
            order.state = OrderState::on_hold;
            order.paid = now;
            break;
        case Step::hold_over:
            order.state = OrderState::awaiting_shipment;
            order.shipping_due = now + timing.scaled(timing.shipping);
            break;
        case Step::ship_part:
            order.state = OrderState::partially_shipping;
            break;
        case Step::ship:
            order.state = OrderState::awaiting_collection;
            order.shipped = now;
            order.collection_due = now + timing.scaled(timing.collection);
            break;
        case Step::collect:
            order.state = OrderState::in_transit;
            order.collected = now;
            if (order.cancel_requested) order.cancel_updated = now;
            order.cancel_requested = false;
            break;
        case Step::deliver:
            order.state = OrderState::delivered;
            order.delivered = now;
            break;
        case Step::completion:
            order.state = OrderState::completed;
            break;
        case Step::buyer_cancels:
            cancel(order, "BUYER", "ecom_order_to_ship_canceled_reason_no_longer_needed", now);
            break;
        case Step::seller_cancels:
            cancel(order, "SELLER", "seller_cancel_reason_out_of_stock", now);
            break;
        case Step::request_cancel:
            order.cancel_requested = true;
            order.cancel_requested_at = now;
            order.cancel_updated = now;
            break;
        case Step::approve_cancel:
            cancel(order, "BUYER", "ecom_order_to_ship_canceled_reason_no_longer_needed", now);
            break;
        case Step::reject_cancel:
            order.cancel_updated = now;
            order.cancel_requested = false;
            break;
        case Step::change_address:
            order.address_changed = true;
            ++order.address_version;
            break;
    }
    order.updated = now;
    ++order.version;
    return true;
}

std::optional<Planned> next_by_rule(const Order& order, const Timing& timing) {
    switch (order.state) {
        case OrderState::unpaid:
            return Planned{order.created + timing.scaled(timing.payment), Step::payment_timeout};
        case OrderState::on_hold:
            return Planned{std::max(order.paid, order.created) + timing.scaled(timing.hold), Step::hold_over};
        case OrderState::awaiting_shipment:
        case OrderState::partially_shipping:
            return Planned{order.shipping_due, Step::shipping_timeout};
        case OrderState::awaiting_collection:
            return Planned{order.collection_due, Step::collection_timeout};
        case OrderState::delivered:
            return Planned{order.delivered + timing.scaled(timing.returns), Step::completion};
        case OrderState::in_transit:
        case OrderState::completed:
        case OrderState::cancelled:
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Planned> next_by_people(const Order& order, std::int64_t now, const Timing& timing,
                                      base::Random& random) {
    const auto after = [&](base::Duration mean, Step step) {
        return Planned{now + around(mean, timing, random), step};
    };
    switch (order.state) {
        case OrderState::unpaid:
            // One in ten never pays: the time-out cancels it.
            if (percent(10, random)) return std::nullopt;
            if (percent(6, random)) return after(base::minutes(40), Step::buyer_cancels);
            return after(base::minutes(12), Step::pay);
        case OrderState::on_hold:
            if (static_cast<int>(random.below(10'000)) < k_cancellations / 4)
                return after(base::minutes(20), Step::buyer_cancels);
            return std::nullopt;
        case OrderState::awaiting_shipment:
            if (order.cancel_requested)
                return after(base::hours(3), percent(80, random) ? Step::approve_cancel : Step::reject_cancel);
            if (static_cast<int>(random.below(10'000)) < k_cancellations / 3)
                return after(base::hours(4), Step::request_cancel);
            if (!order.address_changed && percent(3, random)) return after(base::hours(2), Step::change_address);
            if (percent(2, random)) return after(base::hours(6), Step::seller_cancels);
            if (order.lines.size() > 1 && percent(5, random)) return after(base::hours(6), Step::ship_part);
            return after(base::hours(9), Step::ship);
        case OrderState::partially_shipping:
            if (order.cancel_requested) return after(base::hours(2), Step::reject_cancel);
            return after(base::hours(8), Step::ship);
        case OrderState::awaiting_collection:
            if (order.cancel_requested) return after(base::hours(2), Step::reject_cancel);
            return after(base::hours(10), Step::collect);
        case OrderState::in_transit:
            return after(base::hours(50), Step::deliver);
        case OrderState::delivered:
        case OrderState::completed:
        case OrderState::cancelled:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace sandbox
