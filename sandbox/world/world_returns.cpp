#include "sandbox/world/world.h"

// Returns of the world: which buyers open one, and who acts when.
namespace sandbox {
namespace {

// Of delivered orders, in percent: a few.
constexpr std::uint64_t k_returned_percent = 6;

}  // namespace

std::optional<ReturnRef> World::open_return(OrderRef ref, std::int64_t now_ms) {
    Shop& shop = shops_[ref.shop];
    const Order& order = shop.orders[ref.order];
    if (order.state != OrderState::delivered && order.state != OrderState::completed) return std::nullopt;
    for (const Return& other : shop.returns)
        if (other.order == ref.order && next_by_rule(other)) return std::nullopt;
    Return one = draw_return(order, ref.order, now_ms, timing_, return_random_);
    one.id = new_id(now_ms);
    for (std::size_t i = 0; i < one.lines.size(); ++i) one.line_ids.push_back(new_id(now_ms));
    const ReturnRef made{ref.shop, static_cast<std::uint32_t>(shop.returns.size())};
    returns_[one.id] = made;
    shop.returns.push_back(std::move(one));
    plan(made, now_ms);
    if (listener_.return_changed) listener_.return_changed(shop, shop.returns.back());
    return made;
}

bool World::step_return(ReturnRef ref, ReturnStep step, std::int64_t now_ms) {
    Return& one = one_return(ref);
    if (!apply(one, step, now_ms, timing_)) return false;
    plan(ref, now_ms);
    if (listener_.return_changed) listener_.return_changed(shops_[ref.shop], one);
    return true;
}

bool World::find_return_ref(std::uint64_t id, ReturnRef& ref) const {
    const auto found = returns_.find(id);
    if (found == returns_.end()) return false;
    ref = found->second;
    return true;
}

void World::plan(ReturnRef ref, std::int64_t now_ms) {
    const Return& one = one_return(ref);
    if (const auto rule = next_by_rule(one))
        return_timers_.push({rule->at_ms, rule->step, {}, ref, one.version, false});
    if (const auto people = next_by_people(one, now_ms, timing_, return_random_))
        return_timers_.push({people->at_ms, people->step, {}, ref, one.version, true});
}

void World::perhaps_return(OrderRef ref, std::int64_t now_ms) {
    if (return_random_.below(100) >= k_returned_percent) return;
    const auto wait =
        static_cast<std::int64_t>(return_random_.below(static_cast<std::uint64_t>(timing_.scaled(base::days(5)))));
    return_timers_.push({now_ms + wait, std::nullopt, ref, {}, 0, true});
}

void World::advance_returns(std::int64_t now_ms) {
    while (!return_timers_.empty() && return_timers_.top().at_ms <= now_ms) {
        const ReturnTimer timer = return_timers_.top();
        return_timers_.pop();
        if (timer.step && one_return(timer.ref).version != timer.version) continue;
        if (timer.people && !life_) {
            parked_returns_.push_back(timer);
            continue;
        }
        if (timer.step)
            step_return(timer.ref, *timer.step, now_ms);
        else
            open_return(timer.order, now_ms);
    }
}

// Of the time before the start: at the very times of their steps.
void World::play_returns() {
    while (!return_timers_.empty() && return_timers_.top().at_ms <= options_.start_ms) {
        const ReturnTimer timer = return_timers_.top();
        return_timers_.pop();
        if (timer.step && one_return(timer.ref).version != timer.version) continue;
        if (timer.step)
            step_return(timer.ref, *timer.step, timer.at_ms);
        else
            open_return(timer.order, timer.at_ms);
    }
}

}  // namespace sandbox
