#pragma once

#include <memory>
#include <string>

#include "db/sql.h"

namespace db {

struct SqliteOptions {
    bool read_only = false;
    bool wal = true;                 // False: rollback journal, for files that several processes may write (keys).
    std::int64_t cache_kib = 4'096;  // Page cache of this connection.
    int wal_autocheckpoint = 1'000;  // Pages.
};

// Opens a file with synchronous=FULL, foreign_keys and secure_delete. Errors: see sqlite.cpp's table of codes.
Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, const SqliteOptions& options);

}  // namespace db
