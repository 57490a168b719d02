#include "db/sync.h"

#include "db/codec.h"

namespace db {
namespace {

constexpr std::string_view k_cursor =
    "SELECT store_id, stream, position, due_at, done_at, failures, error_key FROM sync_cursors ";

SyncCursor read_cursor(const Row& row) {
    return {row.id<model::StoreId>(0),
            row.string(1),
            row.string(2),
            row.time(3),
            row.time(4),
            row.integer(5),
            row.string(6)};
}

base::Place place(std::int64_t id) {
    return {column::quarantine_payload, std::to_string(id), ""};
}

Quarantined read_quarantined(const Row& row) {
    return {row.integer(0), row.id<model::StoreId>(1), row.string(2), row.string(3), row.string(4), {}, row.time(5)};
}

}  // namespace

Result<std::optional<SyncCursor>> find_sync_cursor(Reader& reader, model::StoreId store, std::string_view stream) {
    static const std::string k_sql = std::string(k_cursor) + "WHERE store_id = ?1 AND stream = ?2";
    return reader.one(k_sql, {store, stream}, read_cursor);
}

Result<void> save_sync_cursor(Tx& tx, const SyncCursor& c) {
    TRY_VOID(
        tx.exec("INSERT INTO sync_cursors (store_id, stream, position, due_at, done_at, failures, error_key) VALUES "
                "(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (store_id, stream) DO UPDATE SET position = "
                "excluded.position, due_at = excluded.due_at, done_at = excluded.done_at, failures = "
                "excluded.failures, error_key = excluded.error_key",
                {c.store, c.stream, c.position, c.due_at, c.done_at, c.failures, c.error_key}));
    return {};
}

Result<std::vector<SyncCursor>> due_sync_cursors(Reader& reader, base::Time now, std::size_t limit) {
    static const std::string k_sql = std::string(k_cursor) + "WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2";
    return reader.all(k_sql, {now, limit}, read_cursor);
}

Result<std::vector<SyncCursor>> list_sync_cursors(Reader& reader, model::StoreId store) {
    static const std::string k_sql = std::string(k_cursor) + "WHERE store_id = ?1 ORDER BY stream";
    return reader.all(k_sql, {store}, read_cursor);
}

Result<std::vector<SyncCursor>> list_stream(Reader& reader, std::string_view stream) {
    static const std::string k_sql = std::string(k_cursor) + "WHERE stream = ?1 ORDER BY store_id";
    return reader.all(k_sql, {stream}, read_cursor);
}

Result<std::int64_t> add_quarantined(Tx& tx, const Quarantined& q) {
    const std::int64_t id = TRY(tx.draw_id("quarantine"));
    const base::Time at = q.at ? q.at : tx.now();
    const auto sealed = TRY(tx.keys().seal(purpose::pii, month_scope(q.store, at), place(id), q.payload));
    TRY_VOID(tx.exec(
        "INSERT INTO quarantine (id, store_id, source, kind, reason, payload, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        {id, q.store, q.source, q.kind, q.reason, Blob{sealed}, at}));
    return id;
}

Result<std::vector<Quarantined>> list_quarantined(Reader& reader, std::size_t limit) {
    return reader.all("SELECT id, store_id, source, kind, reason, at FROM quarantine ORDER BY id DESC LIMIT ?1",
                      {limit}, read_quarantined);
}

Result<Quarantined> find_quarantined(Reader& reader, std::int64_t id) {
    const auto read = [&](const Row& row) -> Result<Quarantined> {
        Quarantined q = read_quarantined(row);
        q.payload = TRY(codec::open_or_empty(reader, row.blob(6), place(id)));
        return q;
    };
    auto found = TRY(
        reader.one("SELECT id, store_id, source, kind, reason, at, payload FROM quarantine WHERE id = ?1", {id}, read));
    if (!found) return fail(Code::not_found, "quarantined record " + std::to_string(id));
    return std::move(*found);
}

Result<void> remove_quarantined(Tx& tx, std::int64_t id) {
    TRY_VOID(tx.exec("DELETE FROM quarantine WHERE id = ?1", {id}));
    return {};
}

Result<std::int64_t> count_quarantined(Reader& reader) {
    return reader.integer("SELECT count(*) FROM quarantine", {});
}

}  // namespace db
