#include "db/events.h"

#include "base/id.h"

namespace db {
namespace {

constexpr std::string_view k_columns = "store_id, n, kind, subject, detail, happened_at, recorded_at";

model::Event read_event(const Row& row) {
    return {.store = row.id<model::StoreId>(0),
            .n = row.integer(1),
            .kind = static_cast<model::EventKind>(row.integer(2)),
            .subject = row.string(3),
            .detail = row.string(4),
            .happened_at = row.time(5),
            .recorded_at = row.time(6)};
}

}  // namespace

Result<std::int64_t> append_event(Tx& tx, model::Event event) {
    if (!event.recorded_at) event.recorded_at = tx.now();
    event.n =
        TRY(tx.integer("INSERT INTO store_log (store_id, last_id, last_event) VALUES (?1, 0, 1) "
                       "ON CONFLICT (store_id) DO UPDATE SET last_event = store_log.last_event + 1 "
                       "RETURNING last_event",
                       {event.store}));
    TRY_VOID(
        tx.exec("INSERT INTO events (store_id, n, kind, subject, detail, happened_at, recorded_at) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                {event.store, event.n, static_cast<std::int32_t>(event.kind), event.subject, event.detail,
                 event.happened_at, event.recorded_at}));
    tx.note_news();
    return event.n;
}

Result<std::int64_t> draw_store_id(Tx& tx, model::StoreId store) {
    const auto n =
        TRY(tx.integer("INSERT INTO store_log (store_id, last_id, last_event) VALUES (?1, 1, 0) "
                       "ON CONFLICT (store_id) DO UPDATE SET last_id = store_log.last_id + 1 "
                       "RETURNING last_id",
                       {store}));
    return (store.value << k_store_shift) | n;
}

Result<std::vector<model::StoreId>> stores_with_news(Reader& reader, std::string_view consumer) {
    return reader.all(
        "SELECT l.store_id FROM store_log l LEFT JOIN cursors c ON c.store_id = l.store_id AND c.consumer = ?1 "
        "WHERE l.last_event > coalesce(c.n, 0) ORDER BY l.store_id",
        {consumer}, [](const Row& row) { return row.id<model::StoreId>(0); });
}

Result<std::int64_t> cursor(Reader& reader, std::string_view consumer, model::StoreId store) {
    return reader.integer("SELECT n FROM cursors WHERE store_id = ?1 AND consumer = ?2", {store, consumer});
}

Result<std::vector<model::Event>> next_batch(Reader& reader, std::string_view consumer, model::StoreId store,
                                             std::size_t limit) {
    const auto after = TRY(cursor(reader, consumer, store));
    return events_after(reader, store, after, limit);
}

Result<void> save_cursor(Tx& tx, std::string_view consumer, model::StoreId store, std::int64_t from, std::int64_t to) {
    const auto changed = from == 0
                             ? TRY(tx.exec("INSERT INTO cursors (consumer, store_id, n) VALUES (?1, ?2, ?3) "
                                           "ON CONFLICT (store_id, consumer) DO NOTHING",
                                           {consumer, store, to}))
                             : TRY(tx.exec("UPDATE cursors SET n = ?4 WHERE store_id = ?2 AND consumer = ?1 AND n = ?3",
                                           {consumer, store, from, to}));
    if (changed == 1) return {};
    return fail(Code::conflict, std::string(consumer) + " has moved on in " + store.text(), "db.cursor_moved");
}

Result<std::vector<model::Event>> events_after(Reader& reader, model::StoreId store, std::int64_t after,
                                               std::size_t limit) {
    static const std::string k_sql =
        "SELECT " + std::string(k_columns) + " FROM events WHERE store_id = ?1 AND n > ?2 ORDER BY n LIMIT ?3";
    return reader.all(k_sql, {store, after, limit}, read_event);
}

Result<std::map<model::StoreId, std::int64_t>> last_events(Reader& reader) {
    std::map<model::StoreId, std::int64_t> positions;
    TRY_VOID(reader.each("SELECT store_id, last_event FROM store_log", {},
                         [&](const Row& row) { positions[row.id<model::StoreId>(0)] = row.integer(1); }));
    return positions;
}

Result<std::vector<model::Event>> events_about(Reader& reader, model::StoreId store, std::string_view subject,
                                               std::size_t limit) {
    static const std::string k_sql = "SELECT " + std::string(k_columns) +
                                     " FROM events WHERE store_id = ?1 AND subject = ?2 ORDER BY n DESC LIMIT ?3";
    return reader.all(k_sql, {store, subject, limit}, read_event);
}

Result<std::int64_t> backlog(Reader& reader, std::string_view consumer) {
    return reader.integer(
        "SELECT CAST(coalesce(sum(l.last_event - coalesce(c.n, 0)), 0) AS BIGINT) FROM store_log l "
        "LEFT JOIN cursors c ON c.store_id = l.store_id AND c.consumer = ?1",
        {consumer});
}

}  // namespace db
