#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/ids.h"
#include "model/platform.h"

namespace db {

// Where polling of one stream of one store stands. Saved in the transaction of the page's effects.
struct SyncCursor {
    model::StoreId store;
    std::string stream;         // "orders", "shop" …
    std::string position;       // JSON of the poller: window, page token …
    base::Time due_at;          // Next poll.
    base::Time done_at;         // End of the last complete round; 0: never.
    std::int64_t failures = 0;  // In a row.
    std::string error_key;      // Of the last failure; empty after a good round.
};
Result<std::optional<SyncCursor>> find_sync_cursor(Reader& reader, model::StoreId store, std::string_view stream);
Result<void> save_sync_cursor(Tx& tx, const SyncCursor& cursor);
Result<std::vector<SyncCursor>> due_sync_cursors(Reader& reader, base::Time now,
                                                 std::size_t limit);  // Most overdue first.
Result<std::vector<SyncCursor>> list_sync_cursors(Reader& reader, model::StoreId store);

Result<std::vector<SyncCursor>> list_stream(Reader& reader, std::string_view stream);  // Of all stores.

// A record that could not be understood: kept, counted, shown, and replayed after a repair (REL-15).
struct Quarantined {
    std::int64_t id = 0;
    model::StoreId store;  // 0: not known.
    std::string source;    // "webhook", "poll", "import", "mail"
    std::string kind;      // Raw type.
    std::string reason;    // Stable key, without buyer data.
    std::string payload;   // Sealed at rest.
    base::Time at;
};
Result<std::int64_t> add_quarantined(Tx& tx, const Quarantined& record);
// Newest first; without payloads.
Result<std::vector<Quarantined>> list_quarantined(Reader& reader, std::size_t limit);
Result<Quarantined> find_quarantined(Reader& reader, std::int64_t id);  // With payload; or not_found.
Result<void> remove_quarantined(Tx& tx, std::int64_t id);
Result<std::int64_t> count_quarantined(Reader& reader);

}  // namespace db
