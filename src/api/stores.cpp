#include <boost/json.hpp>

#include <algorithm>
#include <map>

#include "api/answer.h"
#include "api/audited.h"
#include "api/connecting.h"
#include "api/event_hub.h"
#include "api/input.h"
#include "api/json_out.h"
#include "api/routes.h"
#include "api/services.h"
#include "db/database.h"
#include "db/outbox.h"
#include "db/stores.h"
#include "db/sync.h"
#include "egress/address.h"
#include "ingest/connect.h"
#include "ingest/ingest.h"
#include "ingest/order_window.h"
#include "ingest/poller.h"
#include "model/action.h"
#include "platform/connectors.h"

namespace api {
namespace {

// "on", "off" or "unknown". Live only when orders and messages both come in; their topics are subscribed one after
// another. Where subscribing is done on the marketplace's own page, only a webhook that came tells.
base::Result<std::string_view> webhooks_of(const Services& services, db::Reader& reader, const model::Store& store) {
    const platform::Connector* const connector = services.connectors.find(store.platform);
    if (connector == nullptr) return "unknown";
    const std::vector<std::string> topics = connector->live_topics();
    if (topics.empty()) return store.last_webhook_at ? "on" : "unknown";
    bool all_confirmed = true;
    for (const std::string& topic : topics) {
        const auto subscribed = TRY(db::actions_of(reader, store.id, "webhook/" + topic, 1));
        if (subscribed.empty()) return "unknown";
        const model::ActionState state = subscribed.front().state;
        if (state == model::ActionState::refused || state == model::ActionState::needs_person) return "off";
        all_confirmed = all_confirmed && state == model::ActionState::confirmed;
    }
    return all_confirmed ? "on" : "unknown";
}

// What the store's streams tell about its first read.
base::Result<boost::json::object> full_store_json(const Services& services, db::Reader& reader,
                                                  const model::Store& store, std::int64_t quarantined) {
    boost::json::object out = store_json(store);
    out["quarantined"] = quarantined;
    if (const auto history = TRY(db::find_sync_cursor(reader, store.id, ingest::stream::history));
        history && !history->done_at) {
        const ingest::HistoryPosition position = ingest::parse_history(history->position);
        out["first_sync"] = {{"done", position.progress()}, {"orders", position.orders}};
    }
    out["webhooks"] = TRY(webhooks_of(services, reader, store));
    return out;
}

base::Result<std::map<model::StoreId, std::int64_t>> quarantined_by_store(db::Reader& reader) {
    std::map<model::StoreId, std::int64_t> counts;
    for (const db::Quarantined& record : TRY(db::list_quarantined(reader, 1'000))) ++counts[record.store];
    return counts;
}

base::Result<http::Response> list_stores(Services& services, const Call& call) {
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        auto quarantined = TRY(quarantined_by_store(reader));
        boost::json::array rows;
        for (const model::Store& store : TRY(db::list_stores(reader)))
            if (check_visible(call, store.id))
                rows.emplace_back(TRY(full_store_json(services, reader, store, quarantined[store.id])));
        out["rows"] = std::move(rows);
        out["as_of"] = base::iso8601(services.clock.now());
        return {};
    }));
    return json(out);
}

base::Result<http::Response> store_answer(Services& services, model::StoreId id, int status = 200) {
    return json(TRY(services.database.read([&](db::Reader& reader) -> base::Result<boost::json::object> {
                    const model::Store store = TRY(db::find_store(reader, id));
                    auto quarantined = TRY(quarantined_by_store(reader));
                    return full_store_json(services, reader, store, quarantined[id]);
                })),
                status);
}

base::Result<http::Response> get_store(Services& services, const Call& call) {
    return store_answer(services, TRY(call.id<model::StoreId>(0)));
}

void tell_changed(Services& services, model::StoreId id) {
    services.events.publish({"stores", id, {}});
    services.stores_changed();
}

base::Result<http::Response> add_store(Services& services, const Call& call) {
    const auto platform = model::parse_platform(text_or(call.body, "platform"));
    if (!platform) return bad_parameter("platform");
    model::Store store;
    store.platform = *platform;
    store.name = text_or(call.body, "name");
    store.region = text_or(call.body, "region");
    store.time_zone = text_or(call.body, "time_zone", ingest::zone_of_region(store.region));
    if (store.name.empty()) return bad_parameter("name");
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (store.region.size() != 2 || !std::ranges::all_of(store.region, upper)) return bad_parameter("region");
    const model::Store added =
        TRY(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<model::Store> {
            model::Store made = TRY(db::add_store(tx, store));
            TRY_VOID(audit(tx, call, "store.added", made.id.text(), made.id, {{"name", made.name}}));
            return made;
        }));
    tell_changed(services, added.id);
    return store_answer(services, added.id, 201);
}

base::Result<http::Response> edit_store(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::StoreId>(0));
    TRY_VOID(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        model::Store store = TRY(db::find_store(tx, id));
        store.version = call.body["version"].integer_or(0);
        store.name = text_or(call.body, "name", store.name);
        store.time_zone = text_or(call.body, "time_zone", store.time_zone);
        if (store.name.empty()) return bad_parameter("name");
        TRY(db::save_store(tx, store));
        return audit(tx, call, "store.edited", id.text(), id, {{"name", store.name}, {"time_zone", store.time_zone}});
    }));
    tell_changed(services, id);
    return store_answer(services, id);
}

base::Result<http::Response> connect_store(Services& services, const Call& call) {
    const auto platform = model::parse_platform(text_or(call.body, "platform"));
    if (!platform) return bad_parameter("platform");
    if (services.connectors.find(*platform) == nullptr)
        return base::fail(base::Code::precondition_failed, "no connector for this platform", "platform.not_offered");
    ingest::Connect::Begin begin;
    begin.person = call.caller.person.id;
    if (const std::string slot = text_or(call.body, "store"); !slot.empty()) {
        const auto id = model::StoreId::parse(slot);
        if (!id) return bad_parameter("store");
        TRY_VOID(check_visible(call, *id));
        begin.slot = *id;
    }
    return begin_connecting(services, *platform, std::move(begin));
}

base::Result<http::Response> confirm_store(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::StoreId>(0));
    const auto outcome = TRY(services.ingest.connect().confirm(id, call.caller.person.id));
    if (!outcome.hold_reason.empty())
        return base::fail(base::Code::precondition_failed, "still held", outcome.hold_reason);
    tell_changed(services, id);
    return store_answer(services, id);
}

base::Result<http::Response> disconnect_store(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::StoreId>(0));
    TRY_VOID(services.ingest.connect().disconnect(id, call.caller.person.id));
    tell_changed(services, id);
    return store_answer(services, id);
}

base::Result<http::Response> sync_store(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::StoreId>(0));
    TRY_VOID(services.ingest.sync_now(id));
    http::Response response = no_content();
    response.status = 202;
    return response;
}

base::Result<http::Response> set_proxy(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::StoreId>(0));
    const std::string proxy = text_or(call.body, "proxy");
    if (!proxy.empty() && !egress::parse_proxy(proxy)) return bad_parameter("proxy");
    TRY_VOID(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        model::Store store = TRY(db::find_store(tx, id));
        store.version = call.body["version"].integer_or(0);
        store.proxy = proxy;
        store.proxy_user = proxy.empty() ? std::string() : text_or(call.body, "user");
        TRY(db::save_store(tx, store));
        // Without a proxy no password is kept; an absent one stays as it is.
        if (proxy.empty())
            TRY_VOID(db::save_proxy_password(tx, id, base::Secret()));
        else if (const auto password = call.body["password"].string())
            TRY_VOID(db::save_proxy_password(tx, id, base::Secret(*password)));
        return audit(tx, call, "store.proxy_changed", id.text(), id, {{"proxy", proxy.empty() ? "direct" : proxy}});
    }));
    tell_changed(services, id);
    return store_answer(services, id);
}

// Reads the list of shops through the store's own way out: what every later call will meet.
base::Result<http::Response> check_proxy(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::StoreId>(0));
    // A store that is not there is no way out that does not work.
    TRY(services.database.read([&](db::Reader& reader) { return db::find_store(reader, id); }));
    const std::int64_t began = services.clock.monotonic_ms();
    const auto reached = services.ingest.check_way_out(id);
    boost::json::object out{{"ok", reached.has_value()}, {"took_ms", services.clock.monotonic_ms() - began}};
    if (!reached)
        out["reason"] =
            reached.error().key.empty() ? std::string(base::name(reached.error().code)) : reached.error().key;
    return json(out);
}

}  // namespace

std::vector<Route> store_routes() {
    using Type = BodyField::Type;
    return {
        {http::Method::get, "/stores", "listStores", model::Action::view_stores, &list_stores},
        {http::Method::post,
         "/stores",
         "addStore",
         model::Action::connect_store,
         &add_store,
         {{.name = "platform", .required = true, .max = 20},
          {.name = "name", .required = true, .max = 100},
          {.name = "region", .required = true, .max = 2},
          {.name = "time_zone", .max = 64}}},
        {http::Method::post,
         "/stores/connect",
         "connectStore",
         model::Action::connect_store,
         &connect_store,
         {{.name = "platform", .required = true, .max = 20}, {.name = "store", .max = 30}}},
        {http::Method::get, "/stores/{store}", "getStore", model::Action::view_stores, &get_store},
        {http::Method::patch,
         "/stores/{store}",
         "editStore",
         model::Action::edit_store,
         &edit_store,
         {{.name = "version", .type = Type::integer, .required = true},
          {.name = "name", .max = 100},
          {.name = "time_zone", .max = 64}}},
        {http::Method::post, "/stores/{store}/confirm", "confirmStore", model::Action::connect_store, &confirm_store},
        {http::Method::post, "/stores/{store}/disconnect", "disconnectStore", model::Action::connect_store,
         &disconnect_store},
        {http::Method::post, "/stores/{store}/sync", "syncStore", model::Action::sync_store, &sync_store},
        {http::Method::put,
         "/stores/{store}/proxy",
         "setProxy",
         model::Action::edit_proxy,
         &set_proxy,
         {{.name = "version", .type = Type::integer, .required = true},
          {.name = "proxy", .required = true, .max = 300},
          {.name = "user", .max = 200},
          {.name = "password", .max = 500}}},
        {http::Method::post, "/stores/{store}/proxy/check", "checkProxy", model::Action::edit_proxy, &check_proxy},
    };
}

}  // namespace api
