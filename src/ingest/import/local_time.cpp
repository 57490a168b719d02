#include "ingest/import/local_time.h"

#include <unicode/gregocal.h>
#include <unicode/timezone.h>

#include <array>
#include <charconv>
#include <vector>

#include "base/text.h"

namespace ingest {
namespace {

// Numbers of a text like "31/01/2026 10:20:30"; none when it holds anything else.
std::vector<int> numbers_of(std::string_view text) {
    std::vector<int> out;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end && out.size() < 7) {
        int value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc{} || value < 0) return {};
        out.push_back(value);
        at = next;
        // Both a space and a comma may stand between date and time.
        while (at != end && (*at == '/' || *at == '-' || *at == '.' || *at == ':' || *at == ' ' || *at == ',')) ++at;
    }
    return at == end ? out : std::vector<int>();
}

// Takes "AM" or "PM" off the end; empty when there is none.
std::string_view take_half_of_day(std::string_view& text) {
    if (text.size() <= 2) return {};
    const std::string_view last = text.substr(text.size() - 2);
    if (!base::ascii_iequals(last, "AM") && !base::ascii_iequals(last, "PM")) return {};
    text = base::trim(text.substr(0, text.size() - 2));
    return last;
}

}  // namespace

DayOrderSign day_order_sign(std::string_view text) {
    text = base::trim(text);
    if (base::parse_iso8601(text)) return DayOrderSign::none;
    take_half_of_day(text);
    const std::vector<int> n = numbers_of(text);
    if ((n.size() != 3 && n.size() != 5 && n.size() != 6) || n[0] > 31 || n[0] == n[1]) return DayOrderSign::none;
    if (n[0] > 12 && n[1] > 12) return DayOrderSign::none;
    if (n[0] > 12) return DayOrderSign::day_first;
    return n[1] > 12 ? DayOrderSign::month_first : DayOrderSign::either;
}

base::Result<base::Time> parse_local_time(std::string_view text, DayOrder order, std::string_view zone) {
    const auto bad = [] { return base::fail(base::Code::invalid_input, "not a time", "import.time_unreadable"); };
    text = base::trim(text);
    if (const auto exact = base::parse_iso8601(text)) return *exact;
    const std::string_view half = take_half_of_day(text);
    const bool twelve_hours = !half.empty();
    const bool afternoon = base::ascii_iequals(half, "PM");
    const std::vector<int> n = numbers_of(text);
    if (n.size() != 3 && n.size() != 5 && n.size() != 6) return bad();
    const bool year_first = n[0] > 31;
    const int year = year_first ? n[0] : n[2];
    const bool day_first = !year_first && order == DayOrder::day_first;
    const int month = year_first || day_first ? n[1] : n[0];
    const int day = year_first ? n[2] : day_first ? n[0] : n[1];
    int hour = n.size() > 3 ? n[3] : 0;
    const int minute = n.size() > 4 ? n[4] : 0;
    const int second = n.size() > 5 ? n[5] : 0;
    if (twelve_hours) {
        if (hour < 1 || hour > 12) return bad();
        hour = hour % 12 + (afternoon ? 12 : 0);
    }
    if (year < 1970 || year > 9999 || hour > 23 || minute > 59 || second > 59) return bad();
    UErrorCode error = U_ZERO_ERROR;
    const icu::UnicodeString name =
        icu::UnicodeString::fromUTF8(icu::StringPiece(zone.data(), static_cast<std::int32_t>(zone.size())));
    // An unknown zone is ICU's "Etc/Unknown", which is UTC.
    icu::GregorianCalendar calendar(icu::TimeZone::createTimeZone(name), error);
    calendar.setLenient(false);
    calendar.clear();
    calendar.set(year, month - 1, day, hour, minute, second);
    UDate when = calendar.getTime(error);
    if (U_FAILURE(error)) {
        // An hour that summer time skips: nobody was at fault.
        error = U_ZERO_ERROR;
        calendar.setLenient(true);
        if (month < 1 || month > 12 || day < 1 || day > 31) return bad();
        calendar.clear();
        calendar.set(year, month - 1, day, hour, minute, second);
        when = calendar.getTime(error);
        if (U_FAILURE(error) || calendar.get(UCAL_DATE, error) != day) return bad();
    }
    return base::Time{static_cast<std::int64_t>(when)};
}

}  // namespace ingest
