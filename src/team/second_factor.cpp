#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "db/database.h"
#include "db/people.h"
#include "team/authorise.h"
#include "team/team.h"
#include "team/token.h"
#include "team/totp.h"

namespace team {
namespace {

constexpr std::string_view k_pending = "totp";
constexpr base::Duration k_pending_time = base::minutes(15);

// The secret that waits for its first code belongs to the session that asked for it. It is kept beside the one in use,
// so that a replacement that is never finished changes nothing.
std::string pending_hash(model::SessionId session) {
    return base::sha256("pending second factor\x1f" + session.text());
}

base::Result<void> may_enrol(const Caller& caller, base::Time now) {
    if (caller.state == SignedIn::enrolling) return {};
    return require_step_up(caller, now);
}

}  // namespace

base::Result<Enrolment> Team::begin_second_factor(const Caller& caller) {
    TRY_VOID(may_enrol(caller, clock_.now()));
    const base::Secret secret = new_totp_secret(random_);
    Enrolment enrolment;
    enrolment.secret = base::base32(secret.reveal());
    enrolment.uri = totp_uri(secret, caller.person.login);
    enrolment.qr = TRY(qr_rows(enrolment.uri));
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        TRY(db::drop_one_time_tokens(tx, k_pending, caller.session.text()));
        return db::add_one_time_token(
            tx,
            {std::string(k_pending), caller.session.text(), "{\"secret\":\"" + base::hex(secret.reveal()) + "\"}",
             tx.now() + k_pending_time},
            pending_hash(caller.session));
    }));
    return enrolment;
}

base::Result<Confirmed> Team::confirm_second_factor(std::string_view code, const Caller& caller,
                                                    const Visitor& visitor) {
    TRY_VOID(may_enrol(caller, clock_.now()));
    const Try attempt = code_try(caller.person.id, visitor);
    TRY_VOID(begin(attempt));
    Confirmed confirmed;
    confirmed.recovery_codes = new_recovery_codes(random_);
    std::vector<std::string> hashes;
    hashes.reserve(confirmed.recovery_codes.size());
    for (const std::string& recovery_code : confirmed.recovery_codes)
        hashes.push_back(recovery_code_hash(caller.person.id.text(), recovery_code));
    base::Secret token = new_token(random_);
    bool good = false;
    TRY_VOID(settle(attempt, database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        good = false;
        const std::string actor = caller.person.id.text();
        const auto pending = TRY(db::peek_one_time_token(tx, pending_hash(caller.session)));
        if (!pending)
            return base::fail(base::Code::precondition_failed, "no enrolment was begun", "second_factor.expired");
        const auto document = TRY(base::JsonDocument::parse(pending->detail));
        auto bytes = base::parse_hex(document["secret"].string_or());
        if (!bytes) return base::fail(base::Code::corrupt, "pending second factor");
        const base::Secret secret = base::Secret::take(*bytes);
        const auto step = matching_step(secret, code, tx.now());
        if (!step) return refuse(tx, attempt, actor, visitor, kind::second_factor_refused, {});
        TRY_VOID(succeed(tx, attempt));
        TRY(db::take_one_time_token(tx, pending_hash(caller.session)));
        TRY_VOID(db::save_totp(tx, caller.person.id, secret, true));
        TRY(db::use_totp_step(tx, caller.person.id, *step));
        TRY_VOID(db::save_recovery_codes(tx, caller.person.id, hashes));
        // Whoever else is in with the old factor, or is just enrolling one, is out.
        TRY(db::end_sessions(tx, caller.person.id, caller.session));
        TRY_VOID(db::renew_session(tx, caller.session, token_hash(token.reveal()).value_or(""), "full"));
        TRY_VOID(db::note_step_up(tx, caller.session, tx.now()));
        TRY_VOID(db::note_person_seen(tx, caller.person.id, tx.now()));
        good = true;
        return audit(tx, actor, visitor, kind::second_factor_set, actor,
                     {{"replaced", caller.state == SignedIn::yes ? "yes" : "no"}});
    })));
    if (!good) return base::fail(base::Code::forbidden, "wrong code", "second_factor.refused");
    cache_.forget(caller.person.id);
    confirmed.opened = TRY(renewed(std::move(token)));
    return confirmed;
}

}  // namespace team
