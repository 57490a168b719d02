#include "platform/tiktok/client.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/encoding.h"
#include "base/log.h"
#include "platform/tiktok/http_date.h"
#include "platform/tiktok/read.h"

// The frame of every call: limits, tries, signature, clock. What the single calls mean is in calls.cpp.
namespace platform::tiktok {

using base::HttpAnswer;
using base::HttpRequest;

Client::Client(base::HttpClient& http, const base::Clock& clock, base::Random& random,
               std::function<void(base::Duration)> pause)
    : http_(http), clock_(clock), random_(random), pause_(std::move(pause)), limiter_(clock) {}

base::Time Client::platform_now(const std::string& api_base) const {
    std::scoped_lock lock(mutex_);
    const auto found = offset_ms_.find(api_base);
    return clock_.now() + base::milliseconds(found == offset_ms_.end() ? 0 : found->second);
}

bool Client::learn_time(const std::string& api_base, const HttpAnswer& answer) {
    const auto header = answer.header("date");
    const auto date = header ? parse_http_date(*header) : std::nullopt;
    if (!date) return false;
    const std::int64_t offset = (*date - clock_.now()).ms;
    // Date has whole seconds and the answer travelled: smaller differences are noise.
    constexpr std::int64_t k_noise_ms = 3'000;
    std::scoped_lock lock(mutex_);
    std::int64_t& known = offset_ms_[api_base];
    if (std::abs(offset - known) <= k_noise_ms) return false;
    // Accepted is now-300 s to now+30 s.
    const bool mattered = std::abs(offset - known) > 25'000;
    known = std::abs(offset) <= k_noise_ms ? 0 : offset;
    return mattered;
}

HttpRequest Client::signed_request(const StoreAccess& store, const Call& call) const {
    static constexpr std::string_view k_content_type = "application/json";
    Params params = call.params;
    params.emplace_back("app_key", store.app.app.key);
    params.emplace_back("timestamp", std::to_string(platform_now(store.app.app.api_base).unix_seconds()));
    if (call.endpoint.cipher) params.emplace_back("shop_cipher", std::string(store.cipher.reveal()));
    params.emplace_back("sign", sign(store.app.secret, call.endpoint.path, params, call.body, k_content_type));

    HttpRequest request;
    request.method = call.endpoint.method;
    request.url = store.app.app.api_base;
    request.url += call.endpoint.path;
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
    const bool clock_was_wrong = learn_time(store.app.app.api_base, *answer);
    auto opened = open_envelope(*answer, clock_.now());
    // Worth one more try, with the time we have just learned.
    if (!opened && opened.error().kind == ErrorClass::signature && clock_was_wrong) opened.error().retry_after_s = 0;
    return opened;
}

Answer<Envelope> Client::call(const StoreAccess& store, const Call& call) {
    const std::int64_t started = clock_.monotonic_ms();
    const bool write = call.endpoint.write;
    const std::string limit_key = std::string(call.endpoint.method) + std::string(call.endpoint.path);
    bool clock_mended = false;
    for (int tries = 1;; ++tries) {
        // The limit is kept by waiting here while the wait is short; a long one goes back to the caller.
        while (const std::int64_t wait_ms = limiter_.take(store.egress.owner, limit_key, write)) {
            if (wait_ms > k_longest_wait_ms || clock_.monotonic_ms() - started > k_call_budget_ms) {
                CallError error{ErrorClass::rate, 0, 0, "our own limit", {}, static_cast<int>((wait_ms + 999) / 1'000)};
                return std::unexpected(std::move(error));
            }
            pause_(base::milliseconds(wait_ms));
        }
        auto answer = attempt(store, call);
        if (answer) {
            limiter_.succeeded(store.egress.owner, limit_key, write);
            return answer;
        }
        CallError& error = answer.error();
        base::log(base::Level::warning, "platform.call_failed",
                  {{"store", store.egress.owner},
                   {"call", limit_key},
                   {"class", name(error.kind)},
                   {"code", error.code},
                   {"http_status", error.http_status},
                   {"request_id", error.request_id},
                   {"try", tries}});
        // Random exponential, base 1 s; Retry-After counts where it is longer.
        std::int64_t wait_ms = 500LL << std::min(tries, 9);
        wait_ms = wait_ms / 2 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(wait_ms)));
        wait_ms = std::min<std::int64_t>(wait_ms, 300'000);
        if (error.kind == ErrorClass::rate) {
            if (error.retry_after_s) wait_ms = std::max<std::int64_t>(wait_ms, *error.retry_after_s * 1'000LL);
            limiter_.throttled(store.egress.owner, limit_key, write, wait_ms);
            error.retry_after_s = static_cast<int>((wait_ms + 999) / 1'000);
        }
        if (error.kind == ErrorClass::signature && error.retry_after_s == 0 && !clock_mended) {
            clock_mended = true;
            continue;
        }
        const Reaction next = reaction(error.kind, write);
        // Refused for its rate, a write was not executed: it may go again as well.
        const bool again = next == Reaction::retry || next == Reaction::back_off;
        // A dead proxy or line costs a whole time-out each time: the caller comes back later, other stores come first.
        const int most = error.http_status == 0 ? k_silent_tries : k_read_tries;
        const std::int64_t spent = clock_.monotonic_ms() - started;
        if (!again || tries >= most || wait_ms > k_longest_wait_ms || spent + wait_ms > k_call_budget_ms) return answer;
        pause_(base::milliseconds(wait_ms));
    }
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
