#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/json.h"
#include "base/time.h"
#include "sandbox/lazada/order_json.h"
#include "sandbox/lazada/returns_api.h"
#include "sandbox/lazada/service.h"

// The calls about orders and the seller (open.lazada.com, "Order API", "Seller API").
namespace sandbox::lazada {
namespace {

namespace json = boost::json;

constexpr std::size_t k_most_orders_of_items = 50;
constexpr std::int64_t k_largest_offset = 5'000;
constexpr std::int64_t k_largest_page = 100;

std::string data(const json::value& value) {
    return "\"data\":" + json::serialize(value);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

const Order* order_of(Service& service, const Call& call, std::string_view text) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) return nullptr;
    const Shop* shop = nullptr;
    const Order* order = service.world().find_order(id, &shop);
    return order != nullptr && shop == call.shop ? order : nullptr;
}

json::array items_json(const Call& call, const Order& order) {
    json::array out;
    for (std::size_t i = 0; i < order.lines.size(); ++i)
        out.push_back(item_json(*call.shop, order, i, call.caller.app->text_for_booleans));
    return out;
}

// One of the four borders: `whole` is where it lies when it is not given.
bool read_border(const Call& call, std::string_view name, std::int64_t whole, std::int64_t& out_ms) {
    const std::string text = call.parameter(name);
    out_ms = whole;
    if (text.empty()) return true;
    const auto time = base::parse_iso8601(text);
    if (!time) return false;
    out_ms = time->ms;
    return true;
}

bool has_status(const Order& order, std::string_view wanted) {
    if (wanted.empty() || wanted == "all") return true;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const std::string_view status = item_status(order, i);
        if (status == wanted || (wanted == "topack" && status == "pending") ||
            (wanted == "toship" && status == "packed") || (wanted == "shipping" && status == "shipped"))
            return true;
    }
    return false;
}

Answer get_orders(Service& /*service*/, const Call& call) {
    if (call.parameter("created_after").empty() && call.parameter("update_after").empty())
        return refused("ISV", "MissingParameter", "created_after or update_after is mandatory");
    constexpr std::int64_t k_never = 253'402'300'800'000;
    std::int64_t created_after = 0;
    std::int64_t created_before = 0;
    std::int64_t update_after = 0;
    std::int64_t update_before = 0;
    if (!read_border(call, "created_after", 0, created_after) || !read_border(call, "update_after", 0, update_after) ||
        !read_border(call, "created_before", k_never, created_before) ||
        !read_border(call, "update_before", k_never, update_before))
        return refused("ISP", "17", "E017: Invalid Date Format");
    static constexpr std::array<std::string_view, 14> k_filters = {
        "",         "all",     "unpaid", "pending", "canceled", "ready_to_ship", "delivered",
        "returned", "shipped", "failed", "topack",  "toship",   "shipping",      "lost"};
    const std::string status = call.parameter("status");
    if (std::ranges::find(k_filters, status) == k_filters.end())
        return refused("ISP", "36", "E036: Invalid status filter");
    const std::string sort_by = call.parameter("sort_by");
    if (!sort_by.empty() && sort_by != "created_at" && sort_by != "updated_at")
        return refused("ISP", "75", "E075: Invalid sorting filter");
    const std::string direction = call.parameter("sort_direction");
    if (!direction.empty() && direction != "ASC" && direction != "DESC")
        return refused("ISP", "74", "E074: Invalid sort direction");
    const std::string offset_text = call.parameter("offset");
    const auto offset = offset_text.empty() ? 0 : whole_number(offset_text);
    if (!offset || *offset < 0 || *offset > k_largest_offset) return refused("ISP", "14", "E014: Invalid Offset");
    const std::string limit_text = call.parameter("limit");
    const auto limit = limit_text.empty() ? k_largest_page : whole_number(limit_text);
    if (!limit || *limit < 1 || *limit > k_largest_page) return refused("ISP", "19", "E019: Invalid Limit");

    std::vector<const Order*> found;
    const auto& index = sort_by == "updated_at" ? call.shop->by_updated : call.shop->by_created;
    for (const auto& [key, number] : index) {
        const Order& order = call.shop->orders[number];
        // Whole seconds are compared; whether the borders themselves belong is not documented.
        const std::int64_t created = order.created / 1'000 * 1'000;
        const std::int64_t updated = order.updated / 1'000 * 1'000;
        if (created > created_after && created < created_before && updated > update_after && updated < update_before &&
            has_status(order, status))
            found.push_back(&order);
    }
    if (direction == "DESC") std::ranges::reverse(found);
    json::array orders;
    const auto begin = static_cast<std::size_t>(*offset);
    for (std::size_t i = begin; i < found.size() && i < begin + static_cast<std::size_t>(*limit); ++i)
        orders.push_back(order_json(*call.shop, *found[i], TimeStyle::spaced, call.caller.app->text_for_booleans));
    const std::size_t count = orders.size();
    return {.payload =
                data(json::object{{"count", count}, {"countTotal", found.size()}, {"orders", std::move(orders)}})};
}

Answer get_order(Service& service, const Call& call) {
    const Order* order = order_of(service, call, call.parameter("order_id"));
    if (order == nullptr) return refused("ISP", "16", "E016: Invalid Order ID");
    return {.payload = data(order_json(*call.shop, *order, TimeStyle::iso, call.caller.app->text_for_booleans))};
}

Answer get_order_items(Service& service, const Call& call) {
    const Order* order = order_of(service, call, call.parameter("order_id"));
    if (order == nullptr) return refused("ISP", "16", "E016: Invalid Order ID");
    return {.payload = data(items_json(call, *order))};
}

Answer get_orders_items(Service& service, const Call& call) {
    const auto list = base::JsonDocument::parse(call.parameter("order_ids"));
    if (!list || !list->root().is_array()) return refused("ISP", "56", "E056: The order list must be a JSON array");
    const std::vector<base::Json> ids = list->root().items();
    if (ids.empty()) return refused("ISP", "39", "E039: No orders were given");
    if (ids.size() > k_most_orders_of_items) return refused("ISP", "38", "E038: Too many orders were requested");
    json::array out;
    for (const base::Json& id : ids) {
        const Order* order = order_of(service, call, id.id_text().value_or(""));
        if (order == nullptr) return refused("ISP", "37", "E037: One or more order ids in the list are incorrect");
        out.push_back(json::object{
            {"order_id", order->id}, {"order_number", order->id}, {"order_items", items_json(call, *order)}});
    }
    return {.payload = data(out)};
}

Answer get_seller(Service& /*service*/, const Call& call) {
    const Shop& shop = *call.shop;
    const bool as_text = call.caller.app->text_for_booleans;
    json::object out{{"seller_id", shop.id},
                     {"name", shop.name},
                     {"name_company", shop.name + " Pte"},
                     {"short_code", shop.code},
                     {"email", "seller@example.test"},
                     {"logo_url", ""},
                     {"location", shop.market->region},
                     {"status", shop.state == ShopState::active ? "ACTIVE" : "INACTIVE"},
                     {"verified", true},
                     {"marketplaceEaseMode", false},
                     {"cb", shop.cross_border}};
    if (as_text) out["cb"] = shop.cross_border ? "true" : "false";
    return {.payload = data(out)};
}

}  // namespace

const std::vector<Operation>& operations() {
    static const std::vector<Operation> k_all = {
        {"/orders/get", "orders.get", k_group_order, get_orders},
        {"/order/get", "order.get", k_group_order, get_order},
        {"/order/items/get", "order.items.get", k_group_order, get_order_items},
        {"/orders/items/get", "orders.items.get", k_group_order, get_orders_items},
        {"/reverse/getreverseordersforseller", "reverse.get", k_group_return, get_reverse_orders},
        {"/seller/get", "seller.get", k_group_seller, get_seller},
        {"/im/session/list", "chat.sessions", k_group_chat, get_sessions},
        {"/im/message/list", "chat.messages", k_group_chat, get_session_messages},
    };
    return k_all;
}

}  // namespace sandbox::lazada
