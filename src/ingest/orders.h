#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/sql.h"
#include "model/order.h"
#include "platform/connector.h"

namespace ingest {

struct Written {
    std::int64_t created = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
};

// Writes orders of one store and the events of what changed, in one transaction. Idempotent: the same orders again
// change nothing and tell nothing.
base::Result<Written> write_orders(db::Tx& tx, model::StoreId store, const std::vector<model::Order>& orders);

// Keeps what could not be understood where people see it. `source`: "webhook", "poll". `kind`: the noun.
base::Result<void> quarantine(db::Tx& tx, model::StoreId store, std::string_view source,
                              const std::vector<platform::BadRecord>& records, std::string_view kind = "order");

}  // namespace ingest
