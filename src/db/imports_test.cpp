#include "db/imports.h"

#include "db/backends.h"
#include "db/orders.h"
#include "db/stores.h"
#include "db/sync.h"

namespace db {
namespace {

struct ImportsTest : test::DatabaseTest {
    model::ImportId id = *write([](Tx& tx) {
        return add_import(tx, test::make<Import>([](auto& i) {
                              i.store = {7};
                              i.kind = "orders";
                              i.file_name = "orders.csv";
                          }));
    });
    Result<void> stage(std::int64_t first, std::int64_t last) {
        std::vector<StagedRow> rows;
        for (auto line = first; line <= last; ++line)
            rows.push_back(
                {line, "{\"line\":" + std::to_string(line) + "}", line % 10 == 0 ? "import.no_total" : "", ""});
        return write([&](Tx& tx) { return stage_rows(tx, id, rows); });
    }
    ImportState state() {
        return read([&](Reader& r) { return find_import(r, id); })->state;
    }
};
ON_EVERY_DATABASE(ImportsTest);

TEST_P(ImportsTest, AnImportIsAppliedWholeInSmallStepsThatCanBeTakenUpAgain) {
    ASSERT_TRUE(stage(1, 15));
    ASSERT_TRUE(stage(11, 25));  // A repeated call.
    EXPECT_EQ(write([&](Tx& tx) { return apply_import(tx, id); }).error().key, "import.state");
    const auto ready = *write([&](Tx& tx) { return finish_staging(tx, id); });
    EXPECT_EQ(ready.rows, 25);
    EXPECT_EQ(ready.errors, 2);
    EXPECT_EQ(read([&](Reader& r) { return staged_errors(r, id, 10); })->front().line, 10);
    EXPECT_EQ(read([&](Reader& r) { return staged_rows(r, id, 20, 100); })->size(), 5u);
    EXPECT_FALSE(stage(30, 31));
    ASSERT_TRUE(write([&](Tx& tx) { return apply_import(tx, id); }));
    EXPECT_EQ(read([](Reader& r) { return unfinished_imports(r); })->size(), 1u);
    std::vector<std::int64_t> lines;
    for (;;) {
        const auto rows = *read([&](Reader& r) { return next_staged(r, id, 7); });
        if (rows.empty()) break;
        const auto note = [&](Tx& tx) {
            return note_applied(tx, id, rows.back().line, {static_cast<std::int64_t>(rows.size()), 1, 2});
        };
        ASSERT_TRUE(write(note));
        EXPECT_EQ(write(note).error().key, "import.moved");  // Somebody doing the same work is told.
        for (const auto& r : rows) lines.push_back(r.line);
        db.close();
        db.open();
    }
    EXPECT_EQ(lines.size(), 23u);
    const auto done = *write([&](Tx& tx) { return finish_import(tx, id); });
    EXPECT_EQ(done.applied, 23);
    EXPECT_EQ(done.made, 4) << "one for each of the steps above";
    EXPECT_EQ(done.changed, 8);
    EXPECT_EQ(done.state, ImportState::applied);
    while (*write([](Tx& tx) { return drop_staged_rows(tx, 10); }) > 0) {
    }
    EXPECT_TRUE(read([&](Reader& r) { return staged_rows(r, id, 0, 10); })->empty());
    EXPECT_EQ(read([](Reader& r) { return list_imports(r, {7}, 10); })->size(), 1u);
}

TEST_P(ImportsTest, ADiscardedImportIsNeverApplied) {
    ASSERT_TRUE(stage(1, 3));
    ASSERT_TRUE(write([&](Tx& tx) { return discard_import(tx, id); }));
    EXPECT_EQ(state(), ImportState::discarded);
    EXPECT_FALSE(write([&](Tx& tx) { return apply_import(tx, id); }));
    EXPECT_EQ(*write([](Tx& tx) { return drop_staged_rows(tx, 10); }), 3u);
}

struct SyncTest : test::DatabaseTest {};
ON_EVERY_DATABASE(SyncTest);

TEST_P(SyncTest, CursorsAreKeptAndDue) {
    const auto save = [&](std::int64_t store, std::int64_t due) {
        ASSERT_TRUE(write([&](Tx& tx) { return save_sync_cursor(tx, {{store}, "orders", "{}", {due}, {}, 1, "x"}); }));
    };
    save(7, 500);
    save(8, 200);
    save(9, 900);
    save(7, 400);
    const auto due = *read([](Reader& r) { return due_sync_cursors(r, {500}, 10); });
    ASSERT_EQ(due.size(), 2u);
    EXPECT_EQ(due[0].store, model::StoreId{8});
    EXPECT_EQ((*read([](Reader& r) { return find_sync_cursor(r, {7}, "orders"); }))->due_at, base::Time{400});
    EXPECT_FALSE(*read([](Reader& r) { return find_sync_cursor(r, {7}, "chats"); }));
}

TEST_P(SyncTest, BadRecordsAreKeptAndCounted) {
    const auto id = *write(
        [](Tx& tx) { return add_quarantined(tx, {0, {7}, "webhook", "1", "order.no_id", R"({"data":{}})", {}}); });
    EXPECT_EQ(*read([](Reader& r) { return count_quarantined(r); }), 1);
    EXPECT_EQ(read([](Reader& r) { return list_quarantined(r, 10); })->front().reason, "order.no_id");
    EXPECT_EQ(read([&](Reader& r) { return find_quarantined(r, id); })->payload, R"({"data":{}})");
    ASSERT_TRUE(write([&](Tx& tx) { return remove_quarantined(tx, id); }));
    EXPECT_EQ(*read([](Reader& r) { return count_quarantined(r); }), 0);
}

TEST_P(ImportsTest, WhichOrdersAreKnownIsAskedForMany) {
    model::Store fresh;
    fresh.platform = model::Platform::tiktok_shop;
    const auto store = write([&](Tx& tx) { return add_store(tx, fresh); })->id;
    const auto other = write([&](Tx& tx) { return add_store(tx, fresh); })->id;
    std::vector<std::string> asked;
    for (int i = 0; i < 450; ++i) asked.push_back(std::to_string(i));
    for (int i = 0; i < 450; i += 30)
        ASSERT_TRUE(write([&](Tx& tx) -> Result<void> {
            model::Order order;
            order.store = store;
            order.ext_id = asked[static_cast<std::size_t>(i)];
            order.updated_at = {1'000 + i};
            TRY(upsert_order(tx, order));
            order.store = other;
            order.ext_id = asked[static_cast<std::size_t>(i) + 1];
            TRY(upsert_order(tx, order));
            return {};
        }));
    const auto known = *read([&](Reader& r) { return known_orders(r, store, asked); });
    EXPECT_EQ(known.size(), 15u);
    for (const auto& [ext_id, version] : known) EXPECT_EQ(version.ms, 1'000 + std::stoi(ext_id));
    EXPECT_TRUE(read([&](Reader& r) { return known_orders(r, store, {}); })->empty());
}

}  // namespace
}  // namespace db
