#include "ingest/connect.h"

#include "base/encoding.h"
#include "db/audit.h"
#include "db/events.h"
#include "db/outbox.h"
#include "db/sync.h"
#include "ingest/poller.h"
#include "ingest/test_bench.h"

namespace ingest {
namespace {

using model::Connection;
using platform::ErrorClass;

struct ConnectTest : testing::Test {
    ConnectTest() {
        bench.market->on_exchange = [this](std::string_view code) -> platform::Answer<platform::Grant> {
            codes.emplace_back(code);
            if (code != "good") return test::call_error(ErrorClass::auth_lost, 36004004);
            platform::Grant grant;
            grant.access_token = base::Secret("A1");
            grant.refresh_token = base::Secret("R1");
            grant.access_expires_at = bench.database.clock.now() + base::days(7);
            grant.refresh_expires_at = bench.database.clock.now() + base::days(358);
            grant.seller_ext_id = seller;
            grant.seller_name = "Harbour Lane";
            grant.scopes = std::vector<std::string>{"seller.order.info"};
            grant.holder = holder;
            grant.holder_code = 3;
            return grant;
        };
        bench.market->on_shops =
            [this](const platform::StoreAccess& access) -> platform::Answer<std::vector<platform::Shop>> {
            EXPECT_EQ(access.access_token.reveal(), "A1");
            ++listings;
            std::vector<platform::Shop> out;
            if (listings <= empty_listings) return out;
            for (const auto& [id, region] : shops) {
                platform::Shop shop;
                shop.ext_id = id;
                shop.name = "Shop " + id;
                shop.region = region;
                shop.cipher = base::Secret("C" + id);
                out.push_back(std::move(shop));
            }
            return out;
        };
    }
    model::Store slot(std::string proxy = {}) {
        model::Store made;
        made.name = "My store";
        made.proxy = std::move(proxy);
        return *bench.write([&](db::Tx& tx) { return db::add_store(tx, made); });
    }
    std::string begin(model::StoreId slot_id = {}, std::string region = {}) {
        const auto link = connect.begin({bench.app.id, slot_id, "session-1", {}, std::move(region)});
        EXPECT_TRUE(link);
        return link->substr(link->find("state=") + 6);
    }
    base::Result<Connect::Outcome> finish(std::string state, std::string code = "good",
                                          std::string session = "session-1") {
        return connect.complete(
            {model::Platform::tiktok_shop, std::move(code), std::move(state), {}, {}, std::move(session), {}});
    }
    base::Result<Connect::Outcome> finish_together(Connect::Together together) {
        return connect.complete({.platform = model::Platform::tiktok_shop,
                                 .code = "good",
                                 .state = begin(),
                                 .error = {},
                                 .app_key = {},
                                 .session = "session-1",
                                 .person = {},
                                 .together = std::move(together)});
    }
    std::vector<model::Store> stores() {
        return *bench.database->read([](db::Reader& r) { return db::list_stores(r); });
    }

    test::Bench bench;
    std::vector<std::pair<std::string, std::string>> shops = {{"12", "GB"}};
    std::string seller = "seller-1";
    platform::Holder holder = platform::Holder::seller;
    int listings = 0;
    int empty_listings = 0;
    int changes = 0;
    std::vector<std::string> codes;
    Connect connect{bench.context, [this] { ++changes; }};
};

TEST_F(ConnectTest, WhatIsRefusedInTheSavingTransactionIsNotSaved) {
    const auto refused = finish_together([&](db::Tx& tx, const Connect::Outcome& saved) -> base::Result<void> {
        EXPECT_EQ(saved.connected.size(), 1u);
        EXPECT_TRUE(db::find_store(tx, saved.connected.at(0)));
        return base::fail(base::Code::precondition_failed, "the demo was left", "demo.left");
    });
    EXPECT_EQ(refused.error().key, "demo.left");
    EXPECT_TRUE(stores().empty());
    EXPECT_EQ(changes, 0);
    const auto marked = finish_together([](db::Tx& tx, const Connect::Outcome& saved) -> base::Result<void> {
        model::Store store = TRY(db::find_store(tx, saved.connected.at(0)));
        store.demo = true;
        TRY(db::save_store(tx, store));
        return {};
    });
    ASSERT_TRUE(marked);
    EXPECT_TRUE(stores().at(0).demo);
}

TEST_F(ConnectTest, ConnectsTheShopOfTheSeller) {
    const auto empty = slot("socks5h://proxy.example:1080");
    const auto outcome = finish(begin(empty.id));
    ASSERT_TRUE(outcome) << outcome.error().key;
    EXPECT_EQ(outcome->connected, std::vector<model::StoreId>{empty.id});
    const auto store = bench.store(empty.id);
    EXPECT_EQ(store.connection, Connection::connected);
    EXPECT_EQ(store.ext_id, "12");
    EXPECT_EQ(store.name, "My store");
    EXPECT_EQ(store.shop_name, "Shop 12");
    EXPECT_EQ(store.time_zone, "Europe/London");
    EXPECT_EQ(store.proxy, "socks5h://proxy.example:1080");
    EXPECT_EQ(store.scopes, std::vector<std::string>{"seller.order.info"});
    EXPECT_EQ(bench.secrets(empty.id).refresh_token.reveal(), "R1");
    EXPECT_EQ(bench.secrets(empty.id).cipher.reveal(), "C12");
    EXPECT_EQ(changes, 1);
    const auto streams = *bench.database->read([&](db::Reader& r) { return db::list_sync_cursors(r, empty.id); });
    EXPECT_EQ(streams.size(), 8u);
    const auto due = *bench.database->read([](db::Reader& r) { return db::due_actions(r, 10); });
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].kind, "webhook.subscribe");
    EXPECT_EQ(due[0].payload, R"({"topic":"ORDER","address":"https://console.example.com/hooks/tiktok_shop"})");
    const auto audit = *bench.database->read([](db::Reader& r) { return db::list_audit(r, {}, 0, 10); });
    ASSERT_FALSE(audit.empty());
    EXPECT_EQ(audit[0].entry.kind, "store.connected");
}

TEST(ZoneOfRegion, IsTheOneOfMostPeopleWhereThereAreSeveral) {
    EXPECT_EQ(zone_of_region("US"), "America/New_York");
    EXPECT_EQ(zone_of_region("ID"), "Asia/Jakarta");
    EXPECT_EQ(zone_of_region("BR"), "America/Sao_Paulo");
    EXPECT_EQ(zone_of_region("XX"), "");
}

TEST_F(ConnectTest, OneAuthorisationMayCoverSeveralShops) {
    shops = {{"12", "GB"}, {"13", "MY"}};
    const auto empty = slot("socks5h://proxy.example:1080");
    const auto outcome = finish(begin(empty.id, "MY"));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->connected.size(), 2u);
    EXPECT_EQ(bench.store(empty.id).ext_id, "13");
    for (const auto& store : stores()) EXPECT_EQ(store.proxy, "socks5h://proxy.example:1080");
}

TEST_F(ConnectTest, AStateIsGoodOnceInItsSessionForTenMinutes) {
    const std::string state = begin();
    EXPECT_EQ(finish(state, "good", "session-2").error().key, "connect.state_unknown");
    EXPECT_EQ(finish(state).error().key, "connect.state_unknown") << "another session has spent it";
    const std::string late = begin();
    bench.database.clock.advance(base::minutes(11));
    EXPECT_EQ(finish(late).error().key, "connect.state_unknown");
    EXPECT_EQ(finish("guessed").error().key, "connect.state_unknown");
    EXPECT_TRUE(codes.empty()) << "no code was sent anywhere";
    EXPECT_TRUE(stores().empty());
    const std::string good = begin();
    EXPECT_TRUE(finish(good));
    EXPECT_EQ(finish(good).error().key, "connect.state_unknown");
}

TEST_F(ConnectTest, StatesCannotBeGuessed) {
    const std::string one = begin();
    EXPECT_NE(one, begin());
    EXPECT_EQ(base::parse_base64url(one)->size(), 32u);
}

TEST_F(ConnectTest, ARefusalIsSaid) {
    EXPECT_EQ(finish(begin(), "null").error().key, "connect.denied");
    EXPECT_EQ(finish(begin(), "used").error().key, "connect.code_refused");
    EXPECT_TRUE(stores().empty());
}

TEST_F(ConnectTest, OnlySellersConnect) {
    holder = platform::Holder::not_a_seller;
    EXPECT_EQ(finish(begin()).error().key, "connect.not_a_seller");
    EXPECT_TRUE(stores().empty());
    holder = platform::Holder::confirm;
    const auto outcome = finish(begin());
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->hold_reason, "store.confirm_seller_type");
    ASSERT_EQ(outcome->held.size(), 1u);
    EXPECT_EQ(bench.store(outcome->held[0]).connection, Connection::held);
    ASSERT_TRUE(connect.confirm(outcome->held[0], {}));
    EXPECT_EQ(bench.store(outcome->held[0]).connection, Connection::connected);
}

TEST_F(ConnectTest, TheShopListIsAskedForThreeTimes) {
    empty_listings = 2;
    ASSERT_TRUE(finish(begin()));
    EXPECT_EQ(listings, 3);
    EXPECT_EQ(bench.pauses.size(), 2u);
}

TEST_F(ConnectTest, WithoutAShopTheAuthorisationIsKeptAndAskedAgain) {
    empty_listings = 3;
    const auto empty = slot();
    const auto outcome = finish(begin(empty.id));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->hold_reason, "store.no_shop");
    EXPECT_EQ(bench.store(empty.id).connection, Connection::held);
    const auto confirmed = connect.confirm(empty.id, {});
    ASSERT_TRUE(confirmed);
    EXPECT_EQ(confirmed->connected, std::vector<model::StoreId>{empty.id});
    EXPECT_EQ(bench.store(empty.id).ext_id, "12");
}

TEST_F(ConnectTest, TheWrongShopIsHeldAndTheExpectedOneUntouched) {
    const auto mine = bench.add_store("55", "seller-5", Connection::reconnect);
    const auto outcome = finish(begin(mine.id));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->hold_reason, "store.other_shop");
    ASSERT_EQ(outcome->held.size(), 1u);
    EXPECT_NE(outcome->held[0], mine.id);
    EXPECT_EQ(bench.store(mine.id).connection, Connection::reconnect);
    EXPECT_EQ(bench.secrets(mine.id).access_token.reveal(), "access");
}

TEST_F(ConnectTest, TheWrongMarketIsHeld) {
    const auto outcome = finish(begin({}, "TH"));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->hold_reason, "store.other_region");
}

TEST_F(ConnectTest, AWorkingStoreIsNotTakenOverByAnotherSeller) {
    const auto mine = bench.add_store("12", "seller-9");
    const auto outcome = finish(begin());
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->connected.empty());
    EXPECT_EQ(bench.secrets(mine.id).access_token.reveal(), "access");
    EXPECT_EQ(bench.store(mine.id).seller_ext_id, "seller-9");
}

TEST_F(ConnectTest, ReconnectingMendsTheSameStore) {
    const auto mine = bench.add_store("12", "seller-1", Connection::reconnect);
    const auto outcome = finish(begin(mine.id));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->connected, std::vector<model::StoreId>{mine.id});
    EXPECT_EQ(bench.store(mine.id).connection, Connection::connected);
    EXPECT_EQ(stores().size(), 1u);
}

TEST_F(ConnectTest, WithoutAStateAPersonMustConfirm) {
    const auto outcome = finish("");
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->hold_reason, "store.no_state");
    ASSERT_EQ(outcome->held.size(), 1u);
    const auto due = *bench.database->read([](db::Reader& r) { return db::due_actions(r, 10); });
    EXPECT_TRUE(due.empty());
    ASSERT_TRUE(connect.confirm(outcome->held[0], {}));
    EXPECT_EQ(bench.store(outcome->held[0]).connection, Connection::connected);
    EXPECT_EQ(connect.confirm(outcome->held[0], {}).error().key, "store.not_held");
}

TEST_F(ConnectTest, DisconnectingPlansTheRevocation) {
    const auto mine = bench.add_store("12");
    ASSERT_TRUE(connect.disconnect(mine.id, {}));
    EXPECT_EQ(bench.store(mine.id).connection, Connection::disconnected);
    const auto due = *bench.database->read([](db::Reader& r) { return db::due_actions(r, 10); });
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].kind, "authorisation.revoke");
}

}  // namespace
}  // namespace ingest
