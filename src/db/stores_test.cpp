#include "db/stores.h"

#include "base/file.h"
#include "db/apps.h"
#include "db/backends.h"
#include "db/events.h"
#include "db/keys.h"
#include "db/orders.h"

namespace db {
namespace {

using test::make;

struct StoresTest : test::DatabaseTest {
    model::Store add(std::string name, std::string ext_id = {}) {
        model::Store s;
        s.ext_id = std::move(ext_id);
        s.name = std::move(name);
        s.scopes = {"a.b", "c"};
        return *write([&](Tx& tx) { return add_store(tx, s); });
    }
};
ON_EVERY_DATABASE(StoresTest);

TEST_P(StoresTest, WhatIsSavedIsRead) {
    auto s = add("Bangkok", "7494");
    EXPECT_EQ(s.version, 1);
    s.shop_name = "Siam";
    s.connection = model::Connection::connected;
    s.proxy = "socks5h://10.0.0.1:1080";
    s = *write([&](Tx& tx) { return save_store(tx, s); });
    EXPECT_EQ(s.version, 2);
    const auto found = *read([&](Reader& r) { return find_store_by_ext_id(r, model::Platform::tiktok_shop, "7494"); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->shop_name, "Siam");
    EXPECT_EQ(found->connection, model::Connection::connected);
    EXPECT_EQ(found->scopes, (std::vector<std::string>{"a.b", "c"}));
    EXPECT_EQ(found->proxy, "socks5h://10.0.0.1:1080");
    EXPECT_EQ(read([&](Reader& r) { return list_stores(r); })->size(), 1u);
}

TEST_P(StoresTest, ALateWriterIsToldThatSomebodyElseChangedIt) {
    const auto first = add("Bangkok");
    auto a = first, b = first;
    a.name = "A";
    b.name = "B";
    ASSERT_TRUE(write([&](Tx& tx) { return save_store(tx, a); }));
    // What the machine observes in between does not count as a change.
    ASSERT_TRUE(write([&](Tx& tx) { return note_sync(tx, first.id, db.clock.now(), ""); }));
    const auto late = write([&](Tx& tx) { return save_store(tx, b); });
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Code::conflict);
    EXPECT_EQ(late.error().key, "store.changed");
    EXPECT_EQ(read([&](Reader& r) { return find_store(r, first.id); })->name, "A");
}

TEST_P(StoresTest, AShopBelongsToOneStore) {
    add("one", "7494");
    auto other = add("two");
    other.ext_id = "7494";
    EXPECT_EQ(write([&](Tx& tx) { return save_store(tx, other); }).error().key, "store.exists");
    EXPECT_EQ(write([&](Tx& tx) { return add_store(tx, make<model::Store>([](auto& s) { s.ext_id = "7494"; })); })
                  .error()
                  .key,
              "store.exists");
    add("three");  // Without a shop as many as one likes.
}

TEST_P(StoresTest, SecretsAreSealedAndForgotten) {
    const auto store = add("Bangkok");
    StoreTokens tokens;
    tokens.access_token = base::Secret("canary-access");
    tokens.refresh_token = base::Secret("canary-refresh");
    tokens.token_expires_at = db.clock.now() + base::days(7);
    ASSERT_TRUE(write([&](Tx& tx) -> Result<void> {
        TRY_VOID(save_store_tokens(tx, store.id, tokens));
        TRY_VOID(save_store_cipher(tx, store.id, base::Secret("cipher")));
        return save_proxy_password(tx, store.id, base::Secret("canary-proxy"));
    }));
    auto secrets = read([&](Reader& r) { return load_store_secrets(r, store.id); });
    EXPECT_EQ(secrets->access_token.reveal(), "canary-access");
    EXPECT_EQ(secrets->refresh_token.reveal(), "canary-refresh");
    EXPECT_EQ(secrets->cipher.reveal(), "cipher");
    EXPECT_EQ(secrets->proxy_password.reveal(), "canary-proxy");
    ASSERT_TRUE(write([&](Tx& tx) { return forget_store_tokens(tx, store.id); }));
    secrets = read([&](Reader& r) { return load_store_secrets(r, store.id); });
    EXPECT_TRUE(secrets->access_token.empty());
    EXPECT_EQ(secrets->proxy_password.reveal(), "canary-proxy");
    EXPECT_FALSE(db->keys().find(purpose::token, store.id.text()));
    db.close();
    for (const auto& entry : std::filesystem::directory_iterator(db.dir())) {
        if (entry.path().filename() == "reserve") continue;
        const auto bytes = base::read_file(entry.path().string());
        EXPECT_EQ(bytes->find("canary"), std::string::npos) << entry.path();
    }
    db.open();
}

TEST_P(StoresTest, RemovingAStoreRemovesWhatIsItsOwn) {
    const auto store = add("gone"), kept = add("kept");
    for (const auto& s : {store, kept})
        ASSERT_TRUE(write([&](Tx& tx) -> Result<void> {
            TRY_VOID(upsert_order(tx, make<model::Order>([&](auto& o) { o.store = s.id; })));
            TRY_VOID(append_event(tx, make<model::Event>([&](auto& e) { e.store = s.id; })));
            return {};
        }));
    ASSERT_TRUE(write([&](Tx& tx) { return remove_store(tx, store.id); }));
    EXPECT_EQ(read([&](Reader& r) { return find_store(r, store.id); }).error().code, Code::not_found);
    EXPECT_EQ(read([&](Reader& r) { return count_orders(r, {}); })->all, 1);
    EXPECT_EQ(read([&](Reader& r) { return events_after(r, store.id, 0, 10); })->size(), 0u);
    EXPECT_FALSE(db->keys().find(purpose::pii, month_scope(store.id, db.clock.now())));
    EXPECT_TRUE(db->keys().find(purpose::pii, month_scope(kept.id, db.clock.now())));
}

struct AppsTest : test::DatabaseTest {};
ON_EVERY_DATABASE(AppsTest);

TEST_P(AppsTest, TwoSecretsAreActiveDuringAChange) {
    const auto app = *write([](Tx& tx) { return add_app(tx, make<model::App>([](auto& a) { a.key = "68xu7ks"; })); });
    const auto add = [&](std::string_view secret, base::Time until = {}) {
        ASSERT_TRUE(write([&](Tx& tx) { return add_app_secret(tx, app.id, base::Secret(secret), until); }));
    };
    const auto secrets = [&] {
        std::vector<std::string> shown;
        const auto loaded = read([&](Reader& r) { return load_app_secrets(r, app.id); });
        for (const auto& s : *loaded) shown.emplace_back(s.reveal());
        return shown;
    };
    EXPECT_EQ(secrets(), (std::vector<std::string>{}));
    add("one");
    add("two");
    EXPECT_EQ(secrets(), (std::vector<std::string>{"two", "one"}));
    add("three", db.clock.now() + base::hours(24));
    EXPECT_EQ(secrets(), (std::vector<std::string>{"three", "two"}));
    db.clock.advance(base::hours(25));
    EXPECT_EQ(secrets(), (std::vector<std::string>{"three"}));
    add("four");
    ASSERT_TRUE(write([&](Tx& tx) { return retire_old_app_secret(tx, app.id); }));
    EXPECT_EQ(secrets(), (std::vector<std::string>{"four"}));
}

TEST_P(AppsTest, AnAppInUseStays) {
    const auto app = *write([](Tx& tx) { return add_app(tx, make<model::App>([](auto& a) { a.key = "k"; })); });
    EXPECT_EQ(write([](Tx& tx) { return add_app(tx, make<model::App>([](auto& a) { a.key = "k"; })); }).error().key,
              "app.exists");
    const auto store =
        *write([&](Tx& tx) { return add_store(tx, make<model::Store>([&](auto& s) { s.app = app.id; })); });
    EXPECT_EQ(write([&](Tx& tx) { return remove_app(tx, app.id); }).error().key, "app.in_use");
    ASSERT_TRUE(write([&](Tx& tx) { return remove_store(tx, store.id); }));
    ASSERT_TRUE(write([&](Tx& tx) { return remove_app(tx, app.id); }));
    EXPECT_FALSE(*read([](Reader& r) { return find_app_by_key(r, model::Platform::tiktok_shop, "k"); }));
}

}  // namespace
}  // namespace db
