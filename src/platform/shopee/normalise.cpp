#include "platform/shopee/normalise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/text.h"
#include "platform/fields.h"

namespace platform::shopee {
namespace {

using base::Code;
using base::Json;
using base::Money;
using base::PiiText;
using model::OrderStatus;

// 0 stands for "none" in Shopee's numbers.
std::string id_unless_zero(const Json& json) {
    std::string id = id_or_text(json);
    return id == "0" ? std::string() : id;
}

// What the parcel that holds this item is doing.
std::string parcel_status(const Json& order, const model::OrderLine& line) {
    for (const Json& parcel : order["package_list"].items())
        for (const Json& item : parcel["item_list"].items())
            if (id_or_text(item["item_id"]) == line.product_ext_id &&
                id_unless_zero(item["model_id"]) == line.sku_ext_id)
                return text(parcel["logistics_status"], 64);
    return {};
}

base::Result<model::OrderLine> normalise_line(const Json& order, const Json& json,
                                              std::optional<base::Currency> currency) {
    model::OrderLine line;
    line.ext_id = id_unless_zero(json["order_item_id"]);
    line.product_ext_id = id_or_text(json["item_id"]);
    line.sku_ext_id = id_unless_zero(json["model_id"]);
    line.seller_sku = text(json["model_sku"]);
    if (line.seller_sku.empty()) line.seller_sku = text(json["item_sku"]);
    line.product_name = text(json["item_name"], 2'048);
    line.sku_name = text(json["model_name"]);
    line.quantity =
        std::clamp<std::int64_t>(json["model_quantity_purchased"].loose_integer().value_or(1), 0, 1'000'000);
    line.raw_status = parcel_status(order, line);
    if (!currency) return line;
    line.price.currency = *currency;
    std::optional<Money> price = TRY(amount(json["model_discounted_price"], *currency));
    if (!price) price = TRY(amount(json["model_original_price"], *currency));
    if (price) line.price = *price;
    return line;
}

// full_address, else what there is of its parts, from the smallest.
std::string address_of(const Json& address) {
    std::string full = text(address["full_address"], k_max_text);
    if (!full.empty()) return full;
    for (const char* part : {"town", "district", "city", "state", "zipcode"}) {
        const std::string written = text(address[part]);
        if (written.empty()) continue;
        if (!full.empty()) full += ", ";
        full += written;
    }
    return full;
}

bool still_to_ship(OrderStatus status) {
    return status == OrderStatus::to_ship || status == OrderStatus::partly_shipped;
}

// Some markets mask everything about the buyer: what is masked is no key.
std::string buyer_id_of(const Json& json) {
    std::string id = id_unless_zero(json["buyer_user_id"]);
    if (!id.empty()) return id;
    id = text(json["buyer_username"], 128);
    return id.contains('*') ? std::string() : id;
}

constexpr std::string_view k_in_cancel = "IN_CANCEL";

std::uint32_t flags_of(const model::Order& order, base::Time as_of) {
    std::uint32_t flags = 0;
    if (order.raw_status == k_in_cancel) flags |= model::k_flag_cancel_requested;
    if (order.ship_by && as_of > order.ship_by && still_to_ship(order.status)) flags |= model::k_flag_ship_overdue;
    if (order.status == OrderStatus::unknown) flags |= model::k_flag_unknown_status;
    return flags;
}

}  // namespace

base::Result<std::optional<Money>> amount(const Json& json, base::Currency currency) {
    if (!json.present() || json.is_null()) return std::optional<Money>();
    if (const auto written = json.string()) {
        if (base::trim(*written).empty()) return std::optional<Money>();
        const auto money = base::parse_money(base::trim(*written), currency);
        if (!money) return base::fail(Code::invalid_input, "amount is unreadable", "order.amount_unreadable");
        return std::optional<Money>(*money);
    }
    const auto number = json.number();
    if (!number) return base::fail(Code::invalid_input, "amount has an unexpected type", "order.amount_unreadable");
    double minor = *number;
    for (int i = 0; i < currency.decimals(); ++i) minor *= 10;
    // Beyond it, a double no longer holds every whole number.
    constexpr double k_exact = 9'007'199'254'740'992.0;
    if (!(std::abs(minor) < k_exact))
        return base::fail(Code::invalid_input, "amount is out of range", "order.amount_unreadable");
    return std::optional<Money>(Money{std::llround(minor), currency});
}

std::optional<std::string> serial(const Json& json) {
    auto id = json.id_text();
    if (!id || id->empty() || id->size() > 64) return std::nullopt;
    const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (!std::ranges::all_of(*id, fits)) return std::nullopt;
    return id;
}

OrderStatus normalise_status(std::string_view raw) {
    struct Row {
        std::string_view raw;
        OrderStatus status;
    };
    static constexpr std::array k_statuses = {
        Row{"UNPAID", OrderStatus::unpaid},
        Row{"PENDING", OrderStatus::on_hold},
        Row{"INVOICE_PENDING", OrderStatus::on_hold},
        Row{"READY_TO_SHIP", OrderStatus::to_ship},
        Row{"RETRY_SHIP", OrderStatus::to_ship},
        Row{k_in_cancel, OrderStatus::on_hold},  // The buyer asked, the seller must answer first.
        Row{"PROCESSED", OrderStatus::to_collect},
        Row{"SHIPPED", OrderStatus::in_transit},
        Row{"TO_CONFIRM_RECEIVE", OrderStatus::delivered},
        Row{"TO_RETURN", OrderStatus::delivered},
        Row{"COMPLETED", OrderStatus::completed},
        Row{"CANCELLED", OrderStatus::cancelled},
    };
    const auto* const found = std::ranges::find(k_statuses, raw, &Row::raw);
    return found == k_statuses.end() ? OrderStatus::unknown : found->status;
}

base::Result<model::Order> normalise_order(const Json& json, base::Time as_of) {
    if (!json.is_object()) return base::fail(Code::invalid_input, "order is no object", "order.not_an_object");
    model::Order order;
    const auto id = serial(json["order_sn"]);
    if (!id) return base::fail(Code::invalid_input, "order has no id", "order.id_missing");
    order.ext_id = *id;
    order.raw_status = text(json["order_status"], 64);
    order.status = normalise_status(order.raw_status);
    order.created_at = unix_time(json["create_time"]);
    order.updated_at = unix_time(json["update_time"]);
    if (!order.updated_at) order.updated_at = order.created_at;
    // Without it an old copy could overwrite a newer one.
    if (!order.updated_at) return base::fail(Code::invalid_input, "order has no time", "order.time_missing");
    if (!order.created_at) order.created_at = order.updated_at;
    order.paid_at = unix_time(json["pay_time"]);
    order.ship_by = unix_time(json["ship_by_date"]);

    const std::optional<base::Currency> currency = TRY(currency_of(json["currency"]));
    if (currency) {
        order.total.currency = *currency;
        if (const auto total = TRY(amount(json["total_amount"], *currency))) order.total = *total;
    }
    const auto lines = json["item_list"].items();
    if (lines.size() > k_max_lines)
        return base::fail(Code::invalid_input, "order has too many lines", "order.too_many_lines");
    for (const Json& line : lines) {
        order.lines.push_back(TRY(normalise_line(json, line, currency)));
        order.item_count += order.lines.back().quantity;
    }

    order.buyer_ext_id = buyer_id_of(json);
    order.buyer_name = PiiText(text(json["buyer_username"]));
    order.buyer_note = PiiText(text(json["message_to_seller"], k_max_text));
    const Json address = json["recipient_address"];
    order.recipient.name = PiiText(text(address["name"]));
    order.recipient.phone = PiiText(text(address["phone"], 128));
    order.recipient.address = PiiText(address_of(address));
    order.recipient.region =
        text(address["region"].string().value_or("").empty() ? json["region"] : address["region"], 16);
    order.payment_method = text(json["payment_method"]);
    order.cash_on_delivery = json["cod"].boolean_or(false);
    order.cancel_reason = text(json["cancel_reason"], 1'024);
    if (order.cancel_reason.empty()) order.cancel_reason = text(json["buyer_cancel_reason"], 1'024);
    order.cancelled_by = text(json["cancel_by"], 64);
    order.source = "api";
    order.collected_at = as_of;
    order.flags = flags_of(order, as_of);
    return order;
}

void add_orders(const Json& data, base::Time as_of, OrderPage& page) {
    for (const Json& json : data["order_list"].items()) {
        auto order = normalise_order(json, as_of);
        if (order) {
            page.orders.push_back(std::move(*order));
            continue;
        }
        // Kept for a later version to read, but without the tax number and the invoice, which we must not keep.
        std::string raw;
        for (const auto& [key, value] : json.members()) {
            if (key == "buyer_cpf_id" || key == "invoice_data") continue;
            raw += raw.empty() ? '{' : ',';
            raw += base::json_quote(key) + ':' + value.dump();
        }
        if (!raw.empty()) raw += '}';
        page.bad.push_back({serial(json["order_sn"]).value_or(""), order.error().key, PiiText(std::move(raw))});
    }
}

base::Result<model::Message> normalise_message(const Json& json, std::string_view shop_ext_id) {
    model::Message message;
    message.ext_id = id_or_text(json["message_id"]);
    message.conversation_ext_id = id_or_text(json["conversation_id"]);
    if (message.ext_id.empty()) return base::fail(Code::invalid_input, "message has no id", "message.id_missing");
    message.kind = text(json["message_type"], 64);
    message.sent_at = unix_time(json["created_timestamp"]);
    message.sender_ext_id = id_unless_zero(json["from_id"]);
    const std::string status = text(json["status"], 64);
    const std::string from_shop = id_unless_zero(json["from_shop_id"]);
    const std::string to_shop = id_unless_zero(json["to_shop_id"]);
    if (!shop_ext_id.empty() && from_shop == shop_ext_id) {
        const bool automatic = status == "auto_reply" || status == "offwork_autoreply";
        // 0 when no sub-account wrote.
        const bool agent = !id_unless_zero(json["sub_account_id"]).empty();
        message.sender = automatic ? model::SenderRole::robot
                         : agent   ? model::SenderRole::agent
                                   : model::SenderRole::shop;
        message.answers = !automatic;
    } else if (!from_shop.empty() || to_shop == shop_ext_id || to_shop.empty()) {
        // What does not come from the shop itself was written to it: buyers may have shops of their own.
        message.sender = model::SenderRole::buyer;
    }
    message.text = PiiText(text(json["content"]["text"], k_max_content));
    message.raw_content = PiiText(std::string(base::shorten(json["content"].dump(), k_max_content)));
    return message;
}

}  // namespace platform::shopee
