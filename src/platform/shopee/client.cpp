#include "platform/shopee/client.h"

#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "base/log.h"
#include "platform/shopee/read.h"

// The frame of every call: signature, clock, tries. What the single calls mean is in calls.cpp and order_calls.cpp.
namespace platform::shopee {

using base::HttpRequest;

namespace {

// Ids travel as JSON numbers in bodies.
std::optional<std::int64_t> number(std::string_view digits) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

}  // namespace

Client::Client(base::HttpClient& http, const base::Clock& clock, base::Random& random,
               std::function<void(base::Duration)> pause)
    : http_(http), clock_(clock), server_clock_(clock), runner_(clock, random, std::move(pause)) {}

HttpRequest Client::signed_request(const StoreAccess& store, const Call& call) const {
    const model::App& app = store.app.app;
    const Owner owner = call.endpoint.shop ? Owner{store.access_token.reveal(), store.shop_ext_id} : Owner{};
    const std::int64_t timestamp = now(app).unix_seconds();
    // Also for POST these stand in the query.
    Params params = {{"partner_id", app.key},
                     {"timestamp", std::to_string(timestamp)},
                     {"sign", sign(store.app.secret, app.key, call.endpoint.path, timestamp, owner)}};
    if (call.endpoint.shop) {
        params.emplace_back("access_token", owner.access_token);
        params.emplace_back("shop_id", owner.shop_id);
    }
    params.insert(params.end(), call.params.begin(), call.params.end());

    HttpRequest request;
    request.method = call.endpoint.method;
    request.url = app.api_base;
    request.url += call.endpoint.path;
    char separator = '?';
    for (auto& [name, value] : params) {
        request.url += separator;
        request.url += name;
        request.url += '=';
        request.url += base::percent_encode(value);
        separator = '&';
        if (name == "access_token") base::wipe(value);
    }
    request.headers.emplace_back("accept", "application/json");
    if (!call.body.empty()) request.headers.emplace_back("content-type", "application/json");
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
    const CallRunner::Call named{store.egress.owner, std::string(call.endpoint.path), call.endpoint.write};
    return runner_.run(named, [&] { return attempt(store, call); });
}

Answer<Grant> Client::token_call(const AppAccess& app, const base::EgressProfile& egress, const Endpoint& endpoint,
                                 std::string_view name, std::string_view value, const Whose& whose) {
    const auto partner_id = number(app.app.key);
    const auto id = number(whose.id);
    if (!partner_id || !id) return std::unexpected(CallError{ErrorClass::contract, 0, 0, "an id is no number", {}, {}});
    boost::json::object body;
    body[name] = value;
    body["partner_id"] = *partner_id;
    body[whose.name] = *id;
    const base::Secret none;
    const StoreAccess nobody{app, none, none, "", "", egress};
    Call request{endpoint, {}, boost::json::serialize(body)};
    base::Time asked_at = clock_.now();
    auto opened = attempt(nobody, request);
    // A code is good once, and a refresh belongs to the holder of the store's lease: no second try, but where the
    // signature's time was refused nothing has happened yet.
    if (!opened && opened.error().retry_after_s == 0 && opened.error().kind == ErrorClass::signature) {
        asked_at = clock_.now();
        opened = attempt(nobody, request);
    }
    base::wipe(request.body);
    if (!opened) {
        base::log(base::Level::warning, "platform.token_call_failed",
                  {{"store", egress.owner},
                   {"grant", name},
                   {"class", platform::name(opened.error().kind)},
                   {"code", opened.error().code_name},
                   {"http_status", opened.error().http_status},
                   {"request_id", opened.error().request_id}});
        return std::unexpected(std::move(opened).error());
    }
    return read_grant(opened->data(), asked_at, opened->request_id);
}

}  // namespace platform::shopee
