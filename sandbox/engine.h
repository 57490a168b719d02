#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/result.h"
#include "sandbox/clock.h"
#include "sandbox/faults.h"
#include "sandbox/lazada/side.h"
#include "sandbox/ledger.h"
#include "sandbox/shopee/market.h"
#include "sandbox/stories.h"
#include "sandbox/tiktok/service.h"
#include "sandbox/tiktok/webhooks.h"
#include "sandbox/world/world.h"

namespace sandbox {

struct EngineOptions {
    std::uint64_t seed = 1;
    int shops = 12;
    int shopee_shops = 0;  // Beside them.
    int lazada_shops = 0;
    int history = 40;
    double speed = 1;
    std::string redirect_url;  // Of the first app.
    std::string lazada_redirect_url;
    std::string ledger_file;  // Empty: none.
};

// Orders made at a steady rate for a while (load tests).
struct Burst {
    std::optional<std::uint64_t> shop;  // None: all in turn.
    double per_second = 0;
    std::int64_t from_ms = 0;
    std::int64_t until_ms = 0;
    std::uint64_t made = 0;
};

// How an answer leaves: at once, late, or never.
struct Outcome {
    http::Response response;
    std::int64_t delay_ms = 0;
};

// Everything but sockets. Threads: `mutex` guards all; handle() and tick() take it themselves.
class Engine {
  public:
    static base::Result<std::unique_ptr<Engine>> make(const EngineOptions& options, const base::Clock& machine);

    // A call to TikTok Shop, with the faults that are set.
    Outcome handle(const http::Request& request);
    // The same for Shopee. Only where it has shops.
    Outcome handle_shopee(const http::Request& request);
    Outcome handle_lazada(const http::Request& request);
    // Does what is due, and sends webhooks through `client`. Returns in how many milliseconds to come back at the
    // latest.
    std::int64_t tick(base::HttpClient& client);
    // Sleeps until then, or until something was done that may have to be sent.
    void wait(std::int64_t ms);
    void wake();

    std::mutex mutex;
    Clock clock;
    Ledger ledger;
    Faults faults;
    World world;
    tiktok::Service tiktok;
    tiktok::Webhooks webhooks;
    Stories stories;
    std::unique_ptr<shopee::Market> shopee;  // nullptr: no shops there.
    lazada::Side lazada;
    std::vector<Burst> bursts;
    std::string tiktok_address;  // Base addresses, when a server stands in front.
    std::string shopee_address;

  private:
    Engine(const EngineOptions& options, const base::Clock& machine, Shape shape, std::vector<StagedMessage> messages);
    std::int64_t advance(std::int64_t now_ms);
    // A call with the fault that fits it. `run` answers it; `frame` writes a marketplace's own refusal: of a rate that
    // was too high, else of trouble there.
    Outcome with_fault(Faults& chosen, std::string_view operation, std::uint64_t shop,
                       const std::function<http::Response()>& run,
                       const std::function<http::Response(const ApiFault&)>& frame);
    void deliver(base::HttpClient& client, base::HttpRequest request, std::function<void(int status)> finished);

    std::condition_variable woken_;
    bool wake_ = false;
    std::size_t burst_turn_ = 0;
};

}  // namespace sandbox
