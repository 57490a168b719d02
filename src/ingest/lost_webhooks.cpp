#include "ingest/lost_webhooks.h"

#include "base/log.h"
#include "db/stores.h"

namespace ingest {

using base::Result;

bool LostWebhooks::is_due(model::AppId app, base::Duration interval) {
    const std::scoped_lock lock(mutex_);
    const std::int64_t now_ms = context_.clock.monotonic_ms();
    const auto [entry, first] = asked_ms_.try_emplace(app, now_ms);
    if (!first && now_ms - entry->second < interval.ms) return false;
    entry->second = now_ms;
    return true;
}

void LostWebhooks::recover(model::StoreId id) {
    const auto store = context_.database.read([&](db::Reader& reader) { return db::find_store(reader, id); });
    if (!store) return;
    const platform::Connector* const connector = context_.connectors.find(store->platform);
    if (connector == nullptr || !is_due(store->app, connector->pace().poll)) return;
    if (const auto done = recover_all(*store); !done)
        base::log(base::Level::warning, "webhook.not_recovered", {{"store", id}, base::Field(done.error())});
}

Result<void> LostWebhooks::recover_all(const model::Store& store) {
    // More than that are left for the next time.
    constexpr int k_batches = 50;
    for (int i = 0; i < k_batches; ++i) {
        const platform::LostWebhooks lost =
            TRY(calls_.run(store.id, [](platform::Connector& connector, const platform::Credentials& credentials) {
                return connector.lost_webhooks(credentials.access());
            }));
        for (const std::string& body : lost.bodies) {
            TRY_VOID(intake_.recover(store.platform, store.app, body));
            recovered_.add();
        }
        if (lost.bodies.empty() || lost.up_to.empty()) return {};
        TRY(calls_.run(store.id, [&](platform::Connector& connector, const platform::Credentials& credentials) {
            return connector.confirm_lost(credentials.access(), lost.up_to);
        }));
        if (!lost.more) return {};
    }
    return {};
}

}  // namespace ingest
