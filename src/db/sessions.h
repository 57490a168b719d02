#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/ids.h"

namespace db {

// A signed-in browser. The token itself is never stored, only its SHA-256 (SES-1).
struct Session {
    model::SessionId id;
    model::PersonId person;
    std::string stage;       // "full", or what still has to be done: "enrol", "totp" …
    std::string user_agent;  // As sent, shortened.
    std::string source;      // Network address.
    base::Time created_at;
    base::Time seen_at;
    base::Time stepped_up_at;  // Last fresh second factor; 0: none.
};

Result<model::SessionId> add_session(Tx& tx, const Session& session, std::string_view token_hash);
Result<std::optional<Session>> find_session(Reader& reader, std::string_view token_hash);
Result<std::optional<Session>> find_session(Reader& reader, model::SessionId id);
// A new token for the same session (after sign-in and privilege change): the old one is dead at once.
Result<void> renew_session(Tx& tx, model::SessionId id, std::string_view new_token_hash, std::string_view stage);
Result<void> note_session_seen(Tx& tx, model::SessionId id, base::Time at);
Result<void> note_step_up(Tx& tx, model::SessionId id, base::Time at);
Result<std::vector<Session>> list_sessions(Reader& reader, model::PersonId person);  // Newest use first.
Result<void> end_session(Tx& tx, model::SessionId id);
// All of a person except `keep`. Returns how many.
Result<std::size_t> end_sessions(Tx& tx, model::PersonId person, model::SessionId keep = {});
// Idle since before `idle_before` or made before `made_before` (SES-2).
Result<std::size_t> drop_dead_sessions(Tx& tx, base::Time idle_before, base::Time made_before);

// Links and tokens that work once: set-up, invitation, password reset, OAuth state. Hash as with sessions.
struct OneTimeToken {
    std::string kind;     // "setup", "invite", "reset", "oauth"
    std::string subject;  // Who or what it is for, e.g. "u_3".
    std::string detail;   // JSON; sealed at rest.
    base::Time expires_at;
};
Result<void> add_one_time_token(Tx& tx, const OneTimeToken& token, std::string_view token_hash);
Result<std::optional<OneTimeToken>> peek_one_time_token(Reader& reader, std::string_view token_hash);
// The token, removed; none when there is no such token or it has expired.
Result<std::optional<OneTimeToken>> take_one_time_token(Tx& tx, std::string_view token_hash);
Result<std::size_t> drop_one_time_tokens(Tx& tx, std::string_view kind, std::string_view subject);

// Throttle counters (AUTH-6). `key` names what is counted, without personal data in clear ("account:u_3",
// "source:<hash>").
struct Throttle {
    std::int64_t failures = 0;  // In a row, or in the window: the caller decides.
    base::Time first_at;
    base::Time last_at;
};
Result<Throttle> load_throttle(Reader& reader, std::string_view key);
// Counts one more; a counter whose first_at is older than `window` starts again (0: no window).
Result<Throttle> count_failure(Tx& tx, std::string_view key, base::Duration window);
// Takes one back: the try was counted before it was known to be right.
Result<void> forgive_failure(Tx& tx, std::string_view key);
Result<void> clear_throttle(Tx& tx, std::string_view key);
// Counters last moved before that; those with `keep_from` failures and more stay.
Result<std::size_t> drop_throttles_before(Tx& tx, base::Time before, std::int64_t keep_from);

}  // namespace db
