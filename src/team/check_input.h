#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace team {

// Settings of the team; values are JSON texts.
inline constexpr std::string_view k_team_name = "team.name";
inline constexpr std::string_view k_team_language = "team.language";
inline constexpr std::string_view k_team_time_zone = "team.time_zone";

// What people may type for themselves and others. Each returns the form that is kept, or invalid_input with the key
// "person.login", "person.name", "request.language", "request.time_zone".

// Folded and trimmed; 1 to 200 bytes without spaces or control characters.
base::Result<std::string> checked_login(std::string_view typed);
// Trimmed; 1 to 100 code points without control characters.
base::Result<std::string> checked_name(std::string_view typed);
// One of the six the console speaks.
base::Result<std::string> checked_language(std::string_view code);
// Shaped like an IANA name (letters, digits, "/_+-"); empty means the browser's.
base::Result<std::string> checked_time_zone(std::string_view name);

}  // namespace team
