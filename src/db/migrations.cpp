#include "db/migrations.h"

#include <fmt/format.h>

#include <array>

#include "base/log.h"

namespace db {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

Result<void> apply(Connection& connection, const Migration& step, base::Time now) {
    TRY_VOID(connection.begin_write());
    const auto done = [&]() -> Result<void> {
        TRY_VOID(
            connection.script(connection.dialect() == Dialect::sqlite ? sqlite_ddl(step.sql) : postgres_ddl(step.sql)));
        const std::array<Arg, 3> args{step.number, step.readable_by, now};
        TRY_VOID(connection.run("INSERT INTO schema_steps (number, readable_by, applied_at) VALUES (?1, ?2, ?3)", args,
                                nullptr));
        return {};
    }();
    if (!done) {
        connection.rollback();
        return done;
    }
    return connection.commit();
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
    constexpr std::string_view k_steps =
        "CREATE TABLE IF NOT EXISTS schema_steps (number INTEGER PRIMARY KEY, readable_by INTEGER NOT NULL, "
        "applied_at INTEGER NOT NULL) STRICT;";
    TRY_VOID(connection.script(connection.dialect() == Dialect::sqlite ? std::string(k_steps) : postgres_ddl(k_steps)));
    const int latest = migrations().empty() ? 0 : migrations().back().number;
    std::int64_t done = 0, readable_by = 0;
    auto read = [&](const Row& row) {
        done = row.integer(0);
        readable_by = row.integer(1);
    };
    const RowSink sink(read);
    TRY_VOID(connection.run("SELECT number, readable_by FROM schema_steps ORDER BY number DESC LIMIT 1", {}, &sink));
    if (done > latest) {
        if (readable_by > latest)
            return fail(Code::precondition_failed,
                        fmt::format("the data have schema {}, this program knows {}", done, latest), "db.newer_schema");
        base::log(base::Level::warning, "db.newer_schema", {{"schema", done}, {"known", latest}});
    }
    for (const Migration& step : migrations()) {
        if (step.number <= done) continue;
        TRY_VOID(apply(connection, step, now));
    }
    if (done < latest) base::log(base::Level::info, "db.migrated", {{"from", done}, {"to", latest}});
    return {};
}

}  // namespace db
