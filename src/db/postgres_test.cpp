#include "db/postgres.h"

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "db/backends.h"
#include "db/columns.h"
#include "db/events.h"
#include "db/leases.h"
#include "db/outbox.h"

namespace db {
namespace {

TEST(Postgres, PlaceholdersAreConvertedOutsideQuotes) {
    EXPECT_EQ(postgres_placeholders("a = ?1 AND b = '?2' AND \"c?\" = ?13"), "a = $1 AND b = '?2' AND \"c?\" = $13");
}

struct PostgresTest : testing::Test {
    void SetUp() override {
        if (test::PostgresServer::skipped()) GTEST_SKIP() << "STALLWARD_SKIP_POSTGRES=1";
        ASSERT_EQ(test::PostgresServer::get().problem(), "");
        url = test::PostgresServer::get().new_database();
    }
    std::string url;
};

Result<std::int64_t> append(Tx& tx, std::int64_t store) {
    return append_event(tx, test::make<model::Event>([&](auto& e) { e.store = {store}; }));
}

// Two transactions whose commits come in the reverse order of their first writes: a reader never sees a later position
// of a store without the earlier one.
TEST_F(PostgresTest, PositionsAppearInOrderWhenCommitsAreReversed) {
    test::TestDatabase a(url), b(test::TestDatabase::Beside{}, a);
    std::latch a_wrote(1), a_may_end(1);
    std::thread first([&] {
        bool told = false;
        EXPECT_TRUE(a->write(Lane::interactive, [&](Tx& tx) -> Result<void> {
            TRY_VOID(append(tx, 7));
            if (!std::exchange(told, true)) a_wrote.count_down();
            a_may_end.wait();
            return {};
        }));
    });
    a_wrote.wait();
    // Another store does not wait and is seen at once.
    EXPECT_EQ(*b->write(Lane::interactive, [](Tx& tx) { return append(tx, 8); }), 1);
    EXPECT_EQ(b->read([](Reader& r) { return events_after(r, {8}, 0, 10); })->size(), 1u);
    // The same store: the second cannot commit before the first.
    std::atomic<std::int64_t> second_n = 0;
    std::thread second([&] { second_n = *b->write(Lane::interactive, [](Tx& tx) { return append(tx, 7); }); });
    for (int i = 0; i < 20; ++i) {
        const auto seen = *b->read([](Reader& r) { return events_after(r, {7}, 0, 10); });
        EXPECT_TRUE(seen.empty());
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(second_n, 0);
    a_may_end.count_down();
    first.join();
    second.join();
    EXPECT_EQ(second_n, 2);
    const auto seen = *a->read([](Reader& r) { return events_after(r, {7}, 0, 10); });
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].n, 1);
    EXPECT_EQ(seen[1].n, 2);
}

TEST_F(PostgresTest, TwoInstancesLoseNothingAndDrawNoPositionTwice) {
    test::TestDatabase a(url), b(test::TestDatabase::Beside{}, a);
    constexpr int k_each = 150;
    const auto work = [](test::TestDatabase& db) {
        for (int i = 0; i < k_each; ++i)
            EXPECT_TRUE(
                db->write(i % 2 == 0 ? Lane::interactive : Lane::bulk, [&](Tx& tx) { return append(tx, 1 + i % 3); }));
    };
    std::thread other([&] { work(b); });
    work(a);
    other.join();
    std::size_t all = 0;
    for (std::int64_t store = 1; store <= 3; ++store) {
        const auto events = *a->read([&](Reader& r) { return events_after(r, {store}, 0, 10'000); });
        for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].n, static_cast<std::int64_t>(i) + 1);
        all += events.size();
    }
    EXPECT_EQ(all, std::size_t{2 * k_each});
}

TEST_F(PostgresTest, OneInstanceAtATimeHoldsALeaseAndSendsAnAction) {
    test::TestDatabase a(url), b(test::TestDatabase::Beside{}, a);
    std::atomic<int> held = 0, sent = 0;
    const auto id = a->write(Lane::interactive, [](Tx& tx) {
                         return plan_action(tx, test::make<model::OutgoingAction>([](auto& x) {
                                                x.store = {7};
                                                x.object = "o_1";
                                                x.kind = "order.ship";
                                                x.intent = "1";
                                            }),
                                            true);
                     })->id;
    const auto race = [&](test::TestDatabase& db, std::string_view owner) {
        const auto lease =
            db->write(Lane::interactive, [&](Tx& tx) { return take_lease(tx, "store:s_7", owner, base::minutes(1)); });
        if (!lease || !*lease) return;
        ++held;
        if (db->write(Lane::interactive, [&](Tx& tx) { return mark_sending(tx, id, **lease); })) ++sent;
    };
    std::thread other([&] { race(b, "b"); });
    race(a, "a");
    other.join();
    EXPECT_EQ(held, 1);
    EXPECT_EQ(sent, 1);
}

TEST_F(PostgresTest, AConnectionThatWasCutComesBack) {
    test::TestDatabase db(url);
    ASSERT_TRUE(db->write(Lane::interactive, [](Tx& tx) { return append(tx, 7); }));
    ASSERT_EQ(db->read([](Reader& r) { return events_after(r, {7}, 0, 10); })->size(), 1u);
    auto admin = open_postgres({.url = url});
    ASSERT_TRUE(admin);
    ASSERT_TRUE((*admin)->script(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
        "current_database()"));
    EXPECT_EQ(*db->write(Lane::interactive, [](Tx& tx) { return append(tx, 7); }), 2);
    EXPECT_EQ(db->read([](Reader& r) { return events_after(r, {7}, 0, 10); })->size(), 2u);
    // In the middle of a transaction: the caller is told, nothing is half done.
    const auto cut = db->write(Lane::interactive, [&](Tx& tx) -> Result<std::int64_t> {
        TRY_VOID(append(tx, 7));
        TRY_VOID((*admin)->script(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
            "current_database()"));
        return append(tx, 7);
    });
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().key, "db.unreachable");
    EXPECT_EQ(*db->write(Lane::interactive, [](Tx& tx) { return append(tx, 7); }), 3);
}

TEST_F(PostgresTest, EveryColumnHasAClass) {
    test::TestDatabase db(url);
    std::set<std::string> listed;
    for (const ColumnClass& c : column_classes()) listed.insert(std::string(c.table) + "." + std::string(c.column));
    std::size_t columns = 0;
    ASSERT_TRUE(db->read([&](Reader& r) {
        return r.each(
            "SELECT CAST(table_name AS text), CAST(column_name AS text) FROM information_schema.columns WHERE "
            "table_schema = 'public'",
            {}, [&](const Row& row) {
                ++columns;
                EXPECT_TRUE(listed.contains(row.string(0) + "." + row.string(1)))
                    << "no class: " << row.string(0) << "." << row.string(1);
            });
    }));
    EXPECT_GT(columns, 200u);
}

TEST_F(PostgresTest, AnUnreachableServerIsSaid) {
    test::Folder folder;
    base::FakeClock clock;
    base::SystemRandom random;
    base::FakeKeySource keys;
    const auto opened = Database::open({.data_dir = folder.path(),
                                        .url = "host=" + folder.path() + " user=x dbname=y",
                                        .clock = clock,
                                        .random = random,
                                        .key_source = keys});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().key, "db.unreachable");
}

}  // namespace
}  // namespace db
