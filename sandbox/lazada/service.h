#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "http/message.h"
#include "sandbox/clock.h"
#include "sandbox/lazada/app.h"
#include "sandbox/ledger.h"
#include "sandbox/world/world.h"

namespace sandbox::lazada {

// "sg" of Singapore; "" where Lazada has no market.
std::string_view market_code(const Market& market);
// Decimal.
std::string seller_id(const Shop& shop);

// What a call answers: a payload, or a refusal. Both come with HTTP 200.
struct Answer {
    std::string code = "0";
    std::string type = {};     // ISV, ISP or SYSTEM; of refusals.
    std::string message = {};  // Of refusals.
    std::string payload = {};  // JSON members after the envelope's, e.g. R"("data":{})".
};
Answer refused(std::string_view type, std::string_view code, std::string_view message);

// One accepted call.
struct Call {
    std::map<std::string, std::string> parameters;
    Caller caller;
    Shop* shop = nullptr;
    std::int64_t now_ms = 0;
    std::string parameter(std::string_view name) const;
};

class Service;
struct Operation {
    std::string_view path;   // Behind "/rest".
    std::string_view name;   // For faults and ledger: "orders.get".
    std::string_view group;  // Of App::groups.
    Answer (*run)(Service&, const Call&);
};
const std::vector<Operation>& operations();
Answer get_sessions(Service& service, const Call& call);
Answer get_session_messages(Service& service, const Call& call);

struct Limits {
    double calls_per_second = 50;  // Per app, shop and operation.
};

// Lazada as the documents describe it: consent page, tokens and the six markets' calls, each in a folder of its own
// ("/sg/rest/…"). Threads: one at a time.
class Service {
  public:
    Service(World& world, Clock& clock, Ledger& ledger, std::uint64_t seed);

    http::Response handle(const http::Request& request);
    // What a request is about, for faults: an operation's name ("token.create", "consent" …; "" for none) and the
    // shop's id (0 where nothing says).
    std::pair<std::string_view, std::uint64_t> subject(const http::Request& request);

    World& world() { return world_; }
    Clock& clock() { return clock_; }
    Ledger& ledger() { return ledger_; }
    Registry& registry() { return registry_; }
    Limits& limits() { return limits_; }

  private:
    struct Bucket {
        double tokens = 0;
        std::int64_t at_ms = 0;
    };
    Answer call_api(const http::Request& request, std::string_view& name, std::uint64_t& shop_id);
    // App, time, signature and address: what every call needs, also those for tokens.
    std::optional<Answer> check_app(const http::Request& request, std::string_view path, Call& call);
    std::optional<Answer> check_store(const Operation& operation, std::string_view market, Call& call);
    Answer token(const http::Request& request, bool refresh);
    http::Response consent_page(const http::Request& request);
    http::Response consent_decision(const http::Request& request);
    http::Response envelope(const Answer& answer);

    World& world_;
    Clock& clock_;
    Ledger& ledger_;
    Registry registry_;
    base::SeededRandom random_;
    Limits limits_;
    std::map<std::tuple<std::string, std::uint64_t, std::string_view>, Bucket> buckets_;
};

}  // namespace sandbox::lazada
