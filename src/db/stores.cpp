#include "db/stores.h"

#include "db/codec.h"
#include "db/events.h"
#include "db/keys.h"

namespace db {
namespace {

constexpr std::string_view k_select =
    "SELECT id, platform, ext_id, name, shop_name, region, time_zone, seller_type, seller_ext_id, app_id, connection, "
    "connection_reason, status, status_source, status_checked_at, token_expires_at, authorisation_expires_at, scopes, "
    "proxy, proxy_user, last_sync_at, last_webhook_at, last_error, demo, created_at, version FROM stores ";

std::string select(std::string_view rest) {
    return std::string(k_select) + std::string(rest);
}

model::Store read_store(const Row& row) {
    using enum model::Connection;
    using enum model::ShopStatus;
    return {.id = row.id<model::StoreId>(0),
            .platform = model::parse_platform(row.text(1)).value_or(model::Platform::tiktok_shop),
            .ext_id = row.string(2),
            .name = row.string(3),
            .shop_name = row.string(4),
            .region = row.string(5),
            .time_zone = row.string(6),
            .seller_type = row.string(7),
            .seller_ext_id = row.string(8),
            .app = row.id<model::AppId>(9),
            .connection = codec::by_name(row.text(10), {none, held, connected, reconnect, disconnected}, reconnect),
            .connection_reason = row.string(11),
            .status = codec::by_name(row.text(12), {unknown, active, restricted, inactive}, unknown),
            .status_source = row.string(13),
            .status_checked_at = row.time(14),
            .token_expires_at = row.time(15),
            .authorisation_expires_at = row.time(16),
            .scopes = codec::split_words(row.text(17)),
            .proxy = row.string(18),
            .proxy_user = row.string(19),
            .last_sync_at = row.time(20),
            .last_webhook_at = row.time(21),
            .last_error = row.string(22),
            .demo = row.boolean(23),
            .created_at = row.time(24),
            .version = row.integer(25)};
}

// (platform, ext_id) belongs to one store.
Result<void> check_free(Tx& tx, const model::Store& store) {
    if (store.ext_id.empty()) return {};
    const auto other =
        TRY(tx.integer("SELECT id FROM stores WHERE platform = ?1 AND ext_id = ?2 AND id <> ?3 AND ext_id <> ''",
                       {model::name(store.platform), store.ext_id, store.id}));
    if (other != 0) return fail(Code::conflict, "shop is connected as " + model::StoreId{other}.text(), "store.exists");
    return {};
}

base::Place place(int column, model::StoreId id) {
    return {column, id.text(), id.text()};
}

// A statement that must change this store's row.
Result<void> change(Tx& tx, model::StoreId id, std::string_view sql, std::initializer_list<Arg> args) {
    if (TRY(tx.exec(sql, args)) == 1) return {};
    return fail(Code::not_found, "store " + id.text());
}

Result<void> save_secret(Tx& tx, std::string_view sql, std::string_view purpose, int column, model::StoreId id,
                         const base::Secret& secret) {
    const auto sealed = TRY(tx.keys().seal(purpose, id.text(), place(column, id), secret.reveal()));
    return change(tx, id, sql, {id, Blob{sealed}});
}

}  // namespace

Result<std::vector<model::Store>> list_stores(Reader& reader) {
    static const std::string k_sql = select("ORDER BY name, id");
    return reader.all(k_sql, {}, read_store);
}

Result<model::Store> find_store(Reader& reader, model::StoreId id) {
    static const std::string k_sql = select("WHERE id = ?1");
    auto found = TRY(reader.one(k_sql, {id}, read_store));
    if (!found) return fail(Code::not_found, "store " + id.text());
    return std::move(*found);
}

Result<std::optional<model::Store>> find_store_by_ext_id(Reader& reader, model::Platform platform,
                                                         std::string_view ext_id) {
    static const std::string k_sql = select("WHERE platform = ?1 AND ext_id = ?2 AND ext_id <> ''");
    return reader.one(k_sql, {model::name(platform), ext_id}, read_store);
}

Result<model::Store> add_store(Tx& tx, model::Store store) {
    TRY_VOID(check_free(tx, store));
    store.id.value = TRY(tx.draw_id("store"));
    store.created_at = tx.now();
    store.version = 1;
    TRY_VOID(tx.exec(
        "INSERT INTO stores (id, platform, ext_id, name, shop_name, region, time_zone, seller_type, seller_ext_id, "
        "app_id, connection, connection_reason, status, status_source, status_checked_at, token_expires_at, "
        "authorisation_expires_at, scopes, proxy, proxy_user, last_sync_at, last_webhook_at, last_error, demo, "
        "created_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
        "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
        {store.id,
         model::name(store.platform),
         store.ext_id,
         store.name,
         store.shop_name,
         store.region,
         store.time_zone,
         store.seller_type,
         store.seller_ext_id,
         store.app,
         model::name(store.connection),
         store.connection_reason,
         model::name(store.status),
         store.status_source,
         store.status_checked_at,
         store.token_expires_at,
         store.authorisation_expires_at,
         codec::join(store.scopes),
         store.proxy,
         store.proxy_user,
         store.last_sync_at,
         store.last_webhook_at,
         store.last_error,
         store.demo,
         store.created_at,
         store.version}));
    TRY_VOID(
        tx.exec("INSERT INTO store_secrets (store_id, access_token, refresh_token, cipher, proxy_password) "
                "VALUES (?1, ?2, ?2, ?2, ?2)",
                {store.id, Blob{""}}));
    TRY_VOID(
        tx.exec("INSERT INTO store_log (store_id, last_id, last_event) VALUES (?1, 0, 0) "
                "ON CONFLICT (store_id) DO NOTHING",
                {store.id}));
    return store;
}

Result<model::Store> save_store(Tx& tx, model::Store store) {
    TRY_VOID(check_free(tx, store));
    const auto rows = TRY(tx.exec(
        "UPDATE stores SET ext_id = ?3, name = ?4, shop_name = ?5, region = ?6, time_zone = ?7, seller_type = ?8, "
        "seller_ext_id = ?9, app_id = ?10, connection = ?11, connection_reason = ?12, scopes = ?13, proxy = ?14, "
        "proxy_user = ?15, token_expires_at = ?16, authorisation_expires_at = ?17, demo = ?18, version = version + 1 "
        "WHERE id = ?1 AND version = ?2",
        {store.id, store.version, store.ext_id, store.name, store.shop_name, store.region, store.time_zone,
         store.seller_type, store.seller_ext_id, store.app, model::name(store.connection), store.connection_reason,
         codec::join(store.scopes), store.proxy, store.proxy_user, store.token_expires_at,
         store.authorisation_expires_at, store.demo}));
    auto now = TRY(find_store(tx, store.id));
    if (rows == 0) return fail(Code::conflict, "store " + store.id.text() + " was changed", "store.changed");
    return now;
}

Result<void> remove_store(Tx& tx, model::StoreId id) {
    TRY_VOID(find_store(tx, id));
    // One statement for each table: names cannot be bound.
    for (const std::string_view sql :
         {"DELETE FROM order_lines WHERE store_id = ?1", "DELETE FROM orders WHERE store_id = ?1",
          "DELETE FROM order_counts WHERE store_id = ?1", "DELETE FROM messages WHERE store_id = ?1",
          "DELETE FROM conversations WHERE store_id = ?1", "DELETE FROM findings WHERE store_id = ?1",
          "DELETE FROM alerts WHERE store_id = ?1", "DELETE FROM events WHERE store_id = ?1",
          "DELETE FROM cursors WHERE store_id = ?1", "DELETE FROM store_log WHERE store_id = ?1",
          "DELETE FROM outbox WHERE store_id = ?1", "DELETE FROM sync_cursors WHERE store_id = ?1",
          "DELETE FROM quarantine WHERE store_id = ?1", "DELETE FROM imports WHERE store_id = ?1",
          "DELETE FROM exits WHERE store_id = ?1", "DELETE FROM stores WHERE id = ?1"})
        TRY_VOID(tx.exec(sql, {id}));
    tx.after_commit([&keys = tx.keys(), id] { (void)keys.destroy_store(id).has_value(); });
    return {};
}

Result<void> note_sync(Tx& tx, model::StoreId id, base::Time at, std::string_view error_key) {
    if (!error_key.empty()) return change(tx, id, "UPDATE stores SET last_error = ?2 WHERE id = ?1", {id, error_key});
    return change(tx, id, "UPDATE stores SET last_sync_at = ?2, last_error = '' WHERE id = ?1", {id, at});
}

Result<void> note_webhook(Tx& tx, model::StoreId id, base::Time at) {
    return change(tx, id, "UPDATE stores SET last_webhook_at = ?2 WHERE id = ?1", {id, at});
}

Result<void> note_shop_status(Tx& tx, model::StoreId id, model::ShopStatus status, std::string_view source,
                              base::Time at) {
    return change(tx, id, "UPDATE stores SET status = ?2, status_source = ?3, status_checked_at = ?4 WHERE id = ?1",
                  {id, model::name(status), source, at});
}

Result<void> note_connection(Tx& tx, model::StoreId id, model::Connection connection, std::string_view reason_key) {
    return change(tx, id, "UPDATE stores SET connection = ?2, connection_reason = ?3 WHERE id = ?1",
                  {id, model::name(connection), reason_key});
}

Result<model::StoreSecrets> load_store_secrets(Reader& reader, model::StoreId id) {
    const auto read = [&](const Row& row) -> Result<model::StoreSecrets> {
        Keys& keys = reader.keys();
        model::StoreSecrets secrets;
        secrets.access_token = TRY(keys.open_secret(row.blob(0), place(column::store_access_token, id)));
        secrets.refresh_token = TRY(keys.open_secret(row.blob(1), place(column::store_refresh_token, id)));
        secrets.cipher = TRY(keys.open_secret(row.blob(2), place(column::store_cipher, id)));
        secrets.proxy_password = TRY(keys.open_secret(row.blob(3), place(column::store_proxy_password, id)));
        return secrets;
    };
    auto found = TRY(
        reader.one("SELECT access_token, refresh_token, cipher, proxy_password FROM store_secrets WHERE store_id = ?1",
                   {id}, read));
    if (!found) return fail(Code::not_found, "store " + id.text());
    return std::move(*found);
}

Result<void> save_store_tokens(Tx& tx, model::StoreId id, const StoreTokens& tokens) {
    const std::string scope = id.text();
    const auto access =
        TRY(tx.keys().seal(purpose::token, scope, place(column::store_access_token, id), tokens.access_token.reveal()));
    const auto refresh = TRY(
        tx.keys().seal(purpose::token, scope, place(column::store_refresh_token, id), tokens.refresh_token.reveal()));
    TRY_VOID(change(tx, id, "UPDATE store_secrets SET access_token = ?2, refresh_token = ?3 WHERE store_id = ?1",
                    {id, Blob{access}, Blob{refresh}}));
    return change(tx, id, "UPDATE stores SET token_expires_at = ?2, authorisation_expires_at = ?3 WHERE id = ?1",
                  {id, tokens.token_expires_at, tokens.authorisation_expires_at});
}

Result<void> save_store_cipher(Tx& tx, model::StoreId id, const base::Secret& cipher) {
    return save_secret(tx, "UPDATE store_secrets SET cipher = ?2 WHERE store_id = ?1", purpose::token,
                       column::store_cipher, id, cipher);
}

Result<void> save_proxy_password(Tx& tx, model::StoreId id, const base::Secret& password) {
    return save_secret(tx, "UPDATE store_secrets SET proxy_password = ?2 WHERE store_id = ?1", purpose::proxy,
                       column::store_proxy_password, id, password);
}

Result<void> forget_store_tokens(Tx& tx, model::StoreId id) {
    TRY_VOID(change(tx, id,
                    "UPDATE store_secrets SET access_token = ?2, refresh_token = ?2, cipher = ?2 WHERE store_id = ?1",
                    {id, Blob{""}}));
    TRY_VOID(
        change(tx, id, "UPDATE stores SET token_expires_at = 0, authorisation_expires_at = 0 WHERE id = ?1", {id}));
    tx.after_commit([&keys = tx.keys(), id] { (void)keys.destroy(purpose::token, id.text()).has_value(); });
    return {};
}

}  // namespace db
