#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/order.h"

namespace ingest {

// An order as it waits, sealed, in the staged rows of an import. Holds buyer data.
std::string to_json(const model::Order& order);
base::Result<model::Order> parse_order(std::string_view json);

}  // namespace ingest
