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
#include "sandbox/tiktok/service.h"

// Webhooks (Partner Center pages configuration-guide and tts-webhooks-overview).
namespace sandbox::tiktok {

// Whether the Event API knows this topic ("ORDER_STATUS_CHANGE").
bool is_topic(std::string_view event_type);

enum class Delivery {
    waiting,
    in_flight,
    accepted,  // 200
    refused,   // 401: counts as answered too.
    given_up,  // After the last attempt.
    dropped,   // By a fault: never sent.
};
std::string_view name(Delivery delivery);

struct Notification {
    std::string id;  // tts_notification_id
    int type = 0;
    std::uint64_t shop = 0;
    std::uint64_t about = 0;  // Order or message, 0 for none.
    std::string status;       // With type 1: the order's status in it.
    Delivery delivery = Delivery::waiting;
    int attempts = 0;
    bool forged = false;
    std::int64_t created_ms = 0;
    std::int64_t due_ms = 0;
    std::string address;
    std::string body;  // Until it is delivered or given up.
    std::string signature;
};

// What has to be sent now.
struct Attempt {
    std::size_t number = 0;  // Index of the notification.
    std::string address;
    std::string body;
    std::string signature;
};

// The documented ladder: 3 s for an answer, then again 2 min, 30 min, 3 h and 12 h after the previous failure,
// all divided by the speed. Threads: one at a time; sending itself is the caller's.
class Webhooks {
  public:
    Webhooks(Service& service, Faults& faults, std::uint64_t seed);

    void order_changed(const Shop& shop, const Order& order);
    void address_changed(const Shop& shop, const Order& order);
    void cancellation_changed(const Shop& shop, const Order& order, std::string_view status);
    void return_changed(const Shop& shop, const Return& one);
    void message_arrived(const Shop& shop, const Conversation& conversation, const Message& message);
    void deauthorised(const App& app, const Shop& shop);
    // Webhook 7: daily, from 30 days before a consent ends.
    void warn_of_expiry(std::int64_t now_ms);

    // What is due, at most as many as may be under way at once. Each has to be reported by finished().
    std::vector<Attempt> take_due(std::int64_t now_ms);
    // `status` is the HTTP status, 0 for no answer within the limit.
    void finished(std::size_t number, int status, std::int64_t now_ms);
    // When take_due() has something next; a very late time for never.
    std::int64_t next_due() const;

    const std::deque<Notification>& all() const { return all_; }
    static constexpr int k_answer_limit_ms = 3'000;

  private:
    void notify(const Shop& shop, int type, std::uint64_t about, std::string_view status, std::string_view data);
    void send(const App& app, const Shop& shop, int type, std::uint64_t about, std::string_view status,
              std::string_view data);
    void queue(Notification notification, std::int64_t due_ms);

    Service& service_;
    Faults& faults_;
    base::SeededRandom random_;
    std::deque<Notification> all_;
    std::set<std::pair<std::int64_t, std::size_t>> due_;
    std::size_t in_flight_ = 0;
    std::uint64_t ids_ = 0;
};

}  // namespace sandbox::tiktok
