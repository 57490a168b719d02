#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sandbox/world/order.h"

// One return after a delivery and the rules that move it (TikTok's Partner Center pages return-refund-and-cancel-api-
// overview). Pure: time and chance come in as arguments.
namespace sandbox {

enum class ReturnType { refund, return_and_refund, replacement };

enum class ReturnState {
    requested,       // The seller has to answer.
    awaiting_buyer,  // Agreed: the buyer sends the parcel back.
    shipped_back,    // The seller has to look into the parcel.
    rejected,
    parcel_rejected,
    done,  // Refunded or replaced.
    withdrawn,
};

enum class ReturnStep {
    answer_timeout,  // Silence is consent.
    send_timeout,    // The buyer never sent it.
    parcel_timeout,  // Silence is consent again.
    approve,
    reject,
    buyer_sends,
    accept_parcel,
    reject_parcel,
    withdraw,
};
std::optional<ReturnStep> parse_return_step(std::string_view text);

struct ReturnReason {
    std::string_view code;  // TikTok's.
    std::string_view text;
    std::string_view shopee;
};

// Times are the sandbox's milliseconds since 1970, 0 where it has not happened.
struct Return {
    std::uint64_t id = 0;
    std::uint32_t order = 0;  // Index into Shop::orders.
    ReturnType type = ReturnType::refund;
    ReturnState state = ReturnState::requested;
    const ReturnReason* reason = nullptr;
    std::vector<std::uint32_t> lines;  // Of the order.
    std::vector<std::uint64_t> line_ids;
    std::int64_t amount = 0;  // Minor units, of these lines.
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t deadline = 0;    // Of whoever has to act now.
    std::string_view decided_by;  // SELLER, SYSTEM
    std::string decision;         // What the seller said: the reason of a refusal.
    std::uint64_t tracking = 0;
    std::uint32_t version = 0;  // Grows with each step; a timer set for an older version is stale.
};

bool may(const Return& one, ReturnStep step);
// Does it; false, and nothing changes, where may() says no.
bool apply(Return& one, ReturnStep step, std::int64_t now_ms, const Timing& timing);

struct PlannedReturn {
    std::int64_t at_ms = 0;
    ReturnStep step{};
};
std::optional<PlannedReturn> next_by_rule(const Return& one);
// What buyer and seller do by themselves: half of the sellers let the clock run.
std::optional<PlannedReturn> next_by_people(const Return& one, std::int64_t now_ms, const Timing& timing,
                                            base::Random& random);

// A return of this order, as a buyer opens one: of some of its lines, for a reason that fits.
Return draw_return(const Order& order, std::uint32_t index, std::int64_t now_ms, const Timing& timing,
                   base::Random& random);

}  // namespace sandbox
