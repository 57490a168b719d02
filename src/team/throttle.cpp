#include "team/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/encoding.h"

namespace team {

base::Duration delay_after(std::int64_t failures) {
    if (failures < k_free_failures) return {};
    // 2^10 s is beyond the limit already.
    const std::int64_t doublings = std::min<std::int64_t>(failures - k_free_failures, 10);
    return std::min(base::seconds(std::int64_t{1} << doublings), k_longest_delay);
}

Obstacle account_obstacle(std::int64_t failures, base::Time last_at, base::Time now) {
    if (failures >= k_most_failures) return {{}, true};
    const base::Duration delay = delay_after(failures);
    // A clock that was set back must not make the wait longer than the delay itself.
    const base::Duration left = std::min(delay, last_at + delay - now);
    return {std::max(left, base::Duration{}), false};
}

Obstacle source_obstacle(std::int64_t failures, base::Time first_at, base::Time now) {
    if (failures < k_most_from_source) return {};
    const base::Duration left = std::min(k_source_window, first_at + k_source_window - now);
    return {std::max(left, base::Duration{}), false};
}

std::string source_network(std::string_view address) {
    const std::string text(address);
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
        return "4/" + base::hex({reinterpret_cast<const char*>(bytes.data()), 3});
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
        constexpr std::array<unsigned char, 12> k_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        if (std::memcmp(bytes.data(), k_mapped.data(), k_mapped.size()) == 0)
            return "4/" + base::hex({reinterpret_cast<const char*>(bytes.data()) + 12, 3});
        return "6/" + base::hex({reinterpret_cast<const char*>(bytes.data()), 8});
    }
    return "?/" + text;
}

}  // namespace team
