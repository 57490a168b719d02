#include "app/demo.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

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
constexpr const char* k_exit_path = "/exit-address";

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

base::Result<void> check_not_left(db::Reader& reader) {
    if (!TRY(db::find_setting(reader, k_setting))) return {};
    return fail(Code::precondition_failed, "the demo was left", "demo.left");
}

// Shops of the sandbox that are connected here already.
using Shop = std::pair<model::Platform, std::string>;
base::Result<std::set<Shop>> connected_shops(Core& core) {
    std::set<Shop> shops;
    for (const model::Store& store :
         TRY(core.database->read([](db::Reader& reader) { return db::list_stores(reader); })))
        if (store.connection == model::Connection::connected) shops.emplace(store.platform, store.ext_id);
    return shops;
}

// One marketplace of the sandbox: its own app, with the sandbox's addresses in place of the real ones, and who can
// agree on its consent page.
struct Market {
    struct Seller {
        std::string id;  // As the consent page's form has it.
        std::vector<std::string> shops;
    };
    model::App app;
    base::Secret secret;
    std::vector<Seller> sellers;
};

base::Result<Market> tiktok_market(Core& core, const std::string& control, const std::string& address) {
    const auto apps = TRY(ask_json(core, "GET", control + "/apps"));
    const auto sellers = TRY(ask_json(core, "GET", control + "/sellers"));
    const base::Json given = apps["apps"].at(0);
    Market market;
    market.app.platform = model::Platform::tiktok_shop;
    market.app.key = given["app_key"].string_or();
    market.app.service_id = given["service_id"].string_or();
    market.app.api_base = market.app.auth_base = market.app.consent_base = address;
    market.secret = base::Secret(given["app_secret"].string_or());
    for (const base::Json& seller : sellers["sellers"].items()) {
        Market::Seller& one = market.sellers.emplace_back(seller["open_id"].string_or());
        for (const base::Json& shop : seller["shops"].items()) one.shops.push_back(shop["id"].string_or());
    }
    TRY(ask_json(core, "PATCH", control + "/apps/" + base::percent_encode(market.app.key),
                 R"({"redirect_url":)" + base::json_quote(core.config.origin() + "/oauth/tiktok_shop/callback") + "}"));
    return market;
}

base::Result<Market> shopee_market(Core& core, const std::string& control, const std::string& address) {
    const auto app = TRY(ask_json(core, "GET", control + "/shopee/app"));
    const auto shops = TRY(ask_json(core, "GET", control + "/shopee/shops"));
    Market market;
    market.app.platform = model::Platform::shopee;
    market.app.key = app["partner_id"].string_or();
    market.app.api_base = market.app.auth_base = address;
    // Named otherwise, so that the unsigned form of the consent page is used, as at the real marketplace.
    market.app.consent_base = "http://localhost" + address.substr(address.rfind(':'));
    market.secret = base::Secret(app["partner_key"].string_or());
    for (const base::Json& shop : shops["shops"].items()) {
        const std::string id = shop["id"].id_text().value_or("");  // A number.
        market.sellers.push_back({id, {id}});
    }
    return market;
}

base::Result<Market> lazada_market(Core& core, const std::string& control, const std::string& address) {
    const auto apps = TRY(ask_json(core, "GET", control + "/lazada/apps"));
    const auto sellers = TRY(ask_json(core, "GET", control + "/lazada/sellers"));
    const base::Json given = apps["apps"].at(0);
    Market market;
    market.app.platform = model::Platform::lazada;
    market.app.key = given["app_key"].string_or();
    market.app.api_base = market.app.auth_base = market.app.consent_base = address;
    market.secret = base::Secret(given["app_secret"].string_or());
    for (const base::Json& seller : sellers["sellers"].items()) {
        Market::Seller& one = market.sellers.emplace_back(seller["id"].string_or());
        for (const base::Json& shop : seller["shops"].items())
            one.shops.push_back(shop["id"].string_or() + "_" + base::ascii_lower(shop["region"].string_or()));
    }
    // What a person enters on Lazada's own page.
    const std::string origin = core.config.origin();
    TRY(ask_json(core, "PATCH", control + "/lazada/apps/" + base::percent_encode(market.app.key),
                 R"({"redirect_url":)" + base::json_quote(origin + "/oauth/lazada/callback") + R"(,"webhook_url":)" +
                     base::json_quote(origin + "/hooks/lazada") +
                     // Those of an app that is online: 30 and 180 days.
                     R"(,"access_life_s":2592000,"refresh_life_s":15552000})"));
    return market;
}

base::Result<std::vector<Market>> read_markets(Core& core, const std::string& control) {
    const auto summary = TRY(ask_json(core, "GET", control + "/"));
    std::vector<Market> markets;
    const auto add = [&](std::string_view name, auto read) -> base::Result<void> {
        const std::string address = summary[name].string_or();
        if (!address.empty()) markets.push_back(TRY(read(core, control, address)));
        return {};
    };
    TRY_VOID(add("tiktok_shop", tiktok_market));
    TRY_VOID(add("shopee", shopee_market));
    TRY_VOID(add("lazada", lazada_market));
    for (const Market& market : markets)
        if (market.app.key.empty()) return fail(Code::upstream_rejected, "the sandbox named no app");
    return markets;
}

base::Result<model::AppId> take_app(Core& core, const Market& market) {
    return core.database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<model::AppId> {
        TRY_VOID(check_not_left(tx));
        model::App app = market.app;
        if (const auto known = TRY(db::find_app_by_key(tx, app.platform, app.key))) app.id = known->id;
        app = app.id ? TRY(db::save_app(tx, app)) : TRY(db::add_app(tx, app));
        TRY_VOID(db::add_app_secret(tx, app.id, market.secret));
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

// What a seller does in the browser: opens the consent page that the console links to, and accepts. The form says again
// what the link says; who agrees is called `account` at Shopee.
base::Result<void> authorise(Core& core, model::AppId app, model::Platform platform, const std::string& seller) {
    ingest::Connect::Begin begin;
    begin.app = app;
    begin.session = core.random.token(16);
    const std::string link = TRY(core.ingest->connect().begin(begin));
    const auto question = link.find('?');
    if (question == std::string::npos) return fail(Code::internal, "the consent link says nothing");
    std::string form = link.substr(question + 1) + "&decision=accept";
    if (platform == model::Platform::shopee)
        form += "&account=shop:" + base::percent_encode(seller) +
                "&redirect=" + base::percent_encode(parameter_of(link, "redirect_uri"));
    else
        form += "&seller=" + base::percent_encode(seller);
    const base::HttpAnswer answer =
        TRY(ask(core, "POST", link.substr(0, question), form, "application/x-www-form-urlencoded"));
    const auto location = answer.header("location");
    if (!location) return fail(Code::upstream_rejected, "the consent page answered " + std::to_string(answer.status));
    const std::string back(*location);
    ingest::Connect::Callback callback;
    callback.platform = platform;
    callback.code = parameter_of(back, "code");
    callback.state = parameter_of(back, "state");
    callback.shop_ext_id = parameter_of(back, "shop_id");
    callback.session = begin.session;
    // Whoever leaves the demo writes that first: a store is saved before it, as one of the demo and then removed with
    // the others, or not at all.
    callback.together = [](db::Tx& tx, const ingest::Connect::Outcome& saved) -> base::Result<void> {
        TRY_VOID(check_not_left(tx));
        for (const std::vector<model::StoreId>& ids : {saved.connected, saved.held})
            for (const model::StoreId id : ids) {
                model::Store store = TRY(db::find_store(tx, id));
                store.demo = true;
                TRY(db::save_store(tx, store));
            }
        return {};
    };
    TRY(core.ingest->connect().complete(callback));
    return {};
}

// Until its first store is there, the app is known by nobody else.
base::Result<void> drop_app(Core& core, model::AppId app) {
    return core.database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        if (auto removed = db::remove_app(tx, app); !removed && removed.error().key != "app.in_use") return removed;
        return {};
    });
}

}  // namespace

base::Result<void> set_up_demo(Core& core, const std::string& control_address) {
    if (TRY(was_left(core))) return {};
    const std::string control = "http://" + control_address;
    const std::set<Shop> there = TRY(connected_shops(core));
    bool any = false;
    for (const Market& market : TRY(read_markets(core, control))) {
        const model::Platform platform = market.app.platform;
        std::vector<std::string> missing;
        for (const Market::Seller& seller : market.sellers)
            if (std::ranges::any_of(seller.shops,
                                    [&](const std::string& id) { return !there.contains({platform, id}); }))
                missing.push_back(seller.id);
        if (missing.empty()) continue;
        any = true;
        const model::AppId app = TRY(take_app(core, market));
        core.services->apps_changed();
        for (const std::string& seller : missing) {
            const auto done = authorise(core, app, platform, seller);
            if (done) continue;
            if (done.error().key == "demo.left") {
                TRY_VOID(drop_app(core, app));
                core.services->apps_changed();
                return {};
            }
            base::log(base::Level::warning, "demo.seller_failed",
                      {{"platform", model::name(platform)}, base::Field(done.error())});
        }
    }
    if (!any) return {};
    TRY_VOID(core.database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        if (TRY(ingest::exit_service(tx)).empty())
            TRY(db::save_setting(tx, ingest::setting::exit_service, base::json_quote(control + k_exit_path),
                                 std::nullopt, {}));
        return {};
    }));
    core.services->apps_changed();
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
        if (TRY(ingest::exit_service(tx)) == "http://" + core.config.demo + k_exit_path)
            TRY_VOID(db::remove_setting(tx, ingest::setting::exit_service));
        return {};
    }));
    core.services->apps_changed();
    core.services->stores_changed();
    for (const char* what : {"stores", "orders", "alerts", "overview", "session"})
        core.events.publish({what, std::nullopt, {}});
    return {};
}

}  // namespace app
