#pragma once

#include <optional>
#include <vector>

#include "db/sql.h"
#include "model/store.h"

namespace db {

Result<std::vector<model::App>> list_apps(Reader& reader);
Result<model::App> find_app(Reader& reader, model::AppId id);  // Or not_found.
Result<std::optional<model::App>> find_app_by_key(Reader& reader, model::Platform platform, std::string_view key);
// Sets id and updated_at; conflict "app.exists" when (platform, key) is taken.
Result<model::App> add_app(Tx& tx, model::App app);
Result<model::App> save_app(Tx& tx, model::App app);
// precondition_failed "app.in_use" while a store uses it.
Result<void> remove_app(Tx& tx, model::AppId id);

// App secrets sign calls and webhooks. During a change two are active: the newest signs, both verify.
// Newest first; at most two.
Result<std::vector<base::Secret>> load_app_secrets(Reader& reader, model::AppId id);
// Adds a secret; the one before it stays active until `old_until` (0: until retired), an older one goes.
Result<void> add_app_secret(Tx& tx, model::AppId id, const base::Secret& secret, base::Time old_until = {});
// Leaves only the newest.
Result<void> retire_old_app_secret(Tx& tx, model::AppId id);

}  // namespace db
