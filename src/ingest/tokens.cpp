#include "ingest/tokens.h"

#include <algorithm>

#include "base/log.h"
#include "db/leases.h"
#include "db/stores.h"
#include "ingest/calls.h"
#include "ingest/notice.h"

namespace ingest {

using base::Result;
using model::Connection;
using model::EventKind;

// All stores whose tokens are those of `store`, itself among them.
Result<std::vector<model::Store>> Tokens::sharing(db::Reader& reader, const model::Store& store) const {
    std::vector<model::Store> out;
    const platform::Connector* const connector = context_.connectors.find(store.platform);
    if (store.seller_ext_id.empty() || (connector != nullptr && connector->tokens_per_shop())) {
        out.push_back(store);
        return out;
    }
    for (model::Store& other : TRY(db::list_stores(reader)))
        if (other.app == store.app && other.platform == store.platform && other.seller_ext_id == store.seller_ext_id)
            out.push_back(std::move(other));
    return out;
}

namespace {

// What the seller granted before and no longer does.
std::string scopes_lost(const std::vector<std::string>& before, const std::vector<std::string>& now) {
    std::string lost;
    for (const std::string& scope : before) {
        if (std::ranges::find(now, scope) != now.end()) continue;
        if (!lost.empty()) lost += ' ';
        lost += scope;
    }
    return lost;
}

// The stored refresh token is still the one that was spent: nobody else renewed meanwhile. The fence of the lease alone
// would not tell: a lease may run out while the marketplace answers.
Result<bool> still_stored(db::Tx& tx, model::StoreId id, const base::Secret& refresh_token) {
    const model::StoreSecrets stored = TRY(db::load_store_secrets(tx, id));
    return stored.refresh_token == refresh_token;
}

}  // namespace

std::shared_ptr<std::mutex> Tokens::mutex_of(const std::string& owner) {
    std::scoped_lock lock(mutex_);
    auto& entry = by_owner_[owner];
    if (!entry) entry = std::make_shared<std::mutex>();
    return entry;
}

Result<base::Duration> Tokens::keep_fresh(model::StoreId id) {
    const auto credentials =
        TRY(context_.database.read([&](db::Reader& reader) { return load_credentials(reader, id); }));
    if (credentials.store.connection != Connection::connected && credentials.store.connection != Connection::held)
        return k_look_at_most;
    const platform::Connector* const connector = context_.connectors.find(credentials.store.platform);
    if (connector == nullptr) return k_look_at_most;
    const base::Duration renew_before = connector->pace().renew_before;
    base::Time expires_at = credentials.store.token_expires_at;
    if (expires_at - context_.clock.now() <= renew_before) {
        TRY_VOID(renew(id, credentials.secrets.access_token));
        expires_at = TRY(context_.database.read([&](db::Reader& reader) -> Result<base::Time> {
            return TRY(db::find_store(reader, id)).token_expires_at;
        }));
    }
    return std::clamp(expires_at - renew_before - context_.clock.now(), k_look_at_least, k_look_at_most);
}

Result<void> Tokens::renew(model::StoreId id, const base::Secret& refused) {
    const auto load = [&] {
        return context_.database.read([&](db::Reader& reader) { return load_credentials(reader, id); });
    };
    auto credentials = TRY(load());
    platform::Connector* const connector = context_.connectors.find(credentials.store.platform);
    const bool alone =
        credentials.store.seller_ext_id.empty() || (connector != nullptr && connector->tokens_per_shop());
    const std::string owner = credentials.app.id.text() + "/" + (alone ? id.text() : credentials.store.seller_ext_id);
    const auto mutex = mutex_of(owner);
    const std::scoped_lock only_one(*mutex);
    auto lease = TRY(context_.database.write(db::Lane::interactive, [&](db::Tx& tx) {
        return db::take_lease(tx, "token:" + owner, context_.instance, k_lease_time);
    }));
    if (!lease) return base::fail(base::Code::conflict, "another instance renews this token", "lease.lost");
    credentials = TRY(load());
    // Renewed while we waited.
    Result<void> renewed;
    if (credentials.secrets.access_token == refused) renewed = renew_locked(credentials);
    const auto released = context_.database.write(
        db::Lane::interactive, [&](db::Tx& tx) -> Result<void> { return db::release_lease(tx, *lease); });
    if (!released) base::log(base::Level::debug, "token.lease_not_released", {base::Field(released.error())});
    return renewed;
}

Result<void> Tokens::renew_locked(const platform::Credentials& credentials) {
    platform::Connector* const connector = context_.connectors.find(credentials.store.platform);
    if (connector == nullptr || credentials.secrets.refresh_token.empty())
        return base::fail(base::Code::precondition_failed, "nothing to refresh with", "store.not_connected");
    const auto grant = connector->refresh(credentials.app_access(), credentials.egress, credentials.store.ext_id,
                                          credentials.secrets.refresh_token);
    if (grant) return save(credentials, *grant);
    base::log(base::Level::warning, "token.refresh_failed",
              {{"store", credentials.store.id}, {"class", platform::name(grant.error().kind)}});
    if (platform::reaction(grant.error().kind, false) == platform::Reaction::reconnect) TRY_VOID(lost(credentials));
    return std::unexpected(platform::to_error(grant.error()));
}

Result<void> Tokens::save(const platform::Credentials& used, const platform::Grant& grant) {
    const auto save_all = [&](db::Tx& tx) -> Result<void> {
        if (!TRY(still_stored(tx, used.store.id, used.secrets.refresh_token))) return {};
        const model::Store renewed = TRY(db::find_store(tx, used.store.id));
        for (model::Store store : TRY(sharing(tx, renewed))) {
            TRY_VOID(db::save_store_tokens(
                tx, store.id,
                {grant.access_token.copy(), grant.refresh_token.copy(), grant.access_expires_at,
                 // A refresh that does not tell moves no end.
                 grant.refresh_expires_at ? grant.refresh_expires_at : store.authorisation_expires_at}));
            TRY_VOID(tell(tx, store.id, EventKind::store_token_refreshed, {}));
            if (!grant.scopes || *grant.scopes == store.scopes) continue;
            const std::string lost = scopes_lost(store.scopes, *grant.scopes);
            store = TRY(db::find_store(tx, store.id));  // Its version moved if the tokens' expiry is part of it.
            store.scopes = *grant.scopes;
            store = TRY(db::save_store(tx, store));
            TRY_VOID(tell(tx, store.id, EventKind::store_scopes_changed, {{"lost", lost}}));
            if (!lost.empty())
                TRY_VOID(raise(tx, store.id, "store.scopes_lost", model::Severity::medium, {{"scopes", lost}}));
        }
        return {};
    };
    // The old refresh token may be spent: what the marketplace has just given must not be lost to a full disk.
    Result<void> saved;
    for (int tries = 0; tries < k_save_tries; ++tries) {
        saved = context_.database.write(db::Lane::interactive, save_all);
        if (saved || (saved.error().code != base::Code::unavailable && saved.error().code != base::Code::conflict))
            break;
        context_.pause(base::seconds(1));
    }
    if (!saved)
        base::log(base::Level::error, "token.not_saved", {{"store", used.store.id}, base::Field(saved.error())});
    return saved;
}

namespace {

Result<void> ask_to_reconnect(db::Tx& tx, const model::Store& store) {
    if (store.connection != Connection::connected && store.connection != Connection::held) return {};
    TRY_VOID(db::note_connection(tx, store.id, Connection::reconnect, "store.auth_lost"));
    TRY_VOID(tell(tx, store.id, EventKind::store_disconnected, {{"reason", "store.auth_lost"}}));
    return raise(tx, store.id, "store.reconnect", model::Severity::high,
                 {{"store", store.name}, {"shop", store.shop_name}});
}

}  // namespace

Result<void> Tokens::lost(const platform::Credentials& credentials) {
    return context_.database.write(db::Lane::interactive, [&](db::Tx& tx) -> Result<void> {
        // Refused because another instance has spent this very token: nothing is lost.
        if (!TRY(still_stored(tx, credentials.store.id, credentials.secrets.refresh_token))) return {};
        const model::Store refused = TRY(db::find_store(tx, credentials.store.id));
        for (const model::Store& store : TRY(sharing(tx, refused))) TRY_VOID(ask_to_reconnect(tx, store));
        return {};
    });
}

Result<void> Tokens::note_refused(model::StoreId id) {
    return context_.database.write(db::Lane::interactive, [&](db::Tx& tx) -> Result<void> {
        return ask_to_reconnect(tx, TRY(db::find_store(tx, id)));
    });
}

Result<void> Tokens::note_lost(model::StoreId id) {
    const auto credentials =
        TRY(context_.database.read([&](db::Reader& reader) { return load_credentials(reader, id); }));
    return lost(credentials);
}

}  // namespace ingest
