#pragma once

#include <optional>
#include <string>

#include "base/http_client.h"
#include "base/json.h"
#include "base/time.h"
#include "platform/call_error.h"

// The frame around every answer of TikTok Shop, and the one table that turns its codes into classes. Pure.
namespace platform::tiktok {

struct Envelope {
    base::JsonDocument document;
    std::string request_id;
    base::Json data() const { return document["data"]; }
};

// Success is code 0 in a JSON object, never the HTTP status alone.
Answer<Envelope> open_envelope(const base::HttpAnswer& answer, base::Time now);

// `message`: some codes are catch-alls and only their words tell them apart.
ErrorClass classify(std::int64_t code, int http_status, std::string_view message);

}  // namespace platform::tiktok
