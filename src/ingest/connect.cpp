#include "ingest/connect.h"

#include <boost/json.hpp>

#include "base/crypto.h"
#include "base/json.h"
#include "base/log.h"
#include "db/apps.h"
#include "db/audit.h"
#include "db/events.h"
#include "db/outbox.h"
#include "db/sessions.h"
#include "db/stores.h"
#include "ingest/calls.h"
#include "ingest/notice.h"

// Authorising: the way to the marketplace's page and back. What is saved then is in connect_save.cpp.
namespace ingest {

using base::Code;
using base::fail;
using base::Result;
using model::Connection;

Connect::Connect(const Context& context, std::function<void()> stores_changed)
    : context_(context), stores_changed_(std::move(stores_changed)) {}

Result<std::string> Connect::begin(const Begin& begin) {
    const std::string state = context_.random.token(32);
    model::App app;
    std::vector<base::Secret> secrets;
    const auto noted = context_.database.write(db::Lane::interactive, [&](db::Tx& tx) -> Result<void> {
        app = TRY(db::find_app(tx, begin.app));
        secrets = TRY(db::load_app_secrets(tx, app.id));
        if (secrets.empty()) return fail(Code::precondition_failed, "app has no secret", "app.not_configured");
        if (begin.slot) {
            const model::Store slot = TRY(db::find_store(tx, begin.slot));
            if (slot.platform != app.platform)
                return fail(Code::invalid_input, "app of another marketplace", "connect.other_platform");
        }
        db::OneTimeToken token;
        token.kind = "oauth";
        token.subject = begin.slot ? begin.slot.text() : begin.app.text();
        token.detail = boost::json::serialize(boost::json::object{{"app", begin.app.value},
                                                                  {"slot", begin.slot.value},
                                                                  {"session", begin.session},
                                                                  {"person", begin.person.value},
                                                                  {"region", begin.region}});
        token.expires_at = context_.clock.now() + k_state_life;
        return db::add_one_time_token(tx, token, base::sha256(state));
    });
    if (!noted) return std::unexpected(noted.error());
    const platform::Connector* const connector = context_.connectors.find(app.platform);
    if (connector == nullptr) return fail(Code::precondition_failed, "no connector", "store.platform_unknown");
    return connector->authorisation_link({app, secrets.front()}, state, callback_address(context_, app.platform));
}

Result<Connect::Ticket> Connect::redeem(const Callback& callback) {
    if (callback.state.empty()) {
        // Installed from the marketplace's own app store. Somebody who is signed in here must say that it is theirs.
        Ticket ticket;
        ticket.person = callback.person;
        ticket.hold_reason = "store.no_state";
        const auto apps = TRY(context_.database.read([](db::Reader& reader) { return db::list_apps(reader); }));
        std::size_t fitting = 0;
        for (const model::App& app : apps) {
            if (app.platform != callback.platform || (!callback.app_key.empty() && app.key != callback.app_key))
                continue;
            ticket.app = app.id;
            ++fitting;
        }
        if (fitting != 1) return fail(Code::invalid_input, "which app is not clear", "connect.app_unknown");
        return ticket;
    }
    const auto unknown = [] {
        return fail(Code::invalid_input, "state is unknown, used or expired", "connect.state_unknown");
    };
    // Taken whatever comes of it: good once.
    const auto token = TRY(context_.database.write(
        db::Lane::interactive, [&](db::Tx& tx) { return db::take_one_time_token(tx, base::sha256(callback.state)); }));
    if (!token || token->kind != "oauth") return unknown();
    const auto detail = TRY(base::JsonDocument::parse(token->detail));
    Ticket ticket;
    ticket.app.value = detail["app"].integer_or(0);
    ticket.slot.value = detail["slot"].integer_or(0);
    ticket.person.value = detail["person"].integer_or(0);
    ticket.region = detail["region"].string_or();
    // Begun in another browser: a link that somebody was talked into opening.
    if (!base::constant_time_equal(detail["session"].string_or(), callback.session)) return unknown();
    const auto app = TRY(context_.database.read([&](db::Reader& reader) { return db::find_app(reader, ticket.app); }));
    if (app.platform != callback.platform) return unknown();
    return ticket;
}

// For the calls before any store is connected.
Result<platform::Credentials> Connect::first_credentials(const Ticket& ticket) {
    return context_.database.read([&](db::Reader& reader) -> Result<platform::Credentials> {
        platform::Credentials out;
        out.app = TRY(db::find_app(reader, ticket.app));
        auto secrets = TRY(db::load_app_secrets(reader, ticket.app));
        if (secrets.empty()) return fail(Code::precondition_failed, "app has no secret", "store.no_app");
        out.app_secret = std::move(secrets.front());
        out.egress.owner = "connect/" + ticket.app.text();
        if (ticket.slot) {
            out.store = TRY(db::find_store(reader, ticket.slot));
            const model::StoreSecrets known = TRY(db::load_store_secrets(reader, ticket.slot));
            out.egress = platform::egress_of(out.store, known.proxy_password);
        }
        return out;
    });
}

Result<std::vector<platform::Shop>> Connect::list_shops(platform::Connector& connector,
                                                        const platform::Credentials& credentials) {
    for (int tries = 1;; ++tries) {
        auto shops = connector.shops(credentials.access());
        if (!shops) return std::unexpected(platform::to_error(shops.error()));
        if (!shops->empty() || tries == k_shop_tries) return std::move(*shops);
        context_.pause(k_shop_pause);
    }
}

Result<Connect::Outcome> Connect::complete(const Callback& callback) {
    Ticket ticket = TRY(redeem(callback));
    // TikTok writes the word "null" where a refused seller has no code.
    if (!callback.error.empty() || callback.code.empty() || callback.code == "null")
        return fail(Code::forbidden, "the seller did not agree", "connect.denied");
    platform::Connector* const connector = context_.connectors.find(callback.platform);
    if (connector == nullptr) return fail(Code::precondition_failed, "no connector", "store.platform_unknown");
    platform::Credentials credentials = TRY(first_credentials(ticket));
    auto grant = connector->exchange(
        credentials.app_access(), credentials.egress,
        {.code = callback.code, .shop_ext_id = callback.shop_ext_id, .main_account_id = callback.main_account_id});
    if (!grant) {
        const platform::ErrorClass kind = grant.error().kind;
        if (kind == platform::ErrorClass::auth_lost || kind == platform::ErrorClass::contract)
            return fail(Code::upstream_rejected, "code was refused", "connect.code_refused");
        return std::unexpected(platform::to_error(grant.error()));
    }
    if (grant->holder == platform::Holder::not_a_seller)
        return fail(Code::forbidden, "user_type " + std::to_string(grant->holder_code), "connect.not_a_seller");
    if (grant->holder == platform::Holder::confirm && ticket.hold_reason.empty())
        ticket.hold_reason = "store.confirm_seller_type";
    if (!grant->shops.empty()) return save(ticket, *grant, grant->shops, callback.together);
    credentials.secrets.access_token = grant->access_token.copy();
    const auto shops = list_shops(*connector, credentials);
    if (!shops) {
        // The seller has agreed and the code is spent: keep what was given, the shops can be asked for again.
        base::log(base::Level::warning, "connect.shops_not_read", {base::Field(shops.error())});
        return save(ticket, *grant, {}, callback.together);
    }
    return save(ticket, *grant, *shops, callback.together);
}

Result<Connect::Outcome> Connect::confirm(model::StoreId id, model::PersonId person) {
    const auto credentials =
        TRY(context_.database.read([&](db::Reader& reader) { return load_credentials(reader, id); }));
    if (credentials.store.connection != Connection::held)
        return fail(Code::precondition_failed, "store is not held", "store.not_held");
    if (credentials.store.ext_id.empty()) {
        platform::Connector* const connector = context_.connectors.find(credentials.store.platform);
        if (connector == nullptr) return fail(Code::precondition_failed, "no connector", "store.platform_unknown");
        const auto shops = TRY(list_shops(*connector, credentials));
        platform::Grant grant;
        grant.access_token = credentials.secrets.access_token.copy();
        grant.refresh_token = credentials.secrets.refresh_token.copy();
        grant.access_expires_at = credentials.store.token_expires_at;
        grant.refresh_expires_at = credentials.store.authorisation_expires_at;
        grant.seller_ext_id = credentials.store.seller_ext_id;
        grant.scopes = credentials.store.scopes;
        return save({credentials.app.id, id, {}, person, {}}, grant, shops, {});
    }
    Outcome outcome;
    const auto done = context_.database.write(db::Lane::interactive, [&](db::Tx& tx) -> Result<void> {
        model::Store store = TRY(db::find_store(tx, id));
        store.connection = Connection::connected;
        store.connection_reason.clear();
        store = TRY(db::save_store(tx, store));
        return activate(tx, context_, store, person);
    });
    if (!done) return std::unexpected(done.error());
    outcome.connected.push_back(id);
    stores_changed_();
    return outcome;
}

Result<void> Connect::disconnect(model::StoreId id, model::PersonId person) {
    const auto done = context_.database.write(db::Lane::interactive, [&](db::Tx& tx) -> Result<void> {
        model::Store store = TRY(db::find_store(tx, id));
        const model::StoreSecrets secrets = TRY(db::load_store_secrets(tx, id));
        store.connection = Connection::disconnected;
        store.connection_reason = "store.disconnected_by_us";
        store = TRY(db::save_store(tx, store));
        const platform::Connector* const connector = context_.connectors.find(store.platform);
        if (connector != nullptr && !connector->can_revoke()) {
            TRY_VOID(db::forget_store_tokens(tx, id));
        } else if (!secrets.access_token.empty()) {
            model::OutgoingAction action;
            action.store = id;
            action.object = "authorisation";
            action.kind = "authorisation.revoke";
            action.intent = base::iso8601(tx.now());
            action.payload = "{}";
            action.by = person;
            TRY(db::plan_action(tx, action, true));
        }
        TRY_VOID(tell(tx, id, model::EventKind::store_disconnected, {{"reason", "store.disconnected_by_us"}}));
        TRY_VOID(db::audit(tx, {person.text(), "store.disconnected", id.text(), id, "{}"}));
        return {};
    });
    if (done) stores_changed_();
    return done;
}

}  // namespace ingest
