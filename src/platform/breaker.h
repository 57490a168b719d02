#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "model/ids.h"

namespace platform {

// Which stores did not answer lately: work for them waits, so that their time-outs cost other stores nothing. Grows
// from 15 s to 15 min. Threads: any.
class Breaker {
  public:
    explicit Breaker(const base::Clock& clock) : clock_(clock) {}

    // How long the store still rests; none: go ahead.
    std::optional<base::Duration> rests(model::StoreId store) const {
        const std::scoped_lock lock(mutex_);
        const auto found = entries_.find(store);
        if (found == entries_.end()) return std::nullopt;
        const std::int64_t left = found->second.until_ms - clock_.monotonic_ms();
        return left > 0 ? std::optional(base::milliseconds(left)) : std::nullopt;
    }
    // Returns the new rest.
    base::Duration failed(model::StoreId store, std::optional<int> retry_after_s = {}) {
        const std::scoped_lock lock(mutex_);
        Entry& entry = entries_[store];
        std::int64_t rest = std::min<std::int64_t>(15'000LL << std::min(entry.failures, 10), 900'000);
        if (retry_after_s) rest = std::max<std::int64_t>(rest, *retry_after_s * 1'000LL);
        ++entry.failures;
        entry.until_ms = clock_.monotonic_ms() + rest;
        return base::milliseconds(rest);
    }
    void answered(model::StoreId store) {
        const std::scoped_lock lock(mutex_);
        entries_.erase(store);
    }

  private:
    struct Entry {
        int failures = 0;
        std::int64_t until_ms = 0;
    };
    const base::Clock& clock_;
    mutable std::mutex mutex_;
    std::map<model::StoreId, Entry> entries_;
};

}  // namespace platform
