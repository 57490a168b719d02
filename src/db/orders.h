#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/order.h"

namespace db {

enum class Upserted { created, changed, unchanged };

struct OrderUpsert {
    Upserted what = Upserted::unchanged;
    model::OrderId id;
    model::OrderStatus old_status = model::OrderStatus::unknown;  // Meaningful when changed.
    std::uint32_t old_flags = 0;
};

// Writes an order as the marketplace knows it, found by (store, ext_id). An older updated_at never overwrites a newer
// one; equal or newer content that does not differ is "unchanged". Counters move in the same transaction. The caller
// appends the event. order.id is ignored; collected_at of the first write is kept (it decides the key).
// Buyer data that retention removed are not collected again.
Result<OrderUpsert> upsert_order(Tx& tx, const model::Order& order);

Result<model::Order> find_order(Reader& reader, model::OrderId id);  // With lines and buyer data; or not_found.
Result<std::optional<model::Order>> find_order_by_ext_id(Reader& reader, model::StoreId store, std::string_view ext_id);
// Sets flags that time decides (k_flag_ship_overdue): adds `set`, removes `clear`; counters follow. True when it
// changed.
Result<bool> flag_order(Tx& tx, model::OrderId id, std::uint32_t set, std::uint32_t clear);
// Orders that are to ship, past ship_by at `now` and not yet flagged overdue; oldest first.
Result<std::vector<model::OrderId>> orders_newly_overdue(Reader& reader, base::Time now, std::size_t limit);

enum class OrderTab { all, unpaid, to_ship, abnormal };

struct OrderFilter {
    std::vector<model::StoreId> stores;  // Empty: all. The caller intersects with what the person may see.
    std::optional<model::Platform> platform;
    std::vector<model::OrderStatus> statuses;  // Empty: all.
    OrderTab tab = OrderTab::all;
    std::uint32_t flags = 0;  // Any of these; 0: no matter.
    base::Time from;          // created_at >= from; 0: no bound.
    base::Time to;            // created_at < to; 0: no bound.
    std::string search;       // Words; empty: no search. See db/search.h.
};

// Position after the last row of a page: rows come newest first by (created_at, id).
struct PageKey {
    base::Time created_at;
    std::int64_t id = 0;
    explicit operator bool() const { return id != 0; }
};

// A row of the list: the order without lines, note and recipient.
struct OrderListRow {
    model::Order order;
    std::string first_item;  // Product name of the first line.
};
struct OrderPage {
    std::vector<OrderListRow> rows;
    PageKey next;  // Empty: no more.
};
Result<OrderPage> list_orders(Reader& reader, const OrderFilter& filter, PageKey after, std::size_t limit);

// What one buyer ordered in this store, newest first. No buyer: none.
Result<std::vector<OrderListRow>> orders_of_buyer(Reader& reader, model::StoreId store, std::string_view buyer_ext_id,
                                                  std::size_t limit);

// Numbers kept with every write, never counted on a screen's way.
struct OrderCounts {
    std::map<model::OrderStatus, std::int64_t> by_status;
    std::int64_t abnormal = 0;
    std::int64_t all = 0;
};
// Of these stores together (empty: all).
Result<OrderCounts> count_orders(Reader& reader, const std::vector<model::StoreId>& stores);
// Each store with any order.
Result<std::map<model::StoreId, OrderCounts>> count_orders_by_store(Reader& reader);
// Sets the store's counters from its rows; returns how many were wrong (the nightly recount, and its alarm).
Result<std::size_t> recount_orders(Tx& tx, model::StoreId store);

// Retention: the orders whose buyer data go.
struct BuyerTerm {
    base::Time collected_before;  // Whatever became of the order.
    // Delivered, completed or cancelled, and neither changed nor collected since then; not before collected_before.
    base::Time settled_before;
};
// Empties the buyer's columns of at most `limit` orders (keys are destroyed elsewhere); which they were. The caller
// appends the events, which also make the search forget them.
Result<std::vector<model::OrderId>> forget_order_buyers(Tx& tx, model::StoreId store, const BuyerTerm& term,
                                                        std::size_t limit);

}  // namespace db
