#include "db/inbox.h"

#include <filesystem>
#include <latch>
#include <map>
#include <set>
#include <thread>

#include "base/file.h"
#include "db/backends.h"
#include "db/keys.h"
#include "db/sqlite.h"

namespace db {
namespace {

struct InboxTest : test::DatabaseTest {
    RawEvent event(std::string key, std::string payload = R"({"type":1,"data":{"order_id":"57"}})") {
        return {.store = {7},
                .app = {1},
                .shop_ext_id = "7494",
                .unique_key = std::move(key),
                .kind = "1",
                .payload = std::move(payload),
                .received_at = db.clock.now()};
    }
    std::vector<StoredEvent> claim(std::size_t limit = 100) { return *db->inbox().claim(limit); }
    static std::vector<Inbox::Handle> handles(const std::vector<StoredEvent>& events) {
        std::vector<Inbox::Handle> all;
        for (const auto& e : events) all.push_back({e.day, e.id});
        return all;
    }
};
ON_EVERY_DATABASE(InboxTest);

TEST_P(InboxTest, WhatWasAcknowledgedIsThereAfterAStart) {
    EXPECT_EQ(*db->inbox().append(event("a")), Appended::stored);
    auto unknown_shop = event("b");
    unknown_shop.store = {};
    EXPECT_EQ(*db->inbox().append(unknown_shop), Appended::stored);
    ASSERT_EQ(claim(1).size(), 1u);  // Claimed, and then the process ends.
    db.close();
    db.clock.advance(base::minutes(10));
    db.open();
    const auto events = claim();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].event.payload, event("a").payload);
    EXPECT_EQ(events[0].event.unique_key, "a");
    EXPECT_EQ(events[0].tries, 1);
    EXPECT_EQ(events[1].event.payload, event("a").payload);
    EXPECT_TRUE(claim().empty());
    ASSERT_TRUE(db->inbox().done(handles(events)));
    EXPECT_EQ(db->inbox().state()->claimed, 0);
}

TEST_P(InboxTest, WhatIsSentAgainAfterTheClockWentBackIsKnown) {
    EXPECT_EQ(*db->inbox().append(event("a")), Appended::stored);
    db.clock.advance(base::days(-3));
    EXPECT_EQ(*db->inbox().append(event("a")), Appended::duplicate);
    EXPECT_EQ(*db->inbox().append(event("b")), Appended::stored);
    db.close();
    db.open();
    EXPECT_EQ(*db->inbox().append(event("a")), Appended::duplicate);
    EXPECT_EQ(claim().size(), 2u);
}

TEST_P(InboxTest, WhatWaitsForItsNextTryWaitsNoLongerWhenTheClockGoesBack) {
    EXPECT_EQ(*db->inbox().append(event("a")), Appended::stored);
    const auto events = claim();
    ASSERT_EQ(events.size(), 1u);
    ASSERT_TRUE(db->inbox().failed(handles(events)[0], "upstream", db.clock.now() + base::seconds(30)));
    db.clock.advance(base::days(-3));
    ASSERT_TRUE(db->inbox().follow_clock_step(base::days(-3)));
    EXPECT_TRUE(claim().empty());
    db.clock.advance(base::seconds(31));
    EXPECT_EQ(claim().size(), 1u);
}

TEST_P(InboxTest, TheSameEventIsStoredOnce) {
    EXPECT_EQ(*db->inbox().append(event("a")), Appended::stored);
    EXPECT_EQ(*db->inbox().append(event("a")), Appended::duplicate);
    db.clock.advance(base::days(2));  // A marketplace that repeats for three days.
    EXPECT_EQ(*db->inbox().append(event("a")), Appended::duplicate);
    auto other_shop = event("a");
    other_shop.shop_ext_id = "1";
    EXPECT_EQ(*db->inbox().append(other_shop), Appended::stored);
    EXPECT_EQ(db->inbox().counters().duplicates, 2u);
    EXPECT_EQ(claim().size(), 2u);
}

TEST_P(InboxTest, ManyAtOnceShareCommitsAndAllAreKept) {
    constexpr int k_threads = 4, k_each = 250;
    std::latch all(k_threads * k_each);
    std::atomic<int> stored = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < k_threads; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < k_each; ++i)
                db->inbox().append_async(event(std::to_string(t) + "/" + std::to_string(i)), [&](Result<Appended> r) {
                    if (r && *r == Appended::stored) ++stored;
                    all.count_down();
                });
        });
    for (auto& t : threads) t.join();
    all.wait();
    EXPECT_EQ(stored, k_threads * k_each);
    EXPECT_LT(db->inbox().counters().commits, std::uint64_t{k_threads * k_each / 4});
    std::set<std::string> keys;
    for (auto batch = claim(256); !batch.empty(); batch = claim(256)) {
        for (const auto& e : batch) EXPECT_TRUE(keys.insert(e.event.unique_key).second);
        ASSERT_TRUE(db->inbox().done(handles(batch)));
    }
    EXPECT_EQ(keys.size(), std::size_t{k_threads * k_each});
}

TEST_P(InboxTest, AFailedEventWaitsForItsTimeOrForAPerson) {
    ASSERT_TRUE(db->inbox().append(event("later")));
    ASSERT_TRUE(db->inbox().append(event("never")));
    const auto events = claim();
    ASSERT_EQ(events.size(), 2u);
    ASSERT_TRUE(
        db->inbox().failed({events[0].day, events[0].id}, "store.unreachable", db.clock.now() + base::minutes(5)));
    ASSERT_TRUE(db->inbox().failed({events[1].day, events[1].id}, "webhook.malformed", {}));
    EXPECT_TRUE(claim().empty());
    EXPECT_EQ(db->inbox().state()->failed, 2);
    db.clock.advance(base::minutes(6));
    const auto again = claim();
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].event.unique_key, "later");
    EXPECT_EQ(again[0].tries, 1);
    EXPECT_EQ(*db->inbox().replay(db.clock.now() - base::hours(1), db.clock.now()), 2);
    EXPECT_EQ(claim().size(), 2u);
}

// On a full disk the outcome cannot be written. A trigger stands for the disk, since it fails the same statements.
TEST(SqliteInbox, WhatCouldNotBeSettledIsHandedOutAgain) {
    test::TestDatabase db;
    for (const char* key : {"a", "b"}) {
        const RawEvent event{.store = {7},
                             .app = {1},
                             .shop_ext_id = "7494",
                             .unique_key = key,
                             .kind = "1",
                             .payload = "{}",
                             .received_at = db.clock.now()};
        ASSERT_TRUE(db->inbox().append(event));
    }
    const auto first = *db->inbox().claim(100);
    ASSERT_EQ(first.size(), 2u);
    const auto file = open_sqlite(db.dir() + "/inbox-" + first[0].day + ".db", {});
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->script(
        "CREATE TRIGGER full BEFORE UPDATE ON raw_events BEGIN SELECT RAISE(ABORT, 'disk is full'); END"));
    EXPECT_TRUE(db->inbox().done({{first[0].day, first[0].id}}));  // Written later, which fails.
    EXPECT_FALSE(db->inbox().failed({first[1].day, first[1].id}, "store.unreachable", db.clock.now()));
    EXPECT_FALSE(db->inbox().claim(100));
    ASSERT_TRUE((*file)->script("DROP TRIGGER full"));
    const auto again = *db->inbox().claim(100);
    ASSERT_EQ(again.size(), 2u);
    EXPECT_EQ(again[0].event.unique_key, "a");
    EXPECT_EQ(again[1].event.unique_key, "b");
    EXPECT_TRUE(db->inbox().claim(100)->empty());
    ASSERT_TRUE(db->inbox().done({{again[0].day, again[0].id}, {again[1].day, again[1].id}}));
    EXPECT_EQ(db->inbox().state()->claimed, 0);
}

TEST_P(InboxTest, OldDaysGo) {
    ASSERT_TRUE(db->inbox().append(event("a")));
    db.clock.advance(base::days(13));
    ASSERT_TRUE(db->inbox().append(event("b")));
    EXPECT_EQ(*db->inbox().drop_old_days(base::days(14)), 0u);
    db.clock.advance(base::days(2));
    EXPECT_EQ(*db->inbox().drop_old_days(base::days(14)), 1u);
    const auto left = claim();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].event.unique_key, "b");
}

TEST_P(InboxTest, PayloadsAreNotReadableOnDisk) {
    ASSERT_TRUE(db->inbox().append(event("a", "canary-canary-canary")));
    db.close();
    for (const auto& entry : std::filesystem::directory_iterator(db.dir()))
        if (entry.path().filename() != "reserve") {
            EXPECT_EQ(base::read_file(entry.path().string())->find("canary"), std::string::npos) << entry.path();
        }
    db.open();
    EXPECT_EQ(claim()[0].event.payload, "canary-canary-canary");
}

TEST_P(InboxTest, AnEventWhoseKeyIsGoneIsShownAsFailed) {
    ASSERT_TRUE(db->inbox().append(event("a")));
    auto other = event("b");
    other.store = {8};
    ASSERT_TRUE(db->inbox().append(other));
    ASSERT_TRUE(db->keys().destroy_store({7}));
    const auto events = claim();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].event.unique_key, "b");
    EXPECT_EQ(db->inbox().state()->failed, 1);
}

TEST_P(InboxTest, TheListenerHearsOfArrivals) {
    std::latch heard(1);
    db->inbox().on_arrival([&] { heard.count_down(); });
    ASSERT_TRUE(db->inbox().append(event("a")));
    heard.wait();
}

}  // namespace
}  // namespace db
