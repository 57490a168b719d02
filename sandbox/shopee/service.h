#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "http/message.h"
#include "sandbox/clock.h"
#include "sandbox/ledger.h"
#include "sandbox/shopee/registry.h"

namespace sandbox::shopee {

// What an operation answers: an error, or members of the answer's object as JSON text without braces.
struct Answer {
    int status = 200;
    std::string error = {};
    std::string message = {};
    std::string fields = {};
};
inline Answer refused(std::string error, std::string message, int status = 200) {
    return {status, std::move(error), std::move(message), {}};
}
inline Answer success(std::string response) {
    return {200, {}, {}, R"("response":)" + std::move(response)};
}

// A push that could not be delivered.
struct LostPush {
    std::uint64_t id = 0;
    std::int64_t at_ms = 0;
    int code = 0;
    std::string body;
};

// A call that passed the gate.
struct Call {
    const http::Request& request;
    Shop* shop = nullptr;  // With calls in a shop's name.
    std::optional<base::JsonDocument> body = {};
    std::int64_t now_ms = 0;
    std::string parameter(std::string_view name) const { return std::string(request.parameter(name).value_or("")); }
};

// Shopee's Open Platform v2 as its documents describe it. Threads: one at a time.
class Service {
  public:
    Service(World& world, Clock& clock, Ledger& ledger, std::uint64_t seed);

    http::Response handle(const http::Request& request);
    // An operation's name ("shopee.order_list" …; "" for none) and the shop's id, for faults.
    std::pair<std::string_view, std::uint64_t> subject(const http::Request& request);
    // A seller took a consent back; push 2 goes out.
    bool deauthorise(Shop& shop);

    World& world() { return world_; }
    Clock& clock() { return clock_; }
    Ledger& ledger() { return ledger_; }
    Registry& registry() { return registry_; }
    std::deque<LostPush>& lost() { return lost_; }
    void set_calls_per_second(double rate) { calls_per_second_ = rate; }

    std::function<void(const Shop&)> deauthorised;  // Push 2.
    std::function<void()> push_config_changed;      // The test push.

    // An answer in the frame of all answers.
    http::Response frame(const Answer& answer);

  private:
    struct Operation {
        std::string_view name;
        http::Method method = http::Method::get;
        std::string_view path;
        bool shop = true;
        Answer (Service::*run)(Call&) = nullptr;
    };
    static const Operation* find(std::string_view path);
    Answer pass(const http::Request& request, const Operation*& operation);
    std::optional<Answer> check_app(const http::Request& request, const Operation& operation);
    std::optional<Answer> check_shop(const http::Request& request, Call& call);
    std::optional<Answer> check_rate(const Operation& operation, const Call& call);
    http::Response consent_page(const http::Request& request);
    http::Response consent_decision(const http::Request& request);

    Answer get_token(Call& call);
    Answer refresh_token(Call& call);
    Answer get_shops_by_partner(Call& call);
    Answer get_shop_info(Call& call);
    Answer get_punishments(Call& call);
    Answer get_order_list(Call& call);
    Answer get_order_detail(Call& call);
    Answer get_conversation_list(Call& call);
    Answer get_message(Call& call);
    Answer get_return_list(Call& call);
    Answer get_return_detail(Call& call);
    Answer get_push_config(Call& call);
    Answer set_push_config(Call& call);
    Answer get_lost_pushes(Call& call);
    Answer confirm_lost_pushes(Call& call);

    struct Bucket {
        double tokens = 0;
        std::int64_t at_ms = 0;
    };
    World& world_;
    Clock& clock_;
    Ledger& ledger_;
    Registry registry_;
    base::SeededRandom random_;
    std::deque<LostPush> lost_;
    double calls_per_second_ = 50;
    std::map<std::pair<std::uint32_t, std::string_view>, Bucket> buckets_;
};

}  // namespace sandbox::shopee
