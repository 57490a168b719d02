#include "api/dispatch.h"

#include <memory>

#include "api/answer.h"
#include "api/static_files.h"
#include "base/log.h"

namespace api {
namespace {

bool is_webhook(const http::Request& request) {
    return request.path.starts_with("/hooks/");
}

bool is_oauth_callback(const http::Request& request) {
    return request.path.starts_with("/oauth/") && request.path.ends_with("/callback");
}

http::Response health(bool ready) {
    http::Response response;
    response.status = ready ? 200 : 503;
    response.set("content-type", "text/plain; charset=utf-8").set("cache-control", "no-store");
    response.body = ready ? "ok\n" : "not ready\n";
    return response;
}

// Reading is logged when it fails, changing always. Paths hold ids only, never tokens or codes (those are in bodies and
// in the OAuth query).
void log_request(const http::Request& request, int status, std::int64_t took_ms) {
    const bool worth = status >= 400 || request.method != http::Method::get;
    base::log(worth ? base::Level::info : base::Level::debug, "http.request",
              {{"request_id", request.request_id},
               {"method", http::name(request.method)},
               {"path", request.path},
               {"status", status},
               {"took_ms", took_ms}});
}

}  // namespace

http::Handlers make_handlers(Services& services, const Router& router, Edges edges, const base::Clock& clock) {
    const auto shared = std::make_shared<const Edges>(std::move(edges));
    http::Handlers handlers;
    handlers.plan = [&router](const http::Request& request) -> http::Plan {
        if (is_webhook(request)) return {k_max_webhook_bytes, true};
        return {router.max_body_bytes(request), false, router.hashes(request)};
    };
    handlers.handle = [&services, &router, &clock, shared](http::Request request, http::Respond respond) {
        if (is_webhook(request)) {
            shared->webhook(std::move(request), std::move(respond));
            return;
        }
        const std::int64_t began = clock.monotonic_ms();
        http::Response response = request.path.starts_with("/api/") ? router.handle(services, request)
                                  : is_oauth_callback(request)      ? shared->oauth_callback(request)
                                  : request.path == "/healthz"      ? health(shared->ready())
                                                                    : serve_asset(request, web_assets());
        log_request(request, response.status, clock.monotonic_ms() - began);
        respond(std::move(response));
    };
    return handlers;
}

}  // namespace api
