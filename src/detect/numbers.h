#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace detect {

// Numbers that mean something in a normalised text.
enum class NumberKind { amount, phone, code, order };
struct Number {
    NumberKind kind = NumberKind::code;
    std::uint32_t from = 0, to = 0;  // Bytes of the text.
};

// Sums of money (digits beside a currency), telephone numbers, codes of 4 to 8 digits, order and parcel numbers of 12
// digits or more. Linear.
std::vector<Number> find_numbers(std::string_view normal_text);

}  // namespace detect
