#include "platform/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace platform {

RateLimiter::Bucket& RateLimiter::bucket(std::string_view store, std::string_view endpoint, bool write) {
    std::string key(store);
    key += '\x1f';
    key += endpoint;
    const auto [found, added] = buckets_.try_emplace(std::move(key));
    Bucket& bucket = found->second;
    if (added) {
        bucket.rate = write ? k_writes : k_reads;
        bucket.tokens = bucket.rate;
        bucket.filled_at_ms = clock_.monotonic_ms();
    }
    return bucket;
}

std::int64_t RateLimiter::take(std::string_view store, std::string_view endpoint, bool write) {
    std::scoped_lock lock(mutex_);
    Bucket& b = bucket(store, endpoint, write);
    const std::int64_t now = clock_.monotonic_ms();
    if (now < b.not_before_ms) return b.not_before_ms - now;
    // A bucket holds one second's worth, at least one call.
    b.tokens = std::min(std::max(1.0, b.rate), b.tokens + b.rate * static_cast<double>(now - b.filled_at_ms) / 1'000.0);
    b.filled_at_ms = now;
    // A whole token may be short by a rounding error after an exact wait.
    if (b.tokens >= 1.0 - 1e-9) {
        b.tokens -= 1.0;
        return 0;
    }
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil((1.0 - b.tokens) * 1'000.0 / b.rate)));
}

void RateLimiter::throttled(std::string_view store, std::string_view endpoint, bool write, std::int64_t pause_ms) {
    std::scoped_lock lock(mutex_);
    Bucket& b = bucket(store, endpoint, write);
    b.rate = std::max(k_least, b.rate / 2);
    b.not_before_ms = std::max(b.not_before_ms, clock_.monotonic_ms() + pause_ms);
    b.filled_at_ms = b.not_before_ms;
    b.tokens = 1;  // The first call after the pause need not wait for a fresh token.
}

void RateLimiter::succeeded(std::string_view store, std::string_view endpoint, bool write) {
    std::scoped_lock lock(mutex_);
    Bucket& b = bucket(store, endpoint, write);
    const double full = write ? k_writes : k_reads;
    b.rate = std::min(full, b.rate + full * k_recovery);
}

}  // namespace platform
