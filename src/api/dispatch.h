#pragma once

#include <functional>
#include <string_view>

#include "api/router.h"
#include "base/clock.h"
#include "http/server.h"

namespace api {

// What lies outside the API proper.
struct Edges {
    // POST /hooks/<platform>/…: answers after the event is durable. Must not block: runs on the connection's own
    // thread.
    std::function<void(http::Request, http::Respond)> webhook;
    // GET /oauth/<platform>/callback: the marketplace sends the seller's browser back.
    std::function<http::Response(const http::Request&)> oauth_callback;
    // Is the server able to do its work? For load balancers; the answer says no more than yes or no.
    std::function<bool()> ready;
};

// Largest webhook body (API-2).
inline constexpr std::size_t k_max_webhook_bytes = 256u << 10;

// Everything the main listener answers: webhooks, OAuth callbacks, the API, /healthz, and the console's own files.
// `services` and `router` must outlive the server.
http::Handlers make_handlers(Services& services, const Router& router, Edges edges, const base::Clock& clock);

}  // namespace api
