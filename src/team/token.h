#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"

namespace team {

// Reference tokens (SES-1): 256 random bits as 43 characters of base64url. Only the SHA-256 is ever stored.
base::Secret new_token(base::Random& random);
// 32 bytes, or none for what cannot be a token.
std::optional<std::string> token_hash(std::string_view token);

inline constexpr std::string_view k_cookie = "__Host-stallward";
// Values of Set-Cookie.
std::string session_cookie(const base::Secret& token);
std::string cleared_cookie();

// "Chrome, Windows" from a User-Agent header, so that people can tell their sessions apart; what is not known is left
// out.
std::string device_name(std::string_view user_agent);

}  // namespace team
