#include "platform/lazada/fields.h"

#include <string>

#include "base/text.h"

namespace platform::lazada {
namespace {

base::Time time_of_number(std::int64_t value) {
    constexpr std::int64_t k_first_ms = 100'000'000'000;
    constexpr std::int64_t k_year_10000_ms = 253'402'300'800'000;
    if (value <= 0 || value >= k_year_10000_ms) return {};
    return value >= k_first_ms ? base::Time{value} : base::Time::from_unix_seconds(value);
}

}  // namespace

base::Time time_of(const base::Json& json) {
    if (const auto number = json.loose_integer()) return time_of_number(*number);
    std::string written(base::trim(json.string().value_or("")));
    // The zone of the older format: " +0800" is "+08:00" in RFC 3339.
    if (written.size() >= 24) {
        const std::size_t sign = written.size() - 5;
        if (written[sign] == '+' || written[sign] == '-') {
            written.insert(sign + 3, 1, ':');
            if (written[sign - 1] == ' ') written.erase(sign - 1, 1);
        }
    }
    const auto parsed = base::parse_iso8601(written);
    return parsed ? *parsed : base::Time{};
}

bool is_true(const base::Json& json) {
    if (const auto value = json.boolean()) return *value;
    if (const auto word = json.string()) return base::ascii_iequals(*word, "true") || *word == "1";
    return json.integer_or(0) == 1;
}

}  // namespace platform::lazada
