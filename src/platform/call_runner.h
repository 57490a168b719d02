#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "platform/call_error.h"
#include "platform/rate_limiter.h"

namespace platform {

// The frame of every call to a marketplace: the rate limit is kept, what may be tried again is tried again, and each
// failure is logged by its class. Threads: any.
class CallRunner {
  public:
    // `pause` sleeps; tests move a clock instead. It should return early when the process stops. References must
    // outlive it.
    CallRunner(const base::Clock& clock, base::Random& random, std::function<void(base::Duration)> pause)
        : clock_(clock), random_(random), pause_(std::move(pause)), limiter_(clock) {}

    struct Call {
        std::string_view store;  // Owner of the way out, e.g. "s_7".
        std::string name;        // Of the endpoint; limits are kept for each.
        bool write = false;
    };
    // attempt() -> Answer<T> sends once, with a fresh signature. An error of class `signature` with retry_after_s 0
    // means that the clock was wrong and is right now: one more try follows at once.
    template <class F>
    std::invoke_result_t<F&> run(const Call& call, F&& attempt) {
        Course course{.call = call, .started_ms = clock_.monotonic_ms()};
        for (;;) {
            if (auto refused = wait_for_turn(course)) return std::unexpected(std::move(*refused));
            auto answer = attempt();
            if (answer) {
                limiter_.succeeded(call.store, call.name, call.write);
                return answer;
            }
            if (!again(course, answer.error())) return answer;
        }
    }

    // Tries of one read in all; of one whose answer did not come at all; and the longest single wait inside a call;
    // longer ones are the caller's business.
    static constexpr int k_read_tries = 5;
    static constexpr int k_silent_tries = 2;
    static constexpr std::int64_t k_longest_wait_ms = 10'000;
    // No new try after this many milliseconds.
    static constexpr std::int64_t k_call_budget_ms = 45'000;

  private:
    struct Course {
        const Call& call;
        std::int64_t started_ms = 0;
        int tries = 0;
        bool clock_mended = false;
    };
    std::optional<CallError> wait_for_turn(Course& course);
    // Pauses and returns true when the call should be sent once more. Sets retry_after_s where the rate was too high.
    bool again(Course& course, CallError& error);

    const base::Clock& clock_;
    base::Random& random_;
    std::function<void(base::Duration)> pause_;
    RateLimiter limiter_;
};

}  // namespace platform
