#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "db/apps.h"
#include "db/audit.h"
#include "db/events.h"
#include "db/outbox.h"
#include "db/stores.h"
#include "ingest/connect.h"
#include "ingest/notice.h"
#include "ingest/poller.h"

// Which stores an authorisation makes or mends.
namespace ingest {

using base::Result;
using model::Connection;
using model::EventKind;

std::string_view zone_of_region(std::string_view region) {
    struct Zone {
        std::string_view region;
        std::string_view zone;
    };
    // Markets of the three marketplaces. Where a country has several zones, the one of most people, which the tz
    // database names first (zone1970.tab); a store's own can be set in the console.
    static constexpr std::array k_zones = {
        Zone{"DE", "Europe/Berlin"},     Zone{"ES", "Europe/Madrid"},    Zone{"FR", "Europe/Paris"},
        Zone{"GB", "Europe/London"},     Zone{"ID", "Asia/Jakarta"},     Zone{"IE", "Europe/Dublin"},
        Zone{"IT", "Europe/Rome"},       Zone{"JP", "Asia/Tokyo"},       Zone{"MX", "America/Mexico_City"},
        Zone{"MY", "Asia/Kuala_Lumpur"}, Zone{"PH", "Asia/Manila"},      Zone{"SG", "Asia/Singapore"},
        Zone{"TH", "Asia/Bangkok"},      Zone{"TW", "Asia/Taipei"},      Zone{"VN", "Asia/Ho_Chi_Minh"},
        Zone{"BR", "America/Sao_Paulo"}, Zone{"US", "America/New_York"}, Zone{"AU", "Australia/Sydney"},
        Zone{"CA", "America/Toronto"},
    };
    const auto* const found = std::ranges::find(k_zones, region, &Zone::region);
    return found == k_zones.end() ? std::string_view() : found->zone;
}

Result<void> plan_subscriptions(db::Tx& tx, const Context& context, const model::Store& store) {
    const platform::Connector* const connector = context.connectors.find(store.platform);
    if (connector == nullptr || context.public_url.empty()) return {};
    const std::string address = webhook_address(context, store.platform);
    for (const std::string& topic : connector->topics()) {
        model::OutgoingAction action;
        action.store = store.id;
        action.object = "webhook/" + topic;
        action.kind = "webhook.subscribe";
        // Once for each connection: a store that is connected again subscribes again.
        action.intent = address + " " + base::iso8601(tx.now());
        action.payload = boost::json::serialize(boost::json::object{{"topic", topic}, {"address", address}});
        TRY(db::plan_action(tx, action, true));
    }
    return {};
}

Result<void> activate(db::Tx& tx, const Context& context, const model::Store& store, model::PersonId person) {
    TRY_VOID(tell(tx, store.id, EventKind::store_connected, {{"region", store.region}}));
    TRY_VOID(start_streams(tx, store.id));
    TRY_VOID(plan_subscriptions(tx, context, store));
    for (const std::string_view kind : {"store.reconnect", "store.disconnected", "store.held"})
        TRY_VOID(settle(tx, store.id, kind));
    // Its webhooks may have come before it.
    TRY_VOID(settle(tx, {}, "store.unknown_shop", store.ext_id));
    TRY_VOID(db::audit(tx, {person ? person.text() : "system", "store.connected", store.id.text(), store.id, "{}"}));
    return {};
}

namespace {

// Writes one shop into `store` (new when it has no id).
Result<model::Store> put_shop(db::Tx& tx, model::Store store, const platform::Grant& grant,
                              const platform::Shop* shop) {
    store.seller_ext_id = grant.seller_ext_id;
    store.token_expires_at = grant.access_expires_at;
    store.authorisation_expires_at = grant.refresh_expires_at;
    if (grant.scopes) store.scopes = *grant.scopes;
    if (shop != nullptr) {
        store.ext_id = shop->ext_id;
        store.shop_name = shop->name;
        store.region = shop->region;
        store.seller_type = shop->seller_type;
        if (store.name.empty()) store.name = shop->name.empty() ? shop->ext_id : shop->name;
        if (store.time_zone.empty()) store.time_zone = zone_of_region(shop->region);
    } else if (store.name.empty()) {
        store.name = grant.seller_name.empty() ? std::string(model::name(store.platform)) : grant.seller_name;
    }
    store = store.id ? TRY(db::save_store(tx, store)) : TRY(db::add_store(tx, store));
    TRY_VOID(db::save_store_tokens(
        tx, store.id,
        {grant.access_token.copy(), grant.refresh_token.copy(), grant.access_expires_at, grant.refresh_expires_at}));
    if (shop != nullptr) TRY_VOID(db::save_store_cipher(tx, store.id, shop->cipher));
    // save_store_tokens may have moved the version.
    return db::find_store(tx, store.id);
}

}  // namespace

Result<Connect::Outcome> Connect::save(const Ticket& ticket, const platform::Grant& grant,
                                       const std::vector<platform::Shop>& shops, const Together& together) {
    auto outcome = context_.database.write(db::Lane::interactive, [&](db::Tx& tx) -> Result<Outcome> {
        Outcome out = TRY(save_in(tx, ticket, grant, shops));
        if (together) TRY_VOID(together(tx, out));
        return out;
    });
    if (outcome) stores_changed_();
    return outcome;
}

Result<Connect::Outcome> Connect::save_in(db::Tx& tx, const Ticket& ticket, const platform::Grant& grant,
                                          const std::vector<platform::Shop>& shops) {
    Outcome out;
    out.hold_reason = ticket.hold_reason;
    model::Store slot;
    if (ticket.slot) slot = TRY(db::find_store(tx, ticket.slot));
    slot.app = ticket.app;
    slot.platform = TRY(db::find_app(tx, ticket.app)).platform;
    const base::Secret proxy_password =
        ticket.slot ? TRY(db::load_store_secrets(tx, ticket.slot)).proxy_password.copy() : base::Secret();

    if (shops.empty()) {
        out.hold_reason = "store.no_shop";
        // A store that had a shop keeps what it has: only an empty one waits for the shop.
        model::Store waiting = slot.ext_id.empty() ? slot : model::Store{};
        waiting.app = ticket.app;
        waiting.platform = slot.platform;
        waiting.connection = Connection::held;
        waiting.connection_reason = out.hold_reason;
        const model::Store saved = TRY(put_shop(tx, waiting, grant, nullptr));
        out.held.push_back(saved.id);
        TRY_VOID(tell(tx, saved.id, EventKind::store_status_changed, {{"reason", out.hold_reason}}));
        return out;
    }
    const auto of_region = [&](const platform::Shop& shop) { return shop.region == ticket.region; };
    if (!slot.ext_id.empty() && std::ranges::find(shops, slot.ext_id, &platform::Shop::ext_id) == shops.end()) {
        if (out.hold_reason.empty()) out.hold_reason = "store.other_shop";
    } else if (!ticket.region.empty() && std::ranges::none_of(shops, of_region)) {
        if (out.hold_reason.empty()) out.hold_reason = "store.other_region";
    }
    // The shop that fills an empty slot: of the expected market, else the first that is not known.
    const platform::Shop* fills_slot = nullptr;
    if (ticket.slot && slot.ext_id.empty()) {
        for (const platform::Shop& shop : shops) {
            const auto known = TRY(db::find_store_by_ext_id(tx, slot.platform, shop.ext_id));
            if (!known && (fills_slot == nullptr || (of_region(shop) && !of_region(*fills_slot)))) fills_slot = &shop;
        }
    }
    for (const platform::Shop& shop : shops) {
        model::Store store;
        std::string hold = out.hold_reason;
        bool is_new = false;
        if (const auto known = TRY(db::find_store_by_ext_id(tx, slot.platform, shop.ext_id))) {
            store = *known;
            const bool other_seller = !store.seller_ext_id.empty() && store.seller_ext_id != grant.seller_ext_id;
            // A good connection is not given up for another seller's; nor does a doubt about one shop hold a store
            // of the same seller that works.
            if (store.connection == Connection::connected) {
                if (other_seller) continue;
                hold.clear();
            } else if (other_seller) {
                hold = "store.other_seller";
            }
        } else if (&shop == fills_slot) {
            store = slot;
        } else {
            store.platform = slot.platform;
            store.proxy = slot.proxy;
            store.proxy_user = slot.proxy_user;
            store.demo = slot.demo;
            is_new = true;
        }
        store.app = ticket.app;
        store.connection = hold.empty() ? Connection::connected : Connection::held;
        store.connection_reason = hold;
        store = TRY(put_shop(tx, store, grant, &shop));
        if (is_new && !proxy_password.empty()) TRY_VOID(db::save_proxy_password(tx, store.id, proxy_password));
        if (hold.empty()) {
            out.connected.push_back(store.id);
            TRY_VOID(activate(tx, context_, store, ticket.person));
            continue;
        }
        out.held.push_back(store.id);
        if (out.hold_reason.empty()) out.hold_reason = hold;
        TRY_VOID(raise(tx, store.id, "store.held", model::Severity::high,
                       {{"store", store.name}, {"shop", store.shop_name}, {"reason", hold}}));
        TRY_VOID(db::audit(tx, {ticket.person ? ticket.person.text() : "system", "store.held", store.id.text(),
                                store.id, boost::json::serialize(boost::json::object{{"reason", hold}})}));
    }
    return out;
}

}  // namespace ingest
