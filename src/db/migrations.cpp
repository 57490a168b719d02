#include "db/migrations.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <thread>

#include "base/log.h"

namespace db {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

Result<std::int64_t> first_number(Connection& connection, std::string_view sql, std::int64_t* second = nullptr) {
    std::int64_t value = 0;
    auto read = [&](const Row& row) {
        value = row.integer(0);
        if (second != nullptr) *second = row.integer(1);
    };
    const RowSink sink(read);
    TRY_VOID(connection.run(sql, {}, &sink));
    return value;
}

Result<void> apply(Connection& connection, const Migration& step, base::Time now) {
    const bool postgres = connection.dialect() == Dialect::postgres;
    TRY_VOID(connection.begin_write());
    const auto done = [&]() -> Result<void> {
        // Another instance may be doing the same.
        if (postgres) TRY_VOID(connection.script("LOCK TABLE schema_steps IN EXCLUSIVE MODE"));
        if (TRY(first_number(connection, "SELECT coalesce(max(number), 0) FROM schema_steps")) >= step.number)
            return {};
        if (postgres || !step.postgres_only)
            TRY_VOID(connection.script(postgres ? postgres_ddl(step.sql) : sqlite_ddl(step.sql)));
        const std::array<Arg, 3> args{step.number, step.readable_by, now};
        TRY_VOID(connection.run("INSERT INTO schema_steps (number, readable_by, applied_at) VALUES (?1, ?2, ?3)", args,
                                nullptr));
        return {};
    }();
    if (!done) {
        connection.rollback();
        return done;
    }
    auto committed = connection.commit();
    if (!committed) connection.rollback();
    return committed;
}

Result<void> migrate_once(Connection& connection, base::Time now) {
    constexpr std::string_view k_steps =
        "CREATE TABLE IF NOT EXISTS schema_steps (number INTEGER PRIMARY KEY, readable_by INTEGER NOT NULL, "
        "applied_at INTEGER NOT NULL) STRICT;";
    TRY_VOID(connection.script(connection.dialect() == Dialect::sqlite ? std::string(k_steps) : postgres_ddl(k_steps)));
    const int latest = migrations().back().number;
    std::int64_t readable_by = 0;
    const std::int64_t done = TRY(first_number(
        connection, "SELECT number, readable_by FROM schema_steps ORDER BY number DESC LIMIT 1", &readable_by));
    if (done > latest) {
        if (readable_by > latest)
            return fail(Code::precondition_failed,
                        fmt::format("the data have schema {}, this program knows {}", done, latest), "db.newer_schema");
        base::log(base::Level::warning, "db.newer_schema", {{"schema", done}, {"known", latest}});
    }
    for (const Migration& step : migrations())
        if (step.number > done) TRY_VOID(apply(connection, step, now));
    if (done < latest) base::log(base::Level::info, "db.migrated", {{"from", done}, {"to", latest}});
    return {};
}

}  // namespace

std::string sqlite_ddl(std::string_view sql) {
    std::string text(sql);
    replace_all(text, "{store_row}", "store_id INTEGER NOT NULL, id INTEGER PRIMARY KEY");
    return text;
}

std::string postgres_ddl(std::string_view sql) {
    std::string text(sql);
    replace_all(text, "{store_row}", "store_id INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (store_id, id)");
    replace_all(text, " STRICT, WITHOUT ROWID", "");
    replace_all(text, " STRICT", "");
    replace_all(text, " INTEGER", " BIGINT");
    replace_all(text, " BLOB", " BYTEA");
    replace_all(text, " REAL", " DOUBLE PRECISION");
    return text;
}

Result<void> migrate(Connection& connection, base::Time now) {
    // Instances that start together get in each other's way on PostgreSQL; a step is done whole or not at all.
    constexpr int k_most = 40;
    for (int again = 0;; ++again) {
        auto done = migrate_once(connection, now);
        const bool met = connection.dialect() == Dialect::postgres && !done && done.error().key != "db.newer_schema" &&
                         done.error().key != "db.unreachable";
        // Anything but a serialisation failure may also be an error of ours: tried a few times only.
        if (!met || again == k_most || (!connection.wants_retry() && again >= 5)) return done;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace db
