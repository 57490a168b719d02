#pragma once

#include <string>
#include <string_view>

#include "base/http_client.h"
#include "base/json.h"
#include "base/time.h"
#include "platform/call_error.h"

// The frame around every answer of Shopee, and the one table that turns its codes into classes. Pure.
namespace platform::shopee {

struct Envelope {
    base::JsonDocument document;
    std::string request_id;
    // `response`, or the whole answer: calls of the app itself, tokens and the shop's own page have no wrapper.
    base::Json data() const { return document["response"].present() ? document["response"] : document.root(); }
};

// Success is an empty `error` in a JSON object, whatever the HTTP status; "-" and " " count as empty, as some of the
// marketplace's own samples have them.
Answer<Envelope> open_envelope(const base::HttpAnswer& answer, base::Time now);

// `message`: some codes are catch-alls and only their words tell them apart.
ErrorClass classify(std::string_view code, int http_status, std::string_view message);

}  // namespace platform::shopee
