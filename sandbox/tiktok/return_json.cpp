#include "sandbox/tiktok/return_json.h"

#include <algorithm>
#include <boost/json.hpp>

// Fields and values as in the Partner Center pages search-returns-202309 and search-cancellations-202309.
namespace sandbox::tiktok {
namespace {

namespace json = boost::json;

// The seller has 48 hours for a request to cancel.
constexpr base::Duration k_answer_cancel = base::hours(48);

json::object amount_json(const Shop& shop, std::int64_t subtotal, std::int64_t shipping, std::int64_t tax) {
    const base::Currency currency = currency_of(*shop.market);
    const auto money = [&](std::int64_t minor) { return base::decimal({minor, currency}); };
    return {{"currency", shop.market->currency},
            {"refund_total", money(subtotal + shipping + tax)},
            {"refund_subtotal", money(subtotal)},
            {"refund_shipping_fee", money(shipping)},
            {"refund_tax", money(tax)}};
}

json::object line_json(const Shop& shop, const OrderLine& line, std::string_view id_name, std::uint64_t id) {
    const Product& product = shop.products[line.product];
    const Sku& sku = product.skus[line.sku];
    return {{id_name, std::to_string(id)},
            {"order_line_item_id", std::to_string(line.id)},
            {"product_name", product.title},
            {"sku_id", std::to_string(sku.id)},
            {"sku_name", sku.name},
            {"seller_sku", sku.seller_sku},
            {"refund_amount", amount_json(shop, line.sale(), 0, 0)}};
}

json::array next_action(std::string_view action, std::int64_t deadline_ms) {
    if (action.empty()) return {};
    return {json::object{{"action", action}, {"deadline", deadline_ms / 1'000}}};
}

std::string_view action_of(const Return& one) {
    if (one.state == ReturnState::shipped_back) return "SELLER_RESPOND_RECEIVE_PACKAGE";
    if (one.state != ReturnState::requested) return {};
    switch (one.type) {
        case ReturnType::refund:
            return "SELLER_RESPOND_REFUND";
        case ReturnType::return_and_refund:
            return "SELLER_RESPOND_RETURN";
        case ReturnType::replacement:
            return "SELLER_RESPOND_REPLACEMENT";
    }
    return {};
}

}  // namespace

std::string_view status_name(const Return& one) {
    const bool replacement = one.type == ReturnType::replacement;
    switch (one.state) {
        case ReturnState::requested:
            return replacement ? "REPLACEMENT_REQUEST_PENDING" : "RETURN_OR_REFUND_REQUEST_PENDING";
        case ReturnState::awaiting_buyer:
            return "AWAITING_BUYER_SHIP";
        case ReturnState::shipped_back:
            return "BUYER_SHIPPED_ITEM";
        case ReturnState::rejected:
            return replacement ? "REPLACEMENT_REQUEST_REJECT" : "REFUND_OR_RETURN_REQUEST_REJECT";
        case ReturnState::parcel_rejected:
            return "REJECT_RECEIVE_PACKAGE";
        case ReturnState::done:
            return replacement ? "REPLACEMENT_REQUEST_COMPLETE" : "RETURN_OR_REFUND_REQUEST_COMPLETE";
        case ReturnState::withdrawn:
            return replacement ? "REPLACEMENT_REQUEST_CANCEL" : "RETURN_OR_REFUND_REQUEST_CANCEL";
    }
    return {};
}

std::string_view type_name(ReturnType type) {
    switch (type) {
        case ReturnType::refund:
            return "REFUND";
        case ReturnType::return_and_refund:
            return "RETURN_AND_REFUND";
        case ReturnType::replacement:
            return "REPLACEMENT";
    }
    return {};
}

json::object return_json(const Shop& shop, const Return& one) {
    const Order& order = shop.orders[one.order];
    json::array lines;
    for (std::size_t i = 0; i < one.lines.size(); ++i)
        lines.push_back(line_json(shop, order.lines[one.lines[i]], "return_line_item_id", one.line_ids[i]));
    json::object out{{"return_id", std::to_string(one.id)},
                     {"order_id", std::to_string(order.id)},
                     {"return_type", type_name(one.type)},
                     {"return_status", status_name(one)},
                     {"role", "BUYER"},
                     {"return_reason", one.reason->code},
                     {"return_reason_text", one.reason->text},
                     {"arbitration_status", ""},
                     {"create_time", one.created / 1'000},
                     {"update_time", one.updated / 1'000},
                     {"can_buyer_keep_item", one.type == ReturnType::refund},
                     {"is_combined_return", false},
                     {"refund_amount", amount_json(shop, one.amount, 0, 0)},
                     {"return_line_items", std::move(lines)},
                     {"seller_next_action_response", next_action(action_of(one), one.deadline)}};
    if (one.tracking != 0) {
        out["return_tracking_number"] = std::to_string(one.tracking);
        out["shipment_type"] = "PLATFORM";
    }
    return out;
}

std::string_view cancel_status(const Order& order) {
    if (order.state == OrderState::cancelled) return "CANCELLATION_REQUEST_COMPLETE";
    return order.cancel_requested ? "CANCELLATION_REQUEST_PENDING" : "CANCELLATION_REQUEST_CANCEL";
}

std::string_view cancel_type(const Order& order) {
    return order.cancel_requested_at != 0 ? "BUYER_CANCEL" : "CANCEL";
}

std::int64_t cancel_created(const Order& order) {
    return order.cancel_requested_at != 0 ? order.cancel_requested_at : order.cancelled;
}

json::object cancellation_json(const Shop& shop, const Order& order, const Timing& timing) {
    json::array lines;
    // Ids of their own, which stay.
    for (const OrderLine& line : order.lines)
        lines.push_back(line_json(shop, line, "cancel_line_item_id", line.id + 1'000'000'000'000));
    const bool asked = order.cancel_requested_at != 0;
    const bool paid = order.paid != 0;
    return {{"cancel_id", std::to_string(order.cancel_id)},
            {"order_id", std::to_string(order.id)},
            {"cancel_type", cancel_type(order)},
            {"cancel_status", cancel_status(order)},
            {"role", asked || order.cancel_role.empty() ? "BUYER" : order.cancel_role},
            {"cancel_reason",
             order.cancel_reason.empty() ? "ecom_order_to_ship_canceled_reason_no_longer_needed" : order.cancel_reason},
            {"cancel_reason_text", asked ? "No longer needed" : ""},
            {"create_time", cancel_created(order) / 1'000},
            {"update_time", order.cancel_updated / 1'000},
            {"refund_amount",
             amount_json(shop, paid ? order.subtotal() : 0, paid ? order.shipping_fee : 0, paid ? order.tax : 0)},
            {"cancel_line_items", std::move(lines)},
            {"seller_next_action_response", next_action(order.cancel_requested ? "SELLER_RESPOND_CANCEL" : "",
                                                        order.cancel_requested_at + timing.scaled(k_answer_cancel))}};
}

}  // namespace sandbox::tiktok
