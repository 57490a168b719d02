#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/sql.h"
#include "model/ids.h"

namespace db {

struct Setting {
    std::string key;    // "retention.buyer_days"
    std::string value;  // JSON
    std::int64_t version = 0;
    base::Time updated_at;
    model::PersonId updated_by;  // 0: the console itself.
};
Result<std::vector<Setting>> list_settings(Reader& reader);
Result<std::optional<Setting>> find_setting(Reader& reader, std::string_view key);
// conflict "settings.changed" unless the stored version is `expected` (0: there is none yet; no value: whatever it is).
Result<Setting> save_setting(Tx& tx, std::string_view key, std::string_view json, std::optional<std::int64_t> expected,
                             model::PersonId by);
Result<void> remove_setting(Tx& tx, std::string_view key);

// A filter that somebody keeps under a name.
struct SavedView {
    model::ViewId id;
    model::PersonId owner;
    std::string screen;  // "orders", "alerts" …
    std::string name;
    std::string query;    // As in the address bar.
    bool shared = false;  // With the team.
    std::int64_t version = 0;
};
// The person's own and the shared ones, by name.
Result<std::vector<SavedView>> list_views(Reader& reader, model::PersonId person, std::string_view screen);
Result<SavedView> find_view(Reader& reader, model::ViewId id);  // Or not_found.
Result<SavedView> add_view(Tx& tx, SavedView view);
Result<SavedView> save_view(Tx& tx, SavedView view);  // conflict "view.changed" on another version.
Result<void> remove_view(Tx& tx, model::ViewId id);

}  // namespace db
