#include "db/settings.h"

namespace db {
namespace {

#define SETTING_COLUMNS "setting, value, version, updated_at, updated_by"
#define VIEW_COLUMNS "id, person_id, screen, name, query, shared, version"

Setting read_setting(const Row& row) {
    return {.key = row.string(0),
            .value = row.string(1),
            .version = row.integer(2),
            .updated_at = row.time(3),
            .updated_by = row.id<model::PersonId>(4)};
}

SavedView read_view(const Row& row) {
    return {.id = row.id<model::ViewId>(0),
            .owner = row.id<model::PersonId>(1),
            .screen = row.string(2),
            .name = row.string(3),
            .query = row.string(4),
            .shared = row.boolean(5),
            .version = row.integer(6)};
}

}  // namespace

Result<std::vector<Setting>> list_settings(Reader& reader) {
    return reader.all("SELECT " SETTING_COLUMNS " FROM settings ORDER BY setting", {}, read_setting);
}

Result<std::optional<Setting>> find_setting(Reader& reader, std::string_view key) {
    return reader.one("SELECT " SETTING_COLUMNS " FROM settings WHERE setting = ?1", {key}, read_setting);
}

Result<Setting> save_setting(Tx& tx, std::string_view key, std::string_view json, std::optional<std::int64_t> expected,
                             model::PersonId by) {
    const auto stored = TRY(find_setting(tx, key));
    const std::int64_t version = stored ? stored->version : 0;
    if (expected && *expected != version) return fail(Code::conflict, "setting was changed", "settings.changed");
    TRY_VOID(
        tx.exec("INSERT INTO settings (" SETTING_COLUMNS
                ") VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (setting) DO UPDATE SET "
                "value = excluded.value, version = excluded.version, updated_at = excluded.updated_at, updated_by = "
                "excluded.updated_by",
                {key, json, version + 1, tx.now(), by}));
    return Setting{std::string(key), std::string(json), version + 1, tx.now(), by};
}

Result<void> remove_setting(Tx& tx, std::string_view key) {
    TRY_VOID(tx.exec("DELETE FROM settings WHERE setting = ?1", {key}));
    return {};
}

Result<std::vector<SavedView>> list_views(Reader& reader, model::PersonId person, std::string_view screen) {
    return reader.all("SELECT " VIEW_COLUMNS
                      " FROM saved_views WHERE screen = ?1 AND (person_id = ?2 OR shared <> 0) ORDER BY name, id",
                      {screen, person}, read_view);
}

Result<SavedView> find_view(Reader& reader, model::ViewId id) {
    auto found = TRY(reader.one("SELECT " VIEW_COLUMNS " FROM saved_views WHERE id = ?1", {id}, read_view));
    if (!found) return fail(Code::not_found, "view");
    return std::move(*found);
}

Result<SavedView> add_view(Tx& tx, SavedView view) {
    view.id = {TRY(tx.draw_id("view"))};
    view.version = 1;
    TRY_VOID(tx.exec("INSERT INTO saved_views (" VIEW_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)",
                     {view.id, view.owner, view.screen, view.name, view.query, view.shared}));
    return view;
}

Result<SavedView> save_view(Tx& tx, SavedView view) {
    const auto changed =
        TRY(tx.exec("UPDATE saved_views SET name = ?1, query = ?2, shared = ?3, version = version + 1 WHERE id = ?4 "
                    "AND version = ?5",
                    {view.name, view.query, view.shared, view.id, view.version}));
    if (changed == 0) return fail(Code::conflict, "view was changed", "view.changed");
    ++view.version;
    return view;
}

Result<void> remove_view(Tx& tx, model::ViewId id) {
    TRY_VOID(tx.exec("DELETE FROM saved_views WHERE id = ?1", {id}));
    return {};
}

}  // namespace db
