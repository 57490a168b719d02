#pragma once

#include <span>
#include <string>
#include <string_view>

#include "db/sql.h"

namespace db {

// One step of the schema, in one transaction. Written for SQLite; postgres_ddl() makes PostgreSQL's text of it.
// `readable_by`: the lowest version of the schema whose programs may still work on the result (REL-12: at least one
// back).
struct Migration {
    int number = 0;
    int readable_by = 0;
    std::string_view name;
    std::string_view sql;
    bool postgres_only = false;  // SQLite keeps the inbox and the search index in files of their own.
};
std::span<const Migration> migrations();

// Brings the schema up to date, step by step; a step that was cut off is done again whole. "db.newer_schema" when a
// later version's schema is not readable by this one.
Result<void> migrate(Connection& connection, base::Time now);

// {store_row} stands for the key of a row of a store: store_id and id, with the id unique by itself (events.h).
std::string sqlite_ddl(std::string_view sql);
std::string postgres_ddl(std::string_view sql);

}  // namespace db
