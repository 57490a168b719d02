#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <functional>

#include "base/text.h"
#include "sandbox/tiktok/return_json.h"
#include "sandbox/tiktok/service.h"

// Returns and cancellations: searching.
namespace sandbox::tiktok {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 14> k_return_statuses = {"RETURN_OR_REFUND_REQUEST_PENDING",
                                                                "REFUND_OR_RETURN_REQUEST_REJECT",
                                                                "AWAITING_BUYER_SHIP",
                                                                "BUYER_SHIPPED_ITEM",
                                                                "REJECT_RECEIVE_PACKAGE",
                                                                "RETURN_OR_REFUND_REQUEST_SUCCESS",
                                                                "RETURN_OR_REFUND_REQUEST_CANCEL",
                                                                "RETURN_OR_REFUND_REQUEST_COMPLETE",
                                                                "AWAITING_BUYER_RESPONSE",
                                                                "REPLACEMENT_REQUEST_PENDING",
                                                                "REPLACEMENT_REQUEST_REJECT",
                                                                "REPLACEMENT_REQUEST_REFUND_SUCCESS",
                                                                "REPLACEMENT_REQUEST_CANCEL",
                                                                "REPLACEMENT_REQUEST_COMPLETE"};
constexpr std::array<std::string_view, 3> k_return_types = {"REFUND", "RETURN_AND_REFUND", "REPLACEMENT"};
constexpr std::array<std::string_view, 4> k_arbitration = {"IN_PROGRESS", "SUPPORT_BUYER", "SUPPORT_SELLER", "CLOSED"};
constexpr std::array<std::string_view, 4> k_cancel_statuses = {
    "CANCELLATION_REQUEST_PENDING", "CANCELLATION_REQUEST_SUCCESS", "CANCELLATION_REQUEST_CANCEL",
    "CANCELLATION_REQUEST_COMPLETE"};
constexpr std::array<std::string_view, 2> k_cancel_types = {"CANCEL", "BUYER_CANCEL"};

// A list of texts in the body; with `known`, each must be one of them.
std::optional<Answer> read_texts(const Call& call, std::string_view name, std::vector<std::string>& out,
                                 std::span<const std::string_view> known = {}) {
    const base::Json field = call.body_field(name);
    if (!field.present()) return std::nullopt;
    const auto invalid = [&] { return refused(36009004, fmt::format("param body.{} is invalid", name)); };
    if (!field.is_array()) return invalid();
    for (const base::Json& item : field.items()) {
        const auto text = item.string();
        if (!text || (!known.empty() && std::ranges::find(known, *text) == known.end())) return invalid();
        out.emplace_back(*text);
    }
    return std::nullopt;
}

bool among(const std::vector<std::string>& wanted, std::string_view value) {
    return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

// What both searches share: paging, sorting, bounds of time.
struct Search {
    std::int64_t page_size = 10;
    bool by_update = false;
    bool ascending = true;
    std::optional<std::int64_t> created_ge, created_lt, updated_ge, updated_lt;
    std::string bound_to;
    std::pair<std::int64_t, std::uint64_t> after{};
    bool from_start = true;
};

std::optional<Answer> read_search(Service& service, const Call& call, std::string_view what, std::int64_t least,
                                  Search& out) {
    if (const auto size = call.parameter("page_size")) {
        if (auto refusal = read_page_size(call, 50, out.page_size)) return refusal;
        if (out.page_size < least) return refused(36009004, "param query.page_size is invalid: out of range");
    }
    const std::string field = call.parameter("sort_field").value_or("create_time");
    const std::string order = call.parameter("sort_order").value_or("ASC");
    if (field != "create_time" && field != "update_time") return refused(36009004, "param query.sort_field is invalid");
    if (order != "ASC" && order != "DESC") return refused(36009004, "param query.sort_order is invalid");
    out.by_update = field == "update_time";
    out.ascending = order == "ASC";
    for (const auto& [name, bound] : {std::pair{"create_time_ge", &out.created_ge},
                                      {"create_time_lt", &out.created_lt},
                                      {"update_time_ge", &out.updated_ge},
                                      {"update_time_lt", &out.updated_lt}})
        if (!read_time(call, name, *bound)) return refused(36009004, fmt::format("param body.{} is invalid", name));
    out.bound_to = fmt::format("{}\n{}\n{}\n{}\n{}", what, call.shop->id, field, order, call.request.body);
    const auto token = call.parameter("page_token");
    if (!token || token->empty()) return std::nullopt;
    const std::string text = read_page_token(service.page_key(), out.bound_to, *token).value_or("");
    const auto parts = base::split(text, '|');
    const auto read = [](std::string_view digits, auto& number) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return error == std::errc{} && end == digits.data() + digits.size();
    };
    if (parts.size() != 2 || !read(parts[0], out.after.first) || !read(parts[1], out.after.second))
        return refused(36009004, "param query.page_token is invalid");
    out.from_start = false;
    return std::nullopt;
}

struct Row {
    std::uint64_t id = 0;
    std::int64_t created_s = 0;
    std::int64_t updated_s = 0;
    std::function<json::object()> write;
};

Answer page_of(Service& service, const Search& search, std::vector<Row> rows, std::string_view list_name) {
    const auto within = [](std::int64_t seconds, const auto& ge, const auto& lt) {
        return (!ge || seconds >= *ge) && (!lt || seconds < *lt);
    };
    std::erase_if(rows, [&](const Row& row) {
        return !within(row.created_s, search.created_ge, search.created_lt) ||
               !within(row.updated_s, search.updated_ge, search.updated_lt);
    });
    const auto place = [&](const Row& row) {
        return std::pair(search.by_update ? row.updated_s : row.created_s, row.id);
    };
    std::ranges::sort(rows, {}, place);
    if (!search.ascending) std::ranges::reverse(rows);
    const std::size_t total = rows.size();
    if (!search.from_start)
        std::erase_if(rows, [&](const Row& row) {
            return search.ascending ? place(row) <= search.after : place(row) >= search.after;
        });
    json::array out;
    std::string next;
    for (const Row& row : rows) {
        if (static_cast<std::int64_t>(out.size()) == search.page_size) {
            const auto& last = rows[out.size() - 1];
            next = write_page_token(service.page_key(), search.bound_to,
                                    fmt::format("{}|{}", place(last).first, place(last).second));
            break;
        }
        out.push_back(row.write());
    }
    return success(
        json::serialize(json::object{{"total_count", total}, {"next_page_token", next}, {list_name, std::move(out)}}));
}

std::string buyer_of(const Shop& shop, const Order& order) {
    return std::to_string(shop.buyers[order.buyer].user_id);
}

}  // namespace

Answer search_returns(Service& service, Call& call) {
    Search search;
    if (auto refusal = read_search(service, call, "returns", 10, search)) return *refusal;
    std::vector<std::string> ids, orders, buyers, statuses, types, arbitration, proposed;
    const auto read = [&]() -> std::optional<Answer> {
        if (auto refusal = read_texts(call, "return_ids", ids)) return refusal;
        if (auto refusal = read_texts(call, "order_ids", orders)) return refusal;
        if (auto refusal = read_texts(call, "buyer_user_ids", buyers)) return refusal;
        if (auto refusal = read_texts(call, "return_status", statuses, k_return_statuses)) return refusal;
        if (auto refusal = read_texts(call, "return_types", types, k_return_types)) return refusal;
        if (auto refusal = read_texts(call, "arbitration_status", arbitration, k_arbitration)) return refusal;
        return read_texts(call, "seller_proposed_return_type", proposed);
    };
    if (auto refusal = read()) return *refusal;
    const Shop& shop = *call.shop;
    std::vector<Row> rows;
    for (const Return& one : shop.returns) {
        const Order& order = shop.orders[one.order];
        // Nothing is judged by the platform here, and no seller proposes another kind.
        if (!arbitration.empty() || !proposed.empty()) break;
        if (!among(ids, std::to_string(one.id)) || !among(orders, std::to_string(order.id)) ||
            !among(buyers, buyer_of(shop, order)) || !among(statuses, status_name(one)) ||
            !among(types, type_name(one.type)))
            continue;
        rows.push_back({one.id, one.created / 1'000, one.updated / 1'000, [&] { return return_json(shop, one); }});
    }
    return page_of(service, search, std::move(rows), "return_orders");
}

Answer search_cancellations(Service& service, Call& call) {
    Search search;
    if (auto refusal = read_search(service, call, "cancellations", 1, search)) return *refusal;
    std::vector<std::string> ids, orders, buyers, statuses, types;
    const auto read = [&]() -> std::optional<Answer> {
        if (auto refusal = read_texts(call, "cancel_ids", ids)) return refusal;
        if (auto refusal = read_texts(call, "order_ids", orders)) return refusal;
        if (auto refusal = read_texts(call, "buyer_user_ids", buyers)) return refusal;
        if (auto refusal = read_texts(call, "cancel_status", statuses, k_cancel_statuses)) return refusal;
        return read_texts(call, "cancel_types", types, k_cancel_types);
    };
    if (auto refusal = read()) return *refusal;
    const Shop& shop = *call.shop;
    std::vector<Row> rows;
    for (const Order& order : shop.orders) {
        if (order.cancel_id == 0 || !among(ids, std::to_string(order.cancel_id)) ||
            !among(orders, std::to_string(order.id)) || !among(buyers, buyer_of(shop, order)) ||
            !among(statuses, cancel_status(order)) || !among(types, cancel_type(order)))
            continue;
        rows.push_back({order.cancel_id, cancel_created(order) / 1'000, order.cancel_updated / 1'000,
                        [&] { return cancellation_json(shop, order, service.world().timing()); }});
    }
    return page_of(service, search, std::move(rows), "cancellations");
}

}  // namespace sandbox::tiktok
