#include "base/crypto.h"
#include "base/encoding.h"
#include "base/text.h"
#include "db/database.h"
#include "db/keys.h"
#include "db/people.h"
#include "team/authorise.h"
#include "team/team.h"
#include "team/token.h"
#include "team/totp.h"

namespace team {
namespace {

constexpr std::size_t k_most_user_agent = 300;

// One answer for every reason (AUTH-5).
std::unexpected<base::Error> refused() {
    return base::fail(base::Code::unauthenticated, "sign-in refused", "session.refused");
}

std::unexpected<base::Error> obstructed(const Obstacle& obstacle) {
    if (obstacle.locked)
        return base::fail(base::Code::rate_limited, "locked after too many failures", "session.locked");
    const int seconds = static_cast<int>((obstacle.wait.ms + 999) / 1'000);
    return std::unexpected(base::Error{base::Code::rate_limited, "too many failures", "session.throttled", seconds});
}

}  // namespace

Team::Team(db::Database& database, PasswordRules rules, const base::Clock& clock, base::Random& random)
    : database_(database), rules_(std::move(rules)), clock_(clock), random_(random) {}

// Names a counter without saying whom it counts to a reader of the table alone.
std::string Team::keyed(std::string_view text) const {
    return base::hex(base::hmac_sha256(base::Secret(database_.keys().installation()), text)).substr(0, 32);
}

Team::Try Team::password_try(std::string_view folded_login, const Visitor& visitor) const {
    // By login, not by account: unknown logins are throttled like known ones.
    return {"account", "login:" + keyed(folded_login), "source:" + keyed(source_network(visitor.address))};
}

Team::Try Team::code_try(model::PersonId person, const Visitor& visitor) const {
    return {"code", "code:" + person.text(), "source:" + keyed(source_network(visitor.address))};
}

Team::Try Team::token_try(const Visitor& visitor) const {
    return {"token", "", "source:" + keyed(source_network(visitor.address))};
}

base::Result<void> Team::begin(const Try& attempt) {
    return database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const base::Time now = tx.now();
        const db::Throttle source = TRY(db::load_throttle(tx, attempt.source));
        if (const auto obstacle = source_obstacle(source.failures, source.first_at, now)) return obstructed(obstacle);
        if (!attempt.account.empty()) {
            const db::Throttle account = TRY(db::load_throttle(tx, attempt.account));
            if (const auto obstacle = account_obstacle(account.failures, account.last_at, now))
                return obstructed(obstacle);
            TRY(db::count_failure(tx, attempt.account, {}));
        }
        TRY(db::count_failure(tx, attempt.source, k_source_window));
        return {};
    });
}

base::Result<void> Team::take_back(const Try& attempt) {
    return database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        if (!attempt.account.empty()) TRY_VOID(db::forgive_failure(tx, attempt.account));
        return db::forgive_failure(tx, attempt.source);
    });
}

base::Result<void> Team::settle(const Try& attempt, base::Result<void> written) {
    if (!written) TRY_VOID(take_back(attempt));
    return written;
}

base::Result<void> Team::succeed(db::Tx& tx, const Try& attempt) {
    if (!attempt.account.empty()) TRY_VOID(db::clear_throttle(tx, attempt.account));
    return db::forgive_failure(tx, attempt.source);
}

base::Result<void> Team::refuse(db::Tx& tx, const Try& attempt, std::string_view actor, const Visitor& visitor,
                                std::string_view kind, const Detail& detail) {
    TRY_VOID(audit(tx, actor, visitor, kind, {}, detail));
    const auto note = [&](std::string_view limit_kind, std::string_view what, std::int64_t failures) {
        return audit(tx, actor, visitor, limit_kind, {},
                     {{"what", std::string(what)}, {"failures", std::to_string(failures)}});
    };
    if (!attempt.account.empty()) {
        const std::int64_t failures = TRY(db::load_throttle(tx, attempt.account)).failures;
        if (failures == k_free_failures) TRY_VOID(note(kind::limit_hit, attempt.what, failures));
        if (failures == k_most_failures) TRY_VOID(note(kind::account_locked, attempt.what, failures));
    }
    const std::int64_t failures = TRY(db::load_throttle(tx, attempt.source)).failures;
    if (failures == k_most_from_source) TRY_VOID(note(kind::limit_hit, "source", failures));
    return {};
}

base::Result<Opened> Team::open_session(db::Tx& tx, base::Secret token, const model::Person& person,
                                        const Visitor& visitor) {
    db::Session session;
    session.person = person.id;
    session.stage = person.second_factor ? "totp" : "enrol";
    session.user_agent = base::replace_invalid_utf8(base::shorten(visitor.user_agent, k_most_user_agent));
    session.source = visitor.address;
    session.created_at = session.seen_at = tx.now();
    session.id = TRY(db::add_session(tx, session, token_hash(token.reveal()).value_or("")));
    return Opened{std::move(token), caller_of(session, person, tx.now())};
}

base::Result<Opened> Team::renewed(base::Secret token) {
    Caller caller = TRY(identify(token.reveal()));
    // Ended by somebody else in this very moment.
    if (caller.state == SignedIn::no)
        return base::fail(base::Code::unauthenticated, "session ended", "session.required");
    return Opened{std::move(token), std::move(caller)};
}

base::Result<Opened> Team::sign_in(std::string_view login, std::string_view password, const Caller& before,
                                   const Visitor& visitor) {
    const std::string folded = base::fold(base::trim(login));
    const Try attempt = password_try(folded, visitor);
    TRY_VOID(begin(attempt));

    std::optional<model::Person> person;
    std::string phc;
    TRY_VOID(database_.read([&](db::Reader& reader) -> base::Result<void> {
        person = TRY(db::find_person_by_login(reader, folded));
        phc = person ? TRY(db::load_password_hash(reader, person->id)) : "";
        return {};
    }));

    std::string typed = normalised_password(password);
    base::Result<bool> right = false;
    if (phc.empty()) {
        if (auto spent = hasher_.spend(typed); !spent) right = std::unexpected(spent.error());
    } else {
        right = hasher_.check(phc, typed);
    }
    std::string better;
    if (right && *right && base::password_hash_is_outdated(phc)) better = hasher_.hash(typed).value_or("");
    base::wipe(typed);
    if (!right) {
        TRY_VOID(take_back(attempt));
        return std::unexpected(right.error());
    }

    std::optional<Opened> opened;
    TRY_VOID(settle(attempt, database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        opened.reset();
        if (person) person = TRY(db::find_person(tx, person->id));
        // The password may have been changed while this one was checked.
        const bool good = *right && !person->disabled && TRY(db::load_password_hash(tx, person->id)) == phc;
        if (!good) {
            Detail detail{{"factor", "password"}};
            if (!person) detail.emplace_back("login", std::string(base::shorten(folded, 200)));
            return refuse(tx, attempt, person ? person->id.text() : "", visitor, kind::sign_in_refused, detail);
        }
        TRY_VOID(succeed(tx, attempt));
        if (!better.empty()) TRY_VOID(db::save_password_hash(tx, person->id, better));
        if (before.session) TRY_VOID(db::end_session(tx, before.session));
        opened = TRY(open_session(tx, new_token(random_), *person, visitor));
        return audit(tx, person->id.text(), visitor, kind::sign_in_ok, opened->caller.session.text(),
                     {{"factor", "password"}});
    })));
    if (!opened) return refused();
    if (before.session) cache_.forget(before.session);
    return std::move(*opened);
}

base::Result<std::string> Team::use_factor(db::Tx& tx, model::PersonId person, std::string_view code,
                                           std::string_view recovery_code) const {
    if (!recovery_code.empty()) {
        const bool used = TRY(db::use_recovery_code(tx, person, recovery_code_hash(person.text(), recovery_code)));
        return used ? "recovery_code" : "";
    }
    const base::Secret secret = TRY(db::load_totp(tx, person));
    const auto step = matching_step(secret, code, tx.now());
    if (!step || !TRY(db::use_totp_step(tx, person, *step))) return "";
    return "totp";
}

base::Result<Opened> Team::enter_code(std::string_view code, std::string_view recovery_code, const Caller& caller,
                                      const Visitor& visitor) {
    if (caller.state != SignedIn::first_factor)
        return base::fail(base::Code::precondition_failed, "no code is asked for", "session.no_code_asked");
    const Try attempt = code_try(caller.person.id, visitor);
    TRY_VOID(begin(attempt));
    base::Secret token = new_token(random_);
    std::string factor;
    TRY_VOID(settle(attempt, database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const std::string actor = caller.person.id.text();
        factor = TRY(use_factor(tx, caller.person.id, code, recovery_code));
        if (factor.empty())
            return refuse(tx, attempt, actor, visitor, kind::sign_in_refused,
                          {{"factor", recovery_code.empty() ? "totp" : "recovery_code"}});
        TRY_VOID(succeed(tx, attempt));
        TRY_VOID(db::renew_session(tx, caller.session, token_hash(token.reveal()).value_or(""), "full"));
        TRY_VOID(db::note_step_up(tx, caller.session, tx.now()));
        TRY_VOID(db::note_session_seen(tx, caller.session, tx.now()));
        TRY_VOID(db::note_person_seen(tx, caller.person.id, tx.now()));
        Detail detail{{"factor", factor}};
        if (factor == "recovery_code")
            detail.emplace_back("codes_left", std::to_string(TRY(db::count_recovery_codes(tx, caller.person.id))));
        return audit(tx, actor, visitor, kind::sign_in_ok, caller.session.text(), detail);
    })));
    if (factor.empty()) return refused();
    cache_.forget(caller.session);
    return renewed(std::move(token));
}

base::Result<Opened> Team::step_up(std::string_view code, const Caller& caller, const Visitor& visitor) {
    if (caller.state != SignedIn::yes)
        return base::fail(base::Code::unauthenticated, "not signed in", "session.required");
    const Try attempt = code_try(caller.person.id, visitor);
    TRY_VOID(begin(attempt));
    base::Secret token = new_token(random_);
    std::string factor;
    TRY_VOID(settle(attempt, database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const std::string actor = caller.person.id.text();
        factor = TRY(use_factor(tx, caller.person.id, code, {}));
        if (factor.empty()) return refuse(tx, attempt, actor, visitor, kind::step_up_refused, {{"factor", "totp"}});
        TRY_VOID(succeed(tx, attempt));
        // Proving oneself again gives a new token (ASVS 7.2.4).
        TRY_VOID(db::renew_session(tx, caller.session, token_hash(token.reveal()).value_or(""), "full"));
        TRY_VOID(db::note_step_up(tx, caller.session, tx.now()));
        return audit(tx, actor, visitor, kind::step_up_ok, caller.session.text(), {{"factor", factor}});
    })));
    if (factor.empty()) return base::fail(base::Code::forbidden, "wrong code", "second_factor.refused");
    cache_.forget(caller.session);
    return renewed(std::move(token));
}

}  // namespace team
