#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "platform/connector.h"

namespace platform {

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

// One step of such a scan: asks `list` for narrower and narrower spans until a page holds one, and says with which
// token the next step begins (empty: the end). `list` gives the number of records in [from, to) and, where there are
// more than a page, the cursor to them; what it read last is what counts. It is not called for an empty span.
struct SliceScan {
    base::Time end;         // Of the whole scan.
    base::Duration widest;  // That the call accepts.
    std::size_t page = 100;
};
using ListSlice = std::function<Answer<std::size_t>(base::Time from, base::Time to, std::string_view cursor,
                                                    std::string& next_cursor)>;
Answer<std::string> scan_slice(const OrderQuery& query, const SliceScan& scan, const ListSlice& list);

}  // namespace platform
