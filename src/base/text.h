#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// UTF-8 text. ICU stays behind this header.
namespace base {

bool is_utf8(std::string_view bytes);
// Each broken sequence becomes U+FFFD (Unicode's recommended practice).
std::string replace_invalid_utf8(std::string_view bytes);

std::string nfc(std::string_view text);
std::string nfkc(std::string_view text);
// NFKC with full case folding (Unicode NFKC_Casefold): for comparing and searching.
std::string fold(std::string_view text);
// Unicode code points.
std::size_t length(std::string_view text);
// The first `max_bytes` bytes or fewer, never cutting a code point.
std::string_view shorten(std::string_view text, std::size_t max_bytes);

std::string_view trim(std::string_view text);                                // ASCII white space
std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty parts
std::string ascii_lower(std::string_view text);
bool ascii_iequals(std::string_view a, std::string_view b);

}  // namespace base
