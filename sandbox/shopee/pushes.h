#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/faults.h"
#include "sandbox/shopee/service.h"

// Pushes (guide "Push mechanism").
namespace sandbox::shopee {

// The codes that this app's type may have.
std::set<int> push_codes(const App& app);

struct PushAttempt {
    std::size_t number = 0;
    std::string address;
    std::string body;
    std::string signature;
    int answer_limit_ms = 3'000;
};

// Sends with the documented ladder: 300 s, 1,800 s and 10,800 s after a failure, chat 1, 2 and 3 s, all divided by the
// speed; what still fails is kept for the call that asks for lost ones. Threads: one at a time; sending itself is the
// caller's.
class Pushes {
  public:
    Pushes(Service& service, Faults& faults) : service_(service), faults_(faults) {}

    void order_changed(const Shop& shop, const Order& order);
    // Push 29, about the status.
    void return_changed(const Shop& shop, const Return& one);
    void message_arrived(const Shop& shop, const Conversation& conversation, const Message& message);
    void deauthorised(const Shop& shop);
    // Push 0, whenever the address is set.
    void test_address();
    // Push 12: seven days before a consent ends, once.
    void warn_of_expiry(std::int64_t now_ms);

    std::vector<PushAttempt> take_due(std::int64_t now_ms);
    // `status` is the HTTP status, 0 for no answer within the limit.
    void finished(std::size_t number, int status, std::int64_t now_ms);
    // A very late time for never.
    std::int64_t next_due() const;
    std::uint64_t delivered() const { return delivered_; }

  private:
    struct Push {
        int code = 0;
        std::uint64_t shop = 0;
        int attempts = 0;
        bool forged = false;
        std::string body;
    };
    void send(int code, std::uint64_t shop, std::string_view data);
    void queue(Push push, std::int64_t due_ms);

    Service& service_;
    Faults& faults_;
    std::deque<Push> all_;
    std::set<std::pair<std::int64_t, std::size_t>> due_;
    std::size_t in_flight_ = 0;
    std::uint64_t delivered_ = 0;
    std::uint64_t lost_ids_ = 9'007'199'254'740'992ull;  // Above 2^53, as ids there are.
};

}  // namespace sandbox::shopee
