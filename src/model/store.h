#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/platform.h"

namespace model {

// How the console stands to a store's marketplace.
enum class Connection {
    none,          // Never connected: data come by import only.
    held,          // Authorised, but a person must confirm that the shop is theirs (API-5).
    connected,     // Calls work.
    reconnect,     // The marketplace no longer accepts our token; the owner must authorise again.
    disconnected,  // Ended by us or by the seller.
};
// What the marketplace says about the shop itself. unknown is never shown as fine.
enum class ShopStatus { unknown, active, restricted, inactive };

std::string_view name(Connection connection);
std::string_view name(ShopStatus status);

// The application registered with a marketplace, through which stores are authorised.
struct App {
    AppId id;
    Platform platform = Platform::tiktok_shop;
    std::string key;           // app_key; public.
    std::string service_id;    // TikTok's consent page parameter.
    std::string api_base;      // "https://open-api.tiktokglobalshop.com"; configurable (tests, sandbox).
    std::string auth_base;     // "https://auth.tiktok-shops.com"
    std::string consent_base;  // "https://services.tiktokshop.com"
    base::Time updated_at;
};

struct Store {
    StoreId id;
    Platform platform = Platform::tiktok_shop;
    std::string ext_id;         // The marketplace's shop id. Empty until connected; then unique with platform.
    std::string name;           // What the team calls it.
    std::string shop_name;      // What the marketplace calls it.
    std::string region;         // ISO 3166 alpha-2, e.g. "TH".
    std::string time_zone;      // IANA, e.g. "Asia/Bangkok".
    std::string seller_type;    // Raw: CROSS_BORDER or LOCAL at TikTok Shop.
    std::string seller_ext_id;  // The authorising seller (TikTok's open_id).
    AppId app;
    Connection connection = Connection::none;
    std::string
        connection_reason;  // Stable key: why it is not connected, e.g. "store.auth_lost"; empty when all is well.
    ShopStatus status = ShopStatus::unknown;
    std::string status_source;  // Which probe said so, e.g. "seller.shops"; empty while unknown.
    base::Time status_checked_at;
    base::Time token_expires_at;          // Access token; 0: none.
    base::Time authorisation_expires_at;  // Refresh token: the seller must authorise again before; 0: not known.
    std::vector<std::string> scopes;      // Granted.
    std::string proxy;                    // "" or scheme://host:port without credentials.
    std::string proxy_user;
    base::Time last_sync_at;     // End of the last complete poll; 0: never.
    base::Time last_webhook_at;  // 0: never.
    std::string last_error;      // Stable key of the last failed sync; empty after a good one.
    bool demo = false;           // Part of the demo fleet.
    base::Time created_at;
    std::int64_t version = 0;  // Grows with each write (If-Match).
};

// Kept apart from Store, so that lists never carry secrets.
struct StoreSecrets {
    base::Secret access_token;
    base::Secret refresh_token;
    base::Secret cipher;  // TikTok's shop_cipher.
    base::Secret proxy_password;
};

}  // namespace model
