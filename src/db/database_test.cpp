#include "db/database.h"

#include <atomic>
#include <latch>
#include <map>
#include <set>
#include <thread>

#include "db/columns.h"
#include "db/inbox.h"
#include "db/keys.h"
#include "db/migrations.h"
#include "db/search_store.h"
#include "db/sqlite.h"
#include "db/test_support.h"

namespace db {
namespace {

using test::TestDatabase;

Result<void> put(Tx& tx, std::string_view key, std::string_view value) {
    TRY_VOID(tx.exec("INSERT INTO settings (setting, value, version, updated_at, updated_by) VALUES (?1, ?2, 1, 0, 0)",
                     {key, value}));
    return {};
}
Result<std::int64_t> count(Reader& reader) {
    return reader.integer("SELECT count(*) FROM settings", {});
}

TEST(Database, WritesAreReadBackAfterReopening) {
    TestDatabase db;
    ASSERT_TRUE(db->write(Lane::interactive, [](Tx& tx) { return put(tx, "a", "1"); }));
    db.close();
    db.open();
    const auto value = db->read([](Reader& reader) {
        return reader.one("SELECT value FROM settings WHERE setting = ?1", {"a"},
                          [](const Row& row) { return row.string(0); });
    });
    ASSERT_TRUE(value);
    EXPECT_EQ(**value, "1");
}

TEST(Database, AFailingClosureUndoesOnlyItself) {
    TestDatabase db;
    constexpr int k_writes = 500;
    std::latch all(k_writes);
    std::atomic<int> failed = 0;
    for (int i = 0; i < k_writes; ++i)
        db->write_async(
            i % 3 == 0 ? Lane::interactive : Lane::bulk,
            [i](Tx& tx) -> Result<void> {
                TRY_VOID(put(tx, "k" + std::to_string(i), "v"));
                if (i % 7 == 0) return fail(Code::conflict, "no");
                return {};
            },
            [&](Result<void> done) {
                if (!done) ++failed;
                all.count_down();
            });
    all.wait();
    EXPECT_EQ(failed, 72);
    EXPECT_EQ(*db->read(count), k_writes - 72);
    EXPECT_LT(db->health().commits, std::uint64_t{k_writes});  // They shared transactions.
}

TEST(Database, InteractiveWorkGoesBeforeBulkWork) {
    TestDatabase db;
    std::latch started(1), go(1), all(21);
    std::vector<int> order;
    db->write_async(
        Lane::bulk,
        [&](Tx&) -> Result<void> {
            started.count_down();
            go.wait();
            return {};
        },
        [&](Result<void>) { all.count_down(); });
    started.wait();
    for (int i = 0; i < 20; ++i)
        db->write_async(
            i < 10 ? Lane::bulk : Lane::interactive,
            [&order, i](Tx&) -> Result<void> {
                order.push_back(i);
                return {};
            },
            [&](Result<void>) { all.count_down(); });
    go.count_down();
    all.wait();
    const std::vector<int> expected{10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    EXPECT_EQ(order, expected);
}

TEST(Database, HooksRunOnlyAfterSuccess) {
    TestDatabase db;
    int ran = 0;
    EXPECT_TRUE(db->write(Lane::interactive, [&](Tx& tx) -> Result<void> {
        tx.after_commit([&] { ++ran; });
        return {};
    }));
    EXPECT_FALSE(db->write(Lane::interactive, [&](Tx& tx) -> Result<void> {
        tx.after_commit([&] { ++ran; });
        return fail(Code::conflict, "no");
    }));
    EXPECT_EQ(ran, 1);
}

TEST(Database, AWriteInsideAWriteIsRefused) {
    TestDatabase db;
    const auto inner = db->write(
        Lane::interactive, [&](Tx&) { return db->write(Lane::interactive, [](Tx&) -> Result<void> { return {}; }); });
    ASSERT_FALSE(inner);
    EXPECT_EQ(inner.error().code, Code::internal);
}

TEST(Database, ASecondProcessIsRefused) {
    TestDatabase db;
    const auto second = Database::open(db.options());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().key, "db.in_use");
}

TEST(Database, ARefusesANewerSchema) {
    TestDatabase db;
    ASSERT_TRUE(db->write(Lane::interactive, [](Tx& tx) -> Result<void> {
        TRY_VOID(tx.exec("INSERT INTO schema_steps (number, readable_by, applied_at) VALUES (9999, 9999, 0)", {}));
        return {};
    }));
    db.close();
    const auto opened = Database::open(db.options());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().key, "db.newer_schema");
}

TEST(Database, KeysOfAnotherInstallationAreRefused) {
    TestDatabase a, b;
    a.close();
    b.close();
    for (const char* file : {"/keys.db", "/pii-keys.db"})
        std::filesystem::copy_file(b.dir() + file, a.dir() + file, std::filesystem::copy_options::overwrite_existing);
    const auto opened = Database::open(a.options());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().key, "db.other_installation");
}

// DP-1: every column of the real schema has a class, and the list names no column that is not there.
TEST(Columns, EveryColumnHasAClass) {
    TestDatabase db;
    std::set<std::string> real;
    const auto look = [&real](Reader& reader) -> Result<void> {
        return reader.each(
            "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c "
            "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
            {}, [&real](const Row& row) { real.insert(row.string(0) + "." + row.string(1)); });
    };
    ASSERT_TRUE(db->read(look));
    ASSERT_TRUE(db->inbox().append(RawEvent{}));
    Surroundings around{db->keys(), db.clock, db.random};
    ASSERT_TRUE(search::sqlite_months(db.dir())->put("202601", {}));
    for (const std::string& name : {std::string("keys"), "inbox-" + base::utc_day({}), std::string("search-202601")}) {
        auto file = open_sqlite(db.dir() + "/" + name + ".db", {.read_only = true});
        ASSERT_TRUE(file);
        Reader reader(**file, around);
        ASSERT_TRUE(look(reader));
    }
    // What only PostgreSQL's form of the inbox has.
    real.insert({"raw_events.day", "raw_events.claimed_at"});
    for (const char* c : {"month", "id", "n", "what", "store_id", "tokens"})
        real.insert(std::string("search_entries.") + c);
    // FTS5 keeps its own tables behind the one we name.
    std::erase_if(real, [](const std::string& column) {
        return column.starts_with("tokens_") || column == "tokens.tokens" || column == "tokens.rank";
    });

    std::set<std::string> listed;
    std::map<int, std::string> numbers;
    for (const ColumnClass& c : column_classes()) {
        const std::string full = std::string(c.table) + "." + std::string(c.column);
        EXPECT_TRUE(listed.insert(full).second) << "twice: " << full;
        if (c.number != 0) {
            EXPECT_TRUE(numbers.emplace(c.number, full).second) << "number used twice: " << full;
        }
        const bool sealed = c.data_class == DataClass::pii || c.data_class == DataClass::pii_sensitive;
        EXPECT_TRUE(!sealed || c.number != 0) << "not encrypted: " << full;
    }
    for (const auto& column : real) EXPECT_TRUE(listed.contains(column)) << "no class: " << column;
    for (const auto& column : listed) EXPECT_TRUE(real.contains(column)) << "no such column: " << column;
}

}  // namespace
}  // namespace db
