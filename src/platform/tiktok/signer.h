#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

// TikTok Shop's request signature, from the marketplace's page "Sign your API request". Pure.
namespace platform::tiktok {

// Name and decoded value; percent-encoding happens only when the URL is built.
using Params = std::vector<std::pair<std::string, std::string>>;

// Lower-case hex. `path` starts with "/". `body`: the very bytes that are sent; left out of the signature when the
// media type of `content_type` is multipart/form-data. "sign" and "access_token" among the parameters are skipped.
std::string sign(const base::Secret& app_secret, std::string_view path, const Params& params, std::string_view body,
                 std::string_view content_type);

// The signature of a webhook: HMAC of app key and raw body, lower-case hex.
std::string sign_webhook(std::string_view app_key, const base::Secret& app_secret, std::string_view raw_body);

}  // namespace platform::tiktok
