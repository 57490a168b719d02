#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "db/codec.h"
#include "db/order_rows.h"
#include "db/orders.h"
#include "db/search.h"

namespace db {
namespace {

// Beyond so many index ranges one range with a filter is faster.
constexpr std::size_t k_most_branches = 128;
constexpr std::size_t k_most_store_branches = 64;
// Hits of a search that are looked at; older ones need a narrower search or a date range.
constexpr std::size_t k_search_hits = 2'000;

// Statement text and its arguments, growing together. Only placeholders and our own words go into the text.
struct Query {
    std::string sql;
    std::vector<Arg> args;
    std::string bind(Arg arg) {
        args.push_back(arg);
        return fmt::format("?{}", args.size());
    }
    template <class T, class F>
    std::string list(const std::vector<T>& values, F make) {
        std::string out;
        for (const T& value : values) out += (out.empty() ? "" : ", ") + bind(make(value));
        return out;
    }
};

std::vector<model::OrderStatus> statuses_of(const OrderFilter& filter) {
    std::vector<model::OrderStatus> tab;
    if (filter.tab == OrderTab::unpaid) tab = {model::OrderStatus::unpaid};
    if (filter.tab == OrderTab::to_ship) tab = {model::OrderStatus::to_ship, model::OrderStatus::partly_shipped};
    if (tab.empty()) return filter.statuses;
    if (filter.statuses.empty()) return tab;
    std::erase_if(tab,
                  [&](model::OrderStatus s) { return std::ranges::find(filter.statuses, s) == filter.statuses.end(); });
    return tab;
}

// The stores to look into; no value: all. An empty list: none.
Result<std::optional<std::vector<model::StoreId>>> stores_of(Reader& reader, const OrderFilter& filter) {
    using Stores = std::optional<std::vector<model::StoreId>>;
    if (!filter.platform) return filter.stores.empty() ? Stores() : Stores(filter.stores);
    auto found = TRY(reader.all("SELECT id FROM stores WHERE platform = ?1", {model::name(*filter.platform)},
                                [](const Row& row) { return row.id<model::StoreId>(0); }));
    if (!filter.stores.empty())
        std::erase_if(found,
                      [&](model::StoreId s) { return std::ranges::find(filter.stores, s) == filter.stores.end(); });
    return Stores(std::move(found));
}

// Conditions that every branch has.
std::string common_conditions(Query& q, const OrderFilter& filter, PageKey after) {
    std::string where;
    if (filter.tab == OrderTab::abnormal) where += " AND abnormal = 1";
    if (filter.flags != 0) where += " AND (flags & " + q.bind(filter.flags) + ") <> 0";
    if (filter.from) where += " AND created_at >= " + q.bind(filter.from);
    if (filter.to) where += " AND created_at < " + q.bind(filter.to);
    if (after) where += " AND (created_at, id) < (" + q.bind(after.created_at) + ", " + q.bind(after.id) + ")";
    return where;
}

constexpr std::string_view k_order = " ORDER BY created_at DESC, id DESC LIMIT ";

// One index range for each store and status, newest first, merged.
Query build(const OrderFilter& filter, const std::optional<std::vector<model::StoreId>>& stores,
            const std::optional<std::vector<std::int64_t>>& ids, PageKey after, std::size_t limit) {
    Query q;
    const auto statuses = statuses_of(filter);
    const std::string common = common_conditions(q, filter, after);
    const std::string last = q.bind(limit);
    std::string filters = common;
    std::vector<std::string> store_terms{""}, status_terms{""};
    const auto store_arg = [](model::StoreId s) { return Arg(s); };
    const auto status_arg = [](model::OrderStatus s) { return Arg(model::name(s)); };
    const bool one_range = ids.has_value() || filter.tab == OrderTab::abnormal;
    const bool by_store = stores && !one_range && stores->size() <= k_most_store_branches;
    const bool by_status =
        !statuses.empty() && !one_range && (by_store ? stores->size() : 1) * statuses.size() <= k_most_branches;
    if (by_store) {
        store_terms.clear();
        for (const model::StoreId s : *stores) store_terms.push_back(" AND store_id = " + q.bind(s));
    } else if (stores) {
        filters += " AND store_id IN (" + q.list(*stores, store_arg) + ")";
    }
    if (by_status) {
        status_terms.clear();
        for (const auto s : statuses) status_terms.push_back(" AND status = " + q.bind(model::name(s)));
    } else if (!statuses.empty()) {
        filters += " AND status IN (" + q.list(statuses, status_arg) + ")";
    }
    if (ids) filters += " AND id IN (" + q.list(*ids, [](std::int64_t id) { return Arg(id); }) + ")";

    if (store_terms.size() * status_terms.size() == 1) {
        q.sql = fmt::format("SELECT {} FROM orders WHERE 1 = 1{}{}{}{}{}", rows::k_order_list, store_terms.front(),
                            status_terms.front(), filters, k_order, last);
        return q;
    }
    std::string branches;
    for (const std::string& store : store_terms)
        for (const std::string& status : status_terms)
            branches += fmt::format(
                "{}SELECT * FROM (SELECT store_id AS s, id AS i, created_at FROM orders WHERE 1 = 1{}{}{}{}{}) b",
                branches.empty() ? "" : " UNION ALL ", store, status, filters, k_order, last);
    q.sql = fmt::format(
        "SELECT {} FROM (SELECT s, i FROM ({}) a ORDER BY a.created_at DESC, i DESC LIMIT {}) k "
        "JOIN orders ON orders.store_id = k.s AND orders.id = k.i ORDER BY orders.created_at DESC, orders.id DESC",
        rows::k_order_list, branches, last);
    return q;
}

}  // namespace

Result<OrderPage> list_orders(Reader& reader, const OrderFilter& filter, PageKey after, std::size_t limit) {
    OrderPage page;
    if (limit == 0) return page;
    const auto stores = TRY(stores_of(reader, filter));
    if (stores && stores->empty()) return page;
    if (filter.tab != OrderTab::all && filter.tab != OrderTab::abnormal && statuses_of(filter).empty()) return page;
    std::optional<std::vector<std::int64_t>> ids;
    if (!filter.search.empty()) {
        if (reader.search() == nullptr) return fail(Code::precondition_failed, "no search index", "search.off");
        ids = TRY(reader.search()->find(Searched::order, filter.search, stores.value_or(std::vector<model::StoreId>()),
                                        k_search_hits));
        if (ids->empty()) return page;
    }
    const Query q = build(filter, stores, ids, after, limit);
    const auto read = [&](const Row& row) -> Result<OrderListRow> {
        return OrderListRow{TRY(rows::read_list_order(reader, row)), row.string(rows::k_first_item)};
    };
    page.rows = TRY(reader.all(q.sql, Args(q.args), read));
    if (page.rows.size() == limit) page.next = {page.rows.back().order.created_at, page.rows.back().order.id.value};
    return page;
}

Result<std::vector<OrderListRow>> orders_of_buyer(Reader& reader, model::StoreId store, std::string_view buyer_ext_id,
                                                  std::size_t limit) {
    if (buyer_ext_id.empty()) return std::vector<OrderListRow>();
    static const std::string k_sql =
        fmt::format("SELECT {} FROM orders WHERE store_id = ?1 AND buyer_ext_id = ?2 AND buyer_ext_id <> ''{}?3",
                    rows::k_order_list, k_order);
    return reader.all(k_sql, {store, buyer_ext_id, limit}, [&](const Row& row) -> Result<OrderListRow> {
        return OrderListRow{TRY(rows::read_list_order(reader, row)), row.string(rows::k_first_item)};
    });
}

}  // namespace db
