#include "platform/lazada/envelope.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.h"

namespace platform::lazada {
namespace {

struct Row {
    std::string_view code;
    ErrorClass kind;
};

// The tables "Platform errors" and the error tables of the order and seller calls (open.lazada.com). Numbers of
// business errors that ask for nothing but a person are in none of these rows: they are `contract`.
constexpr std::array k_rows = {
    // Expired or revoked: one refresh tells which.
    Row{"IllegalAccessToken", ErrorClass::auth_expired},
    Row{"InvalidCode", ErrorClass::auth_lost},
    Row{"IllegalRefreshToken", ErrorClass::auth_lost},
    // A token that is bound to a subscription of the service market cannot be refreshed.
    Row{"AUTH_TYPE_UNSUPPORTED", ErrorClass::auth_lost},
    Row{"IncompleteSignature", ErrorClass::signature},
    // Printed nowhere, but what every other name of the table suggests.
    Row{"InvalidTimestamp", ErrorClass::signature},
    Row{"InvalidAppKey", ErrorClass::signature},
    Row{"APP_KEY_INVALID", ErrorClass::signature},
    Row{"AppWhiteIpLimit", ErrorClass::ip_blocked},
    Row{"ApiCallLimit", ErrorClass::rate},
    Row{"AppCallLimit", ErrorClass::rate},
    Row{"SellerCallLimit", ErrorClass::rate},
    Row{"ServiceCurrentlimit", ErrorClass::rate},
    Row{"IopSystemFlowlimit", ErrorClass::rate},
    Row{"TRAFFIC_CONTROL", ErrorClass::rate},
    Row{"901", ErrorClass::rate},
    Row{"ServiceTimeout", ErrorClass::transient},
    Row{"UnknownRuntimeException", ErrorClass::transient},
    Row{"6", ErrorClass::transient},
    Row{"21", ErrorClass::transient},  // The order system behind the call failed.
    Row{"513", ErrorClass::transient},
    Row{"1000", ErrorClass::transient},
    Row{"InsufficientPermission", ErrorClass::scope_missing},
    Row{"AppNotSubscribed", ErrorClass::scope_missing},
    Row{"Mp3SellerApiLimit", ErrorClass::scope_missing},
    Row{"SellerNotVerified", ErrorClass::seller_inactive},
    Row{"MissingParameter", ErrorClass::contract},
    Row{"InvalidApi", ErrorClass::contract},
    Row{"InvalidApiPath", ErrorClass::contract},
};

// "Api access frequency exceeds the limit. this ban will last 1 seconds"
std::optional<int> ban_seconds(std::string_view message) {
    constexpr std::string_view k_before = "ban will last ";
    const auto at = message.find(k_before);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view rest = message.substr(at + k_before.size());
    int value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error != std::errc{} || value < 0) return std::nullopt;
    return std::clamp(value, 1, 86'400);
}

}  // namespace

ErrorClass classify(std::string_view code, std::string_view type, int http_status, std::string_view message) {
    const auto* const row = std::ranges::find(k_rows, code, &Row::code);
    if (row != k_rows.end()) return row->kind;
    const std::string lower = base::ascii_lower(message);
    // A wrong clock has no published code; its message names the timestamp.
    if (lower.contains("timestamp")) return ErrorClass::signature;
    if (http_status == 429) return ErrorClass::rate;
    if (http_status >= 500 || type == "SYSTEM") return ErrorClass::transient;
    if (lower.contains("try again") || lower.contains("retry later")) return ErrorClass::transient;
    return ErrorClass::contract;
}

Answer<Envelope> open_envelope(const base::HttpAnswer& answer) {
    CallError error;
    error.http_status = answer.status;
    auto document = base::JsonDocument::parse(answer.body);
    const std::optional<std::string> code =
        document && document->root().is_object() ? (*document)["code"].id_text() : std::nullopt;
    if (!code || code->empty()) {
        // No envelope: an overloaded gateway's HTML, a cut body, a captive page. What a write did is not known.
        error.message = "no readable answer";
        if (answer.status == 429)
            error.kind = ErrorClass::rate;
        else
            error.kind = answer.status >= 500 ? ErrorClass::transient : ErrorClass::no_answer;
        return std::unexpected(std::move(error));
    }
    std::string request_id(base::shorten((*document)["request_id"].string_or(), 80));
    if (*code == "0") return Envelope{std::move(*document), std::move(request_id)};

    const std::string message = (*document)["message"].string_or();
    const auto parsed = std::from_chars(code->data(), code->data() + code->size(), error.code);
    if (parsed.ec != std::errc{} || parsed.ptr != code->data() + code->size()) error.code = 0;
    error.message = std::string(base::shorten(*code + ": " + message, 200));
    error.request_id = std::move(request_id);
    error.kind = classify(*code, (*document)["type"].string_or(), answer.status, message);
    if (error.kind == ErrorClass::rate) error.retry_after_s = ban_seconds(message);
    return std::unexpected(std::move(error));
}

}  // namespace platform::lazada
