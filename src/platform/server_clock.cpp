#include "platform/server_clock.h"

#include <cstdlib>
#include <optional>

#include "platform/http_date.h"

namespace platform {

base::Time ServerClock::now(const std::string& api_base) const {
    const std::scoped_lock lock(mutex_);
    const auto found = offset_ms_.find(api_base);
    return clock_.now() + base::milliseconds(found == offset_ms_.end() ? 0 : found->second);
}

bool ServerClock::learn(const std::string& api_base, const base::HttpAnswer& answer) {
    const auto header = answer.header("date");
    const auto date = header ? parse_http_date(*header) : std::nullopt;
    if (!date) return false;
    const std::int64_t offset = (*date - clock_.now()).ms;
    // Date has whole seconds and the answer travelled: smaller differences are noise.
    constexpr std::int64_t k_noise_ms = 3'000;
    const std::scoped_lock lock(mutex_);
    std::int64_t& known = offset_ms_[api_base];
    if (std::abs(offset - known) <= k_noise_ms) return false;
    // The narrowest tolerance is TikTok Shop's: now-300 s to now+30 s.
    const bool mattered = std::abs(offset - known) > 25'000;
    known = std::abs(offset) <= k_noise_ms ? 0 : offset;
    return mattered;
}

}  // namespace platform
