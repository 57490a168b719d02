#include "platform/shopee/envelope.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace platform::shopee {
namespace {

struct Row {
    std::string_view code;
    ErrorClass kind;
};

// Codes whose class does not depend on their words. All others that the marketplace's pages name (order.…, logistics.…,
// product.… and the like) refuse one call for its content: contract.
constexpr std::array k_classes = {
    Row{"error_sign", ErrorClass::signature},
    Row{"invalid_partner_id", ErrorClass::signature},
    Row{"error_partner_key_expired", ErrorClass::signature},
    Row{"invalid_acceess_token", ErrorClass::auth_expired},  // The marketplace's own spelling.
    Row{"invalid_access_token", ErrorClass::auth_expired},
    Row{"refresh_token_expired", ErrorClass::auth_lost},
    Row{"error_shop_refresh_token", ErrorClass::auth_lost},
    Row{"error_merchant_refresh_token", ErrorClass::auth_lost},
    Row{"shop_access_expired", ErrorClass::auth_lost},
    Row{"merchant_access_expired", ErrorClass::auth_lost},
    Row{"shop_no_linked", ErrorClass::auth_lost},
    Row{"merchant_no_linked", ErrorClass::auth_lost},
    Row{"partner_shop_no_link", ErrorClass::auth_lost},
    Row{"error_permission", ErrorClass::scope_missing},
    Row{"error_api_permission", ErrorClass::scope_missing},
    Row{"error_ashop_api_permission", ErrorClass::scope_missing},
    Row{"error_api_call_restricted", ErrorClass::platform_risk},
    Row{"api_suspended", ErrorClass::platform_risk},
    Row{"source_ip_undeclared", ErrorClass::ip_blocked},
    Row{"shop_banned", ErrorClass::seller_inactive},
    Row{"error_kyc_auth", ErrorClass::seller_inactive},
    Row{"error_shop", ErrorClass::mismatch},
    Row{"common.invalid_shop", ErrorClass::mismatch},
    Row{"error_rate_limit", ErrorClass::rate},
    Row{"error_server", ErrorClass::transient},
    Row{"error_network", ErrorClass::transient},
    Row{"error_inner", ErrorClass::transient},
    Row{"error_data", ErrorClass::transient},
    Row{"error_system_busy", ErrorClass::transient},
    Row{"system_busy", ErrorClass::transient},
    Row{"error_busy", ErrorClass::transient},
};

bool mentions(std::string_view lower_message, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return lower_message.contains(word); });
}

bool names_daily_limit(std::string_view lower_message) {
    return lower_message.contains("daily");
}

// 00:00 UTC+8, when the app's quota begins anew.
int seconds_to_next_quota(base::Time now) {
    constexpr std::int64_t k_offset_s = 8 * 3'600;
    return static_cast<int>(86'400 - (now.unix_seconds() + k_offset_s) % 86'400);
}

}  // namespace

ErrorClass classify(std::string_view code, int http_status, std::string_view message) {
    const std::string lower = base::ascii_lower(message);
    if (const auto* const row = std::ranges::find(k_classes, code, &Row::code); row != k_classes.end())
        return row->kind;
    if (code == "error_param") {
        if (mentions(lower, {"timestamp", "no sign"})) return ErrorClass::signature;
        if (mentions(lower, {"invalid shop_id", "shop_id is invalid"})) return ErrorClass::mismatch;
        if (mentions(lower, {"no partner_id", "invalid partner_id"})) return ErrorClass::signature;
        return ErrorClass::contract;
    }
    if (code == "error_auth") {
        if (mentions(lower, {"permission"})) return ErrorClass::scope_missing;
        if (mentions(lower, {"partner_id"})) return ErrorClass::signature;
        return ErrorClass::auth_expired;
    }
    // Some modules use the same code for trouble of their own.
    if (code == "error_limit") return names_daily_limit(lower) ? ErrorClass::rate : ErrorClass::contract;
    if (http_status == 429) return ErrorClass::rate;
    if (http_status >= 500) return ErrorClass::transient;
    return ErrorClass::contract;
}

Answer<Envelope> open_envelope(const base::HttpAnswer& answer, base::Time now) {
    CallError error;
    error.http_status = answer.status;
    auto document = base::JsonDocument::parse(answer.body);
    const bool object = document && document->root().is_object();
    std::optional<std::string_view> code = object ? (*document)["error"].string() : std::nullopt;
    // A success that leaves the field out still has what an answer of this marketplace has.
    if (object && !(*document)["error"].present() && answer.status / 100 == 2 && (*document)["request_id"].present())
        code = "";
    if (!code) {
        // No envelope: an overloaded gateway's HTML, a cut body, a captive page. What a write did is not known.
        error.message = "no readable answer";
        if (answer.status == 429)
            error.kind = ErrorClass::rate;
        else
            error.kind = answer.status >= 500 ? ErrorClass::transient : ErrorClass::no_answer;
        return std::unexpected(std::move(error));
    }
    std::string request_id(base::shorten((*document)["request_id"].string_or(), 80));
    const std::string_view word = base::trim(*code);
    if (word.empty() || word == "-") return Envelope{std::move(*document), std::move(request_id)};

    error.code_name = code_name(word);
    // The second spelling is the marketplace's, of one call.
    const base::Json message = (*document)["message"].present() ? (*document)["message"] : (*document)["mesage"];
    error.message = std::string(base::shorten(message.string_or(), 200));
    error.request_id = std::move(request_id);
    error.kind = classify(word, answer.status, error.message);
    if (word == "error_limit" && error.kind == ErrorClass::rate) error.retry_after_s = seconds_to_next_quota(now);
    return std::unexpected(std::move(error));
}

}  // namespace platform::shopee
