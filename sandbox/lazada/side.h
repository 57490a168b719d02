#pragma once

#include <cstdint>
#include <string>

#include "base/http_client.h"
#include "http/message.h"
#include "sandbox/clock.h"
#include "sandbox/faults.h"
#include "sandbox/lazada/service.h"
#include "sandbox/lazada/webhooks.h"
#include "sandbox/ledger.h"
#include "sandbox/world/world.h"

namespace sandbox::lazada {

struct SideOptions {
    std::uint64_t seed = 1;
    int shops = 0;
    int history = 40;  // Orders each shop has from before.
    double speed = 1;
    std::string redirect_url;  // Of the first app.
};

// Everything of the Lazada that the sandbox plays: its own sellers, shops and orders, its app, its webhooks and the
// faults of its calls. Threads: one at a time.
struct Side {
    Side(const SideOptions& options, Clock& clock, Ledger& ledger, Shape shape);

    Faults faults;
    World world;
    Service service;
    Webhooks webhooks;
    std::string address;  // Base address, when a server stands in front.
};

// How Lazada says that the rate was too high, or else that it has trouble itself.
http::Response refusal(const ApiFault& fault);

// The calls of the control address under "/lazada".
http::Response control(Side& side, const http::Request& request, std::int64_t now_ms);

}  // namespace sandbox::lazada
