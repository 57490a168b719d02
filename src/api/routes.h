#pragma once

#include <vector>

#include "api/route.h"

// The routes of each file of this room; routes.cpp joins them to all_routes().
namespace api {

std::vector<Route> session_routes();
std::vector<Route> people_routes();
std::vector<Route> audit_routes();
std::vector<Route> settings_routes();
std::vector<Route> overview_routes();
std::vector<Route> order_routes();
std::vector<Route> chat_routes();
std::vector<Route> return_routes();
std::vector<Route> view_routes();
std::vector<Route> store_routes();
std::vector<Route> network_routes();
std::vector<Route> app_routes();
std::vector<Route> import_routes();
std::vector<Route> alert_routes();
std::vector<Route> checker_routes();
std::vector<Route> demo_routes();
std::vector<Route> event_routes();

}  // namespace api
