#include "sandbox/world/returns.h"

#include <array>
#include <cmath>
#include <utility>

namespace sandbox {
namespace {

constexpr std::array<std::pair<ReturnStep, std::string_view>, 9> k_names = {{
    {ReturnStep::answer_timeout, "answer_timeout"},
    {ReturnStep::send_timeout, "send_timeout"},
    {ReturnStep::parcel_timeout, "parcel_timeout"},
    {ReturnStep::approve, "approve"},
    {ReturnStep::reject, "reject"},
    {ReturnStep::buyer_sends, "buyer_sends"},
    {ReturnStep::accept_parcel, "accept_parcel"},
    {ReturnStep::reject_parcel, "reject_parcel"},
    {ReturnStep::withdraw, "withdraw"},
}};

// Time limits: 48 h to answer, 7 days to send it back, 8 days to look into the parcel.
constexpr base::Duration k_answer = base::hours(48), k_send = base::days(7), k_look = base::days(8);

constexpr std::array<ReturnReason, 2> k_refund_reasons = {{
    {"ecom_order_delivered_refund_reason_not_received", "Package wasn't received", "NOT_RECEIPT"},
    {"ecom_order_delivered_refund_reason_missing_product", "Missing items or parts", "ITEM_MISSING"},
}};
constexpr std::array<ReturnReason, 4> k_return_reasons = {{
    {"ecom_order_delivered_refund_and_return_reason_damaged", "Item is damaged", "PHYSICAL_DMG"},
    {"ecom_order_delivered_refund_and_return_reason_wrong_product", "Wrong item was sent", "WRONG_ITEM"},
    {"ecom_order_delivered_refund_and_return_reason_not_match", "Item doesn't match description", "DIFF_DESC"},
    {"buyer_return_and_refund_suspected_counterfeit", "Suspected counterfeit", "ITEM_FAKE"},
}};

std::int64_t around(base::Duration mean, const Timing& timing, base::Random& random) {
    const double chance = (static_cast<double>(random.below(1'000'000)) + 1) / 1'000'001;
    return timing.scaled({static_cast<std::int64_t>(static_cast<double>(mean.ms) * (0.1 - 0.9 * std::log(chance)))});
}

void agree(Return& one, std::string_view by, std::int64_t now, const Timing& timing) {
    one.decided_by = by;
    const bool goods_come_back = one.type == ReturnType::return_and_refund;
    one.state = goods_come_back ? ReturnState::awaiting_buyer : ReturnState::done;
    one.deadline = goods_come_back ? now + timing.scaled(k_send) : 0;
}

void end(Return& one, ReturnState state, std::string_view by) {
    one.state = state;
    one.decided_by = by;
    one.deadline = 0;
}

}  // namespace

std::optional<ReturnStep> parse_return_step(std::string_view text) {
    for (const auto& [value, known] : k_names)
        if (known == text) return value;
    return std::nullopt;
}

bool may(const Return& one, ReturnStep step) {
    switch (step) {
        case ReturnStep::answer_timeout:
        case ReturnStep::approve:
        case ReturnStep::reject:
            return one.state == ReturnState::requested;
        case ReturnStep::send_timeout:
        case ReturnStep::buyer_sends:
            return one.state == ReturnState::awaiting_buyer;
        case ReturnStep::parcel_timeout:
        case ReturnStep::accept_parcel:
        case ReturnStep::reject_parcel:
            return one.state == ReturnState::shipped_back;
        case ReturnStep::withdraw:
            return one.state == ReturnState::requested || one.state == ReturnState::awaiting_buyer;
    }
    return false;
}

bool apply(Return& one, ReturnStep step, std::int64_t now, const Timing& timing) {
    if (!may(one, step)) return false;
    switch (step) {
        case ReturnStep::answer_timeout:
            agree(one, "SYSTEM", now, timing);
            break;
        case ReturnStep::approve:
            agree(one, "SELLER", now, timing);
            break;
        case ReturnStep::reject:
            end(one, ReturnState::rejected, "SELLER");
            break;
        case ReturnStep::buyer_sends:
            one.state = ReturnState::shipped_back;
            one.tracking = one.id % 1'000'000'007;
            one.deadline = now + timing.scaled(k_look);
            break;
        case ReturnStep::accept_parcel:
            end(one, ReturnState::done, "SELLER");
            break;
        case ReturnStep::parcel_timeout:
            end(one, ReturnState::done, "SYSTEM");
            break;
        case ReturnStep::reject_parcel:
            end(one, ReturnState::parcel_rejected, "SELLER");
            break;
        case ReturnStep::send_timeout:
            end(one, ReturnState::withdrawn, "SYSTEM");
            break;
        case ReturnStep::withdraw:
            end(one, ReturnState::withdrawn, "BUYER");
            break;
    }
    one.updated = now;
    ++one.version;
    return true;
}

std::optional<PlannedReturn> next_by_rule(const Return& one) {
    switch (one.state) {
        case ReturnState::requested:
            return PlannedReturn{one.deadline, ReturnStep::answer_timeout};
        case ReturnState::awaiting_buyer:
            return PlannedReturn{one.deadline, ReturnStep::send_timeout};
        case ReturnState::shipped_back:
            return PlannedReturn{one.deadline, ReturnStep::parcel_timeout};
        case ReturnState::rejected:
        case ReturnState::parcel_rejected:
        case ReturnState::done:
        case ReturnState::withdrawn:
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<PlannedReturn> next_by_people(const Return& one, std::int64_t now, const Timing& timing,
                                            base::Random& random) {
    const auto after = [&](base::Duration mean, ReturnStep step) {
        return PlannedReturn{now + around(mean, timing, random), step};
    };
    switch (one.state) {
        case ReturnState::requested: {
            const std::uint64_t lot = random.below(100);
            if (lot < 30) return after(base::hours(20), ReturnStep::approve);
            if (lot < 42) return after(base::hours(20), ReturnStep::reject);
            if (lot < 50) return after(base::hours(30), ReturnStep::withdraw);
            return std::nullopt;
        }
        case ReturnState::awaiting_buyer:
            return after(base::hours(40), ReturnStep::buyer_sends);
        case ReturnState::shipped_back: {
            const std::uint64_t lot = random.below(100);
            if (lot < 40) return after(base::days(4), ReturnStep::accept_parcel);
            if (lot < 50) return after(base::days(4), ReturnStep::reject_parcel);
            return std::nullopt;
        }
        case ReturnState::rejected:
        case ReturnState::parcel_rejected:
        case ReturnState::done:
        case ReturnState::withdrawn:
            return std::nullopt;
    }
    return std::nullopt;
}

Return draw_return(const Order& order, std::uint32_t index, std::int64_t now, const Timing& timing,
                   base::Random& random) {
    Return one;
    one.order = index;
    const std::uint64_t lot = random.below(100);
    one.type = lot < 45 ? ReturnType::refund : lot < 90 ? ReturnType::return_and_refund : ReturnType::replacement;
    one.reason = one.type == ReturnType::refund ? &k_refund_reasons[random.below(k_refund_reasons.size())]
                                                : &k_return_reasons[random.below(k_return_reasons.size())];
    // The whole order, or one of its lines.
    const bool whole = order.lines.size() == 1 || random.below(100) < 60;
    const auto first = static_cast<std::uint32_t>(whole ? 0 : random.below(order.lines.size()));
    const auto count = static_cast<std::uint32_t>(whole ? order.lines.size() : 1);
    for (std::uint32_t i = first; i < first + count; ++i) {
        one.lines.push_back(i);
        one.amount += order.lines[i].sale();
    }
    one.created = one.updated = now;
    one.deadline = now + timing.scaled(k_answer);
    return one;
}

}  // namespace sandbox
