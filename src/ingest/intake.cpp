#include "ingest/intake.h"

#include <future>
#include <utility>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/log.h"
#include "db/apps.h"
#include "db/inbox.h"
#include "db/stores.h"

namespace ingest {

using base::Result;

// What is needed to judge a webhook without asking the database each time.
struct Intake::Known {
    struct App {
        model::App app;
        std::vector<base::Secret> secrets;  // Two while one is being changed.
    };
    std::vector<App> apps;
    std::map<std::pair<model::Platform, std::string>, model::StoreId> shops;
    std::int64_t read_at_ms = 0;
};

std::shared_ptr<const Intake::Known> Intake::known(base::Duration at_most) {
    const std::scoped_lock lock(mutex_);
    const std::int64_t now_ms = context_.clock.monotonic_ms();
    if (known_ && now_ms - known_->read_at_ms < at_most.ms) return known_;
    auto fresh = std::make_shared<Known>();
    fresh->read_at_ms = now_ms;
    const auto done = context_.database.read([&](db::Reader& reader) -> Result<void> {
        for (model::App& app : TRY(db::list_apps(reader))) {
            Known::App entry;
            entry.secrets = TRY(db::load_app_secrets(reader, app.id));
            entry.app = std::move(app);
            fresh->apps.push_back(std::move(entry));
        }
        for (const model::Store& store : TRY(db::list_stores(reader)))
            if (!store.ext_id.empty()) fresh->shops[{store.platform, store.ext_id}] = store.id;
        return {};
    });
    if (done)
        known_ = std::move(fresh);
    else
        base::log(base::Level::error, "webhook.apps_not_read", {base::Field(done.error())});
    return known_;
}

void Intake::forget_known() {
    const std::scoped_lock lock(mutex_);
    known_.reset();
}

// One line in ten seconds: whoever sends forged webhooks must not fill the log.
void Intake::refuse(base::Counter& counter, std::string_view why) {
    counter.add();
    {
        const std::scoped_lock lock(mutex_);
        const std::int64_t now_ms = context_.clock.monotonic_ms();
        if (refusal_logged_ms_ != 0 && now_ms - refusal_logged_ms_ < 10'000) return;
        refusal_logged_ms_ = now_ms;
    }
    base::log(base::Level::warning, "webhook.refused", {{"why", why}, {"so_far", counter.value()}});
}

void Intake::receive(model::Platform platform, std::string raw_body, std::string_view signature,
                     std::move_only_function<void(Decision)> done) {
    if (raw_body.size() > k_max_body) {
        refuse(counters_.too_large, "too_large");
        return done(Decision::refused);
    }
    const platform::Connector* const connector = context_.connectors.find(platform);
    std::shared_ptr<const Known> all = known(k_known_for);
    if (all == nullptr) {
        // Without the apps' secrets nothing can be judged: better asked again later than refused.
        counters_.busy.add();
        return done(Decision::busy);
    }
    const model::App* app = nullptr;
    if (connector != nullptr) {
        const std::string address = webhook_address(context_, platform);
        for (const Known::App& entry : all->apps) {
            if (entry.app.platform != platform) continue;
            for (const base::Secret& secret : entry.secrets)
                if (connector->verify_webhook({entry.app, secret}, raw_body, signature, address)) app = &entry.app;
        }
    }
    if (app == nullptr) {
        refuse(counters_.bad_signature, "bad_signature");
        return done(Decision::refused);
    }
    keep(*connector, platform, app->id, std::move(all), std::move(raw_body), std::move(done));
}

Result<void> Intake::recover(model::Platform platform, model::AppId app, std::string raw_body) {
    const platform::Connector* const connector = context_.connectors.find(platform);
    std::shared_ptr<const Known> all = known(k_known_for);
    if (connector == nullptr || all == nullptr || raw_body.size() > k_max_body)
        return base::fail(base::Code::unavailable, "webhook cannot be kept now", "webhook.not_kept");
    std::promise<Decision> decided;
    keep(*connector, platform, app, std::move(all), std::move(raw_body),
         [&decided](Decision decision) { decided.set_value(decision); });
    if (decided.get_future().get() == Decision::busy)
        return base::fail(base::Code::unavailable, "webhook cannot be kept now", "webhook.not_kept");
    return {};
}

void Intake::keep(const platform::Connector& connector, model::Platform platform, model::AppId app,
                  std::shared_ptr<const Known> all, std::string raw_body,
                  std::move_only_function<void(Decision)> done) {
    db::RawEvent event;
    event.platform = platform;
    event.app = app;
    event.received_at = context_.clock.now();
    // What is rightly signed but unreadable is kept too: the worker puts it where people see it.
    if (const auto hint = connector.parse_webhook(raw_body)) {
        if (hint->sent_at && event.received_at - hint->sent_at > connector.pace().oldest_webhook) {
            refuse(counters_.replayed, "replayed");
            return done(Decision::refused);
        }
        event.shop_ext_id = hint->shop_ext_id;
        event.unique_key = hint->notification_id;
        event.kind = std::to_string(hint->type);
        const std::pair shop(platform, hint->shop_ext_id);
        // A shop connected a moment ago by another instance.
        if (!hint->shop_ext_id.empty() && !all->shops.contains(shop)) all = known(base::seconds(1));
        const auto found = all->shops.find(shop);
        if (found != all->shops.end())
            event.store = found->second;
        else if (!hint->shop_ext_id.empty())
            counters_.unknown_shop.add();
    }
    if (event.unique_key.empty()) event.unique_key = "sha256:" + base::hex(base::sha256(raw_body));
    event.payload = std::move(raw_body);
    // Two faults that the loss tests have to find; no program that people get is built with either.
#ifdef STALLWARD_MUTANT_TWICE
    event.unique_key += "/" + std::to_string(context_.clock.monotonic_ms());
#endif
#ifdef STALLWARD_MUTANT_EARLY
    std::exchange(done, [](Decision) {})(Decision::accepted);
#endif
    context_.database.inbox().append_async(
        std::move(event), [this, done = std::move(done)](Result<db::Appended> appended) mutable {
            if (!appended) {
                counters_.busy.add();
                return done(Decision::busy);
            }
            (*appended == db::Appended::duplicate ? counters_.duplicates : counters_.accepted).add();
            done(Decision::accepted);
        });
}

}  // namespace ingest
