#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "sandbox/world/world.h"

// Orders as Lazada writes them: one item for each unit, the status at the item.
namespace sandbox::lazada {

// Of the item with this index; items of a partly shipped order differ.
std::string_view item_status(const Order& order, std::size_t index);

// The answer of /orders/get writes times as "2026-11-01 10:00:00 +0800", that of /order/get as
// "2026-11-01T10:00:00+08:00": the documents show both.
enum class TimeStyle { spaced, iso };

boost::json::object order_json(const Shop& shop, const Order& order, TimeStyle style, bool text_for_booleans);
boost::json::object item_json(const Shop& shop, const Order& order, std::size_t index, bool text_for_booleans);

}  // namespace sandbox::lazada
