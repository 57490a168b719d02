#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/message.h"
#include "sandbox/clock.h"
#include "sandbox/ledger.h"
#include "sandbox/tiktok/app.h"
#include "sandbox/tiktok/call.h"
#include "sandbox/world/world.h"

namespace sandbox::tiktok {

// A topic's address for one shop, set through the Event API.
struct Subscription {
    std::string address;
    std::int64_t created_s = 0;
    std::int64_t updated_s = 0;
};
// (app key, shop id, event type)
using Subscriptions = std::map<std::tuple<std::string, std::uint64_t, std::string>, Subscription>;

struct Limits {
    double calls_per_second = 50;            // Per app, shop and operation.
    int development_calls_per_hour = 1'000;  // All calls of a development shop together.
    int customer_service_calls_per_day = 10'000;
};

// TikTok Shop as the documents describe it. Threads: one at a time.
class Service {
  public:
    Service(World& world, Clock& clock, Ledger& ledger, std::uint64_t seed);

    http::Response handle(const http::Request& request);
    // What a request is about, for faults: an operation's name ("token.get", "consent" …; "" for none) and the shop's
    // id (0 where no cipher says).
    std::pair<std::string_view, std::uint64_t> subject(const http::Request& request);

    // A seller took a whole consent back; webhook 6 goes out for each shop.
    bool deauthorise(const App& app, std::uint32_t seller);

    World& world() { return world_; }
    Clock& clock() { return clock_; }
    Ledger& ledger() { return ledger_; }
    Registry& registry() { return registry_; }
    Subscriptions& subscriptions() { return subscriptions_; }
    Limits& limits() { return limits_; }
    const std::string& page_key() const { return page_key_; }

    // Called when a shop's consent ends (webhook 6).
    std::function<void(const App&, const Shop&)> deauthorised;

  private:
    struct Found {
        const Operation* operation = nullptr;  // Path, method and version are known.
        std::optional<Answer> refusal;
        std::vector<std::string> path_values;
    };
    Found find(const http::Request& request) const;
    Answer call_api(const http::Request& request, std::string_view& name, std::uint64_t& shop_id);
    std::optional<Answer> pass_gate(const Operation& operation, Call& call);
    std::optional<Answer> check_rate(const Operation& operation, const Call& call);
    http::Response consent_page(const http::Request& request);
    http::Response consent_decision(const http::Request& request);
    Answer token(const http::Request& request, bool refresh);
    http::Response envelope(Answer answer);
    std::string request_id();

    struct Bucket {
        double tokens = 0;
        std::int64_t at_ms = 0;
    };
    struct Window {
        std::int64_t number = -1;
        int calls = 0;
    };

    World& world_;
    Clock& clock_;
    Ledger& ledger_;
    Registry registry_;
    base::SeededRandom random_;
    std::string page_key_;
    Subscriptions subscriptions_;
    Limits limits_;
    std::map<std::tuple<std::string, std::uint64_t, std::string_view>, Bucket> buckets_;
    std::map<std::uint64_t, Window> development_;
    std::map<std::pair<std::string, std::uint64_t>, Window> customer_service_;
};

}  // namespace sandbox::tiktok
