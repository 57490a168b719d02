#include "sandbox/lazada/order_json.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <cstdlib>

#include "base/money.h"
#include "base/time.h"
#include "sandbox/lazada/service.h"

namespace sandbox::lazada {
namespace {

namespace json = boost::json;

// "T****m", also for scripts whose letters are several bytes long.
std::string masked(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.empty() ? '*' : text[0]);
    const std::size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return std::string(text.substr(0, bytes)) + "****";
}

std::string local_time(const Shop& shop, std::int64_t ms, TimeStyle style) {
    const int offset = shop.market->utc_offset_minutes;
    const std::string text = base::iso8601({ms + offset * 60'000LL});
    if (style == TimeStyle::iso)
        return fmt::format("{}{}{:02}:{:02}", text.substr(0, 19), offset < 0 ? '-' : '+', std::abs(offset) / 60,
                           std::abs(offset) % 60);
    return fmt::format("{} {} {}{:02}{:02}", text.substr(0, 10), text.substr(11, 8), offset < 0 ? '-' : '+',
                       std::abs(offset) / 60, std::abs(offset) % 60);
}

// Decimal text with two places, also where the currency has none.
std::string amount(const Shop& shop, std::int64_t minor) {
    const base::Currency currency = currency_of(*shop.market);
    return base::decimal({minor, currency}) + (currency.decimals() == 0 ? ".00" : "");
}

json::value boolean(bool value, bool as_text) {
    if (as_text) return json::value(value ? "true" : "false");
    return json::value(value);
}

std::string_view country_of(std::string_view region) {
    if (region == "SG") return "Singapore";
    if (region == "MY") return "Malaysia";
    if (region == "TH") return "Thailand";
    if (region == "VN") return "Vietnam";
    if (region == "PH") return "Philippines";
    return "Indonesia";
}

json::object address_json(const Shop& shop, const Order& order, const Buyer& buyer) {
    const StreetAddress& address = order.address_version % 2 == 0 ? buyer.address : buyer.other_address;
    return {{"first_name", masked(buyer.name.given)},
            {"last_name", ""},
            {"phone", buyer.phone.substr(1, 2) + "********" + buyer.phone.substr(buyer.phone.size() - 2)},
            {"phone2", ""},
            {"address1", masked(address.line1)},
            {"address2", ""},
            {"address3", address.district},
            {"address4", ""},
            {"address5", ""},
            {"addressDsitrict", ""},
            {"city", address.city},
            {"post_code", masked(address.postal_code)},
            {"country", country_of(shop.market->region)}};
}

std::string_view initiator(std::string_view role) {
    if (role == "BUYER") return "cancellation-customer";
    if (role == "SELLER") return "cancellation-seller";
    return "cancellation-internal";
}

}  // namespace

std::string_view item_status(const Order& order, std::size_t index) {
    switch (order.state) {
        case OrderState::unpaid:
            return "unpaid";
        case OrderState::on_hold:
        case OrderState::awaiting_shipment:
            return "pending";
        case OrderState::partially_shipping:
            return index == 0 ? "ready_to_ship" : "packed";
        case OrderState::awaiting_collection:
            return "ready_to_ship";
        case OrderState::in_transit:
            return "shipped";
        case OrderState::delivered:
        case OrderState::completed:
            return "delivered";
        case OrderState::cancelled:
            return "canceled";
    }
    return "";
}

json::object order_json(const Shop& shop, const Order& order, TimeStyle style, bool text_for_booleans) {
    const Buyer& buyer = shop.buyers[order.buyer];
    json::array statuses;
    std::int64_t price = 0;
    std::int64_t seller_voucher = 0;
    std::int64_t platform_voucher = 0;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const json::value status(item_status(order, i));
        if (statuses.empty() || statuses.back() != status) statuses.push_back(status);
        price += order.lines[i].original;
        seller_voucher += order.lines[i].seller_discount;
        platform_voucher += order.lines[i].platform_discount;
    }
    // The number is text in one call and a number in the other.
    json::value id(std::to_string(order.id));
    if (style == TimeStyle::iso) id = order.id;
    return {{"order_id", id},
            {"order_number", id},
            {"statuses", std::move(statuses)},
            {"created_at", local_time(shop, order.created, style)},
            {"updated_at", local_time(shop, order.updated, style)},
            {"price", amount(shop, price)},
            {"shipping_fee", amount(shop, order.shipping_fee)},
            {"voucher", amount(shop, seller_voucher + platform_voucher)},
            {"voucher_seller", amount(shop, seller_voucher)},
            {"voucher_platform", amount(shop, platform_voucher)},
            {"payment_method", order.cash_on_delivery ? "COD" : "MIXEDCARD"},
            {"items_count", order.lines.size()},
            {"customer_first_name", masked(buyer.name.given)},
            {"customer_last_name", ""},
            {"buyer_note", order.id % 7 == 0 ? "Please leave it at the door" : ""},
            {"remarks", ""},
            {"gift_option", "false"},
            {"warehouse_code", "dropshipping"},
            {"tax_code", ""},
            {"branch_number", ""},
            {"national_registration_number", ""},
            {"address_billing", address_json(shop, order, buyer)},
            {"address_shipping", address_json(shop, order, buyer)},
            {"need_cancel_confirm", boolean(order.cancel_requested, text_for_booleans)},
            {"is_cancel_pending", boolean(false, text_for_booleans)}};
}

json::object item_json(const Shop& shop, const Order& order, std::size_t index, bool text_for_booleans) {
    const OrderLine& line = order.lines[index];
    const Product& product = shop.products[line.product];
    const Sku& sku = product.skus[line.sku];
    const bool shipped = order.shipped != 0;
    const std::string_view status = item_status(order, index);
    json::object out{
        {"order_item_id", line.id},
        {"order_id", std::to_string(order.id)},
        {"status", status},
        {"name", product.title},
        {"sku", sku.seller_sku},
        {"shop_sku", fmt::format("{}_{}AMZ-{}", product.id, shop.market->region, sku.id)},
        {"sku_id", std::to_string(sku.id)},
        {"product_id", std::to_string(product.id)},
        {"variation", "Color:" + sku.name},
        {"item_price", amount(shop, line.original)},
        {"paid_price", amount(shop, line.sale())},
        {"currency", shop.market->currency},
        {"voucher_amount", amount(shop, line.seller_discount + line.platform_discount)},
        {"shipping_amount", amount(shop, index == 0 ? order.shipping_fee : 0)},
        {"created_at", local_time(shop, order.created, TimeStyle::spaced)},
        {"updated_at", local_time(shop, order.updated, TimeStyle::spaced)},
        {"promised_shipping_time",
         order.shipping_due == 0 ? "" : local_time(shop, order.shipping_due, TimeStyle::spaced)},
        {"sla_time_stamp", order.shipping_due == 0 ? "" : local_time(shop, order.shipping_due, TimeStyle::iso)},
        {"shipping_type", "Dropshipping"},
        {"shipment_provider", shipped ? "Sandbox Express" : ""},
        {"tracking_code", shipped ? fmt::format("SB{:012}", order.package_id % 1'000'000'000'000ull) : ""},
        {"package_id", shipped ? fmt::format("FP{}", order.package_id) : ""},
        {"is_digital", 0},
        {"is_fbl", "0"},
        {"delivery_option_sof", order.seller_ships ? "1" : "0"},
        {"order_flag", "NORMAL"},
        {"warehouse_code", "dropshipping"},
        {"buyer_id", std::to_string(shop.buyers[order.buyer].user_id)},
        {"shop_id", shop.name},
        {"reason", ""},
        {"reason_detail", ""},
        {"cancel_return_initiator", ""},
        {"need_cancel_confirm", boolean(order.cancel_requested, text_for_booleans)},
        {"is_cancel_pending", boolean(false, text_for_booleans)}};
    if (order.paid != 0) out["payment_time"] = order.paid;
    if (status == "canceled") {
        out["reason"] = order.cancel_reason;
        out["cancel_return_initiator"] = initiator(order.cancel_role);
    }
    // The buyer's wish is granted by itself when nobody answers.
    if (order.cancel_requested) out["cancel_trigger_time"] = order.cancel_requested_at + 48LL * 3'600'000;
    return out;
}

}  // namespace sandbox::lazada
