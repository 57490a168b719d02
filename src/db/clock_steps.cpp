#include "db/clock_steps.h"

namespace db {

Result<void> follow_clock_step(Tx& tx, base::Duration step) {
    const base::Time now = tx.now();
    // Never older than it is: who was lost is decided by this age, and several instances may follow the same jump.
    if (step.ms >= 0) {
        TRY_VOID(tx.exec(
            "UPDATE outbox SET sent_at = CASE WHEN sent_at + ?1 > ?2 THEN ?2 ELSE sent_at + ?1 END WHERE state IN "
            "('sending', 'unknown') AND finished_at = 0",
            {step.ms, now}));
        return {};
    }
    TRY_VOID(
        tx.exec("UPDATE outbox SET sent_at = ?1 WHERE state IN ('sending', 'unknown') AND finished_at = 0 AND "
                "sent_at > ?1",
                {now}));
    TRY_VOID(
        tx.exec("UPDATE outbox SET next_at = next_at + ?1 WHERE finished_at = 0 AND next_at > ?2", {step.ms, now}));
    TRY_VOID(tx.exec("UPDATE sync_cursors SET due_at = due_at + ?1 WHERE due_at > ?2", {step.ms, now}));
    // In PostgreSQL they end by the database's clock.
    if (tx.dialect() == Dialect::sqlite)
        TRY_VOID(tx.exec("UPDATE leases SET expires_at = expires_at + ?1 WHERE expires_at > ?2", {step.ms, now}));
    return {};
}

Result<base::Time> last_seen_clock(Reader& reader) {
    return base::Time{TRY(reader.integer("SELECT coalesce(max(seen_at), 0) FROM clock_seen", {}))};
}

Result<void> note_clock_seen(Tx& tx) {
    TRY_VOID(
        tx.exec("INSERT INTO clock_seen (one, seen_at) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET seen_at = "
                "excluded.seen_at",
                {tx.now()}));
    return {};
}

}  // namespace db
