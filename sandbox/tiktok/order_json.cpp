#include "sandbox/tiktok/order_json.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/money.h"
#include "base/text.h"

namespace sandbox::tiktok {
namespace {

namespace json = boost::json;

// A choice that is the same each time the order is read.
bool one_in(std::uint64_t id, std::uint64_t salt, std::uint64_t n) {
    std::uint64_t mixed = (id ^ salt * 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull;
    mixed ^= mixed >> 31;
    return mixed % n == 0;
}

// "Mei Ling" -> "M**", also for scripts whose letters are several bytes long.
std::string masked(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.empty() ? '*' : text[0]);
    const std::size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return std::string(text.substr(0, bytes)) + "**";
}

std::string masked_phone(std::string_view prefix, std::string_view phone) {
    return fmt::format("({}){}*****{}", prefix, phone.substr(prefix.size(), 1), phone.substr(phone.size() - 2));
}

bool after_hold(OrderState state) {
    return state != OrderState::unpaid && state != OrderState::on_hold;
}

json::object payment(const Shop& shop, const Order& order) {
    const base::Currency currency = currency_of(*shop.market);
    const auto text = [&](std::int64_t minor) { return base::decimal({minor, currency}); };
    std::int64_t original = 0;
    std::int64_t seller_discount = 0;
    std::int64_t platform_discount = 0;
    for (const OrderLine& line : order.lines) {
        original += line.original;
        seller_discount += line.seller_discount;
        platform_discount += line.platform_discount;
    }
    json::object out{{"currency", shop.market->currency},
                     {"sub_total", text(order.subtotal())},
                     {"shipping_fee", text(order.shipping_fee)},
                     {"tax", text(order.tax)},
                     {"total_amount", text(order.total())},
                     {"original_total_product_price", text(original)},
                     {"original_shipping_fee", text(order.shipping_fee)},
                     {"seller_discount", text(seller_discount)},
                     {"platform_discount", text(platform_discount)}};
    if (!one_in(order.id, 1, 3)) {
        out["shipping_fee_seller_discount"] = text(0);
        out["shipping_fee_platform_discount"] = text(0);
        out["retail_delivery_fee"] = "";
    }
    return out;
}

json::object recipient(const Shop& shop, const Order& order, const Buyer& buyer) {
    json::object out{{"region_code", shop.market->region}};
    if (!after_hold(order.state) || (order.state == OrderState::cancelled && order.shipping_due == 0)) return out;
    const bool clear = order.seller_ships || shop.market->recipient_in_clear;
    const StreetAddress& address = order.address_version % 2 == 0 ? buyer.address : buyer.other_address;
    out["name"] = clear ? buyer.name.full : masked(buyer.name.full);
    out["first_name"] = clear ? buyer.name.given : masked(buyer.name.given);
    out["last_name"] = clear ? buyer.name.family : "";
    out["phone_number"] =
        clear ? fmt::format("({}){}", shop.market->phone_prefix, buyer.phone.substr(shop.market->phone_prefix.size()))
              : masked_phone(shop.market->phone_prefix, buyer.phone);
    const std::string line = clear ? address.line1 : masked(address.line1);
    out["address_line1"] = line;
    out["address_line2"] = "";
    out["address_detail"] = line;
    out["postal_code"] = clear ? address.postal_code : "";
    out["full_address"] = fmt::format("{}, {}, {}", line, address.district, address.city);
    out["district_info"] = json::array{
        json::object{{"address_level", "L0"},
                     {"address_level_name", "Country"},
                     {"address_name", shop.market->region},
                     {"iso_code", shop.market->region}},
        json::object{{"address_level", "L1"}, {"address_level_name", "City"}, {"address_name", address.city}},
        json::object{{"address_level", "L2"}, {"address_level_name", "District"}, {"address_name", address.district}}};
    return out;
}

json::array lines(const Shop& shop, const Order& order) {
    const base::Currency currency = currency_of(*shop.market);
    json::array out;
    for (const OrderLine& line : order.lines) {
        const Product& product = shop.products[line.product];
        const Sku& sku = product.skus[line.sku];
        const bool held = order.state == OrderState::on_hold || order.state == OrderState::partially_shipping;
        json::object item{{"id", std::to_string(line.id)},
                          {"sku_id", std::to_string(sku.id)},
                          {"product_id", std::to_string(product.id)},
                          {"product_name", product.title},
                          {"sku_name", sku.name},
                          {"seller_sku", sku.seller_sku},
                          {"sku_image", fmt::format("https://cdn.example.com/{}.jpg", product.id)},
                          {"currency", shop.market->currency},
                          {"original_price", base::decimal({line.original, currency})},
                          {"sale_price", base::decimal({line.sale(), currency})},
                          {"seller_discount", base::decimal({line.seller_discount, currency})},
                          {"platform_discount", base::decimal({line.platform_discount, currency})},
                          // Lines know neither ON_HOLD nor PARTIALLY_SHIPPING.
                          {"display_status", held ? "AWAITING_SHIPMENT" : status_name(order.state)},
                          {"is_gift", false},
                          {"sku_type", "NORMAL"}};
        if (order.shipped != 0) {
            item["tracking_number"] = fmt::format("SB{:012}", order.package_id % 1'000'000'000'000ull);
            item["shipping_provider_name"] = "Sandbox Express";
            item["package_id"] = std::to_string(order.package_id);
        }
        if (order.state == OrderState::cancelled) {
            item["cancel_reason"] = order.cancel_reason;
            item["cancel_user"] = order.cancel_role;
        }
        out.push_back(std::move(item));
    }
    return out;
}

void write_deadlines(json::object& out, const World& world, const Order& order) {
    const Timing& timing = world.timing();
    const auto seconds = [](std::int64_t ms) { return ms / 1'000; };
    if (order.state == OrderState::unpaid)
        out["cancel_order_sla_time"] = seconds(order.created + timing.scaled(timing.payment));
    if (order.shipping_due != 0) {
        out["rts_sla_time"] = seconds(order.shipping_due - timing.scaled(timing.shipping) / 2);
        out["shipping_due_time"] = seconds(order.shipping_due);
        out["tts_sla_time"] = seconds(order.shipping_due + timing.scaled(timing.collection) / 3);
    }
    if (order.collection_due != 0) out["collection_due_time"] = seconds(order.collection_due);
    if (order.paid != 0) out["paid_time"] = seconds(order.paid);
    if (order.shipped != 0) out["rts_time"] = seconds(order.shipped);
    if (order.collected != 0) out["collection_time"] = seconds(order.collected);
    if (order.delivered != 0) out["delivery_time"] = seconds(order.delivered);
    if (order.cancel_requested) out["request_cancel_time"] = seconds(order.cancel_requested_at);
    if (order.state == OrderState::cancelled) {
        out["cancel_time"] = seconds(order.cancelled);
        out["cancel_reason"] = order.cancel_reason;
        out["cancellation_initiator"] = order.cancel_role;
    }
}

}  // namespace

std::string_view status_name(OrderState state) {
    switch (state) {
        case OrderState::unpaid:
            return "UNPAID";
        case OrderState::on_hold:
            return "ON_HOLD";
        case OrderState::awaiting_shipment:
            return "AWAITING_SHIPMENT";
        case OrderState::partially_shipping:
            return "PARTIALLY_SHIPPING";
        case OrderState::awaiting_collection:
            return "AWAITING_COLLECTION";
        case OrderState::in_transit:
            return "IN_TRANSIT";
        case OrderState::delivered:
            return "DELIVERED";
        case OrderState::completed:
            return "COMPLETED";
        case OrderState::cancelled:
            return "CANCELLED";
    }
    return "";
}

void write_order(json::object& out, const World& world, const Shop& shop, const Order& order, OrderFields fields) {
    const Buyer& buyer = shop.buyers[order.buyer];
    const bool held = order.state == OrderState::on_hold;
    out["id"] = std::to_string(order.id);
    out["status"] = status_name(order.state);
    out["create_time"] = order.created / 1'000;
    out["update_time"] = order.updated / 1'000;
    // While an order is on hold nothing of the buyer is shown.
    if (!held) {
        out["user_id"] = std::to_string(buyer.user_id);
        out["buyer_nickname"] = buyer.name.nickname;
        out["buyer_email"] = fmt::format("v{:x}@scs2.tiktok.com", buyer.user_id);
        out["recipient_address"] = recipient(shop, order, buyer);
    }
    out["buyer_message"] = one_in(order.id, 2, 7) ? "请尽快发货 🙏 / please ship soon" : "";
    out["order_type"] = one_in(order.id, 3, 250) ? "LIVE_AUCTION" : one_in(order.id, 4, 40) ? "PRE_ORDER" : "NORMAL";
    out["commerce_platform"] = "TIKTOK_SHOP";
    out["fulfillment_type"] = "FULFILLMENT_BY_SELLER";
    out["shipping_type"] = order.seller_ships ? "SELLER" : "TIKTOK";
    out["delivery_option_id"] = "7091146663229654785";
    out["delivery_option_name"] = "Standard Shipping";
    out["delivery_type"] = "HOME_DELIVERY";
    out["payment_method_name"] = order.cash_on_delivery              ? "Cash on delivery"
                                 : order.state == OrderState::unpaid ? ""
                                                                     : "Credit Card";
    out["is_cod"] = order.cash_on_delivery;
    out["is_on_hold_order"] = order.state == OrderState::unpaid || held;
    out["is_sample_order"] = order.sample;
    out["is_replacement_order"] = order.replacement;
    out["is_exchange_order"] = false;
    out["is_buyer_request_cancel"] = order.cancel_requested;
    out["has_updated_recipient_address"] = order.address_changed;
    out["warehouse_id"] = std::to_string(shop.warehouse_id);
    if (!one_in(order.id, 5, 4)) out["seller_note"] = "";
    if (!one_in(order.id, 6, 3)) out["split_or_combine_tag"] = "";
    if (order.shipped != 0) {
        out["tracking_number"] = fmt::format("SB{:012}", order.package_id % 1'000'000'000'000ull);
        out["shipping_provider"] = "Sandbox Express";
        out["shipping_provider_id"] = "7117858858072016129";
    }
    write_deadlines(out, world, order);
    out["payment"] = payment(shop, order);
    out["line_items"] = lines(shop, order);
    // In the US a package exists only after the order was marked as shipped, elsewhere from payment on.
    json::array packages;
    const bool packed = shop.market->region == "US" ? order.shipped != 0 : order.state != OrderState::unpaid;
    if (packed) packages.push_back(json::object{{"id", std::to_string(order.package_id)}});
    out["packages"] = std::move(packages);
    if (fields == OrderFields::search) out["recommended_shipping_time"] = order.shipping_due / 1'000;
    if (fields == OrderFields::detail_202507) out["payment_method_code"] = "";
}

}  // namespace sandbox::tiktok
