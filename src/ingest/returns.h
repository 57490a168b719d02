#pragma once

#include <vector>

#include "base/result.h"
#include "db/sql.h"
#include "ingest/orders.h"
#include "model/return.h"

namespace ingest {

// Writes returns of one store and the events of what changed, in one transaction. Idempotent, as write_orders.
base::Result<Written> write_returns(db::Tx& tx, model::StoreId store, const std::vector<model::Return>& returns);

// A webhook told of one, or a person asks: the lists are read at once.
base::Result<void> make_returns_due(db::Tx& tx, model::StoreId store);

}  // namespace ingest
