#include "ingest/calls.h"

#include "db/apps.h"
#include "db/stores.h"

namespace ingest {

base::Result<platform::Credentials> load_credentials(db::Reader& reader, model::StoreId id) {
    platform::Credentials out;
    out.store = TRY(db::find_store(reader, id));
    if (!out.store.app) return base::fail(base::Code::precondition_failed, "store has no app", "store.no_app");
    out.app = TRY(db::find_app(reader, out.store.app));
    auto secrets = TRY(db::load_app_secrets(reader, out.app.id));
    if (secrets.empty()) return base::fail(base::Code::precondition_failed, "app has no secret", "store.no_app");
    out.app_secret = std::move(secrets.front());
    out.secrets = TRY(db::load_store_secrets(reader, id));
    out.egress = platform::egress_of(out.store, out.secrets.proxy_password);
    return out;
}

base::Result<void> StoreCalls::run_erased(model::StoreId id, const Call& call) {
    for (bool renewed = false;; renewed = true) {
        const auto credentials =
            TRY(context_.database.read([&](db::Reader& reader) { return load_credentials(reader, id); }));
        if (credentials.store.connection != model::Connection::connected || credentials.secrets.access_token.empty())
            return base::fail(base::Code::precondition_failed, "store is not connected", "store.not_connected");
        platform::Connector* const connector = context_.connectors.find(credentials.store.platform);
        if (connector == nullptr)
            return base::fail(base::Code::precondition_failed, "no connector", "store.platform_unknown");
        const auto error = call(*connector, credentials);
        if (!error) return {};
        const platform::Reaction next = platform::reaction(error->kind, false);
        // A token that is refused may have been replaced meanwhile, or may be replaced now. Only when the marketplace
        // refuses the refresh as well is the authorisation gone.
        const bool token_refused = next == platform::Reaction::refresh || next == platform::Reaction::reconnect;
        if (!token_refused) return std::unexpected(platform::to_error(*error));
        if (renewed) {
            if (next == platform::Reaction::reconnect) TRY_VOID(tokens_.note_lost(id));
            if (next == platform::Reaction::refresh) TRY_VOID(tokens_.note_refused(id));
            return std::unexpected(platform::to_error(*error));
        }
        TRY_VOID(tokens_.renew(id, credentials.secrets.access_token));
    }
}

}  // namespace ingest
