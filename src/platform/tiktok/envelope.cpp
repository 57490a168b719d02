#include "platform/tiktok/envelope.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace platform::tiktok {
namespace {

bool mentions(std::string_view lower_message, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return lower_message.contains(word); });
}

// 36009004 stands for bad credentials, timestamp, identifier or parameter: only its words tell.
ErrorClass classify_catch_all(std::string_view lower_message) {
    if (mentions(lower_message, {"timestamp", "sign is", "signature", "'sign'", "\"sign\"", "param sign"}))
        return ErrorClass::signature;
    if (mentions(lower_message, {"shop_cipher", "shop_id", "unexpected identifier", "cipher"}))
        return ErrorClass::mismatch;
    return ErrorClass::contract;
}

std::optional<int> whole_seconds(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return std::min(value, 86'400);
}

int seconds_to_next_utc_day(base::Time now) {
    return static_cast<int>(86'400 - now.unix_seconds() % 86'400);
}

}  // namespace

ErrorClass classify(std::int64_t code, int http_status, std::string_view message) {
    const std::string lower = base::ascii_lower(message);
    switch (code) {
        case 105002:
            return ErrorClass::auth_expired;
        case 105001:
        case 36009005:  // Seen with HTTP 401 on production; our own tokens cannot be garbled, they are authenticated.
            return ErrorClass::auth_lost;
        case 105005:
            return ErrorClass::scope_missing;
        case 101000:
        case 106013:
            return ErrorClass::mismatch;
        case 106001:
            return ErrorClass::signature;
        case 36009004:
            return classify_catch_all(lower);
        case 36009033:
            return ErrorClass::ip_blocked;
        case 36009002:
        case 45101004:  // Quota of the day.
        case 45111012:
            return ErrorClass::rate;
        case 36009003:
        case 36009007:
        case 10037002:
        case 10037003:
        case 10037004:
            return ErrorClass::transient;
        case 12052700:
        case 12019114:
        case 12009014:
        case 10006402:
        case 25020005:
            return ErrorClass::seller_inactive;
        case 25001046:
            return ErrorClass::platform_risk;
        default:
            break;
    }
    if (code >= 36004000 && code <= 36004009) return ErrorClass::auth_lost;
    if (http_status == 429) return ErrorClass::rate;
    if (http_status >= 500) return ErrorClass::transient;
    if (mentions(lower, {"try again", "retry later"})) return ErrorClass::transient;
    return ErrorClass::contract;
}

Answer<Envelope> open_envelope(const base::HttpAnswer& answer, base::Time now) {
    CallError error;
    error.http_status = answer.status;
    if (const auto wait = answer.header("retry-after")) error.retry_after_s = whole_seconds(*wait);

    auto document = base::JsonDocument::parse(answer.body);
    const std::optional<std::int64_t> code =
        document && document->root().is_object() ? (*document)["code"].loose_integer() : std::nullopt;
    if (!code) {
        // No envelope: an overloaded gateway's HTML, a cut body, a captive page. What a write did is not known.
        error.message = "no readable answer";
        if (answer.status == 429)
            error.kind = ErrorClass::rate;
        else
            error.kind = answer.status >= 500 ? ErrorClass::transient : ErrorClass::no_answer;
        return std::unexpected(std::move(error));
    }
    std::string request_id = (*document)["request_id"].string_or();
    if (*code == 0) return Envelope{std::move(*document), std::move(request_id)};

    error.code = *code;
    error.message = std::string(base::shorten((*document)["message"].string_or(), 200));
    error.request_id = std::string(base::shorten(request_id, 80));
    error.kind = classify(*code, answer.status, error.message);
    // The quota of customer service ends with the day (UTC: inferred).
    if (*code == 45101004) error.retry_after_s = seconds_to_next_utc_day(now);
    return std::unexpected(std::move(error));
}

}  // namespace platform::tiktok
