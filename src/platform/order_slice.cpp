#include "platform/order_slice.h"

#include <algorithm>
#include <charconv>

namespace platform {
namespace {

// Takes digits up to the next "/" off the front.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end == text.data() + text.size() || *end != '/' || value < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return value;
}

}  // namespace

std::string to_token(const OrderSlice& slice) {
    return std::to_string(slice.from.unix_seconds()) + '/' + std::to_string(slice.width.ms / 1'000) + '/' +
           slice.cursor;
}

std::optional<OrderSlice> parse_slice(std::string_view token) {
    const auto from = take_number(token);
    if (!from || *from > 253'402'300'799) return std::nullopt;
    const auto width = take_number(token);
    if (!width || *width < 1 || *width > 366 * 86'400) return std::nullopt;
    return OrderSlice{base::Time::from_unix_seconds(*from), base::seconds(*width), std::string(token)};
}

Answer<std::string> scan_slice(const OrderQuery& query, const SliceScan& scan, const ListSlice& list) {
    constexpr base::Duration k_narrowest = base::seconds(1);
    OrderSlice slice{query.updated_from, scan.widest, {}};
    if (!query.page_token.empty()) {
        auto parsed = parse_slice(query.page_token);
        if (!parsed) return std::unexpected(CallError{ErrorClass::contract, 0, 0, "page token is not ours", {}, {}});
        slice = std::move(*parsed);
    }
    std::size_t count = 0;
    std::string next_cursor;
    base::Time to;
    for (;; slice.width = base::seconds(std::max<std::int64_t>(1, (to - slice.from).ms / 2'000))) {
        to = std::min(slice.from + slice.width, scan.end);
        if (to - slice.from < k_narrowest) return std::string();
        next_cursor.clear();
        count = TRY(list(slice.from, to, slice.cursor, next_cursor));
        if (next_cursor.empty() || (to - slice.from).ms < 2 * k_narrowest.ms) break;
    }
    if (!next_cursor.empty()) return to_token({slice.from, k_narrowest, next_cursor});
    if (to >= scan.end) return std::string();
    // Quiet times in few calls.
    const std::int64_t growth = count < scan.page / 16 ? 8 : count < scan.page / 2 ? 2 : 1;
    return to_token({to, std::min(slice.width * growth, scan.widest), {}});
}

}  // namespace platform
