#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "db/apps.h"
#include "db/stores.h"
#include "db/test_support.h"
#include "ingest/context.h"
#include "platform/fake_connector.h"

namespace ingest::test {

// A database with one app, and a marketplace whose answers the test sets. Time passes only when a test or a pause moves
// it.
struct Bench {
    using Answer = std::function<base::Result<base::HttpAnswer>(const base::HttpRequest&)>;
    // `answer`: what is behind the way out that no marketplace's connector takes.
    explicit Bench(Answer answer =
                       [](const base::HttpRequest&) {
                           return std::unexpected(base::http_error(base::HttpFailure::not_sent, "nobody there"));
                       })
        : http(std::move(answer)) {
        auto owned = std::make_unique<platform::FakeConnector>();
        market = owned.get();
        connectors.add(model::Platform::tiktok_shop, std::move(owned));
        market->on_now = [this] { return database.clock.now(); };
        const auto made = database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
            app.key = "app_key";
            app.service_id = "73";
            app.api_base = "https://api.example.com";
            app.auth_base = "https://auth.example.com";
            app.consent_base = "https://consent.example.com";
            app = TRY(db::add_app(tx, app));
            return db::add_app_secret(tx, app.id, base::Secret("app-secret"));
        });
        EXPECT_TRUE(made) << made.error().what;
        base::set_log_sink([](std::string_view) {});
    }
    ~Bench() { base::set_log_sink({}); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    // A connected store with tokens "access"/"refresh".
    model::Store add_store(std::string ext_id, std::string seller = "seller-1",
                           model::Connection connection = model::Connection::connected) {
        model::Store store;
        const auto made = database->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
            model::Store fresh;
            fresh.ext_id = ext_id;
            fresh.name = "Store " + ext_id;
            fresh.shop_name = fresh.name;
            fresh.region = "TH";
            fresh.seller_ext_id = seller;
            fresh.app = app.id;
            fresh.connection = connection;
            fresh.token_expires_at = database.clock.now() + base::days(7);
            store = TRY(db::add_store(tx, fresh));
            TRY_VOID(
                db::save_store_tokens(tx, store.id,
                                      {base::Secret("access"), base::Secret("refresh"),
                                       database.clock.now() + base::days(7), database.clock.now() + base::days(300)}));
            TRY_VOID(db::save_store_cipher(tx, store.id, base::Secret("cipher-" + ext_id)));
            store = TRY(db::find_store(tx, store.id));
            return {};
        });
        EXPECT_TRUE(made) << made.error().what;
        return store;
    }
    model::Store store(model::StoreId id) {
        return *database->read([&](db::Reader& reader) { return db::find_store(reader, id); });
    }
    model::StoreSecrets secrets(model::StoreId id) {
        return *database->read([&](db::Reader& reader) { return db::load_store_secrets(reader, id); });
    }
    template <class F>
    auto write(F&& fn) {
        return database->write(db::Lane::interactive, std::forward<F>(fn));
    }

    base::FakeHttpClient http;
    db::test::TestDatabase database;
    platform::Connectors connectors;
    platform::FakeConnector* market = nullptr;
    model::App app;
    std::vector<std::int64_t> pauses;
    Context context{*database,
                    connectors,
                    database.clock,
                    database.random,
                    "instance-1",
                    "https://console.example.com",
                    http,
                    [this](base::Duration by) {
                        pauses.push_back(by.ms);
                        database.clock.advance(by);
                    }};
};

inline std::unexpected<platform::CallError> call_error(platform::ErrorClass kind, std::int64_t code = 0) {
    return std::unexpected(platform::CallError{kind, code, code != 0 ? 200 : 0, "", "r", {}});
}

}  // namespace ingest::test
