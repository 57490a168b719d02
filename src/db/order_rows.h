#pragma once

#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/order.h"

// Reading rows of orders. Private to the room.
namespace db::rows {

// What a list shows.
inline constexpr std::string_view k_order_list =
    "store_id, id, ext_id, status, raw_status, flags, currency, total, item_count, buyer_ext_id, buyer_name, "
    "payment_method, cash_on_delivery, cancel_reason, cancelled_by, created_at, updated_at, paid_at, ship_by, "
    "cancel_by, source, collected_at, first_item";
// What is read for one order: the same and the contact data.
inline constexpr std::string_view k_order_detail =
    "store_id, id, ext_id, status, raw_status, flags, currency, total, item_count, buyer_ext_id, buyer_name, "
    "payment_method, cash_on_delivery, cancel_reason, cancelled_by, created_at, updated_at, paid_at, ship_by, "
    "cancel_by, source, collected_at, first_item, contact";
inline constexpr int k_first_item = 22, k_contact = 23;

// Without contact data.
Result<model::Order> read_list_order(const Reader& reader, const Row& row);
// With contact data, without lines.
Result<model::Order> read_order(const Reader& reader, const Row& row);
Result<std::vector<model::OrderLine>> read_lines(Reader& reader, model::StoreId store, model::OrderId id);

}  // namespace db::rows
