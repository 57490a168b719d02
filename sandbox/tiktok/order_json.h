#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "sandbox/world/world.h"

namespace sandbox::tiktok {

// Which set of fields: the search record of 202309, and the details of 202309 and 202507.
enum class OrderFields { search, detail_202309, detail_202507 };

// "AWAITING_SHIPMENT"
std::string_view status_name(OrderState state);
// An order as search and detail show it. Optional members are left out of some orders, as on the real platform.
void write_order(boost::json::object& out, const World& world, const Shop& shop, const Order& order,
                 OrderFields fields);

}  // namespace sandbox::tiktok
