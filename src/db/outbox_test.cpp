#include "db/outbox.h"

#include "db/backends.h"
#include "db/events.h"

namespace db {
namespace {

using model::ActionState;

struct LeasesTest : test::DatabaseTest {
    std::optional<Lease> take(std::string_view owner, base::Duration time = base::seconds(30)) {
        return *write([&](Tx& tx) { return take_lease(tx, "store:s_7", owner, time); });
    }
};
ON_EVERY_DATABASE(LeasesTest);

TEST_P(LeasesTest, OneOwnerAtATimeAndTheFenceGrows) {
    const auto a = take("a");
    ASSERT_TRUE(a);
    EXPECT_EQ(a->fence, 1);
    EXPECT_FALSE(take("b"));
    EXPECT_EQ(take("a")->fence, 1);  // Its own: prolonged.
    ASSERT_TRUE(write([&](Tx& tx) { return release_lease(tx, *a); }));
    const auto b = take("b");
    EXPECT_EQ(b->fence, 2);
    EXPECT_EQ(write([&](Tx& tx) { return check_lease(tx, *a); }).error().key, "lease.lost");
    EXPECT_EQ(write([&](Tx& tx) { return renew_lease(tx, *a, base::seconds(30)); }).error().key, "lease.lost");
    EXPECT_TRUE(write([&](Tx& tx) { return check_lease(tx, *b); }));
    EXPECT_EQ(read([](Reader& r) { return list_leases(r); })->size(), 1u);
}

TEST_P(LeasesTest, AnExpiredLeaseProtectsNothingAndPassesOn) {
    const auto a = take("a", base::milliseconds(-1));
    EXPECT_EQ(write([&](Tx& tx) { return check_lease(tx, *a); }).error().key, "lease.lost");
    EXPECT_EQ(take("b")->fence, 2);
}

struct OutboxTest : test::DatabaseTest {
    Lease lease = *write([](Tx& tx) { return take_lease(tx, "store:s_7", "a", base::hours(1)); }).value();

    model::OutgoingAction action(std::string object, std::string intent) {
        return test::make<model::OutgoingAction>([&](auto& a) {
            a.store = {7};
            a.object = object;
            a.kind = "order.ship";
            a.intent = intent;
            a.payload = R"({"tracking":"TH1"})";
        });
    }
    Planned plan(std::string object, std::string intent, bool approved = true) {
        return *write([&](Tx& tx) { return plan_action(tx, action(object, intent), approved); });
    }
    Result<model::OutgoingAction> send(model::ActionId id) {
        return write([&](Tx& tx) { return mark_sending(tx, id, lease); });
    }
    std::size_t due() {
        return read([](Reader& r) { return due_actions(r, 100); })->size();
    }
    ActionState state(model::ActionId id) {
        return read([&](Reader& r) { return find_action(r, id); })->state;
    }
};
ON_EVERY_DATABASE(OutboxTest);

TEST_P(OutboxTest, TheSameIntentIsPlannedOnce) {
    const auto first = plan("o_1", "i1");
    EXPECT_TRUE(first.created);
    const auto again = plan("o_1", "i1");
    EXPECT_FALSE(again.created);
    EXPECT_EQ(again.id, first.id);
    EXPECT_TRUE(plan("o_1", "i2").created);
    EXPECT_EQ(read([&](Reader& r) { return find_action(r, first.id); })->payload, action("", "").payload);
}

TEST_P(OutboxTest, AnActionGoesItsWay) {
    const auto id = plan("o_1", "i1", false).id;
    EXPECT_EQ(due(), 0u);
    EXPECT_EQ(send(id).error().key, "outbox.state");
    ASSERT_TRUE(write([&](Tx& tx) { return approve_action(tx, id, {3}); }));
    EXPECT_EQ(due(), 1u);
    const auto sent = send(id);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->attempt, 1);
    EXPECT_EQ(sent->fence, lease.fence);
    EXPECT_EQ(due(), 0u);
    EXPECT_EQ(send(id).error().key, "outbox.state");
    ASSERT_TRUE(write([&](Tx& tx) { return mark_unknown(tx, id, lease.fence, "timeout", db.clock.now()); }));
    EXPECT_EQ(read([](Reader& r) { return actions_to_read_back(r, 10); })->size(), 1u);
    ASSERT_TRUE(write([&](Tx& tx) { return plan_again(tx, id, lease.fence, "not_found", db.clock.now()); }));
    EXPECT_EQ(send(id)->attempt, 2);
    ASSERT_TRUE(write([&](Tx& tx) { return confirm_action(tx, id, lease.fence, "done"); }));
    EXPECT_EQ(state(id), ActionState::confirmed);
    for (const auto& late : {write([&](Tx& tx) { return confirm_action(tx, id, lease.fence, "x"); }),
                             write([&](Tx& tx) { return withdraw_action(tx, id, "x"); }),
                             write([&](Tx& tx) { return hand_to_person(tx, id, "x"); })})
        EXPECT_EQ(late.error().key, "outbox.state");
    EXPECT_FALSE(plan("o_1", "i1").created);  // Not a second time, also after its end.
}

TEST_P(OutboxTest, ActionsOfOneObjectLeaveInOrder) {
    const auto first = plan("o_1", "i1").id, second = plan("o_1", "i2").id, other = plan("o_2", "i1").id;
    EXPECT_EQ(due(), 2u);
    EXPECT_EQ(send(second).error().key, "outbox.order");
    ASSERT_TRUE(send(first));
    EXPECT_EQ(send(second).error().key, "outbox.order");
    ASSERT_TRUE(send(other));
    ASSERT_TRUE(write([&](Tx& tx) { return refuse_action(tx, first, lease.fence, "order.closed"); }));
    ASSERT_TRUE(send(second));
}

TEST_P(OutboxTest, WhoLostTheLeaseCannotRecordAResult) {
    const auto id = plan("o_1", "i1").id;
    ASSERT_TRUE(send(id));
    ASSERT_TRUE(write([&](Tx& tx) { return release_lease(tx, lease); }));
    const auto next = *write([](Tx& tx) { return take_lease(tx, "store:s_7", "b", base::hours(1)); });
    ASSERT_TRUE(next);
    const auto taken = *write([&](Tx& tx) { return take_over_lost(tx, *next, db.clock.now() + base::seconds(1), 10); });
    ASSERT_EQ(taken.size(), 1u);
    EXPECT_EQ(state(id), ActionState::unknown);
    const auto late = write([&](Tx& tx) { return confirm_action(tx, id, lease.fence, "done"); });
    EXPECT_EQ(late.error().key, "outbox.fenced");
    EXPECT_EQ(send(plan("o_9", "i").id).error().key, "lease.lost");
    ASSERT_TRUE(write([&](Tx& tx) { return confirm_action(tx, id, next->fence, "found"); }));
}

TEST_P(OutboxTest, ALivingOwnerIsLeftAlone) {
    const auto id = plan("o_1", "i1").id;
    ASSERT_TRUE(send(id));
    const auto mine = *write([](Tx& tx) { return take_lease(tx, "sweeper", "b", base::hours(1)); });
    EXPECT_TRUE(
        write([&](Tx& tx) { return take_over_lost(tx, *mine, db.clock.now() + base::seconds(1), 10); })->empty());
    EXPECT_EQ(state(id), ActionState::sending);
}

TEST_P(OutboxTest, AfterARestoreNothingIsSentBlindly) {
    const auto approved = plan("o_1", "i1").id, planned = plan("o_2", "i1", false).id, sending = plan("o_3", "i1").id;
    ASSERT_TRUE(send(sending));
    EXPECT_EQ(*write([](Tx& tx) { return mark_all_unknown(tx); }), 2u);
    EXPECT_EQ(state(approved), ActionState::unknown);
    EXPECT_EQ(state(sending), ActionState::unknown);
    EXPECT_EQ(state(planned), ActionState::planned);
    EXPECT_EQ(due(), 0u);
    EXPECT_EQ(read([](Reader& r) { return actions_to_read_back(r, 10); })->size(), 2u);
}

}  // namespace
}  // namespace db
