#include "platform/tiktok/normalise.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace platform::tiktok {
namespace {

using base::Code;
using base::Json;
using base::Money;
using base::PiiText;
using model::OrderStatus;

base::Result<model::OrderLine> normalise_line(const Json& json, std::optional<base::Currency> order_currency) {
    model::OrderLine line;
    line.ext_id = id_or_text(json["id"]);
    line.product_ext_id = id_or_text(json["product_id"]);
    line.sku_ext_id = id_or_text(json["sku_id"]);
    line.seller_sku = text(json["seller_sku"]);
    line.product_name = text(json["product_name"], 2'048);
    line.sku_name = text(json["sku_name"]);
    line.raw_status = text(json["display_status"], 64);
    line.tracking_number = text(json["tracking_number"]);
    std::optional<base::Currency> currency = TRY(currency_of(json["currency"]));
    if (!currency) currency = order_currency;
    if (currency) {
        line.price.currency = *currency;
        std::optional<Money> price = TRY(amount(json["sale_price"], *currency));
        if (!price) price = TRY(amount(json["original_price"], *currency));
        if (price) line.price = *price;
    }
    return line;
}

// full_address, else what there is of its parts.
std::string address_of(const Json& address) {
    std::string full = text(address["full_address"], k_max_text);
    if (!full.empty()) return full;
    const auto add = [&full](const std::string& part) {
        if (part.empty()) return;
        if (!full.empty()) full += ", ";
        full += part;
    };
    const std::string detail = text(address["address_detail"], 2'048);
    if (!detail.empty())
        add(detail);
    else
        for (const char* line : {"address_line1", "address_line2", "address_line3", "address_line4"})
            add(text(address[line], 2'048));
    // From the largest to the smallest, as they are sent; read from the smallest, as an address is written.
    auto districts = address["district_info"].items();
    std::ranges::reverse(districts);
    for (const Json& district : districts) add(text(district["address_name"]));
    add(text(address["post_town"]));
    add(text(address["postal_code"]));
    return std::string(base::shorten(full, k_max_text));
}

std::string name_of(const Json& address) {
    std::string name = text(address["name"]);
    if (!name.empty()) return name;
    name = text(address["first_name"]);
    const std::string last = text(address["last_name"]);
    if (!name.empty() && !last.empty()) name += ' ';
    return name + last;
}

// The total must lie between the documented sum and that sum with every further fee: which fees of a market are inside
// is not documented. Amounts that are missing or unreadable do not count against the order here.
bool amounts_disagree(const Json& payment, Money total) {
    const auto minor = [&](std::string_view field) -> std::optional<std::int64_t> {
        const auto value = amount(payment[field], total.currency);
        return value && *value ? std::optional((*value)->minor) : std::nullopt;
    };
    const auto sub_total = minor("sub_total");
    const auto shipping = minor("shipping_fee");
    if (!sub_total || !shipping) return false;
    std::int64_t least = 0;
    bool overflow = __builtin_add_overflow(*sub_total, *shipping, &least);
    for (const char* field : {"tax", "retail_delivery_fee"})
        overflow |= __builtin_add_overflow(least, minor(field).value_or(0), &least);
    std::int64_t most = least;
    for (const char* field :
         {"buyer_service_fee", "handling_fee", "small_order_fee", "item_insurance_fee", "item_insurance_tax",
          "shipping_insurance_fee", "distance_fee", "distance_shipping_fee", "shipping_fee_tax", "product_tax"})
        overflow |= __builtin_add_overflow(most, std::max<std::int64_t>(0, minor(field).value_or(0)), &most);
    return overflow || total.minor < least || total.minor > most;
}

bool still_to_ship(OrderStatus status) {
    return status == OrderStatus::to_ship || status == OrderStatus::partly_shipped;
}

bool before_hand_over(OrderStatus status) {
    return status == OrderStatus::unpaid || status == OrderStatus::on_hold || still_to_ship(status);
}

std::uint32_t flags_of(const Json& json, const model::Order& order, bool total_known, base::Time as_of) {
    std::uint32_t flags = 0;
    const auto set = [&flags](bool yes, model::OrderFlag flag) {
        if (yes) flags |= flag;
    };
    set(json["is_buyer_request_cancel"].boolean_or(false) && order.status != OrderStatus::cancelled,
        model::k_flag_cancel_requested);
    set(json["has_updated_recipient_address"].boolean_or(false), model::k_flag_address_changed);
    set(order.ship_by && as_of > order.ship_by && still_to_ship(order.status), model::k_flag_ship_overdue);
    set(order.status == OrderStatus::unknown, model::k_flag_unknown_status);
    set(json["is_sample_order"].boolean_or(false), model::k_flag_sample);
    set(json["is_replacement_order"].boolean_or(false) || json["is_exchange_order"].boolean_or(false),
        model::k_flag_replacement);
    set(total_known && amounts_disagree(json["payment"], order.total), model::k_flag_amount_mismatch);
    return flags;
}

base::Time earlier(base::Time a, base::Time b) {
    if (!a) return b;
    if (!b) return a;
    return std::min(a, b);
}

}  // namespace

base::Result<std::optional<Money>> amount(const Json& json, base::Currency currency) {
    std::string written;
    if (const auto as_text = json.string())
        written = std::string(base::trim(*as_text));
    else if (const auto as_integer = json.integer())
        written = std::to_string(*as_integer);
    else if (json.present() && !json.is_null())
        return base::fail(Code::invalid_input, "amount has an unexpected type", "order.amount_unreadable");
    if (written.empty()) return std::optional<Money>();
    auto money = base::parse_money(written, currency);
    if (!money) return base::fail(Code::invalid_input, "amount is unreadable", "order.amount_unreadable");
    return std::optional<Money>(*money);
}

OrderStatus normalise_status(std::string_view raw) {
    struct Alias {
        std::string_view raw;
        OrderStatus status;
    };
    // The webhook writes CANCEL where the API writes CANCELLED.
    static constexpr std::array k_aliases = {
        Alias{"UNPAID", OrderStatus::unpaid},
        Alias{"ON_HOLD", OrderStatus::on_hold},
        Alias{"AWAITING_SHIPMENT", OrderStatus::to_ship},
        Alias{"PARTIALLY_SHIPPING", OrderStatus::partly_shipped},
        Alias{"AWAITING_COLLECTION", OrderStatus::to_collect},
        Alias{"IN_TRANSIT", OrderStatus::in_transit},
        Alias{"DELIVERED", OrderStatus::delivered},
        Alias{"COMPLETED", OrderStatus::completed},
        Alias{"CANCELLED", OrderStatus::cancelled},
        Alias{"CANCEL", OrderStatus::cancelled},
    };
    const auto* const found = std::ranges::find(k_aliases, raw, &Alias::raw);
    return found == k_aliases.end() ? OrderStatus::unknown : found->status;
}

base::Result<model::Order> normalise_order(const Json& json, base::Time as_of) {
    if (!json.is_object()) return base::fail(Code::invalid_input, "order is no object", "order.not_an_object");
    model::Order order;
    const auto id = decimal_id(json["id"]);
    if (!id) return base::fail(Code::invalid_input, "order has no id", "order.id_missing");
    order.ext_id = *id;
    order.raw_status = text(json["status"], 64);
    order.status = normalise_status(order.raw_status);
    order.created_at = unix_time(json["create_time"]);
    order.updated_at = unix_time(json["update_time"]);
    if (!order.updated_at) order.updated_at = order.created_at;
    // Without it an old copy could overwrite a newer one.
    if (!order.updated_at) return base::fail(Code::invalid_input, "order has no time", "order.time_missing");
    if (!order.created_at) order.created_at = order.updated_at;
    order.paid_at = unix_time(json["paid_time"]);
    order.ship_by = unix_time(json["rts_sla_time"]);
    order.cancel_by = unix_time(json["cancel_order_sla_time"]);
    if (before_hand_over(order.status))
        order.cancel_by = earlier(order.cancel_by, unix_time(json["shipping_due_time"]));

    const Json payment = json["payment"];
    const std::optional<base::Currency> currency = TRY(currency_of(payment["currency"]));
    bool total_known = false;
    if (currency) {
        order.total.currency = *currency;
        if (const auto total = TRY(amount(payment["total_amount"], *currency))) {
            order.total = *total;
            total_known = true;
        }
    }
    const auto lines = json["line_items"].items();
    if (lines.size() > k_max_lines)
        return base::fail(Code::invalid_input, "order has too many lines", "order.too_many_lines");
    for (const Json& line : lines) order.lines.push_back(TRY(normalise_line(line, currency)));
    order.item_count = static_cast<std::int64_t>(order.lines.size());

    order.buyer_ext_id = id_or_text(json["user_id"]);
    order.buyer_name = PiiText(text(json["buyer_nickname"]));
    order.buyer_note = PiiText(text(json["buyer_message"], k_max_text));
    const Json address = json["recipient_address"];
    order.recipient.name = PiiText(name_of(address));
    order.recipient.phone = PiiText(text(address["phone_number"], 128));
    order.recipient.address = PiiText(address_of(address));
    order.recipient.region = text(address["region_code"], 16);
    order.payment_method = text(json["payment_method_name"]);
    order.cash_on_delivery = json["is_cod"].boolean_or(false);
    order.cancel_reason = text(json["cancel_reason"], 1'024);
    order.cancelled_by = text(json["cancellation_initiator"], 64);
    order.source = "api";
    order.collected_at = as_of;
    order.flags = flags_of(json, order, total_known, as_of);
    return order;
}

OrderPage normalise_orders(const Json& data, base::Time as_of) {
    OrderPage page;
    for (const Json& json : data["orders"].items()) {
        auto order = normalise_order(json, as_of);
        if (order) {
            page.orders.push_back(std::move(*order));
            continue;
        }
        // Kept for a later version to read, but without the national tax number, which we must not keep.
        std::string raw;
        for (const auto& [key, value] : json.members()) {
            if (key == "cpf" || key == "cpf_name") continue;
            raw += raw.empty() ? '{' : ',';
            raw += base::json_quote(key) + ':' + value.dump();
        }
        if (!raw.empty()) raw += '}';
        page.bad.push_back({decimal_id(json["id"]).value_or(""), order.error().key, PiiText(std::move(raw))});
    }
    page.next_page_token = data["next_page_token"].string_or();
    page.total = std::max<std::int64_t>(0, data["total_count"].loose_integer().value_or(0));
    return page;
}

base::Result<model::Message> normalise_message(const Json& json) {
    model::Message message;
    message.ext_id = id_or_text(json["message_id"].present() ? json["message_id"] : json["id"]);
    message.conversation_ext_id = id_or_text(json["conversation_id"]);
    if (message.ext_id.empty()) return base::fail(Code::invalid_input, "message has no id", "message.id_missing");
    message.kind = text(json["type"], 64);
    message.sent_at = unix_time(json["create_time"]);
    const std::string role = text(json["sender"]["role"], 64);
    message.sender = role == "BUYER"              ? model::SenderRole::buyer
                     : role == "SHOP"             ? model::SenderRole::shop
                     : role == "CUSTOMER_SERVICE" ? model::SenderRole::agent
                     : role == "SYSTEM"           ? model::SenderRole::system
                     : role == "ROBOT"            ? model::SenderRole::robot
                                                  : model::SenderRole::unknown;
    // SHOP also stands for automatic replies.
    message.answers = message.sender == model::SenderRole::agent;
    message.sender_ext_id = id_or_text(json["sender"]["im_user_id"]);
    const std::string content = text(json["content"], k_max_content);
    // A JSON string inside JSON; plain text where it is none.
    const auto inner = base::JsonDocument::parse(content);
    if (inner && inner->root().is_object())
        message.text = PiiText(text(inner->root()["content"], k_max_content));
    else
        message.text = PiiText(content);
    message.raw_content = PiiText(content);
    return message;
}

}  // namespace platform::tiktok
