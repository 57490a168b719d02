#include "sandbox/lazada/returns_api.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <limits>

#include "base/json.h"

// Reverse orders: returns, refunds and cancellations in one list (open.lazada.com, "Return and Refund API").
namespace sandbox::lazada {
namespace {

namespace json = boost::json;

// How long a seller has for a wish to cancel.
constexpr base::Duration k_answer_cancel = base::hours(48);

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// In cents, except in Viet Nam.
std::int64_t written_amount(const Market& market, std::int64_t minor) {
    return currency_of(market).decimals() == 0 && market.currency != "VND" ? minor * 100 : minor;
}

struct Line {
    std::uint64_t id = 0;
    const OrderLine* line = nullptr;
};
struct Reverse {
    std::uint64_t id = 0;
    std::string_view type;
    std::string_view status;
    std::string_view reason;
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t sla = 0;
    std::uint64_t tracking = 0;
    const Order* order = nullptr;
    std::vector<Line> lines;
};

json::object reverse_json(const Shop& shop, const Reverse& one, bool text_for_booleans) {
    const auto truth = [&](bool value) {
        return text_for_booleans ? json::value(value ? "true" : "false") : json::value(value);
    };
    json::array lines;
    for (const Line& each : one.lines) {
        const Product& product = shop.products[each.line->product];
        const Sku& sku = product.skus[each.line->sku];
        lines.push_back(json::object{{"reverse_order_line_id", each.id},
                                     {"trade_order_line_id", each.line->id},
                                     {"reverse_status", one.status},
                                     {"ofc_status", ""},
                                     {"reason_text", one.reason},
                                     {"reason_code", 10'000 + one.reason.size()},
                                     {"refund_amount", written_amount(*shop.market, each.line->sale())},
                                     {"item_unit_price", written_amount(*shop.market, each.line->sale())},
                                     {"is_need_refund", truth(true)},
                                     {"is_dispute", truth(false)},
                                     {"tracking_number", one.tracking == 0 ? "" : std::to_string(one.tracking)},
                                     {"seller_sku_id", sku.seller_sku},
                                     {"product", json::object{{"product_id", product.id}, {"product_sku", sku.name}}},
                                     {"buyer", json::object{{"buyer_id", shop.buyers[one.order->buyer].user_id}}},
                                     {"return_order_line_gmt_create", one.created},
                                     {"return_order_line_gmt_modified", one.updated},
                                     {"sla", one.sla}});
    }
    return {{"reverse_order_id", one.id}, {"trade_order_id", one.order->id}, {"request_type", one.type},
            {"is_rtm", truth(true)},      {"shipping_type", "PICK_UP"},      {"reverse_order_lines", std::move(lines)}};
}

std::vector<Reverse> all_of(const Shop& shop, const Timing& timing) {
    std::vector<Reverse> out;
    for (const Return& each : shop.returns) {
        Reverse one{.id = each.id,
                    .type = each.type == ReturnType::refund ? "ONLY_REFUND" : "RETURN",
                    .status = reverse_status(each),
                    .reason = each.reason->text,
                    .created = each.created,
                    .updated = each.updated,
                    .sla = each.deadline,
                    .tracking = each.tracking,
                    .order = &shop.orders[each.order],
                    .lines = {}};
        for (std::size_t i = 0; i < each.lines.size(); ++i)
            one.lines.push_back({each.line_ids[i], &one.order->lines[each.lines[i]]});
        out.push_back(std::move(one));
    }
    for (const Order& order : shop.orders) {
        if (order.cancel_id == 0) continue;
        const bool done = order.state == OrderState::cancelled;
        Reverse one{.id = order.cancel_id,
                    .type = "CANCEL",
                    // What a refused wish is called is in no copy of the documents: some text of its own.
                    .status = done                     ? "CANCEL_SUCCESS"
                              : order.cancel_requested ? "CANCEL_INIT"
                                                       : "CANCEL_REFUSED",
                    .reason = "Change of mind",
                    .created = order.cancel_requested_at != 0 ? order.cancel_requested_at : order.cancelled,
                    .updated = order.cancel_updated,
                    .sla = order.cancel_requested ? order.cancel_requested_at + timing.scaled(k_answer_cancel) : 0,
                    .tracking = 0,
                    .order = &order,
                    .lines = {}};
        // As in webhook 10.
        for (const OrderLine& line : order.lines) one.lines.push_back({order.cancel_id + line.id % 1'000, &line});
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace

std::string_view reverse_status(const Return& one) {
    const bool money_only = one.type == ReturnType::refund;
    switch (one.state) {
        case ReturnState::requested:
            return money_only ? "REFUND_INIT" : "REQUEST_INITIATE";
        case ReturnState::awaiting_buyer:
            return "RTM_SHIPPING_BACK";
        case ReturnState::shipped_back:
            return "RTM_RECEIVE_ITEM";
        case ReturnState::rejected:
        case ReturnState::parcel_rejected:
            return "REFUND_REJECTED";
        case ReturnState::done:
            return "REFUND_SUCCESS";
        case ReturnState::withdrawn:
            return "RTM_CANCELED";
    }
    return {};
}

Answer get_reverse_orders(Service& service, const Call& call) {
    const auto page = whole_number(call.parameter("page_no"));
    const auto size = whole_number(call.parameter("page_size"));
    if (!page || !size) return refused("ISV", "MissingParameter", "page_no and page_size are mandatory");
    if (*page < 1 || *size < 1 || *size > 100) return refused("ISP", "19", "E019: Invalid Limit");
    std::int64_t from = 0, to = std::numeric_limits<std::int64_t>::max();
    std::int64_t wanted = 0, order = 0;
    for (const auto& [name, out] : {std::pair{"ReverseOrderLineModifiedTimeRangeStart", &from},
                                    {"ReverseOrderLineModifiedTimeRangeEnd", &to},
                                    {"reverse_order_id", &wanted},
                                    {"trade_order_id", &order}}) {
        const std::string text = call.parameter(name);
        if (text.empty()) continue;
        const auto number = whole_number(text);
        if (!number) return refused("ISV", "InvalidParameter", std::string(name) + " is invalid");
        *out = *number;
    }
    std::vector<Reverse> found = all_of(*call.shop, service.world().timing());
    std::erase_if(found, [&](const Reverse& one) {
        return one.updated < from || one.updated > to ||
               (wanted != 0 && one.id != static_cast<std::uint64_t>(wanted)) ||
               (order != 0 && one.order->id != static_cast<std::uint64_t>(order));
    });
    // Newest first: the documents promise no order.
    std::ranges::sort(found, std::greater<>(), [](const Reverse& one) { return std::pair(one.updated, one.id); });
    json::array items;
    const auto begin = static_cast<std::size_t>((*page - 1) * *size);
    for (std::size_t i = begin; i < found.size() && i < begin + static_cast<std::size_t>(*size); ++i)
        items.push_back(reverse_json(*call.shop, found[i], call.caller.app->text_for_booleans));
    const json::object result{{"success", true},
                              {"page_no", *page},
                              {"page_size", *size},
                              {"total", found.size()},
                              {"items", std::move(items)}};
    return {.payload = "\"result\":" + json::serialize(result)};
}

}  // namespace sandbox::lazada
