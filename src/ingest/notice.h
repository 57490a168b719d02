#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "db/sql.h"
#include "model/events.h"
#include "model/finding.h"

// What this room tells people and the rest of the product about a store.
namespace ingest {

// Compact JSON object of texts, as an event's detail holds it.
std::string detail(const std::map<std::string, std::string>& fields);

// Appends an event about the store itself (subject "s_7"; store 0: the installation).
base::Result<void> tell(db::Tx& tx, model::StoreId store, model::EventKind kind,
                        const std::map<std::string, std::string>& fields, base::Time happened_at = {});

// Raises an alert of this kind ("store.disconnected" …) with one reason of the same code. `about` tells alerts of one
// kind apart (a shop id); inside a day the same one is counted, not repeated.
base::Result<void> raise(db::Tx& tx, model::StoreId store, std::string_view kind, model::Severity severity,
                         const std::map<std::string, std::string>& args, std::string_view about = {});

// Closes the store's alerts of this kind: what they told of no longer holds.
base::Result<void> settle(db::Tx& tx, model::StoreId store, std::string_view kind, std::string_view about = {});

}  // namespace ingest
