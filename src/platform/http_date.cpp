#include "platform/http_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace platform {

std::optional<base::Time> parse_http_date(std::string_view text) {
    static constexpr std::array<std::string_view, 12> k_months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
    const auto* const month = std::ranges::find(k_months, text.substr(8, 3));
    if (month == k_months.end()) return std::nullopt;
    const auto parsed = base::parse_iso8601(fmt::format(
        "{}-{:02}-{}T{}Z", text.substr(12, 4), month - k_months.begin() + 1, text.substr(5, 2), text.substr(17, 8)));
    if (!parsed) return std::nullopt;
    return *parsed;
}

}  // namespace platform
