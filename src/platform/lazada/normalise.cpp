#include "platform/lazada/normalise.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "platform/fields.h"
#include "platform/lazada/fields.h"

namespace platform::lazada {
namespace {

using base::Code;
using base::fail;
using base::Json;
using base::Money;
using base::PiiText;
using base::Result;
using model::OrderStatus;

// Amounts are decimal strings, in some answers numbers. Missing, empty or the word "null": no value.
Result<std::optional<Money>> amount(const Json& json, base::Currency currency) {
    std::string written;
    if (const auto as_text = json.string())
        written = std::string(base::trim(*as_text));
    else if (json.number())
        written = json.dump();
    else if (json.present() && !json.is_null())
        return fail(Code::invalid_input, "amount has an unexpected type", "order.amount_unreadable");
    if (written.empty() || written == "null") return std::optional<Money>();
    auto money = base::parse_money(written, currency);
    if (!money) return fail(Code::invalid_input, "amount is unreadable", "order.amount_unreadable");
    return std::optional<Money>(*money);
}

// The items carry the currency; without it the market's own counts.
Result<base::Currency> currency_of_order(const std::vector<Json>& items, const Market& market) {
    for (const Json& item : items)
        if (const auto currency = TRY(currency_of(item["currency"]))) return *currency;
    return base::Currency::parse(market.currency);
}

Result<model::OrderLine> line_of(const Json& item, base::Currency currency) {
    model::OrderLine line;
    line.ext_id = id_or_text(item["order_item_id"]);
    line.product_ext_id = id_or_text(item["product_id"]);
    line.sku_ext_id = id_or_text(item["sku_id"]);
    line.seller_sku = text(item["sku"]);
    line.product_name = text(item["name"], 2'048);
    line.sku_name = text(item["variation"]);
    line.raw_status = text(item["status"], 64);
    line.tracking_number = text(item["tracking_code"]);
    line.price.currency = currency;
    std::optional<Money> price = TRY(amount(item["item_price"], currency));
    if (!price) price = TRY(amount(item["paid_price"], currency));
    if (price) line.price = *price;
    return line;
}

bool same_position(const model::OrderLine& a, const model::OrderLine& b) {
    return !a.sku_ext_id.empty() && a.sku_ext_id == b.sku_ext_id && a.raw_status == b.raw_status &&
           a.tracking_number == b.tracking_number && a.price == b.price;
}

Result<std::vector<model::OrderLine>> lines_of(const std::vector<Json>& items, base::Currency currency) {
    std::vector<model::OrderLine> lines;
    for (const Json& item : items) {
        model::OrderLine line = TRY(line_of(item, currency));
        const auto known =
            std::ranges::find_if(lines, [&](const model::OrderLine& other) { return same_position(line, other); });
        if (known == lines.end())
            lines.push_back(std::move(line));
        else
            ++known->quantity;
    }
    return lines;
}

bool is_empty_word(std::string_view part) {
    return part.empty() || part == "null";
}

// From the house to the country, as an address is written there. The list call misspells one of the names.
std::string address_of(const Json& address) {
    std::string full;
    for (const char* field : {"address1", "address2", "address3", "address4", "address5", "addressDistrict",
                              "addressDsitrict", "city", "post_code", "country"}) {
        const std::string part = text(address[field], 2'048);
        if (is_empty_word(part)) continue;
        if (!full.empty()) full += ", ";
        full += part;
    }
    return std::string(base::shorten(full, k_max_text));
}

std::string full_name(const Json& first, const Json& last) {
    std::string name = text(first);
    const std::string family = text(last);
    if (is_empty_word(name)) name.clear();
    if (is_empty_word(family)) return name;
    return name.empty() ? family : name + " " + family;
}

std::string region_of(const Json& address) {
    const std::string country = text(address["country"], 64);
    for (const Market& market : markets())
        if (base::ascii_iequals(country, market.country) || base::ascii_iequals(country, market.region))
            return std::string(market.region);
    return std::string(base::shorten(country, 16));
}

base::Time earlier(base::Time a, base::Time b) {
    if (!a) return b;
    if (!b) return a;
    return std::min(a, b);
}

base::Time deadline_of(const Json& item) {
    const base::Time told = time_of(item["sla_time_stamp"]);
    return told ? told : time_of(item["promised_shipping_time"]);
}

// What the items say about the whole order.
void read_items(const std::vector<Json>& items, model::Order& order) {
    std::vector<OrderStatus> states;
    base::Time to_ship_by;
    for (const Json& item : items) {
        const std::string raw = text(item["status"], 64);
        const OrderStatus status = normalise_status(raw);
        states.push_back(status);
        if (!base::ascii_lower("," + order.raw_status + ",").contains("," + base::ascii_lower(raw) + ","))
            order.raw_status += (order.raw_status.empty() ? "" : ",") + raw;
        if (order.buyer_ext_id.empty()) order.buyer_ext_id = id_or_text(item["buyer_id"]);
        order.paid_at = earlier(order.paid_at, time_of(item["payment_time"]));
        order.ship_by = earlier(order.ship_by, deadline_of(item));
        if (status == OrderStatus::to_ship) to_ship_by = earlier(to_ship_by, deadline_of(item));
        if (is_true(item["need_cancel_confirm"]))
            order.cancel_by = earlier(order.cancel_by, time_of(item["cancel_trigger_time"]));
        if (status != OrderStatus::cancelled) continue;
        if (order.cancel_reason.empty()) order.cancel_reason = text(item["reason"], 1'024);
        if (order.cancelled_by.empty()) order.cancelled_by = text(item["cancel_return_initiator"], 64);
    }
    order.status = combine(states);
    order.raw_status = std::string(base::shorten(order.raw_status, 128));
    if (to_ship_by) order.ship_by = to_ship_by;
}

std::uint32_t flags_of(const Json& json, const std::vector<Json>& items, const model::Order& order, base::Time as_of) {
    std::uint32_t flags = 0;
    const auto asked = [](const Json& part) {
        return is_true(part["need_cancel_confirm"]) || is_true(part["is_cancel_pending"]);
    };
    if (order.status != OrderStatus::cancelled && (asked(json) || std::ranges::any_of(items, asked)))
        flags |= model::k_flag_cancel_requested;
    const bool waits = order.status == OrderStatus::to_ship || order.status == OrderStatus::partly_shipped;
    if (order.ship_by && as_of > order.ship_by && waits) flags |= model::k_flag_ship_overdue;
    if (order.status == OrderStatus::unknown) flags |= model::k_flag_unknown_status;
    return flags;
}

// Paid by the buyer: price before discounts - voucher + shipping fee (guide "Get order").
Result<Money> total_of(const Json& json, base::Currency currency) {
    const auto price = TRY(amount(json["price"], currency));
    const auto voucher = TRY(amount(json["voucher"], currency));
    const auto shipping = TRY(amount(json["shipping_fee"], currency));
    Money total{price ? price->minor : 0, currency};
    if (__builtin_sub_overflow(total.minor, voucher ? voucher->minor : 0, &total.minor) ||
        __builtin_add_overflow(total.minor, shipping ? shipping->minor : 0, &total.minor))
        return fail(Code::invalid_input, "amounts are too large", "order.amount_unreadable");
    return total;
}

}  // namespace

OrderStatus normalise_status(std::string_view raw) {
    struct Alias {
        std::string_view raw;
        OrderStatus status;
    };
    static constexpr std::array k_aliases = {
        Alias{"unpaid", OrderStatus::unpaid},
        Alias{"pending", OrderStatus::to_ship},
        Alias{"topack", OrderStatus::to_ship},
        Alias{"packed", OrderStatus::to_ship},
        Alias{"repacked", OrderStatus::to_ship},
        Alias{"toship", OrderStatus::to_ship},
        Alias{"ready_to_ship_pending", OrderStatus::to_collect},
        Alias{"ready_to_ship", OrderStatus::to_collect},
        Alias{"shipping", OrderStatus::in_transit},
        Alias{"shipped", OrderStatus::in_transit},
        Alias{"delivered", OrderStatus::delivered},
        // The buyer had it and gave it back: nothing is left to be done with the order itself.
        Alias{"returned", OrderStatus::completed},
        Alias{"canceled", OrderStatus::cancelled},
        // Never reached the buyer. Lazada itself calls the reason "cancellation-failed Delivery".
        Alias{"failed", OrderStatus::cancelled},
        Alias{"failed_delivery", OrderStatus::cancelled},
        Alias{"lost", OrderStatus::cancelled},
        Alias{"lost_by_3pl", OrderStatus::cancelled},
        Alias{"damaged_by_3pl", OrderStatus::cancelled},
        Alias{"package_scrapped", OrderStatus::cancelled},
        Alias{"shipped_back", OrderStatus::cancelled},
        Alias{"shipped_back_success", OrderStatus::cancelled},
        Alias{"shipped_back_failed", OrderStatus::cancelled},
    };
    const auto* const found =
        std::ranges::find_if(k_aliases, [&](const Alias& alias) { return base::ascii_iequals(alias.raw, raw); });
    return found == k_aliases.end() ? OrderStatus::unknown : found->status;
}

// Cancelled items do not count while others live. One that nobody knows makes the whole unknown; some still here and
// some gone are "partly shipped"; else the one that is least far along.
OrderStatus combine(const std::vector<OrderStatus>& items) {
    const auto has = [&](OrderStatus status) { return std::ranges::find(items, status) != items.end(); };
    if (items.empty() || has(OrderStatus::unknown)) return OrderStatus::unknown;
    const bool gone = has(OrderStatus::to_collect) || has(OrderStatus::in_transit) || has(OrderStatus::delivered) ||
                      has(OrderStatus::completed);
    if (has(OrderStatus::unpaid)) return OrderStatus::unpaid;
    if (has(OrderStatus::to_ship)) return gone ? OrderStatus::partly_shipped : OrderStatus::to_ship;
    for (const OrderStatus status :
         {OrderStatus::to_collect, OrderStatus::in_transit, OrderStatus::delivered, OrderStatus::completed})
        if (has(status)) return status;
    return OrderStatus::cancelled;
}

void collect_items(const Json& data, Items& into) {
    for (const Json& order : data.items())
        if (const auto id = decimal_id(order["order_id"])) into[*id] = order["order_items"].items();
}

Result<model::Order> normalise_order(const Json& json, const std::vector<Json>& items, const Market& market,
                                     base::Time as_of) {
    if (!json.is_object()) return fail(Code::invalid_input, "order is no object", "order.not_an_object");
    model::Order order;
    const auto id = decimal_id(json["order_id"]);
    if (!id) return fail(Code::invalid_input, "order has no id", "order.id_missing");
    order.ext_id = *id;
    // Statuses and buyer are told with the items only.
    if (items.empty()) return fail(Code::invalid_input, "order has no items", "order.items_missing");
    if (items.size() > k_max_lines)
        return fail(Code::invalid_input, "order has too many lines", "order.too_many_lines");
    order.created_at = time_of(json["created_at"]);
    order.updated_at = time_of(json["updated_at"]);
    if (!order.updated_at) order.updated_at = order.created_at;
    // Without it an old copy could overwrite a newer one.
    if (!order.updated_at) return fail(Code::invalid_input, "order has no time", "order.time_missing");
    if (!order.created_at) order.created_at = order.updated_at;

    const base::Currency currency = TRY(currency_of_order(items, market));
    order.total = TRY(total_of(json, currency));
    order.lines = TRY(lines_of(items, currency));
    order.item_count = static_cast<std::int64_t>(items.size());
    read_items(items, order);

    order.buyer_name = PiiText(full_name(json["customer_first_name"], json["customer_last_name"]));
    std::string note = text(json["buyer_note"], k_max_text);
    if (is_empty_word(note)) note = text(json["remarks"], k_max_text);
    order.buyer_note = PiiText(is_empty_word(note) ? std::string() : std::move(note));
    const Json address = json["address_shipping"];
    order.recipient.name = PiiText(full_name(address["first_name"], address["last_name"]));
    order.recipient.phone = PiiText(text(address["phone"], 128));
    order.recipient.address = PiiText(address_of(address));
    order.recipient.region = region_of(address);
    order.payment_method = text(json["payment_method"]);
    order.cash_on_delivery = base::ascii_iequals(order.payment_method, "COD");
    order.source = "api";
    order.collected_at = as_of;
    order.flags = flags_of(json, items, order, as_of);
    return order;
}

namespace {

// For a later version to read, but without the numbers that we must not keep.
std::string raw_record(const Json& order, const std::vector<Json>& items) {
    std::string raw;
    for (const auto& [key, value] : order.members()) {
        if (key == "tax_code" || key == "branch_number" || key == "national_registration_number") continue;
        raw += (raw.empty() ? "{" : ",") + base::json_quote(key) + ':' + value.dump();
    }
    std::string all;
    for (const Json& item : items) all += (all.empty() ? "" : ",") + item.dump();
    return raw.empty() ? raw : raw + ",\"order_items\":[" + all + "]}";
}

}  // namespace

OrderPage normalise_orders(const std::vector<Json>& orders, const Items& items, const Market& market,
                           base::Time as_of) {
    OrderPage page;
    static const std::vector<Json> k_none;
    for (const Json& json : orders) {
        const std::string id = decimal_id(json["order_id"]).value_or("");
        const auto found = items.find(id);
        const std::vector<Json>& own = found == items.end() ? k_none : found->second;
        auto order = normalise_order(json, own, market, as_of);
        if (order)
            page.orders.push_back(std::move(*order));
        else
            page.bad.push_back({id, order.error().key, PiiText(raw_record(json, own))});
    }
    return page;
}

}  // namespace platform::lazada
