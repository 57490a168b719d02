#include "sandbox/shopee/order_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/json.h"
#include "base/money.h"
#include "base/text.h"

namespace sandbox::shopee {
namespace {

constexpr std::string_view k_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool wants(std::string_view optional, std::string_view name) {
    const auto names = base::split(optional, ',');
    return std::ranges::find(names, name) != names.end();
}

// "Mei Ling" -> "M***", also for scripts whose letters are several bytes long.
std::string masked(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.empty() ? '*' : text[0]);
    const std::size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return std::string(text.substr(0, bytes)) + "***";
}

bool shipped(OrderState state) {
    return state == OrderState::in_transit || state == OrderState::delivered || state == OrderState::completed;
}

// Pieces of the same model are one line.
std::string items(const Shop& shop, const Order& order) {
    std::map<std::pair<std::uint32_t, std::uint8_t>, std::pair<const OrderLine*, int>> lines;
    for (const OrderLine& line : order.lines) {
        auto& [first, pieces] = lines[{line.product, line.sku}];
        if (first == nullptr) first = &line;
        ++pieces;
    }
    const base::Currency currency = currency_of(*shop.market);
    std::string out;
    for (const auto& [key, line] : lines) {
        const Product& product = shop.products[key.first];
        const Sku& sku = product.skus[key.second];
        if (!out.empty()) out += ',';
        out += fmt::format(
            R"({{"item_id":{},"item_name":{},"item_sku":"","model_id":{},"model_name":{},"model_sku":{},)"
            R"("model_quantity_purchased":{},"model_original_price":{},"model_discounted_price":{},"wholesale":false,)"
            R"("add_on_deal":false,"main_item":false,"order_item_id":{},"promotion_type":"","promotion_id":0,)"
            R"("image_info":{{"image_url":""}}}})",
            product.id, base::json_quote(product.title), sku.id, base::json_quote(sku.name),
            base::json_quote(sku.seller_sku), line.second, base::decimal({line.first->original, currency}),
            base::decimal({line.first->sale(), currency}), line.first->id);
    }
    return out;
}

std::string packages(const Shop& shop, const Order& order) {
    const std::string_view status = order.state == OrderState::awaiting_collection ? "LOGISTICS_REQUEST_CREATED"
                                    : order.state == OrderState::in_transit        ? "LOGISTICS_PICKUP_DONE"
                                    : shipped(order.state)                         ? "LOGISTICS_DELIVERY_DONE"
                                    : order.state == OrderState::cancelled         ? "LOGISTICS_INVALID"
                                                                                   : "LOGISTICS_READY";
    std::string out;
    std::map<std::pair<std::uint32_t, std::uint8_t>, int> pieces;
    for (const OrderLine& line : order.lines) ++pieces[{line.product, line.sku}];
    for (const auto& [key, count] : pieces)
        out += fmt::format(R"({}{{"item_id":{},"model_id":{},"model_quantity":{}}})", out.empty() ? "" : ",",
                           shop.products[key.first].id, shop.products[key.first].skus[key.second].id, count);
    return fmt::format(
        R"({{"package_number":"OFG{}","logistics_status":"{}","shipping_carrier":"Standard Delivery","item_list":[{}]}})",
        order.id, status, out);
}

}  // namespace

std::string order_sn(std::uint64_t id) {
    std::string out;
    for (; id != 0; id /= 36) out += k_digits[id % 36];
    std::ranges::reverse(out);
    return out;
}

std::optional<std::uint64_t> parse_order_sn(std::string_view text) {
    if (text.empty() || text.size() > 13) return std::nullopt;
    std::uint64_t id = 0;
    for (const char c : text) {
        const std::size_t digit = k_digits.find(c);
        if (digit == std::string_view::npos || __builtin_mul_overflow(id, 36u, &id) ||
            __builtin_add_overflow(id, digit, &id))
            return std::nullopt;
    }
    return id;
}

std::string_view order_status(const Order& order, bool pending) {
    const bool asked = order.cancel_requested;
    switch (order.state) {
        case OrderState::unpaid:
            return "UNPAID";
        case OrderState::on_hold:
            return asked ? "IN_CANCEL" : pending ? "PENDING" : "UNPAID";
        case OrderState::awaiting_shipment:
        case OrderState::partially_shipping:
            return asked ? "IN_CANCEL" : "READY_TO_SHIP";
        case OrderState::awaiting_collection:
            return asked ? "IN_CANCEL" : "PROCESSED";
        case OrderState::in_transit:
            return "SHIPPED";
        case OrderState::delivered:
            return "TO_CONFIRM_RECEIVE";
        case OrderState::completed:
            return "COMPLETED";
        case OrderState::cancelled:
            return "CANCELLED";
    }
    return "UNPAID";
}

std::string order_detail(const Shop& shop, const Order& order, std::string_view optional, bool pending) {
    const Buyer& buyer = shop.buyers[order.buyer];
    std::string out = fmt::format(
        R"({{"order_sn":"{}","region":"{}","currency":"{}","cod":{},"order_status":"{}","message_to_seller":"",)"
        R"("create_time":{},"update_time":{},"days_to_ship":2,"ship_by_date":{},"booking_sn":"")",
        order_sn(order.id), shop.market->region, shop.market->currency, order.cash_on_delivery,
        order_status(order, pending), order.created / 1'000, order.updated / 1'000, order.shipping_due / 1'000);
    const auto add = [&](std::string_view name, const std::string& value) {
        if (wants(optional, name)) out += fmt::format(R"(,"{}":{})", name, value);
    };
    const bool cancelled = order.state == OrderState::cancelled;
    add("buyer_user_id", std::to_string(buyer.user_id));
    add("buyer_username", fmt::format(R"("buyer_{}")", buyer.user_id % 1'000'000));
    add("total_amount", base::decimal({order.total(), currency_of(*shop.market)}));
    add("pay_time", order.paid == 0 ? "null" : std::to_string(order.paid / 1'000));
    add("payment_method", order.cash_on_delivery ? R"("Cash on Delivery")" : R"("ShopeePay")");
    add("cancel_by", cancelled ? base::json_quote(base::ascii_lower(order.cancel_role)) : R"("")");
    add("cancel_reason", cancelled ? base::json_quote(order.cancel_reason) : R"("")");
    add("buyer_cancel_reason", order.cancel_requested ? base::json_quote(order.cancel_reason) : R"("")");
    add("recipient_address",
        fmt::format(R"({{"name":{},"phone":"******{}","town":"","district":"","city":"****","state":"****",)"
                    R"("region":"{}","zipcode":"*****","full_address":"******"}})",
                    base::json_quote(masked(buyer.name.given)), buyer.phone.substr(buyer.phone.size() - 2),
                    shop.market->region));
    add("item_list", "[" + items(shop, order) + "]");
    add("package_list", "[" + packages(shop, order) + "]");
    return out + "}";
}

}  // namespace sandbox::shopee
