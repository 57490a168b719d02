#include "base/money.h"

#include <fmt/format.h>

namespace base {

Result<Currency> Currency::parse(std::string_view text) {
    if (text.size() != 3) return fail(Code::invalid_input, "currency code must have three letters");
    Currency currency;
    for (std::size_t i = 0; i < 3; ++i) {
        if (text[i] < 'A' || text[i] > 'Z')
            return fail(Code::invalid_input, "currency code must be upper-case letters");
        currency.code[i] = text[i];
    }
    return currency;
}

int Currency::decimals() const {
    const std::string_view c(code.data(), 3);
    return c == "VND" || c == "IDR" || c == "JPY" || c == "KRW" ? 0 : 2;
}

Result<Money> parse_money(std::string_view text, Currency currency) {
    const auto bad = [] { return fail(Code::invalid_input, "not an amount"); };
    const bool minus = text.starts_with('-');
    if (minus) text.remove_prefix(1);
    if (text.empty()) return bad();
    const int decimals = currency.decimals();
    std::int64_t minor = 0;
    int after_point = -1;  // Digits seen behind the point; -1 before it.
    bool any_digit = false;
    for (const char c : text) {
        if (c == '.') {
            if (after_point >= 0) return bad();
            after_point = 0;
            continue;
        }
        if (c < '0' || c > '9') return bad();
        any_digit = true;
        if (after_point >= decimals) {
            if (c != '0') return bad();
            continue;
        }
        if (after_point >= 0) ++after_point;
        if (__builtin_mul_overflow(minor, 10, &minor) || __builtin_add_overflow(minor, c - '0', &minor)) return bad();
    }
    if (!any_digit) return bad();
    for (int i = after_point < 0 ? 0 : after_point; i < decimals; ++i)
        if (__builtin_mul_overflow(minor, 10, &minor)) return bad();
    return Money{minus ? -minor : minor, currency};
}

std::string decimal(Money money) {
    const int decimals = money.currency.decimals();
    if (decimals == 0) return std::to_string(money.minor);
    const std::uint64_t size =
        money.minor < 0 ? 0 - static_cast<std::uint64_t>(money.minor) : static_cast<std::uint64_t>(money.minor);
    return fmt::format("{}{}.{:02}", money.minor < 0 ? "-" : "", size / 100, size % 100);
}

}  // namespace base
