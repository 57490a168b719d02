#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "platform/connector.h"

// TikTok Shop's webhooks. Pure.
namespace platform::tiktok {

// Over the raw bytes, before any parsing, in constant time. `authorization` is the header as received: bare lower-case
// hex.
bool verify_webhook(std::string_view app_key, const base::Secret& app_secret, std::string_view raw_body,
                    std::string_view authorization);

// Tolerant: `shop_id` may be missing, ids may be numbers, type 68 has neither `type` nor `data`.
base::Result<Hint> parse_webhook(std::string_view raw_body);

}  // namespace platform::tiktok
