#include <boost/json.hpp>

#include <algorithm>
#include <map>

#include "api/answer.h"
#include "api/audited.h"
#include "api/event_hub.h"
#include "api/input.h"
#include "api/routes.h"
#include "api/services.h"
#include "base/json.h"
#include "db/database.h"
#include "db/exits.h"
#include "db/settings.h"
#include "db/stores.h"
#include "egress/address.h"
#include "ingest/ingest.h"

// Which address each store really leaves from.
namespace api {
namespace {

constexpr std::size_t k_address = 300;

boost::json::object exit_json(const model::Store& store, const model::Exit& exit) {
    boost::json::object out{{"store", store.id.text()}, {"proxy", store.proxy}};
    // What was seen through another way out is not true of this one.
    if (exit.proxy != store.proxy) return out;
    if (!exit.address.empty()) out["address"] = exit.address;
    if (!exit.country.empty()) out["country"] = exit.country;
    set_time(out, "seen_at", exit.seen_at);
    if (!exit.previous_address.empty()) out["previous_address"] = exit.previous_address;
    if (!exit.previous_country.empty()) out["previous_country"] = exit.previous_country;
    set_time(out, "changed_at", exit.changed_at);
    set_time(out, "tried_at", exit.tried_at);
    if (!exit.error_key.empty()) out["error"] = exit.error_key;
    return out;
}

base::Result<boost::json::object> network_json(db::Reader& reader, const std::vector<model::StoreId>& visible) {
    std::map<model::StoreId, model::Exit> exits;
    for (model::Exit& exit : TRY(db::list_exits(reader))) exits.emplace(exit.store, std::move(exit));
    boost::json::array rows;
    for (const model::Store& store : TRY(db::list_stores(reader))) {
        if (store.connection != model::Connection::connected) continue;
        if (!visible.empty() && std::ranges::find(visible, store.id) == visible.end()) continue;
        const auto exit = exits.find(store.id);
        rows.push_back(exit_json(store, exit == exits.end() ? model::Exit{} : exit->second));
    }
    return boost::json::object{{"service", TRY(ingest::exit_service(reader))}, {"rows", std::move(rows)}};
}

base::Result<http::Response> get_network(Services& services, const Call& call) {
    const auto visible = TRY(visible_stores(call));
    return json(TRY(services.database.read([&](db::Reader& reader) { return network_json(reader, visible); })));
}

// https, or http on this machine; nothing that could hold a secret, since everybody who sees stores sees it.
bool names_a_service(const std::string& url) {
    if (url.find_first_of("?#@ ") != std::string::npos) return false;
    const auto origin = egress::origin_of(url);
    return origin && (origin->scheme == "https" || egress::is_loopback(origin->host));
}

base::Result<http::Response> set_exit_service(Services& services, const Call& call) {
    const std::string url = text_or(call.body, "service");
    if (!url.empty() && !names_a_service(url)) return bad_parameter("service");
    const auto visible = TRY(visible_stores(call));
    const auto out =
        TRY(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<boost::json::object> {
            const std::string before = TRY(ingest::exit_service(tx));
            if (before != url) {
                TRY(db::save_setting(tx, ingest::setting::exit_service, base::json_quote(url), std::nullopt,
                                     call.caller.person.id));
                TRY_VOID(audit(tx, call, "network.service_changed", "", {}, {{"from", before}, {"to", url}}));
            }
            return network_json(tx, visible);
        }));
    services.apps_changed();
    services.stores_changed();
    return json(out);
}

base::Result<http::Response> look_at_exit(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::StoreId>(0));
    const model::Exit exit = TRY(services.ingest.look_at_exit(id));
    const auto store = TRY(services.database.read([&](db::Reader& reader) { return db::find_store(reader, id); }));
    services.events.publish({"stores", id, {}});
    return json(exit_json(store, exit));
}

}  // namespace

std::vector<Route> network_routes() {
    using enum http::Method;
    return {
        {.method = get,
         .path = "/network",
         .operation = "getNetwork",
         .action = model::Action::view_stores,
         .handler = &get_network},
        {.method = put,
         .path = "/network/service",
         .operation = "setExitService",
         .action = model::Action::edit_proxy,
         .handler = &set_exit_service,
         .body = {{.name = "service", .required = true, .max = k_address}}},
        {.method = post,
         .path = "/stores/{store}/exit",
         .operation = "lookAtExit",
         .action = model::Action::sync_store,
         .handler = &look_at_exit},
    };
}

}  // namespace api
