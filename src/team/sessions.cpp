#include <algorithm>

#include "db/database.h"
#include "db/people.h"
#include "team/team.h"
#include "team/token.h"

namespace team {
namespace {

// A counter that nobody moved for this long no longer says anything; locks stay until they are lifted.
constexpr base::Duration k_throttle_memory = base::days(30);

}  // namespace

Caller caller_of(const db::Session& session, const model::Person& person, base::Time now) {
    Caller caller;
    base::Duration longest = k_longest_session;
    if (session.stage == "full" && person.second_factor) {
        caller.state = SignedIn::yes;
    } else if (session.stage == "totp") {
        caller.state = SignedIn::first_factor;
        longest = k_code_time;
    } else if (session.stage == "enrol") {
        caller.state = SignedIn::enrolling;
        longest = k_enrol_time;
    }
    caller.expires_at = session.created_at + longest;
    const bool over = now >= caller.expires_at || now >= session.seen_at + k_idle;
    if (caller.state == SignedIn::no || person.disabled || over) return {};
    caller.person = person;
    caller.session = session.id;
    if (session.stepped_up_at) caller.step_up_until = session.stepped_up_at + k_step_up_time;
    return caller;
}

base::Result<Caller> Team::identify(std::optional<std::string_view> token) {
    const auto hash = token ? token_hash(*token) : std::nullopt;
    if (!hash) return Caller{};
    const base::Time now = clock_.now();
    auto entry = cache_.find(*hash, clock_.monotonic_ms());
    if (!entry) {
        const std::uint64_t generation = cache_.generation();
        const std::int64_t read_at_ms = clock_.monotonic_ms();
        entry = TRY(database_.read([&](db::Reader& reader) -> base::Result<std::optional<SessionCache::Entry>> {
            const auto session = TRY(db::find_session(reader, *hash));
            if (!session) return std::nullopt;
            return SessionCache::Entry{*session, TRY(db::find_person(reader, session->person)), read_at_ms, {}};
        }));
        if (!entry) return Caller{};
        cache_.put(*hash, *entry, generation);
        // The database knows the last use only to the minute.
        entry->session.seen_at = std::max(entry->session.seen_at, cache_.seen_at(entry->session.id));
    }
    Caller caller = caller_of(entry->session, entry->person, now);
    if (caller.state == SignedIn::no) return caller;
    if (cache_.touch(*hash, now)) {
        database_.write_async(
            db::Lane::interactive,
            [session = caller.session, person = caller.person.id, now](db::Tx& tx) -> base::Result<void> {
                TRY_VOID(db::note_session_seen(tx, session, now));
                return db::note_person_seen(tx, person, now);
            },
            [](base::Result<void>) {});  // The next request in a minute tries again.
    }
    return caller;
}

bool Team::alive(model::SessionId id) {
    const auto found = database_.read([&](db::Reader& reader) -> base::Result<bool> {
        auto session = TRY(db::find_session(reader, id));
        if (!session) return false;
        session->seen_at = std::max(session->seen_at, cache_.seen_at(id));
        return caller_of(*session, TRY(db::find_person(reader, session->person)), clock_.now()).state != SignedIn::no;
    });
    return found && *found;
}

base::Result<std::vector<SessionRow>> Team::sessions(const Caller& caller) {
    const auto found =
        TRY(database_.read([&](db::Reader& reader) { return db::list_sessions(reader, caller.person.id); }));
    std::vector<SessionRow> rows;
    for (db::Session session : found) {
        session.seen_at = std::max(session.seen_at, cache_.seen_at(session.id));
        if (caller_of(session, caller.person, clock_.now()).state == SignedIn::no) continue;
        rows.push_back({session, device_name(session.user_agent), session.id == caller.session});
    }
    std::ranges::sort(rows, std::ranges::greater(), [](const SessionRow& row) { return row.session.seen_at; });
    return rows;
}

base::Result<void> Team::end_session(model::SessionId id, const Caller& caller, const Visitor& visitor) {
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const auto session = TRY(db::find_session(tx, id));
        if (!session || session->person != caller.person.id) return base::fail(base::Code::not_found, "session");
        TRY_VOID(db::end_session(tx, id));
        return audit(tx, caller.person.id.text(), visitor, kind::session_ended, id.text(),
                     {{"reason", id == caller.session ? "signed_out" : "ended_by_person"}});
    }));
    cache_.forget(id);
    return {};
}

base::Result<void> Team::end_all_sessions(const Caller& caller, const Visitor& visitor) {
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const std::size_t count = TRY(db::end_sessions(tx, caller.person.id));
        return audit(tx, caller.person.id.text(), visitor, kind::session_ended, caller.person.id.text(),
                     {{"reason", "everywhere"}, {"count", std::to_string(count)}});
    }));
    cache_.forget(caller.person.id);
    return {};
}

base::Result<void> Team::sweep() {
    const base::Time now = clock_.now();
    return database_.write(db::Lane::bulk, [&](db::Tx& tx) -> base::Result<void> {
        const std::size_t count = TRY(db::drop_dead_sessions(tx, now - k_idle, now - k_longest_session));
        if (count > 0)
            TRY_VOID(audit(tx, "system", {}, kind::session_ended, {},
                           {{"reason", "expired"}, {"count", std::to_string(count)}}));
        TRY(db::drop_throttles_before(tx, now - k_throttle_memory, k_most_failures));
        return {};
    });
}

base::Result<void> Team::note_denied(const Caller& caller, std::string_view operation, std::string_view reason,
                                     model::StoreId store, const Visitor& visitor) {
    return database_.write(db::Lane::interactive, [&](db::Tx& tx) {
        return audit(tx, caller.person.id.text(), visitor, kind::permission_denied, store ? store.text() : "",
                     {{"operation", std::string(operation)}, {"reason", std::string(reason)}}, store);
    });
}

}  // namespace team
