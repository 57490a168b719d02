#include "platform/tiktok/client.h"

#include <utility>

#include "base/encoding.h"
#include "base/log.h"
#include "platform/tiktok/read.h"

// The frame of every call: signature, clock, tries. What the single calls mean is in calls.cpp.
namespace platform::tiktok {

using base::HttpRequest;

Client::Client(base::HttpClient& http, const base::Clock& clock, base::Random& random,
               std::function<void(base::Duration)> pause)
    : http_(http), clock_(clock), server_clock_(clock), runner_(clock, random, std::move(pause)) {}

HttpRequest Client::signed_request(const StoreAccess& store, const Call& call) const {
    static constexpr std::string_view k_content_type = "application/json";
    Params params = call.params;
    params.emplace_back("app_key", store.app.app.key);
    params.emplace_back("timestamp", std::to_string(now(store.app.app).unix_seconds()));
    if (call.endpoint.cipher) params.emplace_back("shop_cipher", std::string(store.cipher.reveal()));
    const std::string_view path = call.path.empty() ? call.endpoint.path : std::string_view(call.path);
    params.emplace_back("sign", sign(store.app.secret, path, params, call.body, k_content_type));

    HttpRequest request;
    request.method = call.endpoint.method;
    request.url = store.app.app.api_base;
    request.url += path;
    char separator = '?';
    for (const auto& [name, value] : params) {
        request.url += separator;
        request.url += name;
        request.url += '=';
        request.url += base::percent_encode(value);
        separator = '&';
    }
    request.headers.emplace_back("content-type", k_content_type);
    request.headers.emplace_back("accept", "application/json");
    request.headers.emplace_back("x-tts-access-token", std::string(store.access_token.reveal()));
    request.body = call.body;
    request.egress = store.egress;
    return request;
}

Answer<Envelope> Client::attempt(const StoreAccess& store, const Call& call) {
    const auto answer = http_.send(signed_request(store, call));
    if (!answer) return std::unexpected(transport_error(answer.error()));
    const bool clock_was_wrong = server_clock_.learn(store.app.app.api_base, *answer);
    auto opened = open_envelope(*answer, clock_.now());
    // Worth one more try, with the time we have just learned.
    if (!opened && opened.error().kind == ErrorClass::signature && clock_was_wrong) opened.error().retry_after_s = 0;
    return opened;
}

Answer<Envelope> Client::call(const StoreAccess& store, const Call& call) {
    const CallRunner::Call named{
        store.egress.owner, std::string(call.endpoint.method) + std::string(call.endpoint.path), call.endpoint.write};
    return runner_.run(named, [&] { return attempt(store, call); });
}

Answer<Grant> Client::token_call(const AppAccess& app, const base::EgressProfile& egress, std::string_view path,
                                 std::string_view grant_type, std::string_view name, std::string_view value) {
    HttpRequest request;
    request.url = app.app.auth_base;
    request.url += path;
    request.url += "?app_key=" + base::percent_encode(app.app.key);
    request.url += "&app_secret=" + base::percent_encode(app.secret.reveal());
    request.url += '&';
    request.url += name;
    request.url += '=' + base::percent_encode(value);
    request.url += "&grant_type=";
    request.url += grant_type;
    request.headers.emplace_back("accept", "application/json");
    request.egress = egress;
    // No second try here: a code is good once, and a refresh belongs to the holder of the store's lease.
    auto answer = http_.send(std::move(request));
    if (!answer) return std::unexpected(transport_error(answer.error()));
    auto opened = open_envelope(*answer, clock_.now());
    base::wipe(answer->body);
    if (!opened) {
        base::log(base::Level::warning, "platform.token_call_failed",
                  {{"store", egress.owner},
                   {"grant", grant_type},
                   {"class", platform::name(opened.error().kind)},
                   {"code", opened.error().code},
                   {"http_status", opened.error().http_status},
                   {"request_id", opened.error().request_id}});
        return std::unexpected(std::move(opened).error());
    }
    return read_grant(opened->data(), opened->request_id);
}

}  // namespace platform::tiktok
