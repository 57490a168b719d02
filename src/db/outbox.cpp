#include "db/outbox.h"

#include "db/codec.h"
#include "db/events.h"
#include "db/keys.h"

namespace db {
namespace {

using model::ActionState;

constexpr std::string_view k_select =
    "SELECT store_id, id, object, kind, intent, payload, state, attempt, fence, outcome, planned_at, next_at, sent_at, "
    "finished_at, person_id FROM outbox ";

base::Place place(model::StoreId store, model::ActionId id) {
    return codec::place(column::action_payload, store, id);
}

Result<model::OutgoingAction> read_action(const Reader& reader, const Row& row) {
    using enum ActionState;
    model::OutgoingAction a;
    a.store = row.id<model::StoreId>(0);
    a.id = row.id<model::ActionId>(1);
    a.object = row.string(2);
    a.kind = row.string(3);
    a.intent = row.string(4);
    a.payload = TRY(codec::open_or_empty(reader, row.blob(5), place(a.store, a.id)));
    a.state = codec::by_name(row.text(6), {planned, approved, sending, confirmed, refused, unknown, needs_person},
                             needs_person);
    a.attempt = row.integer(7);
    a.fence = row.integer(8);
    a.outcome = row.string(9);
    a.planned_at = row.time(10);
    a.next_at = row.time(11);
    a.sent_at = row.time(12);
    a.finished_at = row.time(13);
    a.by = row.id<model::PersonId>(14);
    return a;
}

Result<std::vector<model::OutgoingAction>> select(Reader& reader, std::string_view rest,
                                                  std::initializer_list<Arg> args) {
    const std::string sql = std::string(k_select) + std::string(rest);
    return reader.all(sql, args, [&](const Row& row) { return read_action(reader, row); });
}

// No earlier action of the object is under way. Planned ones wait for a person and hold nobody up.
constexpr std::string_view k_is_next =
    "NOT EXISTS (SELECT 1 FROM outbox e WHERE e.store_id = outbox.store_id AND e.object = outbox.object AND "
    "e.id < outbox.id AND e.finished_at = 0 AND e.state <> 'planned')";

Result<void> moved(Tx& tx, model::ActionId id, std::int64_t rows, std::optional<std::int64_t> fence) {
    if (rows == 1) return {};
    const auto now = TRY(find_action(tx, id));
    if (fence && now.fence != *fence)
        return fail(Code::conflict, id.text() + " is sent by another owner", "outbox.fenced");
    return fail(Code::precondition_failed, id.text() + " is " + std::string(model::name(now.state)), "outbox.state");
}

Result<void> end(Tx& tx, model::ActionId id, std::int64_t fence, ActionState state, std::string_view outcome) {
    const auto rows = TRY(tx.exec(
        "UPDATE outbox SET state = ?4, outcome = ?5, finished_at = ?6 WHERE store_id = ?1 AND id = ?2 AND fence = ?3 "
        "AND state IN ('sending', 'unknown', 'needs_person')",
        {store_of(id), id, fence, model::name(state), outcome, tx.now()}));
    return moved(tx, id, rows, fence);
}

}  // namespace

Result<Planned> plan_action(Tx& tx, const model::OutgoingAction& action, bool approved) {
    const auto there =
        TRY(tx.integer("SELECT id FROM outbox WHERE store_id = ?1 AND object = ?2 AND kind = ?3 AND intent = ?4",
                       {action.store, action.object, action.kind, action.intent}));
    if (there != 0) return Planned{{there}, false};
    const model::ActionId id{TRY(draw_store_id(tx, action.store))};
    const auto payload =
        TRY(tx.keys().seal(purpose::outbox, action.store.text(), place(action.store, id), action.payload));
    TRY_VOID(tx.exec(
        "INSERT INTO outbox (store_id, id, object, kind, intent, payload, state, attempt, fence, lease_name, outcome, "
        "planned_at, next_at, sent_at, finished_at, person_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, '', '', ?8, "
        "?9, 0, 0, ?10)",
        {action.store, id, action.object, action.kind, action.intent, Blob{payload},
         model::name(approved ? ActionState::approved : ActionState::planned), tx.now(), action.next_at, action.by}));
    return Planned{id, true};
}

Result<void> approve_action(Tx& tx, model::ActionId id, model::PersonId by) {
    const auto rows =
        TRY(tx.exec("UPDATE outbox SET state = 'approved', person_id = ?3 WHERE store_id = ?1 AND id = ?2 "
                    "AND state = 'planned'",
                    {store_of(id), id, by}));
    return moved(tx, id, rows, {});
}

Result<void> withdraw_action(Tx& tx, model::ActionId id, std::string_view outcome) {
    const auto rows =
        TRY(tx.exec("UPDATE outbox SET state = 'refused', outcome = ?3, finished_at = ?4 WHERE store_id = "
                    "?1 AND id = ?2 AND state IN ('planned', 'approved')",
                    {store_of(id), id, outcome, tx.now()}));
    return moved(tx, id, rows, {});
}

Result<std::vector<model::OutgoingAction>> due_actions(Reader& reader, std::size_t limit) {
    static const std::string k_rest = "WHERE state = 'approved' AND finished_at = 0 AND next_at <= ?1 AND " +
                                      std::string(k_is_next) + " ORDER BY next_at, id LIMIT ?2";
    return select(reader, k_rest, {reader.now(), limit});
}

Result<model::OutgoingAction> mark_sending(Tx& tx, model::ActionId id, const Lease& lease) {
    TRY_VOID(check_lease(tx, lease));
    static const std::string k_sql =
        "UPDATE outbox SET state = 'sending', attempt = attempt + 1, fence = ?3, lease_name = ?4, sent_at = ?5 "
        "WHERE store_id = ?1 AND id = ?2 AND state = 'approved' AND " +
        std::string(k_is_next);
    const auto rows = TRY(tx.exec(k_sql, {store_of(id), id, lease.fence, lease.name, tx.now()}));
    auto now = TRY(find_action(tx, id));
    if (rows == 1) return now;
    if (now.state == ActionState::approved)
        return fail(Code::conflict, id.text() + " waits for an earlier action of " + now.object, "outbox.order");
    return fail(Code::precondition_failed, id.text() + " is " + std::string(model::name(now.state)), "outbox.state");
}

Result<void> confirm_action(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome) {
    return end(tx, id, fence, ActionState::confirmed, outcome);
}

Result<void> refuse_action(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome) {
    return end(tx, id, fence, ActionState::refused, outcome);
}

Result<void> mark_unknown(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome,
                          base::Time next_at) {
    const auto rows =
        TRY(tx.exec("UPDATE outbox SET state = 'unknown', outcome = ?4, next_at = ?5 WHERE store_id = ?1 "
                    "AND id = ?2 AND fence = ?3 AND state IN ('sending', 'unknown')",
                    {store_of(id), id, fence, outcome, next_at}));
    return moved(tx, id, rows, fence);
}

Result<void> plan_again(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome, base::Time next_at) {
    const auto rows =
        TRY(tx.exec("UPDATE outbox SET state = 'approved', outcome = ?4, next_at = ?5 WHERE store_id = ?1 "
                    "AND id = ?2 AND fence = ?3 AND state = 'unknown'",
                    {store_of(id), id, fence, outcome, next_at}));
    return moved(tx, id, rows, fence);
}

Result<void> postpone_action(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome,
                             base::Time next_at) {
    const auto rows =
        TRY(tx.exec("UPDATE outbox SET state = 'approved', outcome = ?4, next_at = ?5 WHERE store_id = ?1 "
                    "AND id = ?2 AND fence = ?3 AND state = 'sending'",
                    {store_of(id), id, fence, outcome, next_at}));
    return moved(tx, id, rows, fence);
}

Result<void> hand_to_person(Tx& tx, model::ActionId id, std::string_view outcome) {
    const auto rows =
        TRY(tx.exec("UPDATE outbox SET state = 'needs_person', outcome = ?3 WHERE store_id = ?1 AND id = ?2 "
                    "AND finished_at = 0 AND state <> 'sending'",
                    {store_of(id), id, outcome}));
    return moved(tx, id, rows, {});
}

Result<std::vector<model::OutgoingAction>> actions_to_read_back(Reader& reader, std::size_t limit) {
    return select(reader, "WHERE state = 'unknown' AND finished_at = 0 AND next_at <= ?1 ORDER BY next_at, id LIMIT ?2",
                  {reader.now(), limit});
}

Result<bool> any_sending_since(Reader& reader, base::Time before) {
    return TRY(reader.integer("SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = 'sending' AND finished_at = 0 "
                              "AND sent_at < ?1 LIMIT 1) s",
                              {before})) != 0;
}

Result<std::vector<model::OutgoingAction>> take_over_lost(Tx& tx, const Lease& lease, base::Time before,
                                                          std::size_t limit) {
    TRY_VOID(check_lease(tx, lease));
    const base::Time lease_now = TRY(lease_clock(tx));
    // The lease it was sent under has ended, passed to somebody, or is now ours with another fence.
    auto lost = TRY(select(tx,
                           "WHERE state = 'sending' AND finished_at = 0 AND sent_at < ?1 AND NOT EXISTS (SELECT 1 FROM "
                           "leases l WHERE l.name = outbox.lease_name AND l.fence = outbox.fence AND l.owner <> '' AND "
                           "l.expires_at > ?2) ORDER BY sent_at LIMIT ?3",
                           {before, lease_now, limit}));
    for (model::OutgoingAction& a : lost) {
        TRY_VOID(
            tx.exec("UPDATE outbox SET state = 'unknown', fence = ?3, lease_name = ?4, outcome = 'outbox.lost', "
                    "next_at = ?5 WHERE store_id = ?1 AND id = ?2",
                    {a.store, a.id, lease.fence, lease.name, tx.now()}));
        a.state = ActionState::unknown;
        a.fence = lease.fence;
        a.next_at = tx.now();
    }
    return lost;
}

Result<model::OutgoingAction> find_action(Reader& reader, model::ActionId id) {
    auto found = TRY(select(reader, "WHERE store_id = ?1 AND id = ?2", {store_of(id), id}));
    if (found.empty()) return fail(Code::not_found, "action " + id.text());
    return std::move(found.front());
}

Result<std::vector<model::OutgoingAction>> actions_of(Reader& reader, model::StoreId store, std::string_view object,
                                                      std::size_t limit) {
    return select(reader, "WHERE store_id = ?1 AND object = ?2 ORDER BY id DESC LIMIT ?3", {store, object, limit});
}

Result<std::size_t> mark_all_unknown(Tx& tx) {
    const auto rows =
        TRY(tx.exec("UPDATE outbox SET state = 'unknown', next_at = 0, outcome = 'outbox.restored' WHERE "
                    "finished_at = 0 AND state IN ('approved', 'sending')",
                    {}));
    return static_cast<std::size_t>(rows);
}

}  // namespace db
