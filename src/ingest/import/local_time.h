#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace ingest {

// Which of the first two numbers of "03/04/2026" is the day.
enum class DayOrder { day_first, month_first };

// "2026-01-31 10:20:30", "31/01/2026 10:20:30", "01/31/2026 10:20:30 PM", also without seconds or time, and RFC 3339,
// which has its own offset. All others are wall time in `zone` (IANA; unknown: UTC).
base::Result<base::Time> parse_local_time(std::string_view text, DayOrder order, std::string_view zone);

// What one date says by itself about the order: "31/01/2026" has the day first. none: it says nothing and needs none
// (year first, an offset of its own, day and month alike, no date at all).
enum class DayOrderSign { none, either, day_first, month_first };
DayOrderSign day_order_sign(std::string_view text);

}  // namespace ingest
