#pragma once

#include <memory>
#include <string>

#include "base/random.h"
#include "db/sql.h"

namespace db {

struct PostgresOptions {
    std::string url;
    bool custom_plans = false;  // For searches: a generic plan of a full-text query is slower by orders of magnitude.
    // Only what every server of this protocol has, and every n-th commit fails with 40001 (0: never).
    bool compatibility = false;
    unsigned fail_every = 0;
    base::Random* random = nullptr;  // For fail_every.
};

// Connects; connects again by itself when a transaction begins on a broken connection. Write transactions are
// serializable, so that a closure means the same as on SQLite; what that costs is repeated (Connection::wants_retry).
Result<std::unique_ptr<Connection>> open_postgres(const PostgresOptions& options);

// "?1" -> "$1", outside quotes. Exposed for its test.
std::string postgres_placeholders(std::string_view sql);

}  // namespace db
