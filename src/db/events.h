#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/events.h"

// The event log. Order is promised for each store only: n is drawn from the store's row, which is locked until the
// transaction ends, so a reader of one store never sees n + 1 before n. Store 0 is the installation itself.
namespace db {

// Writes the event in this transaction. Sets and returns its n; recorded_at becomes now when it is 0.
Result<std::int64_t> append_event(Tx& tx, model::Event event);

// Ids for rows of tables that belong to a store: the store in the upper bits (k_store_shift), a number drawn from the
// store's row below, so that a row is found by its id alone and every such table can have store_id first in its key.
inline constexpr int k_store_shift = 40;
Result<std::int64_t> draw_store_id(Tx& tx, model::StoreId store);
template <class Id>
constexpr model::StoreId store_of(Id id) {
    return model::StoreId{id.value >> k_store_shift};
}

inline constexpr std::size_t k_event_batch = 256;

// Stores in which `consumer` has something to read.
Result<std::vector<model::StoreId>> stores_with_news(Reader& reader, std::string_view consumer);
// How far the consumer has read; 0: nothing yet.
Result<std::int64_t> cursor(Reader& reader, std::string_view consumer, model::StoreId store);
// The next events after the consumer's cursor, in order.
Result<std::vector<model::Event>> next_batch(Reader& reader, std::string_view consumer, model::StoreId store,
                                             std::size_t limit = k_event_batch);
// Moves the cursor from `from` to `to`, in the transaction of the effects. conflict when it does not stand at `from`:
// somebody else did this work; the transaction must be given up.
Result<void> save_cursor(Tx& tx, std::string_view consumer, model::StoreId store, std::int64_t from, std::int64_t to);
// Events of a store with n > after, in order; for replays and screens.
Result<std::vector<model::Event>> events_after(Reader& reader, model::StoreId store, std::int64_t after,
                                               std::size_t limit);
// The position of the last event of each store that has any.
Result<std::map<model::StoreId, std::int64_t>> last_events(Reader& reader);

// Events about one subject ("o_42"), newest first.
Result<std::vector<model::Event>> events_about(Reader& reader, model::StoreId store, std::string_view subject,
                                               std::size_t limit);
// Events of all stores not read by the consumer.
Result<std::int64_t> backlog(Reader& reader, std::string_view consumer);

}  // namespace db
