#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace team {

// Time-based one-time codes (AUTH-7; RFC 6238): HMAC-SHA-1, 30 seconds, 6 digits, 160-bit secret, the step before and
// the one after are accepted. That a step works once only is the database's business (db::use_totp_step).
inline constexpr std::size_t k_totp_secret_bytes = 20;
inline constexpr std::int64_t k_totp_step_s = 30;

base::Secret new_totp_secret(base::Random& random);
// The step whose code this is, or none. Spaces are ignored, anything else but six digits is no code.
std::optional<std::int64_t> matching_step(const base::Secret& secret, std::string_view code, base::Time now);
// The code of a moment. For tests and the tools that play a person.
std::string totp_code(const base::Secret& secret, base::Time now);

// "otpauth://totp/Stallward:anna?secret=…": what authenticator apps read from the QR code.
std::string totp_uri(const base::Secret& secret, std::string_view login);
// Rows of the QR code of a text, "1" dark; without the quiet zone.
base::Result<std::vector<std::string>> qr_rows(const std::string& text);

// Codes for the day the phone is lost: 80 random bits as "ABCD-EFGH-IJKL-MNOP".
inline constexpr std::size_t k_recovery_codes = 10;
std::vector<std::string> new_recovery_codes(base::Random& random);
// What is stored: SHA-256 over the person's id and the code as people may type it (case, spaces, dashes and the
// look-alikes 0 1 8 do not matter). 80 random bits need no slow hash.
std::string recovery_code_hash(std::string_view person, std::string_view code);

}  // namespace team
