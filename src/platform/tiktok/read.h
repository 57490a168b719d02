#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "platform/connector.h"

// Reading of the small answers. Pure and total.
namespace platform::tiktok {

// `data` of a token answer. contract when a token or the access token's end is missing.
Answer<Grant> read_grant(const base::Json& data, const std::string& request_id);
// Shops without id or cipher are left out.
std::vector<Shop> read_shops(const base::Json& data);

// What one probe says about one shop; no status: it says nothing.
struct ShopVerdict {
    std::optional<model::ShopStatus> status;
    std::string source;
    std::string reason;
};
// GET /seller/202309/shops lists active shops only.
ShopVerdict read_active_shops(const base::Json& data, std::string_view shop_ext_id);
ShopVerdict read_seller_status(const base::Json& data, std::string_view shop_ext_id);
// The check SHOP_STATUS of the listing prerequisites; the shop is the one of the cipher.
ShopVerdict read_prerequisites(const base::Json& data, std::string_view shop_ext_id);
// A call in the shop's own name was refused while the authorisation as such works: either with a code for inactive
// shops or with one that nobody has published, as the gateway does for deactivated shops since 2026.
ShopVerdict read_refusal(const CallError& error);

}  // namespace platform::tiktok
