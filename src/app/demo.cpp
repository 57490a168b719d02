#include "app/demo.h"

#include <set>

#include "app/core.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "db/apps.h"
#include "db/search.h"
#include "db/settings.h"
#include "db/stores.h"

namespace app {
namespace {

using base::Code;
using base::fail;

constexpr std::string_view k_setting = "demo.left";

base::Result<base::HttpAnswer> ask(Core& core, std::string method, const std::string& url, std::string body = {},
                                   std::string type = "application/json") {
    base::HttpRequest request;
    request.method = std::move(method);
    request.url = url;
    request.body = std::move(body);
    if (!request.body.empty()) request.headers.emplace_back("content-type", std::move(type));
    request.egress.owner = "demo";
    return core.http->send(std::move(request));
}

base::Result<base::JsonDocument> ask_json(Core& core, std::string method, const std::string& url,
                                          std::string body = {}) {
    const base::HttpAnswer answer = TRY(ask(core, std::move(method), url, std::move(body)));
    if (answer.status != 200)
        return fail(Code::upstream_rejected, "sandbox answered " + std::to_string(answer.status) + " to " + url);
    return base::JsonDocument::parse(answer.body);
}

base::Result<bool> was_left(Core& core) {
    return core.database->read(
        [](db::Reader& reader) -> base::Result<bool> { return TRY(db::find_setting(reader, k_setting)).has_value(); });
}

// Shops of the sandbox that are connected here already.
base::Result<std::set<std::string>> connected_shops(Core& core) {
    std::set<std::string> shops;
    for (const model::Store& store :
         TRY(core.database->read([](db::Reader& reader) { return db::list_stores(reader); })))
        if (store.connection == model::Connection::connected) shops.insert(store.ext_id);
    return shops;
}

// The sandbox's own app, with its addresses in place of the marketplace's.
base::Result<model::AppId> take_app(Core& core, const std::string& control) {
    const auto summary = TRY(ask_json(core, "GET", control + "/"));
    const auto apps = TRY(ask_json(core, "GET", control + "/apps"));
    const base::Json given = apps["apps"].at(0);
    const std::string key = given["app_key"].string_or();
    const std::string address = summary["tiktok_shop"].string_or();
    if (key.empty() || address.empty()) return fail(Code::upstream_rejected, "the sandbox named no app");
    TRY(ask_json(core, "PATCH", control + "/apps/" + base::percent_encode(key),
                 R"({"redirect_url":)" + base::json_quote(core.config.origin() + "/oauth/tiktok_shop/callback") + "}"));
    return core.database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<model::AppId> {
        model::App app;
        app.platform = model::Platform::tiktok_shop;
        app.key = key;
        app.service_id = given["service_id"].string_or();
        app.api_base = app.auth_base = app.consent_base = address;
        if (const auto known = TRY(db::find_app_by_key(tx, app.platform, key))) app.id = known->id;
        app = app.id ? TRY(db::save_app(tx, app)) : TRY(db::add_app(tx, app));
        TRY_VOID(db::add_app_secret(tx, app.id, base::Secret(given["app_secret"].string_or())));
        return app.id;
    });
}

std::string parameter_of(const std::string& url, std::string_view name) {
    const auto question = url.find('?');
    if (question == std::string::npos) return {};
    for (const std::string_view pair : base::split(std::string_view(url).substr(question + 1), '&'))
        if (pair.starts_with(std::string(name) + "="))
            return base::percent_decode(pair.substr(name.size() + 1)).value_or("");
    return {};
}

// What a seller does in the browser: opens the consent page that the console links to, and accepts.
base::Result<void> authorise(Core& core, model::AppId app, const std::string& seller) {
    ingest::Connect::Begin begin;
    begin.app = app;
    begin.session = core.random.token(16);
    const std::string link = TRY(core.ingest->connect().begin(begin));
    const std::string form = "service_id=" + base::percent_encode(parameter_of(link, "service_id")) +
                             "&state=" + base::percent_encode(parameter_of(link, "state")) +
                             "&seller=" + base::percent_encode(seller) + "&decision=accept";
    const base::HttpAnswer answer =
        TRY(ask(core, "POST", link.substr(0, link.find('?')), form, "application/x-www-form-urlencoded"));
    const auto location = answer.header("location");
    if (!location) return fail(Code::upstream_rejected, "the consent page answered " + std::to_string(answer.status));
    ingest::Connect::Callback callback;
    callback.code = parameter_of(std::string(*location), "code");
    callback.state = parameter_of(std::string(*location), "state");
    callback.session = begin.session;
    const auto outcome = TRY(core.ingest->connect().complete(callback));
    return core.database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        for (const model::StoreId id : outcome.connected) {
            model::Store store = TRY(db::find_store(tx, id));
            store.demo = true;
            TRY(db::save_store(tx, store));
        }
        return {};
    });
}

}  // namespace

base::Result<void> set_up_demo(Core& core, const std::string& control_address) {
    if (TRY(was_left(core))) return {};
    const std::string control = "http://" + control_address;
    const auto sellers = TRY(ask_json(core, "GET", control + "/sellers"));
    const std::set<std::string> there = TRY(connected_shops(core));
    std::vector<std::string> missing;
    for (const base::Json& seller : sellers["sellers"].items())
        for (const base::Json& shop : seller["shops"].items())
            if (!there.contains(shop["id"].string_or()) &&
                (missing.empty() || missing.back() != seller["open_id"].string_or()))
                missing.push_back(seller["open_id"].string_or());
    if (missing.empty()) return {};
    const model::AppId app = TRY(take_app(core, control));
    core.services->apps_changed();
    for (const std::string& seller : missing)
        if (auto done = authorise(core, app, seller); !done)
            base::log(base::Level::warning, "demo.seller_failed", {base::Field(done.error())});
    core.services->stores_changed();
    core.events.publish({"stores", std::nullopt, {}});
    return {};
}

base::Result<void> leave_demo(Core& core) {
    // First, so that the job that sets the demo up does not bring back what is being removed.
    TRY_VOID(core.database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        TRY(db::save_setting(tx, k_setting, "true", std::nullopt, {}));
        return {};
    }));
    const auto stores = TRY(core.database->read([](db::Reader& reader) { return db::list_stores(reader); }));
    std::set<model::AppId> apps;
    for (const model::Store& store : stores) {
        if (!store.demo) continue;
        apps.insert(store.app);
        // The search index first: it is found by the store's rows. Then one store a transaction: each removes thousands
        // of rows.
        TRY_VOID(core.database->search().forget_store(store.id));
        TRY_VOID(
            core.database->write(db::Lane::interactive, [&](db::Tx& tx) { return db::remove_store(tx, store.id); }));
    }
    TRY_VOID(core.database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        for (const model::AppId app : apps)
            // A store that was connected by hand through the demo's app keeps it.
            if (auto removed = db::remove_app(tx, app); !removed && removed.error().key != "app.in_use") return removed;
        return {};
    }));
    core.services->apps_changed();
    core.services->stores_changed();
    for (const char* what : {"stores", "orders", "alerts", "overview", "session"})
        core.events.publish({what, std::nullopt, {}});
    return {};
}

}  // namespace app
