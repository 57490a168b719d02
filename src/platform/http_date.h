#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace platform {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7, the only form that may be generated).
std::optional<base::Time> parse_http_date(std::string_view text);

}  // namespace platform
