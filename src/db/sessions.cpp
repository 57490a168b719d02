#include "db/sessions.h"

#include "base/encoding.h"
#include "db/columns.h"
#include "db/keys.h"

namespace db {
namespace {

#define SESSION_COLUMNS "id, person_id, stage, user_agent, source, created_at, seen_at, stepped_up_at"

Session read_session(const Row& row) {
    return {.id = row.id<model::SessionId>(0),
            .person = row.id<model::PersonId>(1),
            .stage = row.string(2),
            .user_agent = row.string(3),
            .source = row.string(4),
            .created_at = row.time(5),
            .seen_at = row.time(6),
            .stepped_up_at = row.time(7)};
}

base::Place detail_place(std::string_view token_hash) {
    return {column::one_time_detail, base::hex(token_hash), ""};
}

Result<std::optional<OneTimeToken>> find_one_time(Reader& reader, std::string_view token_hash) {
    std::string sealed;
    auto found = TRY(reader.one("SELECT kind, subject, detail, expires_at FROM one_time_tokens WHERE token_hash = ?1",
                                {Blob{token_hash}}, [&](const Row& row) {
                                    sealed = row.blob(2);
                                    return OneTimeToken{row.string(0), row.string(1), {}, row.time(3)};
                                }));
    if (!found || found->expires_at <= reader.now()) return std::nullopt;
    if (!sealed.empty()) found->detail = TRY(reader.keys().open(sealed, detail_place(token_hash)));
    return found;
}

Throttle read_throttle(const Row& row) {
    return {row.integer(0), row.time(1), row.time(2)};
}

}  // namespace

Result<model::SessionId> add_session(Tx& tx, const Session& session, std::string_view token_hash) {
    const model::SessionId id{TRY(tx.draw_id("session"))};
    TRY_VOID(tx.exec("INSERT INTO sessions (" SESSION_COLUMNS
                     ", token_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                     {id, session.person, session.stage, session.user_agent, session.source, session.created_at,
                      session.seen_at, session.stepped_up_at, Blob{token_hash}}));
    return id;
}

Result<std::optional<Session>> find_session(Reader& reader, std::string_view token_hash) {
    return reader.one("SELECT " SESSION_COLUMNS " FROM sessions WHERE token_hash = ?1", {Blob{token_hash}},
                      read_session);
}

Result<std::optional<Session>> find_session(Reader& reader, model::SessionId id) {
    return reader.one("SELECT " SESSION_COLUMNS " FROM sessions WHERE id = ?1", {id}, read_session);
}

Result<void> renew_session(Tx& tx, model::SessionId id, std::string_view new_token_hash, std::string_view stage) {
    const auto changed = TRY(
        tx.exec("UPDATE sessions SET token_hash = ?1, stage = ?2 WHERE id = ?3", {Blob{new_token_hash}, stage, id}));
    if (changed == 0) return fail(Code::not_found, "session");
    return {};
}

Result<void> note_session_seen(Tx& tx, model::SessionId id, base::Time at) {
    TRY_VOID(tx.exec("UPDATE sessions SET seen_at = ?1 WHERE id = ?2 AND seen_at < ?1", {at, id}));
    return {};
}

Result<void> note_step_up(Tx& tx, model::SessionId id, base::Time at) {
    if (TRY(tx.exec("UPDATE sessions SET stepped_up_at = ?1 WHERE id = ?2", {at, id})) == 0)
        return fail(Code::not_found, "session");
    return {};
}

Result<std::vector<Session>> list_sessions(Reader& reader, model::PersonId person) {
    return reader.all("SELECT " SESSION_COLUMNS " FROM sessions WHERE person_id = ?1 ORDER BY seen_at DESC, id DESC",
                      {person}, read_session);
}

Result<void> end_session(Tx& tx, model::SessionId id) {
    TRY_VOID(tx.exec("DELETE FROM sessions WHERE id = ?1", {id}));
    return {};
}

Result<std::size_t> end_sessions(Tx& tx, model::PersonId person, model::SessionId keep) {
    return static_cast<std::size_t>(
        TRY(tx.exec("DELETE FROM sessions WHERE person_id = ?1 AND id <> ?2", {person, keep})));
}

Result<std::size_t> drop_dead_sessions(Tx& tx, base::Time idle_before, base::Time made_before) {
    return static_cast<std::size_t>(
        TRY(tx.exec("DELETE FROM sessions WHERE seen_at < ?1 OR created_at < ?2", {idle_before, made_before})));
}

Result<void> add_one_time_token(Tx& tx, const OneTimeToken& token, std::string_view token_hash) {
    TRY_VOID(tx.exec("DELETE FROM one_time_tokens WHERE expires_at <= ?1", {tx.now()}));
    const std::string sealed =
        TRY(tx.keys().seal(purpose::one_time, token.kind, detail_place(token_hash), token.detail));
    TRY_VOID(tx.exec(
        "INSERT INTO one_time_tokens (token_hash, kind, subject, detail, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        {Blob{token_hash}, token.kind, token.subject, Blob{sealed}, token.expires_at}));
    return {};
}

Result<std::optional<OneTimeToken>> peek_one_time_token(Reader& reader, std::string_view token_hash) {
    return find_one_time(reader, token_hash);
}

Result<std::optional<OneTimeToken>> take_one_time_token(Tx& tx, std::string_view token_hash) {
    auto found = TRY(find_one_time(tx, token_hash));
    // Counted, so that of two transactions that saw the token only one gets it.
    const auto removed = TRY(tx.exec("DELETE FROM one_time_tokens WHERE token_hash = ?1", {Blob{token_hash}}));
    if (removed == 0) return std::nullopt;
    return found;
}

Result<std::size_t> drop_one_time_tokens(Tx& tx, std::string_view kind, std::string_view subject) {
    return static_cast<std::size_t>(
        TRY(tx.exec("DELETE FROM one_time_tokens WHERE kind = ?1 AND subject = ?2", {kind, subject})));
}

Result<Throttle> load_throttle(Reader& reader, std::string_view key) {
    const auto found =
        TRY(reader.one("SELECT failures, first_at, last_at FROM throttles WHERE counted = ?1", {key}, read_throttle));
    return found.value_or(Throttle{});
}

Result<Throttle> count_failure(Tx& tx, std::string_view key, base::Duration window) {
    const base::Time now = tx.now();
    // With no window every first_at is young enough.
    const base::Time oldest = window.ms > 0 ? now - window : base::Time{INT64_MIN};
    const auto counted = TRY(tx.one(
        "INSERT INTO throttles (counted, failures, first_at, last_at) VALUES (?1, 1, ?2, ?2) ON CONFLICT (counted) DO "
        "UPDATE SET failures = CASE WHEN throttles.first_at <= ?3 THEN 1 ELSE throttles.failures + 1 END, first_at = "
        "CASE WHEN throttles.first_at <= ?3 THEN ?2 ELSE throttles.first_at END, last_at = ?2 "
        "RETURNING failures, first_at, last_at",
        {key, now, oldest}, read_throttle));
    if (!counted) return fail(Code::internal, "throttle was not counted");
    return *counted;
}

Result<void> forgive_failure(Tx& tx, std::string_view key) {
    TRY_VOID(tx.exec("UPDATE throttles SET failures = failures - 1 WHERE counted = ?1 AND failures > 0", {key}));
    return {};
}

Result<void> clear_throttle(Tx& tx, std::string_view key) {
    TRY_VOID(tx.exec("DELETE FROM throttles WHERE counted = ?1", {key}));
    return {};
}

Result<std::size_t> drop_throttles_before(Tx& tx, base::Time before, std::int64_t keep_from) {
    return static_cast<std::size_t>(
        TRY(tx.exec("DELETE FROM throttles WHERE last_at < ?1 AND failures < ?2", {before, keep_from})));
}

}  // namespace db
