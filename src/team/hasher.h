#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace team {

// Argon2id with a bound on memory (AUTH-4): each hash takes 64 MiB, so at most two run at a time; the others wait in
// the order they came. Threads: any; the calls block for the time of the hash and of those before it.
class Hasher {
  public:
    static constexpr std::size_t k_at_once = 2;
    // More waiting callers than this are refused: unavailable "session.busy", with a time to come back.
    static constexpr std::size_t k_most_waiting = 256;

    base::Result<std::string> hash(std::string_view password);
    base::Result<bool> check(const std::string& phc, std::string_view password);
    // Takes as long as check(): for accounts that do not exist (AUTH-5).
    base::Result<void> spend(std::string_view password);

  private:
    class Turn;
    std::mutex mutex_;
    std::condition_variable next_;
    std::uint64_t last_ticket_ = 0;
    std::uint64_t serving_ = 0;  // Tickets up to this one may run.
    std::size_t running_ = 0;
};

}  // namespace team
