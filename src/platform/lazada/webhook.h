#pragma once

#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "platform/connector.h"

// Lazada's message push. Pure.
namespace platform::lazada {

// Over the raw bytes, before any parsing, in constant time. `authorization` is the header as received: bare hex of
// either case.
bool verify_webhook(std::string_view app_key, const base::Secret& app_secret, std::string_view raw_body,
                    std::string_view authorization);

// Tolerant, as the marketplace's own samples ask for: `timestamp` and `site` may be missing, ids may be numbers, type
// 11 has no envelope.
base::Result<Hint> parse_webhook(std::string_view raw_body);

}  // namespace platform::lazada
