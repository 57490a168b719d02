#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// ISO 4217 code, upper case.
struct Currency {
    std::array<char, 3> code{};
    friend bool operator==(const Currency&, const Currency&) = default;
    std::string text() const { return code[0] == 0 ? std::string() : std::string(code.data(), 3); }
    static Result<Currency> parse(std::string_view text);
    // Digits after the decimal point as the marketplaces write them: 0 for VND, IDR, JPY, KRW; 2 otherwise.
    // ISO 4217 gives IDR two, but no marketplace in South-East Asia writes them (tested with the platforms' documents).
    int decimals() const;
};

// An amount in minor units (cents; whole units where the currency has no decimals).
struct Money {
    std::int64_t minor = 0;
    Currency currency;
    friend bool operator==(const Money&, const Money&) = default;
};

// Reads a decimal string as the marketplaces send it ("20.99", "-3", "150000", "150000.00" for VND). More non-zero
// decimals than the currency has, other characters and overflow are errors.
Result<Money> parse_money(std::string_view decimal, Currency currency);
// "20.99" with the currency's decimals, no grouping, no code.
std::string decimal(Money money);

}  // namespace base
