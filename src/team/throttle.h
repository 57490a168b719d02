#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace team {

// How fast somebody may guess (AUTH-6). Pure; the counters are the database's.
inline constexpr std::int64_t k_free_failures = 5;    // In a row, of one account.
inline constexpr std::int64_t k_most_failures = 100;  // Then only an owner opens it again (NIST SP 800-63B, 3.2.2).
inline constexpr base::Duration k_longest_delay = base::minutes(15);
inline constexpr std::int64_t k_most_from_source = 50;  // Failures an hour.
inline constexpr base::Duration k_source_window = base::hours(1);

// How long nothing is checked after the n-th failure in a row: nothing up to the fourth, then 1 s, doubling to 15 min.
base::Duration delay_after(std::int64_t failures);

// What stands in the way of a try now: nothing (0), a wait, or a lock that waiting does not open.
struct Obstacle {
    base::Duration wait;
    bool locked = false;
    explicit operator bool() const { return wait.ms > 0 || locked; }
};
Obstacle account_obstacle(std::int64_t failures, base::Time last_at, base::Time now);
Obstacle source_obstacle(std::int64_t failures, base::Time first_at, base::Time now);

// The network an address belongs to: its first 24 bits (IPv4, also mapped into IPv6) or 64 bits (IPv6), as text. What
// is no address is its own network.
std::string source_network(std::string_view address);

}  // namespace team
