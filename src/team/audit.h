#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/audit.h"
#include "model/ids.h"

namespace db {
class Database;
}

namespace team {

// Whoever is at the other end of a request, for the audit log and the throttles.
struct Visitor {
    std::string address;     // Without port; "cli" for the command line.
    std::string user_agent;  // As sent.
    std::string request_id;
};

// What this room writes into the audit log (LOG-1). Other rooms have kinds of their own.
namespace kind {
inline constexpr std::string_view set_up = "setup.done";
inline constexpr std::string_view sign_in_ok = "sign_in.ok";            // factor: password, totp, recovery_code
inline constexpr std::string_view sign_in_refused = "sign_in.refused";  // factor, login where nobody has it
inline constexpr std::string_view limit_hit = "limit.hit";              // what: account, code, source; failures
inline constexpr std::string_view account_locked = "account.locked";    // what: account, code
inline constexpr std::string_view account_unlocked = "account.unlocked";
inline constexpr std::string_view step_up_ok = "step_up.ok";
inline constexpr std::string_view step_up_refused = "step_up.refused";
inline constexpr std::string_view session_ended = "session.ended";          // reason, count
inline constexpr std::string_view second_factor_set = "second_factor.set";  // replaced: yes, no
inline constexpr std::string_view second_factor_refused = "second_factor.refused";
inline constexpr std::string_view password_changed = "password.changed";
inline constexpr std::string_view password_refused = "password.refused";  // The present one was wrong.
inline constexpr std::string_view invitation_used = "invitation.used";    // purpose: invite, reset
inline constexpr std::string_view person_added = "person.added";          // role, stores
inline constexpr std::string_view person_changed = "person.changed";      // What changed: from, to
inline constexpr std::string_view person_disabled = "person.disabled";
inline constexpr std::string_view person_enabled = "person.enabled";
inline constexpr std::string_view person_reset = "person.reset";
inline constexpr std::string_view settings_changed = "settings.changed";    // What changed: from, to
inline constexpr std::string_view permission_denied = "permission.denied";  // operation, reason
inline constexpr std::string_view retention_removed = "retention.removed";  // How many of each.
inline constexpr std::string_view log_checked = "audit.checked";            // state, entries
}  // namespace kind

using Detail = std::vector<std::pair<std::string_view, std::string>>;

// Writes a leaf of the log in the transaction of what it tells of: when it cannot be written, the action does not
// happen (LOG-4). Detail, address and request id are sealed apart; the leaf holds a salted commitment to them. Empty
// values are left out.
base::Result<void> audit(db::Tx& tx, std::string_view actor, const Visitor& visitor, std::string_view kind,
                         std::string_view object, const Detail& detail = {}, model::StoreId store = {});

// The last self-check of the log, as kept.
struct LogCheck {
    enum class State { never, ok, broken };
    State state = State::never;
    std::int64_t entries = 0;
    std::optional<std::int64_t> first_bad;  // Position.
    std::string problem;                    // Key, e.g. "audit.leaf_changed".
    std::string root;                       // Hex.
    base::Time checked_at;
};
std::string_view name(LogCheck::State state);
base::Result<LogCheck> last_log_check(db::Reader& reader);
// Recomputes the whole log, keeps the outcome and returns it. Run
// at start, hourly, and when somebody asks.
base::Result<LogCheck> check_log(db::Database& database);

}  // namespace team
