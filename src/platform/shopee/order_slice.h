#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace platform::shopee {

// Where a scan of changed orders stands. The list of orders comes without their times and in an order that nobody
// promises, and its cursor counts rows, which move while it is read. So a span of time is made narrower until one page
// holds all of it, and the next page begins where the span ends; only a single second that is fuller than a page is
// read by cursor.
struct OrderSlice {
    base::Time from;
    base::Duration width;
    std::string cursor;
};

// "seconds/width in seconds/cursor"
std::string to_token(const OrderSlice& slice);
// No value: not made by to_token().
std::optional<OrderSlice> parse_slice(std::string_view token);

}  // namespace platform::shopee
