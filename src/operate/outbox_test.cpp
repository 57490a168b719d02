#include "operate/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "db/apps.h"
#include "db/events.h"
#include "db/outbox.h"
#include "db/stores.h"
#include "db/test_support.h"
#include "platform/fake_connector.h"

namespace operate {
namespace {

using model::ActionState;
using model::Connection;
using platform::ErrorClass;
using platform::Subscription;

std::unexpected<platform::CallError> call_error(ErrorClass kind) {
    return std::unexpected(platform::CallError{kind, 0, 0, "", "r", {}});
}

// A marketplace that keeps what it was told, and answers as the test wants.
struct OutboxTest : testing::Test {
    OutboxTest() {
        base::set_log_sink([](std::string_view) {});
        auto owned = std::make_unique<platform::FakeConnector>();
        market = owned.get();
        connectors.add(model::Platform::tiktok_shop, std::move(owned));
        market->on_subscribe = [this](const platform::StoreAccess&,
                                      const Subscription& s) -> platform::Answer<platform::Receipt> {
            ++writes;
            if (!lose_request) subscribed.push_back(s);
            if (failure) return call_error(*failure);
            return platform::Receipt{"req-1"};
        };
        market->on_subscriptions = [this](const platform::StoreAccess&) -> platform::Answer<std::vector<Subscription>> {
            return subscribed;
        };
        market->on_revoke = [this](const platform::StoreAccess&) -> platform::Answer<platform::Receipt> {
            ++writes;
            if (failure) return call_error(*failure);
            return platform::Receipt{"req-2"};
        };
        market->on_shops = [](const platform::StoreAccess&) -> platform::Answer<std::vector<platform::Shop>> {
            std::vector<platform::Shop> shops(1);
            shops[0].ext_id = "12";
            return shops;
        };
        write([&](db::Tx& tx) -> base::Result<void> {
            model::Store fresh;
            fresh.ext_id = "12";
            fresh.connection = Connection::connected;
            store = TRY(db::add_store(tx, fresh));
            return db::save_store_tokens(tx, store.id,
                                         {base::Secret("access"), base::Secret("refresh"), database.clock.now(), {}});
        });
    }
    ~OutboxTest() override { base::set_log_sink({}); }
    template <class F>
    void write(F&& fn) {
        const auto done = database->write(db::Lane::interactive, std::forward<F>(fn));
        ASSERT_TRUE(done) << done.error().what;
    }
    model::ActionId plan(std::string topic, std::string intent = "1") {
        model::ActionId id;
        write([&](db::Tx& tx) -> base::Result<void> {
            model::OutgoingAction action;
            action.store = store.id;
            action.object = "webhook/" + topic;
            action.kind = "webhook.subscribe";
            action.intent = std::move(intent);
            action.payload = R"({"topic":")" + topic + R"(","address":"https://x.example/hooks"})";
            id = TRY(db::plan_action(tx, action, true)).id;
            return {};
        });
        return id;
    }
    model::ActionId plan_revoke() {
        model::ActionId id;
        write([&](db::Tx& tx) -> base::Result<void> {
            store = TRY(db::find_store(tx, store.id));
            store.connection = Connection::disconnected;
            store = TRY(db::save_store(tx, store));
            model::OutgoingAction action;
            action.store = store.id;
            action.object = "authorisation";
            action.kind = "authorisation.revoke";
            action.intent = "1";
            action.payload = "{}";
            id = TRY(db::plan_action(tx, action, true)).id;
            return {};
        });
        return id;
    }
    model::OutgoingAction find(model::ActionId id) {
        return *database->read([&](db::Reader& r) { return db::find_action(r, id); });
    }
    void step() {
        outbox.step();
        outbox.wait_idle();
    }
    void run_for(base::Duration time) {
        for (std::int64_t ms = 0; ms < time.ms; ms += 5'000) {
            database.clock.advance(base::seconds(5));
            step();
        }
    }
    bool has_tokens() {
        return !database->read([&](db::Reader& r) { return db::load_store_secrets(r, store.id); })
                    ->access_token.empty();
    }

    db::test::TestDatabase database;
    platform::Connectors connectors;
    platform::FakeConnector* market = nullptr;
    model::Store store;
    std::vector<Subscription> subscribed;
    std::optional<ErrorClass> failure;
    bool lose_request = false;
    int writes = 0;
    int renewals = 0;
    Outbox outbox{{*database, connectors, database.clock, database.random, "instance-1",
                   [this](model::StoreId id) {
                       return database->read([&](db::Reader& r) -> base::Result<platform::Credentials> {
                           platform::Credentials out;
                           out.store = TRY(db::find_store(r, id));
                           out.secrets = TRY(db::load_store_secrets(r, id));
                           return out;
                       });
                   },
                   [this](model::StoreId, const base::Secret&) -> base::Result<void> {
                       ++renewals;
                       return {};
                   }}};
};

TEST_F(OutboxTest, WhatIsApprovedIsSentOnce) {
    const auto id = plan("A");
    step();
    step();
    EXPECT_EQ(find(id).state, ActionState::confirmed);
    EXPECT_EQ(find(id).outcome, "ok req-1");
    EXPECT_EQ(writes, 1);
    // The same decision again is not a new action.
    EXPECT_EQ(plan("A"), id);
    step();
    EXPECT_EQ(writes, 1);
    const auto events = *database->read([&](db::Reader& r) { return db::events_after(r, store.id, 0, 10); });
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events.back().kind, model::EventKind::action_confirmed);
}

TEST_F(OutboxTest, AnAnswerThatGotLostIsFoundOutNotRepeated) {
    failure = ErrorClass::no_answer;
    const auto id = plan("A");
    step();
    EXPECT_EQ(find(id).state, ActionState::unknown);
    run_for(base::minutes(1));
    EXPECT_EQ(find(id).state, ActionState::confirmed);
    EXPECT_EQ(find(id).outcome, "outbox.found_done");
    EXPECT_EQ(writes, 1);
}

TEST_F(OutboxTest, ARequestThatGotLostIsSentAgainAfterTwoLooks) {
    failure = ErrorClass::no_answer;
    lose_request = true;
    int looks = 0;
    market->on_subscriptions = [&](const platform::StoreAccess&) -> platform::Answer<std::vector<Subscription>> {
        ++looks;
        return subscribed;
    };
    const auto id = plan("A");
    step();
    failure.reset();
    lose_request = false;
    run_for(base::minutes(1));
    EXPECT_EQ(find(id).state, ActionState::confirmed);
    EXPECT_EQ(looks, 2);
    EXPECT_EQ(writes, 2);
}

TEST_F(OutboxTest, WhatStaysUnknownForTenMinutesGoesToAPerson) {
    failure = ErrorClass::transient;
    market->on_subscriptions = [&](const platform::StoreAccess&) -> platform::Answer<std::vector<Subscription>> {
        return call_error(ErrorClass::unreachable);
    };
    const auto id = plan("A");
    step();
    run_for(base::minutes(11));
    EXPECT_EQ(find(id).state, ActionState::needs_person);
    EXPECT_EQ(writes, 1);
}

TEST_F(OutboxTest, WhatNeverLeftIsSentLater) {
    failure = ErrorClass::unreachable;
    const auto id = plan("A");
    step();
    EXPECT_EQ(find(id).state, ActionState::approved);
    step();
    EXPECT_EQ(writes, 1) << "not before its pause";
    failure.reset();
    subscribed.clear();
    run_for(base::minutes(1));
    EXPECT_EQ(find(id).state, ActionState::confirmed);
}

TEST_F(OutboxTest, ARefusalIsFinal) {
    for (const ErrorClass kind : {ErrorClass::contract, ErrorClass::scope_missing, ErrorClass::seller_inactive}) {
        failure = kind;
        writes = 0;
        const auto id = plan("A", std::string(platform::name(kind)));
        run_for(base::minutes(1));
        EXPECT_EQ(find(id).state, ActionState::refused);
        EXPECT_EQ(find(id).outcome, platform::error_key(kind));
        EXPECT_EQ(writes, 1);
    }
}

TEST_F(OutboxTest, AnExpiredTokenIsRenewedAndTheActionSentAgain) {
    failure = ErrorClass::auth_expired;
    const auto id = plan("A");
    step();
    EXPECT_EQ(renewals, 1);
    EXPECT_EQ(find(id).state, ActionState::approved);
}

TEST_F(OutboxTest, ActionsOnOneObjectLeaveInOrder) {
    failure = ErrorClass::unreachable;
    const auto first = plan("A", "1");
    const auto second = plan("A", "2");
    const auto other = plan("B");
    step();
    EXPECT_EQ(find(first).attempt, 1);
    EXPECT_EQ(find(second).attempt, 0);
    EXPECT_EQ(find(other).attempt, 1);
}

TEST_F(OutboxTest, AStoreThatIsNotConnectedGetsNoSubscription) {
    plan_revoke();
    const auto id = plan("A");
    step();
    EXPECT_EQ(find(id).state, ActionState::refused);
    EXPECT_EQ(find(id).outcome, "outbox.no_longer_wanted");
}

TEST_F(OutboxTest, ARevocationTakesTheTokensWithIt) {
    const auto id = plan_revoke();
    EXPECT_TRUE(has_tokens());
    step();
    EXPECT_EQ(find(id).state, ActionState::confirmed);
    EXPECT_FALSE(has_tokens());
}

TEST_F(OutboxTest, TokensGoWithinAMinuteEvenWhenTheMarketplaceIsSilent) {
    failure = ErrorClass::unreachable;
    const auto id = plan_revoke();
    step();
    run_for(base::minutes(3));
    EXPECT_EQ(find(id).state, ActionState::needs_person);
    EXPECT_FALSE(has_tokens());
}

TEST_F(OutboxTest, AStoreConnectedAgainKeepsItsTokens) {
    const auto id = plan_revoke();
    write([&](db::Tx& tx) { return db::note_connection(tx, store.id, Connection::connected, ""); });
    step();
    EXPECT_EQ(find(id).state, ActionState::refused);
    EXPECT_EQ(writes, 0);
    EXPECT_TRUE(has_tokens());
}

TEST_F(OutboxTest, WhatALostInstanceLeftIsFoundOut) {
    const auto id = plan("A");
    write([&](db::Tx& tx) -> base::Result<void> {
        const auto lease = TRY(db::take_lease(tx, "outbox:" + store.id.text(), "instance-0", Outbox::k_lease_time));
        TRY(db::mark_sending(tx, id, *lease));
        return {};
    });
    run_for(Outbox::k_lease_time + Outbox::k_lost_after - base::seconds(10));
    EXPECT_EQ(find(id).state, ActionState::sending) << "its owner may still be at it";
    EXPECT_EQ(writes, 0);
    run_for(base::minutes(3));
    EXPECT_EQ(find(id).state, ActionState::confirmed);
    EXPECT_EQ(writes, 1);
}

TEST_F(OutboxTest, KindsOfALaterVersionGoToAPerson) {
    model::ActionId id;
    write([&](db::Tx& tx) -> base::Result<void> {
        model::OutgoingAction action;
        action.store = store.id;
        action.object = "o";
        action.kind = "order.teleport";
        action.intent = "1";
        action.payload = "{}";
        id = TRY(db::plan_action(tx, action, true)).id;
        return {};
    });
    step();
    EXPECT_EQ(find(id).state, ActionState::needs_person);
}

}  // namespace
}  // namespace operate
