#include "platform/call_runner.h"

#include <algorithm>

#include "base/log.h"

namespace platform {

std::optional<CallError> CallRunner::wait_for_turn(Course& course) {
    const Call& call = course.call;
    // The limit is kept by waiting here while the wait is short; a long one goes back to the caller.
    while (const std::int64_t wait_ms = limiter_.take(call.store, call.name, call.write)) {
        if (wait_ms > k_longest_wait_ms || clock_.monotonic_ms() - course.started_ms > k_call_budget_ms)
            return CallError{ErrorClass::rate, 0, 0, "our own limit", {}, static_cast<int>((wait_ms + 999) / 1'000)};
        pause_(base::milliseconds(wait_ms));
    }
    // The process was stopped while it waited, and goes on now: what it was about to do may be done by others (F-11).
    if (clock_.monotonic_ms() - course.started_ms > k_call_budget_ms)
        return CallError{ErrorClass::rate, 0, 0, "no time left", {}, 0};
    ++course.tries;
    return std::nullopt;
}

bool CallRunner::again(Course& course, CallError& error) {
    const Call& call = course.call;
    base::log(base::Level::warning, "platform.call_failed",
              {{"store", call.store},
               {"call", call.name},
               {"class", name(error.kind)},
               {"code", error.code_name.empty() ? std::to_string(error.code) : error.code_name},
               {"http_status", error.http_status},
               {"request_id", error.request_id},
               {"try", course.tries}});
    // Random exponential, base 1 s; Retry-After counts where it is longer.
    std::int64_t wait_ms = 500LL << std::min(course.tries, 9);
    wait_ms = wait_ms / 2 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(wait_ms)));
    wait_ms = std::min<std::int64_t>(wait_ms, 300'000);
    if (error.kind == ErrorClass::rate) {
        if (error.retry_after_s) wait_ms = std::max<std::int64_t>(wait_ms, *error.retry_after_s * 1'000LL);
        limiter_.throttled(call.store, call.name, call.write, wait_ms);
        error.retry_after_s = static_cast<int>((wait_ms + 999) / 1'000);
    }
    if (error.kind == ErrorClass::signature && error.retry_after_s == 0 && !course.clock_mended) {
        course.clock_mended = true;
        return true;
    }
    const Reaction next = reaction(error.kind, call.write);
    // Refused for its rate, a write was not executed: it may go again as well.
    if (next != Reaction::retry && next != Reaction::back_off) return false;
    // A dead proxy or line costs a whole time-out each time: the caller comes back later, other stores come first.
    const int most = error.http_status == 0 ? k_silent_tries : k_read_tries;
    const std::int64_t spent = clock_.monotonic_ms() - course.started_ms;
    if (course.tries >= most || wait_ms > k_longest_wait_ms || spent + wait_ms > k_call_budget_ms) return false;
    pause_(base::milliseconds(wait_ms));
    return true;
}

}  // namespace platform
