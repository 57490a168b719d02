#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace team {

// Why a password is refused; ok: it is not.
enum class PasswordFault { ok, too_short, too_long, common, context };
// The key people get words for: "password.too_short" …; empty for ok.
std::string_view key(PasswordFault fault);

struct PasswordRating {
    int score = 0;  // 0 to 4, as zxcvbn counts: < 10^3, 10^6, 10^8, 10^10 guesses, and more.
    PasswordFault fault = PasswordFault::ok;
};

// The rules for passwords (AUTH-2, AUTH-3; NIST SP 800-63B revision 4, 3.1.1): length in Unicode code points after NFC,
// a list of common ones, what is too easy to guess by zxcvbn's dictionaries, and words of the place itself. No rules on
// composition. Threads: any; immutable.
class PasswordRules {
  public:
    static constexpr std::size_t k_shortest = 12;        // Beside a second factor.
    static constexpr std::size_t k_shortest_alone = 15;  // While none is enrolled.
    static constexpr std::size_t k_longest = 256;
    static constexpr int k_least_score = 3;  // 10^8 guesses and more.
    // Letters that must be left without the context words; digits and punctuation count half.
    static constexpr std::size_t k_least_own = 8;

    // Reads passwords/common.txt of the rules folder: folded, one a line, most common first.
    static base::Result<PasswordRules> load(const std::string& rules_folder);

    // `context`: names of the person, the team, its stores. The product's and the platforms' names are known here.
    PasswordRating rate(std::string_view password, std::span<const std::string> context, bool second_factor) const;
    std::size_t size() const;  // Of the list.

  private:
    explicit PasswordRules(std::string list) : list_(std::move(list)) {}
    bool common(std::string_view folded) const;
    std::string list_;  // "\nfirst\nsecond\n…\n"
};

// What is hashed and compared: NFC, once (AUTH-2).
std::string normalised_password(std::string_view typed);

}  // namespace team
