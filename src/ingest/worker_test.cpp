#include <map>

#include "db/alerts.h"
#include "db/conversations.h"
#include "db/events.h"
#include "db/inbox.h"
#include "db/orders.h"
#include "db/sync.h"
#include "ingest/inbox_worker.h"
#include "ingest/orders.h"
#include "ingest/poller.h"
#include "ingest/test_bench.h"

namespace ingest {
namespace {

using model::Connection;
using model::EventKind;
using platform::ErrorClass;
using platform::HintKind;

model::Order order(std::string ext_id, std::int64_t version, model::OrderStatus status = model::OrderStatus::to_ship) {
    model::Order out;
    out.ext_id = std::move(ext_id);
    out.status = status;
    out.raw_status = "RAW";
    out.total = {1'000, *base::Currency::parse("THB")};
    out.created_at = base::Time::from_unix_seconds(1'767'000'000);
    out.updated_at = base::Time::from_unix_seconds(1'767'000'000 + version);
    out.buyer_name = base::PiiText("mei");
    out.source = "api";
    out.collected_at = out.updated_at;
    return out;
}

platform::BadRecord bad(std::string ext_id) {
    return {std::move(ext_id), "order.time_missing", base::PiiText("{}")};
}

struct WorkerTest : testing::Test {
    WorkerTest() {
        bench.market->on_parse = [this](std::string_view body) -> base::Result<platform::Hint> {
            const auto found = hints.find(std::string(body));
            if (found == hints.end()) return base::fail(base::Code::invalid_input, "no JSON");
            return found->second;
        };
        bench.market->on_orders = [this](const platform::StoreAccess& access,
                                         const std::vector<std::string>& ids) -> platform::Answer<platform::OrderPage> {
            EXPECT_EQ(access.egress.owner.substr(0, 2), "s_");
            asked.push_back(ids);
            platform::OrderPage page;
            for (const std::string& id : ids) {
                if (const auto found = known.find(id); found != known.end()) page.orders.push_back(found->second);
                if (id.starts_with("9")) page.bad.push_back(bad(id));
            }
            return page;
        };
    }
    // As the intake leaves it.
    void deliver(const std::string& body, platform::Hint hint, model::StoreId store) {
        hints[body] = hint;
        db::RawEvent event;
        event.store = store;
        event.app = bench.app.id;
        event.shop_ext_id = hint.shop_ext_id;
        event.unique_key = body;
        event.kind = std::to_string(hint.type);
        event.payload = body;
        event.received_at = bench.database.clock.now();
        ASSERT_TRUE(bench.database->inbox().append(event));
    }
    void deliver_order(const std::string& body, std::vector<std::string> ids, model::StoreId store) {
        platform::Hint hint;
        hint.kind = HintKind::order;
        hint.type = 1;
        hint.order_ext_ids = std::move(ids);
        deliver(body, hint, store);
    }
    void work() {
        while (worker.step()) {
        }
        jobs.wait_idle();
    }
    db::InboxState inbox() { return *bench.database->inbox().state(); }
    std::vector<EventKind> events(model::StoreId store) {
        std::vector<EventKind> out;
        const auto found = bench.database->read([&](db::Reader& r) { return db::events_after(r, store, 0, 1'000); });
        for (const model::Event& event : found.value()) out.push_back(event.kind);
        return out;
    }
    std::vector<std::string> alerts() {
        std::vector<std::string> out;
        const auto page = bench.database->read([&](db::Reader& r) { return db::list_alerts(r, {}, {}, 100); });
        for (const model::Alert& alert : page->rows) out.push_back(alert.kind);
        return out;
    }

    test::Bench bench;
    std::map<std::string, platform::Hint> hints;
    std::map<std::string, model::Order> known;
    std::vector<std::vector<std::string>> asked;
    Tokens tokens{bench.context};
    StoreCalls calls{bench.context, tokens};
    platform::Breaker breaker{bench.database.clock};
    platform::StoreJobs jobs{4};
    InboxWorker worker{bench.context, calls, jobs, breaker};
};

TEST_F(WorkerTest, AHintLeadsToAReadOfTheOrder) {
    const auto store = bench.add_store("12");
    known["5"] = order("5", 1);
    deliver_order("a", {"5"}, store.id);
    deliver_order("b", {"5"}, store.id);
    work();
    EXPECT_EQ(asked, (std::vector<std::vector<std::string>>{{"5"}}));
    EXPECT_EQ(events(store.id), std::vector<EventKind>{EventKind::order_created});
    const auto found = bench.database->read([&](db::Reader& r) { return db::find_order_by_ext_id(r, store.id, "5"); });
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->buyer_name.reveal(), "mei");
    EXPECT_EQ(inbox().fresh + inbox().claimed + inbox().failed, 0);
    EXPECT_EQ(bench.store(store.id).last_webhook_at, bench.database.clock.now());
}

TEST_F(WorkerTest, DuplicatesAndDisorderGiveTheSameOrder) {
    const auto store = bench.add_store("12");
    known["5"] = order("5", 3, model::OrderStatus::cancelled);
    for (const char* body : {"a", "b", "c"}) {
        deliver_order(body, {"5"}, store.id);
        work();
    }
    // An older copy arrives late.
    known["5"] = order("5", 2);
    deliver_order("d", {"5"}, store.id);
    work();
    EXPECT_EQ(events(store.id).size(), 1u);
    EXPECT_EQ(
        (*bench.database->read([&](db::Reader& r) { return db::find_order_by_ext_id(r, store.id, "5"); }))->status,
        model::OrderStatus::cancelled);
}

TEST_F(WorkerTest, WhatPollingHasBroughtIsNotReadAgain) {
    const auto store = bench.add_store("12");
    ASSERT_TRUE(bench.write([&](db::Tx& tx) { return write_orders(tx, store.id, {order("5", 9)}); }));
    platform::Hint hint;
    hint.kind = HintKind::order;
    hint.order_ext_ids = {"5"};
    hint.object_updated_at = order("5", 9).updated_at;
    deliver("a", hint, store.id);
    work();
    EXPECT_TRUE(asked.empty());
    hint.object_updated_at = order("5", 10).updated_at;
    known["5"] = order("5", 10);
    deliver("b", hint, store.id);
    work();
    EXPECT_EQ(asked.size(), 1u);
    EXPECT_EQ(inbox().fresh + inbox().claimed, 0);
}

TEST_F(WorkerTest, FiftyIdsACall) {
    const auto store = bench.add_store("12");
    for (int i = 100; i < 220; ++i) {
        const std::string id = std::to_string(i);
        known[id] = order(id, 1);
        deliver_order(id, {id}, store.id);
    }
    work();
    std::size_t ids = 0;
    for (const auto& call : asked) {
        EXPECT_LE(call.size(), 50u);
        ids += call.size();
    }
    EXPECT_EQ(ids, 120u);
    EXPECT_EQ(events(store.id).size(), 120u);
}

TEST_F(WorkerTest, StatusChangesTellWhatHappened) {
    const auto store = bench.add_store("12");
    const auto write = [&](model::Order o) {
        ASSERT_TRUE(bench.write([&](db::Tx& tx) { return write_orders(tx, store.id, {o}); }));
    };
    write(order("5", 1, model::OrderStatus::unpaid));
    auto asked_to_cancel = order("5", 2, model::OrderStatus::to_ship);
    asked_to_cancel.flags = model::k_flag_cancel_requested;
    write(asked_to_cancel);
    write(order("5", 3, model::OrderStatus::cancelled));
    write(order("5", 3, model::OrderStatus::cancelled));
    EXPECT_EQ(events(store.id),
              (std::vector<EventKind>{EventKind::order_created, EventKind::order_changed,
                                      EventKind::cancellation_requested, EventKind::order_cancelled}));
}

TEST_F(WorkerTest, AnOrderUnknownThereIsAskedForAgainThenWaitsForAPerson) {
    const auto store = bench.add_store("12");
    deliver_order("a", {"5"}, store.id);
    for (int i = 0; i < 12; ++i) {
        work();
        bench.database.clock.advance(base::minutes(20));
    }
    EXPECT_EQ(inbox().failed, 1);
    EXPECT_EQ(inbox().fresh, 0);
    EXPECT_EQ(asked.size(), static_cast<std::size_t>(InboxWorker::k_most_tries) + 1);
    EXPECT_EQ(worker.counters().given_up.value(), 1u);
}

TEST_F(WorkerTest, BadRecordsGoWherePeopleSeeThem) {
    const auto store = bench.add_store("12");
    deliver_order("a", {"91"}, store.id);
    hints.erase("b");
    db::RawEvent broken;
    broken.store = store.id;
    broken.app = bench.app.id;
    broken.unique_key = "b";
    broken.payload = "unreadable";
    broken.received_at = bench.database.clock.now();
    ASSERT_TRUE(bench.database->inbox().append(broken));
    work();
    const auto kept = *bench.database->read([](db::Reader& r) { return db::list_quarantined(r, 10); });
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_EQ(inbox().fresh + inbox().claimed + inbox().failed, 0);
}

TEST_F(WorkerTest, ASilentStoreRestsAndOthersGoOn) {
    const auto dead = bench.add_store("12", "seller-a");
    const auto fine = bench.add_store("13", "seller-b");
    known["5"] = order("5", 1);
    known["6"] = order("6", 1);
    const auto answer = bench.market->on_orders;
    bench.market->on_orders = [&, answer](
                                  const platform::StoreAccess& access,
                                  const std::vector<std::string>& ids) -> platform::Answer<platform::OrderPage> {
        if (access.egress.owner == dead.id.text()) {
            asked.push_back(ids);
            return test::call_error(ErrorClass::unreachable);
        }
        return answer(access, ids);
    };
    deliver_order("a", {"5"}, dead.id);
    deliver_order("b", {"6"}, fine.id);
    work();
    EXPECT_EQ(events(fine.id).size(), 1u);
    EXPECT_EQ(inbox().fresh + inbox().failed, 1);
    const std::size_t calls_made = asked.size();
    deliver_order("c", {"5"}, dead.id);
    work();
    EXPECT_EQ(asked.size(), calls_made) << "a resting store is not called";
    bench.database.clock.advance(base::minutes(1));
    bench.market->on_orders = answer;
    work();
    EXPECT_EQ(events(dead.id).size(), 1u);
    EXPECT_EQ(inbox().fresh + inbox().claimed, 0);
}

TEST_F(WorkerTest, MessagesAreStoredOnceAndTold) {
    const auto store = bench.add_store("12");
    platform::Hint hint;
    hint.kind = HintKind::message;
    hint.type = 14;
    model::Message message;
    message.ext_id = "m1";
    message.conversation_ext_id = "c1";
    message.sender = model::SenderRole::buyer;
    message.kind = "TEXT";
    message.text = base::PiiText("hello");
    message.raw_content = message.text;
    message.sent_at = bench.database.clock.now();
    hint.message = message;
    deliver("a", hint, store.id);
    deliver("b", hint, store.id);
    hint.message->ext_id = "m2";
    hint.message->sender = model::SenderRole::agent;
    deliver("c", hint, store.id);
    // A role that nobody told us: looked at like a buyer's, never taken for our own.
    hint.message->ext_id = "m3";
    hint.message->sender = model::SenderRole::unknown;
    deliver("d", hint, store.id);
    work();
    EXPECT_EQ(events(store.id), (std::vector<EventKind>{EventKind::message_received, EventKind::message_sent,
                                                        EventKind::message_received}));
    EXPECT_EQ(worker.counters().messages.value(), 3u);
}

TEST_F(WorkerTest, UnknownShopsRaiseOneAlertEach) {
    platform::Hint hint;
    hint.kind = HintKind::order;
    hint.type = 1;
    hint.shop_ext_id = "77";
    hint.order_ext_ids = {"5"};
    deliver("a", hint, {});
    deliver("b", hint, {});
    work();
    EXPECT_EQ(inbox().fresh + inbox().failed, 2) << "the shop may be just being connected";
    EXPECT_TRUE(alerts().empty());
    for (int i = 0; i < 3; ++i) {
        bench.database.clock.advance(base::minutes(1));
        work();
    }
    EXPECT_EQ(alerts(), std::vector<std::string>{"store.unknown_shop"});
    EXPECT_TRUE(asked.empty());
    EXPECT_EQ(inbox().fresh + inbox().claimed + inbox().failed, 0);
}

TEST_F(WorkerTest, AWebhookAboutTheAppIsNoUnknownShop) {
    platform::Hint hint;
    hint.kind = HintKind::other;
    deliver("test-of-the-address", hint, {});
    work();
    EXPECT_TRUE(alerts().empty());
    EXPECT_EQ(worker.counters().unknown_shop.value(), 0u);
    EXPECT_EQ(inbox().fresh + inbox().claimed + inbox().failed, 0);
}

TEST_F(WorkerTest, AShopConnectedAfterItsWebhookCameIsServed) {
    platform::Hint hint;
    hint.kind = HintKind::order;
    hint.shop_ext_id = "12";
    hint.order_ext_ids = {"5"};
    deliver("a", hint, {});
    known["5"] = order("5", 1);
    const auto store = bench.add_store("12");
    work();
    EXPECT_EQ(events(store.id).size(), 1u);
}

TEST_F(WorkerTest, AWebhookThatIsFasterThanItsConnectionRaisesNothing) {
    platform::Hint hint;
    hint.kind = HintKind::order;
    hint.shop_ext_id = "12";
    hint.order_ext_ids = {"5"};
    deliver("a", hint, {});
    known["5"] = order("5", 1);
    work();
    const auto store = bench.add_store("12");
    bench.database.clock.advance(base::seconds(20));
    work();
    EXPECT_EQ(events(store.id).size(), 1u);
    EXPECT_TRUE(alerts().empty());
    EXPECT_EQ(worker.counters().unknown_shop.value(), 0u);
}

TEST_F(WorkerTest, UnknownTypesAreToldAndCounted) {
    const auto store = bench.add_store("12");
    platform::Hint hint;
    hint.kind = HintKind::unknown;
    hint.type = 999;
    deliver("a", hint, store.id);
    work();
    EXPECT_EQ(events(store.id), std::vector<EventKind>{EventKind::unknown_webhook});
    EXPECT_EQ(worker.counters().unknown.value(), 1u);
}

TEST_F(WorkerTest, ADeauthorisationIsBelievedOnlyWhenTheMarketplaceSaysSo) {
    const auto store = bench.add_store("12");
    platform::Hint hint;
    hint.kind = HintKind::deauthorised;
    hint.type = 6;
    // Late: the seller has authorised again.
    bench.market->on_shops = [&](const platform::StoreAccess&) -> platform::Answer<std::vector<platform::Shop>> {
        std::vector<platform::Shop> shops(1);
        shops[0].ext_id = "12";
        return shops;
    };
    deliver("a", hint, store.id);
    work();
    EXPECT_EQ(bench.store(store.id).connection, Connection::connected);
    EXPECT_TRUE(alerts().empty());
    // True.
    bench.market->on_shops = [&](const platform::StoreAccess&) -> platform::Answer<std::vector<platform::Shop>> {
        return test::call_error(ErrorClass::auth_lost, 105001);
    };
    bench.market->on_refresh = [](const base::Secret&) -> platform::Answer<platform::Grant> {
        return test::call_error(ErrorClass::auth_lost, 36004005);
    };
    deliver("b", hint, store.id);
    work();
    EXPECT_EQ(bench.store(store.id).connection, Connection::disconnected);
    EXPECT_EQ(bench.store(store.id).connection_reason, "store.deauthorised");
    EXPECT_THAT(events(store.id), testing::Contains(EventKind::store_disconnected));
    EXPECT_EQ(inbox().fresh + inbox().claimed, 0);
}

TEST_F(WorkerTest, ADeauthorisationLeadsToALookAtTheShop) {
    const auto store = bench.add_store("12");
    db::SyncCursor later;
    later.store = store.id;
    later.stream = stream::shop;
    later.due_at = bench.database.clock.now() + base::hours(1);
    ASSERT_TRUE(bench.write([&](db::Tx& tx) { return db::save_sync_cursor(tx, later); }));
    // Frozen: not even the list is given.
    bench.market->on_shops = [](const platform::StoreAccess&) -> platform::Answer<std::vector<platform::Shop>> {
        return test::call_error(ErrorClass::seller_inactive, 1);
    };
    platform::Hint hint;
    hint.kind = HintKind::deauthorised;
    deliver("a", hint, store.id);
    work();
    const auto cursor =
        bench.database->read([&](db::Reader& r) { return db::find_sync_cursor(r, store.id, stream::shop); });
    EXPECT_LE((*cursor)->due_at, bench.database.clock.now());
    EXPECT_EQ(bench.store(store.id).connection, Connection::connected);
}

TEST_F(WorkerTest, AnExpiryWarningIsTold) {
    const auto store = bench.add_store("12");
    platform::Hint hint;
    hint.kind = HintKind::expiring;
    hint.type = 7;
    hint.expires_at = bench.database.clock.now() + base::days(30);
    deliver("a", hint, store.id);
    work();
    EXPECT_EQ(events(store.id), std::vector<EventKind>{EventKind::store_authorisation_expiring});
    EXPECT_EQ(alerts(), std::vector<std::string>{"store.authorisation_ending"});
}

TEST_F(WorkerTest, AClosedShopIsLookedAtAtOnce) {
    const auto store = bench.add_store("12");
    ASSERT_TRUE(bench.write([&](db::Tx& tx) -> base::Result<void> {
        db::SyncCursor cursor;
        cursor.store = store.id;
        cursor.stream = "shop";
        cursor.due_at = bench.database.clock.now() + base::hours(1);
        return db::save_sync_cursor(tx, cursor);
    }));
    platform::Hint hint;
    hint.kind = HintKind::shop_status;
    hint.type = 13;
    deliver("a", hint, store.id);
    work();
    const auto cursor =
        *bench.database->read([&](db::Reader& reader) { return db::find_sync_cursor(reader, store.id, "shop"); });
    ASSERT_TRUE(cursor);
    EXPECT_LE(cursor->due_at, bench.database.clock.now());
}

TEST_F(WorkerTest, HintsForAStoreThatIsNotConnectedWaitForAPerson) {
    const auto store = bench.add_store("12", "s", Connection::reconnect);
    deliver_order("a", {"5"}, store.id);
    work();
    EXPECT_TRUE(asked.empty());
    EXPECT_EQ(inbox().failed, 1);
}

}  // namespace
}  // namespace ingest
