#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/time.h"

namespace platform {

// The marketplaces' time by our clock, from the Date header of their answers: signatures carry it, and windows of time
// in queries are in it. Threads: any.
class ServerClock {
  public:
    explicit ServerClock(const base::Clock& clock) : clock_(clock) {}

    // `api_base` tells hosts apart.
    base::Time now(const std::string& api_base) const;
    // True when the estimate moved by more than the tolerance of timestamps allows for.
    bool learn(const std::string& api_base, const base::HttpAnswer& answer);

  private:
    const base::Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, std::int64_t> offset_ms_;
};

}  // namespace platform
