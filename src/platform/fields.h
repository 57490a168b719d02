#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/money.h"
#include "base/result.h"
#include "base/time.h"

// Reading single fields of marketplaces' answers into bounded values. Pure and total.
namespace platform {

// Bounds for text that a marketplace or a buyer writes: far above anything seen, far below what hurts.
inline constexpr std::size_t k_max_name = 512;
inline constexpr std::size_t k_max_text = 8'192;
inline constexpr std::size_t k_max_content = 64u << 10;
inline constexpr std::size_t k_max_lines = 5'000;

// Without NUL; empty when it is no string.
std::string text(const base::Json& json, std::size_t max_bytes = k_max_name);
// An id as string or integer, at most 128 bytes; empty when it is neither.
std::string id_or_text(const base::Json& json);
// A decimal id of 1 to 20 digits, given as string or as integer.
std::optional<std::string> decimal_id(const base::Json& json);
// Unix seconds, as integer or as string of digits; 0 when missing or outside of years 1970 to 9999.
base::Time unix_time(const base::Json& json);
// No value when missing or empty; "order.currency_unreadable" when it is no currency.
base::Result<std::optional<base::Currency>> currency_of(const base::Json& json);

}  // namespace platform
