#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "db/sessions.h"
#include "model/person.h"

namespace team {

// What the last look at the database said about sessions, for a few seconds: a page that asks ten things at once reads
// its session once. A change here takes effect at once, one by another instance within k_fresh_ms (SES-4 asks for 5 s).
// Bounded. Threads: any.
class SessionCache {
  public:
    static constexpr std::int64_t k_fresh_ms = 3'000;
    static constexpr std::size_t k_most = 4'096;

    struct Entry {
        db::Session session;
        model::Person person;
        std::int64_t read_at_ms = 0;  // Monotonic.
        base::Time written_seen_at;   // session.seen_at as the database has it.
    };

    // What was read less than k_fresh_ms ago.
    std::optional<Entry> find(const std::string& token_hash, std::int64_t now_ms);
    // To be asked before the database is read, for put().
    std::uint64_t generation();
    // Keeps what was read, with the later of the two times of last use; not when something was forgotten since
    // `generation`, for it may be what was read.
    void put(const std::string& token_hash, Entry entry, std::uint64_t generation);
    // Notes the use; returns true when the database should be told (it was not for a minute).
    bool touch(const std::string& token_hash, base::Time now);
    // Last use as known here; 0 when not known.
    base::Time seen_at(model::SessionId session);
    void forget(model::SessionId session);
    void forget(model::PersonId person);
    std::size_t size();

  private:
    std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
    std::uint64_t generation_ = 0;  // Counts forget().
};

}  // namespace team
