#include "platform/fields.h"

#include <algorithm>

#include "base/text.h"

namespace platform {
namespace {

// PostgreSQL keeps no NUL in text; it means nothing in any of these fields.
std::string without_nul(std::string_view written, std::size_t max_bytes) {
    std::string out(base::shorten(written, max_bytes));
    std::erase(out, '\0');
    return out;
}

}  // namespace

std::string text(const base::Json& json, std::size_t max_bytes) {
    return without_nul(json.string().value_or(""), max_bytes);
}

std::string id_or_text(const base::Json& json) {
    return without_nul(json.id_text().value_or(""), 128);
}

std::optional<std::string> decimal_id(const base::Json& json) {
    auto id = json.id_text();
    if (!id || id->empty() || id->size() > 20) return std::nullopt;
    if (!std::ranges::all_of(*id, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    return id;
}

base::Time unix_time(const base::Json& json) {
    constexpr std::int64_t k_year_10000 = 253'402'300'800;
    const std::int64_t seconds = json.loose_integer().value_or(0);
    if (seconds <= 0 || seconds >= k_year_10000) return {};
    return base::Time::from_unix_seconds(seconds);
}

base::Result<std::optional<base::Currency>> currency_of(const base::Json& json) {
    const auto code = json.string();
    if (!code || code->empty()) return std::optional<base::Currency>();
    auto currency = base::Currency::parse(*code);
    if (!currency) return base::fail(base::Code::invalid_input, "currency is unreadable", "order.currency_unreadable");
    return std::optional<base::Currency>(*currency);
}

}  // namespace platform
