#pragma once

#include "db/sql.h"
#include "model/ids.h"
#include "model/retention.h"

namespace db {

// The owner's terms, or the usual ones; always within model::k_retention_bounds.
Result<model::RetentionDays> retention_days(Reader& reader);
Result<void> save_retention_days(Tx& tx, const model::RetentionDays& days, model::PersonId by);

}  // namespace db
