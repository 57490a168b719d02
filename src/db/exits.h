#pragma once

#include <optional>
#include <vector>

#include "db/sql.h"
#include "model/exit.h"

namespace db {

Result<std::optional<model::Exit>> find_exit(Reader& reader, model::StoreId store);
Result<std::vector<model::Exit>> list_exits(Reader& reader);  // By store.
Result<void> save_exit(Tx& tx, const model::Exit& exit);

}  // namespace db
