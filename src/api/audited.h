#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "api/route.h"
#include "db/audit.h"

namespace api {

// Writes what this caller does into the audit log, in the action's own transaction: when the leaf cannot be written,
// the action does not happen (LOG-4). `detail` is kept sealed; empty values are left out.
base::Result<void> audit(db::Tx& tx, const Call& call, std::string_view kind, std::string_view object,
                         model::StoreId store = {},
                         std::initializer_list<std::pair<std::string_view, std::string_view>> detail = {});

}  // namespace api
