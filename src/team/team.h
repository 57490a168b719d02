#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "db/sessions.h"
#include "model/person.h"
#include "team/audit.h"
#include "team/caller.h"
#include "team/hasher.h"
#include "team/password.h"
#include "team/session_cache.h"
#include "team/throttle.h"

namespace db {
class Database;
}

namespace team {

// Ends of a session (SES-2). Absolute ones count from the first factor.
inline constexpr base::Duration k_idle = base::minutes(30);
inline constexpr base::Duration k_longest_session = base::hours(12);
inline constexpr base::Duration k_code_time = base::minutes(15);   // To give the second factor.
inline constexpr base::Duration k_enrol_time = base::minutes(60);  // To set up the second factor.
inline constexpr base::Duration k_step_up_time = base::minutes(5);
inline constexpr base::Duration k_setup_time = base::minutes(60);      // AUTH-10
inline constexpr base::Duration k_invitation_time = base::hours(168);  // 7 days

// A session's new token, for the cookie, and what it opens.
struct Opened {
    base::Secret token;
    Caller caller;
};

struct FirstOwner {
    std::string token, login, name, password, team_name, language;
};
struct Enrolment {
    std::string secret;  // Base32, for typing.
    std::string uri;
    std::vector<std::string> qr;
};
struct Confirmed {
    std::vector<std::string> recovery_codes;  // Shown once.
    Opened opened;
};
struct NewPerson {
    std::string login, name;
    model::Role role = model::Role::viewer;
    std::vector<model::StoreId> stores;
};
struct PersonChange {
    std::optional<model::Role> role;
    std::optional<std::vector<model::StoreId>> stores;
    std::optional<bool> disabled;
};
struct MyChange {
    std::optional<std::string> name, language, time_zone, theme, density;
    std::optional<bool> letter_keys;
};
struct Invitation {
    model::Person person;
    base::Secret token;  // For "<origin>/invitation#token=…"; never stored.
    base::Time expires_at;
};
struct SessionRow {
    db::Session session;
    std::string device;
    bool current = false;
};

// Who acts: a person, or the command line.
struct Actor {
    std::string id;  // "u_7", "cli"
    Visitor visitor;
};

// People, their sign-in and their sessions. Every change writes its leaf of the audit log in the same transaction.
// Threads: any; what checks or sets a password blocks for a password hash (see Hasher).
//
// Sign-in answers unauthenticated "session.refused" alike for an unknown login, a wrong password, a wrong code and a
// disabled account, after the same work (AUTH-5); rate_limited "session.throttled" (with a time) or "session.locked".
class Team {
  public:
    Team(db::Database& database, PasswordRules rules, const base::Clock& clock, base::Random& random);

    // --- first start (accounts.cpp)
    base::Result<bool> needs_setup();
    // A new one-time token for the first owner, to be shown on the local console only (AUTH-10); earlier ones die.
    // precondition_failed "setup.done" when there is an account.
    base::Result<base::Secret> make_setup_token();
    // "setup.token" for a wrong or old token; password.* keys for the password; "person.login", "person.name".
    base::Result<Opened> set_up(const FirstOwner& input, const Visitor& visitor);
    PasswordRating rate_password(std::string_view password, std::span<const std::string> context,
                                 const Caller& caller) const;

    // --- sign-in (sign_in.cpp). `before` is what the browser came with: its session ends.
    base::Result<Opened> sign_in(std::string_view login, std::string_view password, const Caller& before,
                                 const Visitor& visitor);
    // One of both: a TOTP code or a recovery code.
    base::Result<Opened> enter_code(std::string_view code, std::string_view recovery_code, const Caller& caller,
                                    const Visitor& visitor);
    // forbidden "second_factor.refused" for a wrong code.
    base::Result<Opened> step_up(std::string_view code, const Caller& caller, const Visitor& visitor);

    // --- second factor (second_factor.cpp). Somebody who has one replaces it only with a fresh step-up.
    base::Result<Enrolment> begin_second_factor(const Caller& caller);
    // precondition_failed "second_factor.expired" when enrolment was not begun or too long ago.
    base::Result<Confirmed> confirm_second_factor(std::string_view code, const Caller& caller, const Visitor& visitor);

    // --- sessions (sessions.cpp)
    // Never an error for a missing, wrong or old token: a Caller of state no. Counts as activity.
    base::Result<Caller> identify(std::optional<std::string_view> token);
    // Whether the session is still good, asked without counting as activity: for open event streams, every few seconds.
    bool alive(model::SessionId session);
    base::Result<std::vector<SessionRow>> sessions(const Caller& caller);
    base::Result<void> end_session(model::SessionId session, const Caller& caller,
                                   const Visitor& visitor);  // One's own.
    base::Result<void> end_all_sessions(const Caller& caller, const Visitor& visitor);
    // Removes what is over: sessions, throttle counters of the past. Every minute or so.
    base::Result<void> sweep();

    // --- people (people.cpp, accounts.cpp)
    base::Result<std::vector<model::Person>> people(std::vector<model::PersonId>* invited = nullptr);
    base::Result<Invitation> add_person(const NewPerson& person, const Actor& actor);
    // precondition_failed "person.last_owner" rather than leaving nobody in charge. Any change ends the person's
    // sessions.
    base::Result<model::Person> edit_person(model::PersonId id, const PersonChange& change, const Actor& actor);
    // A link for a new password; the present one stops working at once, the second factor stays (AUTH-9). Lifts a lock.
    base::Result<Invitation> reset_person(model::PersonId id, const Actor& actor);
    base::Result<void> unlock_person(model::PersonId id, const Actor& actor);
    base::Result<model::Person> find_by_login(std::string_view login);
    // "invitation.token" for a wrong, used or old one.
    base::Result<Opened> accept_invitation(std::string_view token, std::string_view password, const Visitor& visitor);
    base::Result<model::Person> edit_me(const MyChange& change, const Caller& caller, const Visitor& visitor);
    // Ends all other sessions. forbidden "password.wrong" when the present one is wrong.
    base::Result<Opened> change_password(std::string_view current, std::string_view wanted, const Caller& caller,
                                         const Visitor& visitor);

    // Notes in the audit log that somebody was refused what their role does not allow (LOG-1).
    base::Result<void> note_denied(const Caller& caller, std::string_view operation, std::string_view reason,
                                   model::StoreId store, const Visitor& visitor);

    const base::Clock& clock() const { return clock_; }

  private:
    // The throttle counters that a try concerns. Tries are counted before they are checked, so that parallel guesses
    // cannot all slip through; a right one is taken back.
    struct Try {
        std::string what;     // "account", "code", "token": names the counter in the audit log.
        std::string account;  // Key; empty: none.
        std::string source;
    };
    Try password_try(std::string_view folded_login, const Visitor& visitor) const;
    Try code_try(model::PersonId person, const Visitor& visitor) const;
    Try token_try(const Visitor& visitor) const;
    base::Result<void> begin(const Try& attempt);
    base::Result<void> take_back(const Try& attempt);
    // What could not be judged is no failure of the person's.
    base::Result<void> settle(const Try& attempt, base::Result<void> written);
    static base::Result<void> succeed(db::Tx& tx, const Try& attempt);
    // Writes the refusal and, when this failure reaches a limit, that it does.
    static base::Result<void> refuse(db::Tx& tx, const Try& attempt, std::string_view actor, const Visitor& visitor,
                                     std::string_view kind, const Detail& detail);

    base::Result<std::vector<std::string>> context_of(const model::Person* person, std::string_view extra);
    base::Result<std::string> hash_new_password(std::string_view password, std::span<const std::string> context,
                                                bool second_factor);
    base::Result<Opened> open_session(db::Tx& tx, base::Secret token, const model::Person& person,
                                      const Visitor& visitor);
    base::Result<Opened> renewed(base::Secret token);
    // The factor that fits ("totp", "recovery_code"), used up; empty for none.
    base::Result<std::string> use_factor(db::Tx& tx, model::PersonId person, std::string_view code,
                                         std::string_view recovery_code) const;
    std::string keyed(std::string_view text) const;

    db::Database& database_;
    const PasswordRules rules_;
    const base::Clock& clock_;
    base::Random& random_;
    Hasher hasher_;
    SessionCache cache_;
    std::atomic<bool> set_up_{false};
};

// Who a session makes its bearer now; state no when it is over. Pure.
Caller caller_of(const db::Session& session, const model::Person& person, base::Time now);

}  // namespace team
