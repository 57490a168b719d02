#include "api/routes.h"

#include "api/policy_reports.h"

namespace api {

std::vector<Route> all_routes() {
    std::vector<Route> all;
    for (const auto part :
         {session_routes, people_routes, audit_routes, settings_routes, overview_routes, order_routes, chat_routes,
          return_routes, view_routes, store_routes, network_routes, app_routes, import_routes, alert_routes,
          checker_routes, demo_routes, event_routes, policy_report_routes}) {
        std::vector<Route> routes = part();
        all.insert(all.end(), std::make_move_iterator(routes.begin()), std::make_move_iterator(routes.end()));
    }
    return all;
}

}  // namespace api
