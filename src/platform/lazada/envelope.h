#pragma once

#include <string>
#include <string_view>

#include "base/http_client.h"
#include "base/json.h"
#include "platform/call_error.h"

// The frame around every answer of Lazada, and the one table that turns its codes into classes. Pure.
namespace platform::lazada {

struct Envelope {
    base::JsonDocument document;
    std::string request_id;
    base::Json data() const { return document["data"]; }
};

// Success is code "0" in a JSON object; refusals come with HTTP 200 as well. A refusal's message begins with the code,
// since Lazada's codes are words and numbers.
Answer<Envelope> open_envelope(const base::HttpAnswer& answer);

// `type`: ISV (the caller), ISP (the platform) or SYSTEM; decides only about codes that nobody has published.
ErrorClass classify(std::string_view code, std::string_view type, int http_status, std::string_view message);

// Codes of single calls that are asked for by number.
inline constexpr std::int64_t k_invalid_order_id = 16;
inline constexpr std::int64_t k_order_not_found = 35;

}  // namespace platform::lazada
