#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "sandbox/world/world.h"

namespace sandbox::tiktok {

// "RETURN_OR_REFUND_REQUEST_PENDING"
std::string_view status_name(const Return& one);
std::string_view type_name(ReturnType type);
// As returns/search shows it.
boost::json::object return_json(const Shop& shop, const Return& one);

// An order's request to cancel, or its cancellation. Only where cancel_id is set.
std::string_view cancel_status(const Order& order);
std::string_view cancel_type(const Order& order);
std::int64_t cancel_created(const Order& order);
boost::json::object cancellation_json(const Shop& shop, const Order& order, const Timing& timing);

}  // namespace sandbox::tiktok
