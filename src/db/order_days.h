#pragma once

#include <cstdint>
#include <vector>

#include "db/sql.h"
#include "model/ids.h"

namespace db {

// Orders created on each of the last `days` days, oldest first; `today` is midnight in the store's zone. Days count 24
// hours back from it, so a change to or from summer time moves a bound by an hour.
Result<std::vector<std::int64_t>> orders_by_day(Reader& reader, model::StoreId store, base::Time today,
                                                std::size_t days);

}  // namespace db
