#pragma once

#include <cstdint>
#include <mutex>

#include "base/time.h"

namespace base {

// The only source of time. Threads: all methods may be called from any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    // Wall time, may jump in both directions (REL-13): for stamps and dates, never for durations.
    virtual Time now() const = 0;
    // Milliseconds that only grow, from an arbitrary start: for durations and deadlines inside one process.
    virtual std::int64_t monotonic_ms() const = 0;
};

class SystemClock final : public Clock {
  public:
    Time now() const override;
    std::int64_t monotonic_ms() const override;
};

// For tests: stands still until told to move.
class FakeClock final : public Clock {
  public:
    explicit FakeClock(Time start = Time::from_unix_seconds(1'767'225'600)) : now_(start) {}
    Time now() const override {
        std::scoped_lock lock(mutex_);
        return now_;
    }
    std::int64_t monotonic_ms() const override {
        std::scoped_lock lock(mutex_);
        return monotonic_ms_;
    }
    // Time passes: both clocks move.
    void advance(Duration by) {
        std::scoped_lock lock(mutex_);
        now_ = now_ + by;
        monotonic_ms_ += by.ms;
    }
    // Somebody sets the wall clock: only now() moves.
    void set_wall(Time to) {
        std::scoped_lock lock(mutex_);
        now_ = to;
    }

  private:
    mutable std::mutex mutex_;
    Time now_;
    std::int64_t monotonic_ms_ = 1'000'000;
};

}  // namespace base
