#pragma once

#include <cstdint>

#include "sandbox/clock.h"
#include "sandbox/faults.h"
#include "sandbox/ledger.h"
#include "sandbox/shopee/pushes.h"
#include "sandbox/shopee/service.h"
#include "sandbox/world/world.h"

namespace sandbox::shopee {

// Shopee beside the other marketplaces: shops of its own, with the sandbox's clock, ledger and faults. Threads: one at
// a time (the engine's lock).
class Market {
  public:
    struct Options {
        std::uint64_t seed = 1;
        int shops = 4;
        int history = 40;
        double speed = 1;
        std::int64_t start_ms = 0;
    };
    Market(const Options& options, Shape shape, Clock& clock, Ledger& ledger, Faults& faults);
    Market(const Market&) = delete;
    Market& operator=(const Market&) = delete;

    // Carries out what is due. Returns when to come back at the latest.
    std::int64_t advance(std::int64_t now_ms);

    World world;
    Service service;
    Pushes pushes;
};

}  // namespace sandbox::shopee
