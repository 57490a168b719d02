#include "db/clock_steps.h"

#include "db/backends.h"
#include "db/events.h"
#include "db/outbox.h"
#include "db/sync.h"

namespace db {
namespace {

struct ClockStepsTest : test::DatabaseTest {
    void step(base::Duration by) {
        db.clock.advance(by);
        ASSERT_TRUE(write([&](Tx& tx) { return follow_clock_step(tx, by); }));
    }
    model::ActionId plan(base::Duration after) {
        const auto action = test::make<model::OutgoingAction>([&](auto& a) {
            a.store = {7};
            a.object = "order/" + std::to_string(after.ms);
            a.kind = "order.ship";
            a.intent = "1";
            a.next_at = db.clock.now() + after;
        });
        return (*write([&](Tx& tx) { return plan_action(tx, action, true); })).id;
    }
    std::size_t due() {
        return read([](Reader& r) { return due_actions(r, 100); })->size();
    }
    std::size_t due_polls() {
        return read([&](Reader& r) { return due_sync_cursors(r, db.clock.now(), 100); })->size();
    }
};
ON_EVERY_DATABASE(ClockStepsTest);

TEST_P(ClockStepsTest, NothingWaitsForTheLengthOfAJumpBack) {
    plan(base::seconds(10));
    SyncCursor cursor;
    cursor.store = {7};
    cursor.stream = "orders";
    cursor.due_at = db.clock.now() + base::seconds(10);
    ASSERT_TRUE(write([&](Tx& tx) { return save_sync_cursor(tx, cursor); }));
    step(base::days(-3));
    EXPECT_EQ(due(), 0u);
    EXPECT_EQ(due_polls(), 0u);
    db.clock.advance(base::seconds(11));
    EXPECT_EQ(due(), 1u);
    EXPECT_EQ(due_polls(), 1u);
}

TEST_P(ClockStepsTest, ASendingLooksNeitherLostNorFreshAfterAJump) {
    const auto id = plan({});
    const Lease lease = *write([](Tx& tx) { return take_lease(tx, "store:s_7", "a", base::milliseconds(1)); }).value();
    // Under way, and its lease over.
    const auto sent = write([&](Tx& tx) -> Result<void> {
        TRY_VOID(tx.exec("UPDATE leases SET expires_at = expires_at + 3600000", {}));
        TRY(mark_sending(tx, id, lease));
        TRY_VOID(tx.exec("UPDATE leases SET expires_at = 0", {}));
        return {};
    });
    ASSERT_TRUE(sent) << sent.error().what;
    const auto lost = [&] {
        return *write([&](Tx& tx) -> Result<std::size_t> {
            const auto mine = TRY(take_lease(tx, "outbox:lost", "b", base::hours(9'999)));
            return TRY(take_over_lost(tx, *mine, tx.now() - base::minutes(3), 10)).size();
        });
    };
    step(base::hours(1));
    EXPECT_EQ(lost(), 0u);
    step(base::hours(-1));
    EXPECT_EQ(lost(), 0u);
    step(base::days(-3));
    EXPECT_EQ(lost(), 0u);
    db.clock.advance(base::minutes(4));
    EXPECT_EQ(lost(), 1u);
}

TEST_P(ClockStepsTest, TheLatestTimeSeenIsKept) {
    EXPECT_EQ(read([](Reader& r) { return last_seen_clock(r); })->ms, 0);
    ASSERT_TRUE(write([](Tx& tx) { return note_clock_seen(tx); }));
    EXPECT_EQ(*read([](Reader& r) { return last_seen_clock(r); }), db.clock.now());
    db.clock.advance(base::days(-3));
    ASSERT_TRUE(write([](Tx& tx) { return note_clock_seen(tx); }));
    EXPECT_EQ(*read([](Reader& r) { return last_seen_clock(r); }), db.clock.now());
}

}  // namespace
}  // namespace db
