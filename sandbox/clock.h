#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace sandbox {

// The sandbox's time: the machine's, moved ahead on request (control API). Token lives, timers, stamps and the webhook
// ladder follow it. The window of a request's `timestamp` follows the machine's own time, since the caller's clock was
// not moved. Threads: any.
class Clock {
  public:
    explicit Clock(const base::Clock& machine) : machine_(machine) {}
    std::int64_t now_ms() const { return machine_.now().ms + ahead_ms_; }
    std::int64_t now_s() const { return now_ms() / 1'000; }
    std::int64_t machine_s() const { return machine_.now().unix_seconds(); }
    std::int64_t ahead_ms() const { return ahead_ms_; }
    void advance(std::int64_t ms) { ahead_ms_ += ms; }

  private:
    const base::Clock& machine_;
    std::atomic<std::int64_t> ahead_ms_ = 0;
};

}  // namespace sandbox
