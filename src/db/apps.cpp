#include "db/apps.h"

#include "db/keys.h"

namespace db {
namespace {

constexpr std::string_view k_select =
    "SELECT id, platform, app_key, service_id, api_base, auth_base, consent_base, updated_at FROM apps ";

model::App read_app(const Row& row) {
    return {.id = row.id<model::AppId>(0),
            .platform = model::parse_platform(row.text(1)).value_or(model::Platform::tiktok_shop),
            .key = row.string(2),
            .service_id = row.string(3),
            .api_base = row.string(4),
            .auth_base = row.string(5),
            .consent_base = row.string(6),
            .updated_at = row.time(7)};
}

base::Place place(model::AppId id, std::int64_t n) {
    return {column::app_secret, id.text() + "/" + std::to_string(n), ""};
}

Result<void> check_free(Tx& tx, const model::App& app) {
    const auto other = TRY(tx.integer("SELECT id FROM apps WHERE platform = ?1 AND app_key = ?2 AND id <> ?3",
                                      {model::name(app.platform), app.key, app.id}));
    if (other != 0) return fail(Code::conflict, "app key is taken", "app.exists");
    return {};
}

}  // namespace

Result<std::vector<model::App>> list_apps(Reader& reader) {
    static const std::string k_sql = std::string(k_select) + "ORDER BY platform, id";
    return reader.all(k_sql, {}, read_app);
}

Result<model::App> find_app(Reader& reader, model::AppId id) {
    static const std::string k_sql = std::string(k_select) + "WHERE id = ?1";
    auto found = TRY(reader.one(k_sql, {id}, read_app));
    if (!found) return fail(Code::not_found, "app " + id.text());
    return std::move(*found);
}

Result<std::optional<model::App>> find_app_by_key(Reader& reader, model::Platform platform, std::string_view key) {
    static const std::string k_sql = std::string(k_select) + "WHERE platform = ?1 AND app_key = ?2";
    return reader.one(k_sql, {model::name(platform), key}, read_app);
}

Result<model::App> add_app(Tx& tx, model::App app) {
    TRY_VOID(check_free(tx, app));
    app.id.value = TRY(tx.draw_id("app"));
    app.updated_at = tx.now();
    TRY_VOID(
        tx.exec("INSERT INTO apps (id, platform, app_key, service_id, api_base, auth_base, consent_base, "
                "updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                {app.id, model::name(app.platform), app.key, app.service_id, app.api_base, app.auth_base,
                 app.consent_base, app.updated_at}));
    return app;
}

Result<model::App> save_app(Tx& tx, model::App app) {
    TRY_VOID(check_free(tx, app));
    app.updated_at = tx.now();
    const auto rows =
        TRY(tx.exec("UPDATE apps SET app_key = ?2, service_id = ?3, api_base = ?4, auth_base = ?5, "
                    "consent_base = ?6, updated_at = ?7 WHERE id = ?1",
                    {app.id, app.key, app.service_id, app.api_base, app.auth_base, app.consent_base, app.updated_at}));
    if (rows == 0) return fail(Code::not_found, "app " + app.id.text());
    return app;
}

Result<void> remove_app(Tx& tx, model::AppId id) {
    TRY_VOID(find_app(tx, id));
    if (TRY(tx.integer("SELECT count(*) FROM stores WHERE app_id = ?1", {id})) != 0)
        return fail(Code::precondition_failed, "stores use " + id.text(), "app.in_use");
    TRY_VOID(tx.exec("DELETE FROM app_secrets WHERE app_id = ?1", {id}));
    TRY_VOID(tx.exec("DELETE FROM apps WHERE id = ?1", {id}));
    tx.after_commit([&keys = tx.keys(), id] { (void)keys.destroy(purpose::app, id.text()).has_value(); });
    return {};
}

Result<std::vector<base::Secret>> load_app_secrets(Reader& reader, model::AppId id) {
    return reader.all(
        "SELECT n, secret FROM app_secrets WHERE app_id = ?1 AND (active_until = 0 OR active_until > ?2) "
        "ORDER BY n DESC LIMIT 2",
        {id, reader.now()},
        [&](const Row& row) { return reader.keys().open_secret(row.blob(1), place(id, row.integer(0))); });
}

Result<void> add_app_secret(Tx& tx, model::AppId id, const base::Secret& secret, base::Time old_until) {
    TRY_VOID(find_app(tx, id));
    if (secret.empty()) return fail(Code::invalid_input, "empty app secret", "app.secret_empty");
    const auto last = TRY(tx.integer("SELECT coalesce(max(n), 0) FROM app_secrets WHERE app_id = ?1", {id}));
    TRY_VOID(tx.exec("DELETE FROM app_secrets WHERE app_id = ?1 AND n < ?2", {id, last}));
    TRY_VOID(tx.exec("UPDATE app_secrets SET active_until = ?2 WHERE app_id = ?1", {id, old_until}));
    const auto sealed = TRY(tx.keys().seal(purpose::app, id.text(), place(id, last + 1), secret.reveal()));
    TRY_VOID(tx.exec("INSERT INTO app_secrets (app_id, n, secret, active_until) VALUES (?1, ?2, ?3, 0)",
                     {id, last + 1, Blob{sealed}}));
    return {};
}

Result<void> retire_old_app_secret(Tx& tx, model::AppId id) {
    TRY_VOID(
        tx.exec("DELETE FROM app_secrets WHERE app_id = ?1 AND n < (SELECT max(n) FROM app_secrets WHERE app_id = "
                "?1)",
                {id}));
    return {};
}

}  // namespace db
