#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "platform/connector.h"

// Shopee's pushes. Pure.
namespace platform::shopee {

// Over the raw bytes, before any parsing, in constant time. `authorization` is the header as received: bare lower-case
// hex; `address` the registered one, byte for byte.
bool verify_webhook(const base::Secret& partner_key, std::string_view address, std::string_view raw_body,
                    std::string_view authorization);

// Tolerant: the shop may stand in the envelope, in `data` or in a sentence; `data` may be an array of one.
base::Result<Hint> parse_webhook(std::string_view raw_body);

}  // namespace platform::shopee
