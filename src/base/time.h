#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// A span of time in milliseconds.
struct Duration {
    std::int64_t ms = 0;
    friend auto operator<=>(const Duration&, const Duration&) = default;
    friend Duration operator+(Duration a, Duration b) { return {a.ms + b.ms}; }
    friend Duration operator-(Duration a, Duration b) { return {a.ms - b.ms}; }
    friend Duration operator*(Duration a, std::int64_t n) { return {a.ms * n}; }
};
constexpr Duration milliseconds(std::int64_t n) {
    return {n};
}
constexpr Duration seconds(std::int64_t n) {
    return {n * 1'000};
}
constexpr Duration minutes(std::int64_t n) {
    return {n * 60'000};
}
constexpr Duration hours(std::int64_t n) {
    return {n * 3'600'000};
}
constexpr Duration days(std::int64_t n) {
    return {n * 86'400'000};
}

// A moment: milliseconds since 1970-01-01T00:00:00Z. 0 means "never" or "not known", as each field says.
struct Time {
    std::int64_t ms = 0;
    friend auto operator<=>(const Time&, const Time&) = default;
    friend Time operator+(Time t, Duration d) { return {t.ms + d.ms}; }
    friend Time operator-(Time t, Duration d) { return {t.ms - d.ms}; }
    friend Duration operator-(Time a, Time b) { return {a.ms - b.ms}; }
    explicit operator bool() const { return ms != 0; }

    std::int64_t unix_seconds() const { return ms / 1'000; }
    static constexpr Time from_unix_seconds(std::int64_t s) { return {s * 1'000}; }
};

// "2026-11-22T12:13:27.004Z"
std::string iso8601(Time time);
// Accepts RFC 3339 with any fraction and offset; years 1970 to 9999.
Result<Time> parse_iso8601(std::string_view text);
// "2026-11-22" and "202611", both of the UTC day.
std::string utc_day(Time time);
std::string utc_month(Time time);

}  // namespace base
