#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

std::string hex(std::string_view bytes);                            // lower case
std::optional<std::string> parse_hex(std::string_view text);        // both cases
std::string base64(std::string_view bytes);                         // RFC 4648 section 4, padded
std::optional<std::string> parse_base64(std::string_view text);     // padded
std::string base64url(std::string_view bytes);                      // RFC 4648 section 5, no padding
std::optional<std::string> parse_base64url(std::string_view text);  // no padding
std::string base32(std::string_view bytes);                         // RFC 4648 section 6, no padding (TOTP secrets)
std::string percent_encode(std::string_view text);                  // all but RFC 3986 unreserved
std::optional<std::string> percent_decode(std::string_view text);   // "+" stays "+"; a broken escape is no value

}  // namespace base
