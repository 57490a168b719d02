#include "platform/lazada/client.h"

#include <utility>

#include "base/encoding.h"
#include "base/log.h"
#include "platform/lazada/read.h"

// The frame of every call: signature, clock, tries. What the single calls mean is in calls.cpp.
namespace platform::lazada {

using base::HttpRequest;

namespace {

std::string form_of(const Params& params) {
    std::string out;
    // Reserved at once: growing would leave copies of tokens in freed memory. Each byte takes three at most.
    std::size_t size = 0;
    for (const auto& [name, value] : params) size += name.size() + 3 * value.size() + 2;
    out.reserve(size);
    for (const auto& [name, value] : params) {
        if (!out.empty()) out += '&';
        out += name;
        out += '=';
        out += base::percent_encode(value);
    }
    return out;
}

}  // namespace

Client::Client(base::HttpClient& http, const base::Clock& clock, base::Random& random,
               std::function<void(base::Duration)> pause)
    : http_(http), clock_(clock), server_clock_(clock), runner_(clock, random, std::move(pause)) {}

void Client::sign_params(const AppAccess& app, std::string_view path, Params& params) const {
    params.emplace_back("app_key", app.app.key);
    params.emplace_back("timestamp", std::to_string(now(app.app).ms));
    params.emplace_back("sign_method", "sha256");
    params.emplace_back("sign", sign(app.secret, path, params));
}

Answer<Envelope> Client::attempt(const StoreAccess& store, const Market& market, const Call& call) {
    Params params = call.params;
    params.emplace_back("access_token", std::string(store.access_token.reveal()));
    sign_params(store.app, call.endpoint.path, params);
    HttpRequest request;
    request.url =
        market_base(store.app.app, market) + "/rest" + std::string(call.endpoint.path) + "?" + form_of(params);
    request.headers.emplace_back("accept", "application/json");
    request.egress = store.egress;
    const auto answer = http_.send(std::move(request));
    if (!answer) return std::unexpected(transport_error(answer.error()));
    const bool clock_was_wrong = server_clock_.learn(store.app.app.api_base, *answer);
    auto opened = open_envelope(*answer);
    // Worth one more try, with the time we have just learned.
    if (!opened && opened.error().kind == ErrorClass::signature && clock_was_wrong) opened.error().retry_after_s = 0;
    return opened;
}

Answer<Envelope> Client::call(const StoreAccess& store, const Call& call) {
    const Market* const market = find_market(store.region);
    if (market == nullptr)
        return std::unexpected(CallError{ErrorClass::contract, 0, 0, "region is no market of Lazada", {}, {}});
    const CallRunner::Call named{store.egress.owner, std::string(call.endpoint.path), call.endpoint.write};
    return runner_.run(named, [&] { return attempt(store, *market, call); });
}

HttpRequest Client::token_request(const AppAccess& app, const base::EgressProfile& egress, std::string_view path,
                                  std::string_view name, std::string_view value) const {
    Params params = {{std::string(name), std::string(value)}};
    sign_params(app, path, params);
    HttpRequest request;
    request.method = "POST";
    request.url = app.app.auth_base + "/rest" + std::string(path);
    request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("accept", "application/json");
    request.body = form_of(params);
    base::wipe(params.front().second);
    request.egress = egress;
    return request;
}

Answer<Grant> Client::token_call(const AppAccess& app, const base::EgressProfile& egress, std::string_view path,
                                 std::string_view name, std::string_view value) {
    // No second try here: a code is good once, and a refresh belongs to the holder of the store's lease. Only what was
    // refused for our wrong clock goes again, by the time just learned.
    for (bool clock_mended = false;; clock_mended = true) {
        auto answer = http_.send(token_request(app, egress, path, name, value));
        if (!answer) return std::unexpected(transport_error(answer.error()));
        const bool clock_was_wrong = server_clock_.learn(app.app.api_base, *answer);
        auto opened = open_envelope(*answer);
        base::wipe(answer->body);
        if (opened) return read_grant(opened->document.root(), opened->request_id, clock_.now());
        base::log(base::Level::warning, "platform.token_call_failed",
                  {{"store", egress.owner},
                   {"call", path},
                   {"class", platform::name(opened.error().kind)},
                   {"code", opened.error().code},
                   {"http_status", opened.error().http_status},
                   {"request_id", opened.error().request_id}});
        if (opened.error().kind != ErrorClass::signature || !clock_was_wrong || clock_mended)
            return std::unexpected(std::move(opened).error());
    }
}

}  // namespace platform::lazada
