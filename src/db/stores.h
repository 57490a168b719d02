#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/store.h"

namespace db {

Result<std::vector<model::Store>> list_stores(Reader& reader);       // By name.
Result<model::Store> find_store(Reader& reader, model::StoreId id);  // Or not_found.
Result<std::optional<model::Store>> find_store_by_ext_id(Reader& reader, model::Platform platform,
                                                         std::string_view ext_id);
// Sets id, created_at and version. conflict "store.exists" when (platform, ext_id) is taken.
Result<model::Store> add_store(Tx& tx, model::Store store);
// Writes what people and the connect flow decide: name, shop_name, region, time_zone, seller_*, ext_id, app,
// connection, proxy, scopes, expiry, demo. conflict "store.changed" when the stored version is not store.version;
// returns the row with its new version. What note_* writes is not touched.
Result<model::Store> save_store(Tx& tx, model::Store store);
// Removes the store and everything that belongs to it except the audit log; destroys its keys after the commit.
Result<void> remove_store(Tx& tx, model::StoreId id);

// Observations. They do not change the version, so that a person's edit is not refused for them.
Result<void> note_sync(Tx& tx, model::StoreId id, base::Time at, std::string_view error_key);  // Empty key: complete.
Result<void> note_webhook(Tx& tx, model::StoreId id, base::Time at);
Result<void> note_shop_status(Tx& tx, model::StoreId id, model::ShopStatus status, std::string_view source,
                              base::Time at);
Result<void> note_connection(Tx& tx, model::StoreId id, model::Connection connection, std::string_view reason_key);

// Secrets are sealed under the store's token and proxy keys.
Result<model::StoreSecrets> load_store_secrets(Reader& reader, model::StoreId id);
struct StoreTokens {
    base::Secret access_token;
    base::Secret refresh_token;
    base::Time token_expires_at;
    base::Time authorisation_expires_at;  // 0: not known.
};
Result<void> save_store_tokens(Tx& tx, model::StoreId id, const StoreTokens& tokens);
Result<void> save_store_cipher(Tx& tx, model::StoreId id, const base::Secret& cipher);
Result<void> save_proxy_password(Tx& tx, model::StoreId id, const base::Secret& password);
// Empties the token columns and destroys the token key after the commit.
Result<void> forget_store_tokens(Tx& tx, model::StoreId id);

}  // namespace db
