#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/faults.h"
#include "sandbox/lazada/service.h"

// Message push (open.lazada.com, "Push mechanism").
namespace sandbox::lazada {

enum class Delivery {
    waiting,
    in_flight,
    accepted,  // 200
    given_up,  // After the last attempt.
    dropped,   // By a fault: never sent.
};
std::string_view name(Delivery delivery);

struct Notification {
    int type = 0;
    std::uint64_t shop = 0;
    std::uint64_t about = 0;  // Order or message, 0 for none.
    std::uint64_t line = 0;   // With type 0: the item.
    Delivery delivery = Delivery::waiting;
    int attempts = 0;
    bool forged = false;
    std::int64_t created_ms = 0;
    std::string app_key;
    std::string data;  // Of all types but 0, which is written anew for each attempt.
};

// What has to be sent now.
struct Attempt {
    std::size_t number = 0;  // Index of the notification.
    std::string address;
    std::string body;
    std::string signature;
};

// 500 ms for an answer of 200, then again every 30 minutes, 12 times, divided by the speed. Threads: one at a time;
// sending itself is the caller's.
class Webhooks {
  public:
    Webhooks(Service& service, Faults& faults, std::uint64_t seed);

    void order_changed(const Shop& shop, const Order& order);
    void cancellation_changed(const Shop& shop, const Order& order, std::string_view status);
    // Webhook 10, one for each line.
    void return_changed(const Shop& shop, const Return& one);
    void message_arrived(const Shop& shop, const Conversation& conversation, const Message& message);
    // Webhook 13: "normal" or "close".
    void seller_changed(const Shop& shop);
    // Webhook 8: daily, from 48 hours before a consent ends.
    void warn_of_expiry(std::int64_t now_ms);

    // What is due, at most as many as may be under way at once. Each has to be reported by finished().
    std::vector<Attempt> take_due(std::int64_t now_ms);
    // `status` is the HTTP status, 0 for no answer within the limit.
    void finished(std::size_t number, int status, std::int64_t now_ms);
    // When take_due() has something next; a very late time for never.
    std::int64_t next_due() const;

    const std::deque<Notification>& all() const { return all_; }
    static constexpr int k_answer_limit_ms = 500;
    static constexpr int k_retries = 12;

  private:
    void notify(const Shop& shop, Notification notification);
    void queue(Notification notification, std::int64_t due_ms);
    std::string body_of(const Notification& notification, const App& app, std::int64_t now_ms) const;

    Service& service_;
    Faults& faults_;
    base::SeededRandom random_;
    std::deque<Notification> all_;
    std::set<std::pair<std::int64_t, std::size_t>> due_;
    std::size_t in_flight_ = 0;
};

}  // namespace sandbox::lazada
