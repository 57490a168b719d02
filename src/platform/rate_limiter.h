#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace platform {

// One token bucket for each (store, endpoint). Starts at a modest rate, halves when the marketplace complains and
// recovers slowly, since no fixed number is promised. Threads: any.
class RateLimiter {
  public:
    explicit RateLimiter(const base::Clock& clock) : clock_(clock) {}

    // 0: go, a call is accounted for. Otherwise milliseconds to wait before asking again; nothing was taken.
    std::int64_t take(std::string_view store, std::string_view endpoint, bool write);
    // The marketplace refused for too many calls: half the rate, and nothing before `pause_ms`.
    void throttled(std::string_view store, std::string_view endpoint, bool write, std::int64_t pause_ms);
    // A call went through: the rate creeps back.
    void succeeded(std::string_view store, std::string_view endpoint, bool write);

    // Calls per second.
    static constexpr double k_reads = 5.0;
    static constexpr double k_writes = 1.0;
    static constexpr double k_least = 0.05;
    // Part of the full rate regained with each call that goes through.
    static constexpr double k_recovery = 0.02;

  private:
    struct Bucket {
        double rate = 0;
        double tokens = 1;
        std::int64_t filled_at_ms = 0;
        std::int64_t not_before_ms = 0;
    };
    Bucket& bucket(std::string_view store, std::string_view endpoint, bool write);

    const base::Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace platform
