#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

// Shopee's signatures, from the marketplace's pages "API calls" and "Push mechanism". Pure.
namespace platform::shopee {

// Name and decoded value; percent-encoding happens only when the URL is built.
using Params = std::vector<std::pair<std::string, std::string>>;

// In whose name a call is made: both empty for the calls of the app itself ("Public").
struct Owner {
    std::string_view access_token;
    std::string_view shop_id;
};

// Lower-case hex. `path` begins with "/api/v2"; host, query, verb and body are not signed. The key is used as the ASCII
// text that the marketplace's console shows, although it looks like hex.
std::string sign(const base::Secret& partner_key, std::string_view partner_id, std::string_view path,
                 std::int64_t unix_seconds, const Owner& owner);

// The signature of a webhook: `address` byte for byte as it is registered, and the raw body. Lower-case hex.
std::string sign_webhook(const base::Secret& partner_key, std::string_view address, std::string_view raw_body);

}  // namespace platform::shopee
