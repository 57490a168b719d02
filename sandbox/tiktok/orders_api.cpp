#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "base/text.h"
#include "sandbox/tiktok/order_json.h"
#include "sandbox/tiktok/service.h"

// Orders: search, detail, price detail.
namespace sandbox::tiktok {
namespace {

namespace json = boost::json;

constexpr std::int64_t k_most_orders = 100;
constexpr std::size_t k_most_ids = 50;

struct Filter {
    std::optional<std::string> status;
    std::optional<std::string> buyer;
    std::optional<std::string> shipping_type;
    std::optional<bool> cancel_requested;
    std::vector<std::string> warehouses;
    std::optional<std::int64_t> created_ge, created_lt, updated_ge, updated_lt;
};

std::optional<Answer> read_text(const Call& call, std::string_view name, std::optional<std::string>& out) {
    const base::Json field = call.body_field(name);
    if (!field.present()) return std::nullopt;
    if (!field.string()) return refused(36009004, fmt::format("param body.{} is invalid", name));
    // An empty string is as good as none.
    if (!field.string()->empty()) out = field.string_or();
    return std::nullopt;
}

std::optional<Answer> read_filter(const Call& call, Filter& filter) {
    for (const auto& [name, field] : {std::pair{"order_status", &filter.status},
                                      {"buyer_user_id", &filter.buyer},
                                      {"shipping_type", &filter.shipping_type}})
        if (auto refusal = read_text(call, name, *field)) return refusal;
    if (filter.status) {
        bool known = false;
        for (int state = 0; state <= static_cast<int>(OrderState::cancelled); ++state)
            known = known || *filter.status == status_name(static_cast<OrderState>(state));
        if (!known) return refused(36009004, "param body.order_status is invalid");
    }
    if (filter.shipping_type && *filter.shipping_type != "TIKTOK" && *filter.shipping_type != "SELLER")
        return refused(36009004, "param body.shipping_type is invalid");
    if (const base::Json field = call.body_field("is_buyer_request_cancel"); field.present()) {
        filter.cancel_requested = field.boolean();
        if (!filter.cancel_requested) return refused(36009004, "param body.is_buyer_request_cancel is invalid");
    }
    if (const base::Json field = call.body_field("warehouse_ids"); field.present()) {
        if (!field.is_array()) return refused(36009004, "param body.warehouse_ids is invalid");
        for (const base::Json& id : field.items()) {
            if (!id.string()) return refused(36009004, "param body.warehouse_ids is invalid");
            filter.warehouses.push_back(id.string_or());
        }
    }
    for (const auto& [name, field] : {std::pair{"create_time_ge", &filter.created_ge},
                                      {"create_time_lt", &filter.created_lt},
                                      {"update_time_ge", &filter.updated_ge},
                                      {"update_time_lt", &filter.updated_lt}})
        if (!read_time(call, name, *field)) return refused(36009004, fmt::format("param body.{} is invalid", name));
    return std::nullopt;
}

bool within(std::int64_t ms, const std::optional<std::int64_t>& ge, const std::optional<std::int64_t>& lt) {
    return (!ge || ms / 1'000 >= *ge) && (!lt || ms / 1'000 < *lt);
}

bool passes(const Filter& filter, const Shop& shop, const Order& order) {
    if (filter.status && *filter.status != status_name(order.state)) return false;
    if (filter.buyer && *filter.buyer != std::to_string(shop.buyers[order.buyer].user_id)) return false;
    if (filter.shipping_type && (*filter.shipping_type == "SELLER") != order.seller_ships) return false;
    if (filter.cancel_requested && *filter.cancel_requested != order.cancel_requested) return false;
    if (!filter.warehouses.empty() &&
        std::ranges::find(filter.warehouses, std::to_string(shop.warehouse_id)) == filter.warehouses.end())
        return false;
    return within(order.created, filter.created_ge, filter.created_lt) &&
           within(order.updated, filter.updated_ge, filter.updated_lt);
}

// Where a page ended, with what must stay the same through all pages: the upper bound that defaulted to now, and the
// count that the first page made.
struct Position {
    std::int64_t now = 0;
    std::uint64_t total = 0;
    std::int64_t value = 0;
    std::uint64_t id = 0;
};

std::optional<Position> parse_position(std::string_view text) {
    const auto part = base::split(text, '|');
    Position position;
    const auto read = [](std::string_view digits, auto& out) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
        return error == std::errc{} && end == digits.data() + digits.size();
    };
    if (part.size() != 4 || !read(part[0], position.now) || !read(part[1], position.total) ||
        !read(part[2], position.value) || !read(part[3], position.id))
        return std::nullopt;
    return position;
}

Answer detail(Service& service, Call& call, OrderFields fields) {
    const auto ids = call.parameter("ids");
    if (!ids || ids->empty()) return refused(36009004, "param query.ids is missing");
    const auto wanted = base::split(*ids, ',');
    if (wanted.size() > k_most_ids) return refused(36009004, "param query.ids is invalid: more than 50");
    json::array orders;
    for (const std::string_view text : wanted) {
        std::uint64_t id = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (error != std::errc{} || end != text.data() + text.size())
            return refused(36009004, "param query.ids is invalid");
        const Shop* shop = nullptr;
        const Order* order = service.world().find_order(id, &shop);
        if (order == nullptr) continue;
        if (shop != call.shop) return refused(21008111, "The order does not belong to this seller.");
        write_order(orders.emplace_back(json::object()).as_object(), service.world(), *shop, *order, fields);
    }
    return success(json::serialize(json::object{{"orders", std::move(orders)}}));
}

}  // namespace

Answer search_orders(Service& service, Call& call) {
    std::int64_t page_size = 0;
    if (auto refusal = read_page_size(call, k_most_orders, page_size)) return *refusal;
    const std::string sort_field = call.parameter("sort_field").value_or("create_time");
    const std::string sort_order = call.parameter("sort_order").value_or("DESC");
    if (sort_field != "create_time" && sort_field != "update_time")
        return refused(36009004, "param query.sort_field is invalid");
    if (sort_order != "ASC" && sort_order != "DESC") return refused(36009004, "param query.sort_order is invalid");
    Filter filter;
    if (auto refusal = read_filter(call, filter)) return *refusal;

    const std::string bound_to =
        fmt::format("orders\n{}\n{}\n{}\n{}", call.shop->id, sort_field, sort_order, call.request.body);
    std::optional<Position> from;
    if (const auto token = call.parameter("page_token"); token && !token->empty()) {
        if (const auto text = read_page_token(service.page_key(), bound_to, *token)) from = parse_position(*text);
        if (!from) return refused(36009004, "param query.page_token is invalid");
    }
    // Only the lower bound given: the upper one is now, and stays so through all pages.
    const std::int64_t now = from ? from->now : call.now_ms / 1'000;
    if (filter.created_ge && !filter.created_lt) filter.created_lt = now;
    if (filter.updated_ge && !filter.updated_lt) filter.updated_lt = now;

    const Shop& shop = *call.shop;
    const auto& list = sort_field == "create_time" ? shop.by_created : shop.by_updated;
    const auto& [ge, lt] = sort_field == "create_time" ? std::pair(filter.created_ge, filter.created_lt)
                                                       : std::pair(filter.updated_ge, filter.updated_lt);
    json::array orders;
    std::uint64_t total = 0;
    bool more = false;
    std::pair<std::int64_t, std::uint64_t> last{};
    // False: what comes after need not be looked at.
    const auto visit = [&](const auto& entry) {
        const Order& order = shop.orders[entry.second];
        if (!passes(filter, shop, order)) return true;
        ++total;
        if (static_cast<std::int64_t>(orders.size()) == page_size) {
            more = true;
            return !from.has_value();
        }
        last = entry.first;
        write_order(orders.emplace_back(json::object()).as_object(), service.world(), shop, order, OrderFields::search);
        return true;
    };
    const bool ascending = sort_order == "ASC";
    auto begin = ge ? list.lower_bound({*ge, 0}) : list.begin();
    auto end = lt ? list.lower_bound({*lt, 0}) : list.end();
    if (from && ascending) begin = list.upper_bound({from->value, from->id});
    if (from && !ascending) end = list.lower_bound({from->value, from->id});
    const auto before = [&](const auto& a, const auto& b) {
        return b == list.end() || (a != list.end() && a->first < b->first);
    };
    if (begin != end && before(begin, end)) {
        if (ascending)
            for (auto entry = begin; entry != end && visit(*entry);) ++entry;
        else
            for (auto entry = end; entry != begin && visit(*std::prev(entry));) --entry;
    }
    if (from) total = from->total;
    const std::string next = more ? write_page_token(service.page_key(), bound_to,
                                                     fmt::format("{}|{}|{}|{}", now, total, last.first, last.second))
                                  : "";
    return success(json::serialize(
        json::object{{"total_count", total}, {"next_page_token", next}, {"orders", std::move(orders)}}));
}

Answer get_orders_202309(Service& service, Call& call) {
    return detail(service, call, OrderFields::detail_202309);
}

Answer get_orders_202507(Service& service, Call& call) {
    return detail(service, call, OrderFields::detail_202507);
}

Answer get_price_detail(Service& service, Call& call) {
    std::uint64_t id = 0;
    const std::string& text = call.path_values.front();
    std::from_chars(text.data(), text.data() + text.size(), id);
    const Shop* shop = nullptr;
    const Order* order = service.world().find_order(id, &shop);
    if (order == nullptr) return refused(21001001, "The order does not exist.");
    if (shop != call.shop) return refused(21008111, "The order does not belong to this seller.");
    const base::Currency currency = currency_of(*shop->market);
    const auto money = [&](std::int64_t minor) { return base::decimal({minor, currency}); };
    const auto amounts = [&](std::int64_t list, std::int64_t seller, std::int64_t platform, std::int64_t shipping,
                             std::int64_t tax) {
        const std::int64_t sale = list - seller - platform;
        return json::object{{"currency", shop->market->currency},
                            {"sku_list_price", money(list)},
                            {"sku_sale_price", money(sale)},
                            {"subtotal", money(sale)},
                            {"subtotal_deduction_seller", money(seller)},
                            {"subtotal_deduction_platform", money(platform)},
                            {"voucher_deduction_seller", money(0)},
                            {"voucher_deduction_platform", money(0)},
                            {"shipping_list_price", money(shipping)},
                            {"shipping_sale_price", money(shipping)},
                            {"tax_amount", money(tax)},
                            {"net_price_amount", money(sale)},
                            {"payment", money(sale + shipping + tax)},
                            {"total", money(sale + shipping + tax)}};
    };
    std::int64_t list = 0;
    std::int64_t seller = 0;
    std::int64_t platform = 0;
    json::array lines;
    for (const OrderLine& line : order->lines) {
        list += line.original;
        seller += line.seller_discount;
        platform += line.platform_discount;
        json::object item = amounts(line.original, line.seller_discount, line.platform_discount, 0, 0);
        item["id"] = std::to_string(line.id);
        lines.push_back(std::move(item));
    }
    json::object data = amounts(list, seller, platform, order->shipping_fee, order->tax);
    data["line_items"] = std::move(lines);
    return success(json::serialize(data));
}

}  // namespace sandbox::tiktok
