#include "db/events.h"

#include <thread>

#include "db/backends.h"

namespace db {
namespace {

model::Event event(std::int64_t store, std::string_view subject) {
    return test::make<model::Event>([&](auto& e) {
        e.store = {store};
        e.subject = subject;
    });
}

struct EventsTest : test::DatabaseTest {
    std::int64_t append(std::int64_t store, std::string subject = "o_1") {
        return *write([&](Tx& tx) { return append_event(tx, event(store, subject)); });
    }
    std::vector<model::Event> batch(std::int64_t store, std::size_t limit = k_event_batch) {
        return *read([&](Reader& r) { return next_batch(r, "watch", {store}, limit); });
    }
    Result<void> save(std::int64_t store, std::int64_t from, std::int64_t to) {
        return write([&](Tx& tx) { return save_cursor(tx, "watch", {store}, from, to); });
    }
};
ON_EVERY_DATABASE(EventsTest);

TEST_P(EventsTest, PositionsHaveNoGapsInAStore) {
    for (int i = 1; i <= 5; ++i) {
        EXPECT_EQ(append(7), i);
        EXPECT_EQ(append(8), i);
    }
    const auto failed = write([&](Tx& tx) -> Result<void> {
        TRY_VOID(append_event(tx, event(7, "o_1")));
        return fail(Code::conflict, "given up");
    });
    EXPECT_FALSE(failed);
    EXPECT_EQ(append(7), 6);
    const auto events = batch(7);
    ASSERT_EQ(events.size(), 6u);
    for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].n, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(read([](Reader& r) { return events_about(r, {7}, "o_1", 3); })->front().n, 6);
}

TEST_P(EventsTest, AConsumerGoesOnWhereItSavedItsCursor) {
    for (int i = 0; i < 5; ++i) append(7);
    append(9);
    const auto news = [&] { return *read([](Reader& r) { return stores_with_news(r, "watch"); }); };
    EXPECT_EQ(news(), (std::vector<model::StoreId>{{7}, {9}}));
    EXPECT_EQ(batch(7, 3).size(), 3u);
    ASSERT_TRUE(save(7, 0, 3));
    EXPECT_EQ(batch(7).front().n, 4);
    EXPECT_EQ(*read([](Reader& r) { return backlog(r, "watch"); }), 3);
    ASSERT_TRUE(save(7, 3, 5));
    EXPECT_EQ(news(), (std::vector<model::StoreId>{{9}}));
    append(7);
    EXPECT_EQ(news().size(), 2u);
    EXPECT_EQ(*read([](Reader& r) { return backlog(r, "search"); }), 7);
}

TEST_P(EventsTest, WorkDoneTwiceIsRefusedWithItsCursor) {
    for (int i = 0; i < 5; ++i) append(7);
    ASSERT_TRUE(save(7, 0, 3));
    EXPECT_EQ(save(7, 0, 3).error().key, "db.cursor_moved");
    EXPECT_EQ(save(7, 2, 5).error().key, "db.cursor_moved");
    EXPECT_EQ(*read([](Reader& r) { return cursor(r, "watch", {7}); }), 3);
}

TEST_P(EventsTest, TheListenerHearsOfEachCommitWithEvents) {
    std::atomic<int> heard = 0;
    db->on_news([&] { ++heard; });
    append(7);
    EXPECT_EQ(heard, 1);
    ASSERT_TRUE(write([](Tx& tx) { return tx.exec("DELETE FROM settings", {}); }));
    EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace db
