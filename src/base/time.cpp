#include "base/time.h"

#include <fmt/format.h>

#include <chrono>

namespace base {
namespace {

struct Civil {
    int year;
    unsigned month, day;
    std::int64_t ms_of_day;
};

Civil civil(Time time) {
    using namespace std::chrono;
    std::int64_t day = time.ms / 86'400'000;
    std::int64_t rest = time.ms % 86'400'000;
    if (rest < 0) rest += 86'400'000, --day;
    const year_month_day date{sys_days{std::chrono::days{day}}};
    return {int(date.year()), unsigned(date.month()), unsigned(date.day()), rest};
}

// Reads exactly `count` digits and moves on.
std::optional<int> digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool skip(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

std::string iso8601(Time time) {
    const Civil c = civil(time);
    const auto s = c.ms_of_day / 1'000;
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", c.year, c.month, c.day, s / 3600, s / 60 % 60,
                       s % 60, c.ms_of_day % 1'000);
}

std::string utc_day(Time time) {
    const Civil c = civil(time);
    return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
}

std::string utc_month(Time time) {
    const Civil c = civil(time);
    return fmt::format("{:04}{:02}", c.year, c.month);
}

Result<Time> parse_iso8601(std::string_view text) {
    const auto bad = [] { return fail(Code::invalid_input, "not an RFC 3339 time"); };
    const auto year = digits(text, 4);
    if (!year || *year < 1970 || !skip(text, '-')) return bad();
    const auto month = digits(text, 2);
    if (!month || !skip(text, '-')) return bad();
    const auto day = digits(text, 2);
    if (!day || text.empty() || (text.front() != 'T' && text.front() != 't' && text.front() != ' ')) return bad();
    text.remove_prefix(1);
    const auto hour = digits(text, 2);
    if (!hour || !skip(text, ':')) return bad();
    const auto minute = digits(text, 2);
    if (!minute || !skip(text, ':')) return bad();
    const auto second = digits(text, 2);
    if (!second) return bad();
    int ms = 0;
    if (skip(text, '.')) {
        int scale = 100;
        std::size_t count = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++count) {
            ms += (text.front() - '0') * scale;
            scale /= 10;
        }
        if (count == 0) return bad();
    }
    std::int64_t offset_minutes = 0;
    if (!skip(text, 'Z') && !skip(text, 'z')) {
        const bool minus = !text.empty() && text.front() == '-';
        if (!minus && (text.empty() || text.front() != '+')) return bad();
        text.remove_prefix(1);
        const auto oh = digits(text, 2);
        if (!oh || *oh > 23 || !skip(text, ':')) return bad();
        const auto om = digits(text, 2);
        if (!om || *om > 59) return bad();
        offset_minutes = (*oh * 60 + *om) * (minus ? -1 : 1);
    }
    if (!text.empty()) return bad();
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month(unsigned(*month)),
                                           std::chrono::day(unsigned(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return bad();
    const std::int64_t day_count = std::chrono::sys_days{date}.time_since_epoch().count();
    return Time{(day_count * 86'400 + *hour * 3'600 + *minute * 60 + *second - offset_minutes * 60) * 1'000 + ms};
}

}  // namespace base
