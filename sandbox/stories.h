#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "sandbox/faults.h"
#include "sandbox/ledger.h"
#include "sandbox/world/world.h"

namespace sandbox {

struct StagedMessage {
    bool scam = false;
    std::string category;  // As `stallward scan` names them; for messages that are none, what they look like.
    std::string language;
    std::string text;
};
base::Result<std::vector<StagedMessage>> load_staged_messages();

// Scripted events. Threads: one at a time.
//   daily            people buy, pay, change their minds and write; about one message in five is a scam
//   phishing-wave    the same scam reaches every shop in its buyers' language, with harmless messages between
//   deauthorisation  a seller takes the app's access back
//   lost-webhooks    three webhooks in ten are never sent, for a while
class Stories {
  public:
    Stories(World& world, Ledger& ledger, Faults& faults, std::uint64_t seed, std::vector<StagedMessage> messages);

    static const std::vector<std::string_view>& names();
    base::Result<void> start(std::string_view name, std::int64_t now_ms);
    // Carries out what is due and returns when to come back.
    std::int64_t advance(std::int64_t now_ms);
    // Messages per shop and day while life is on (not scaled by speed).
    void set_message_rate(double per_shop_and_day) { messages_per_day_ = per_shop_and_day; }

    // A buyer of `shop` writes a staged message, drawn among those that fit ("" for any); not_found when none does.
    base::Result<std::uint64_t> stage(Shop& shop, std::string_view category, std::string_view language, bool scam,
                                      std::int64_t now_ms);

    // Takes one seller's consent back; set by the marketplace.
    std::function<bool()> deauthorise_one;

  private:
    struct Due {
        std::int64_t at_ms;
        std::function<void(std::int64_t now_ms)> act;
        bool operator>(const Due& other) const { return at_ms > other.at_ms; }
    };
    void later(std::int64_t now_ms, base::Duration after, std::function<void(std::int64_t)> act);
    std::uint64_t write(Shop& shop, const StagedMessage& message, std::int64_t now_ms);

    World& world_;
    Ledger& ledger_;
    Faults& faults_;
    base::SeededRandom random_;
    std::vector<StagedMessage> messages_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::int64_t next_message_ms_ = 0;
    double messages_per_day_ = 12;
};

}  // namespace sandbox
