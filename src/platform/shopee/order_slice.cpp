#include "platform/shopee/order_slice.h"

#include <charconv>

namespace platform::shopee {
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

}  // namespace platform::shopee
