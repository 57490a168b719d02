#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace model {

// For how many days what is kept, as the owner sets it. ASSURANCE.md has the same table.
struct RetentionDays {
    std::int64_t raw_events = 14;      // Webhooks as they came, for replays.
    std::int64_t settled_buyers = 30;  // Buyers' data of an order after delivery, completion or cancellation.
    std::int64_t buyers = 90;          // Buyers' data after they were collected, whatever became of the order.
    std::int64_t messages = 180;       // Texts of messages.
    bool operator==(const RetentionDays&) const = default;
};

// What may be set. Terms of buyers' data and messages can only be shortened: Shopee's data protection policy (clauses
// 10.6 and 10.7) allows 90 days at most. Raw webhooks are needed for the three days that reconciliation looks back, and
// hold buyers' data too.
struct RetentionBound {
    std::string_view term;
    std::int64_t RetentionDays::* days;
    std::int64_t least;
    std::int64_t most;
};
inline constexpr std::array<RetentionBound, 4> k_retention_bounds{
    {{"raw_events", &RetentionDays::raw_events, 3, 90},
     {"settled_buyers", &RetentionDays::settled_buyers, 1, 30},
     {"buyers", &RetentionDays::buyers, 7, 90},
     {"messages", &RetentionDays::messages, 7, 180}}};

}  // namespace model
