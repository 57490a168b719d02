#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

// Lazada's two signatures: of requests (open.lazada.com, "Signing requests") and of webhooks ("Push mechanism"). Pure.
namespace platform::lazada {

// Name and decoded value; percent-encoding happens only when the request is built.
using Params = std::vector<std::pair<std::string, std::string>>;

// Upper-case hex. `path` is what follows "/rest", e.g. "/order/get". "sign" among the parameters is skipped.
std::string sign(const base::Secret& app_secret, std::string_view path, const Params& params);

// The signature of a webhook: HMAC of app key and raw body, lower-case hex.
std::string sign_webhook(std::string_view app_key, const base::Secret& app_secret, std::string_view raw_body);

}  // namespace platform::lazada
