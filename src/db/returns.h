#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "db/orders.h"
#include "db/sql.h"
#include "model/return.h"

namespace db {

struct ReturnUpsert {
    Upserted what = Upserted::unchanged;
    model::ReturnId id;
    model::ReturnStatus old_status = model::ReturnStatus::unknown;  // Meaningful when changed.
};

// Writes a return as the marketplace knows it, found by (store, ext_id, whether it is a cancellation). As upsert_order:
// an older version never overwrites a newer one, id is ignored, the first collected_at is kept, forgotten text is not
// collected again, and the caller appends the event.
Result<ReturnUpsert> upsert_return(Tx& tx, const model::Return& given);

Result<model::Return> find_return(Reader& reader, model::ReturnId id);  // Or not_found.

enum class ReturnOrder {
    answer_first,  // What must be answered, the nearest deadline first; without a deadline last. Nothing else.
    newest_first,  // By created_at.
};
struct ReturnFilter {
    std::vector<model::StoreId> stores;  // Empty: all. The caller intersects with what the person may see.
    std::optional<model::Platform> platform;
    std::optional<model::ReturnStatus> status;
    std::optional<model::ReturnKind> kind;
    std::string_view order_ext_id;  // Empty: no matter. Only together with one store.
    base::Time answer_before;       // answer_by is set and < this; 0: no bound.
    ReturnOrder order = ReturnOrder::newest_first;
};
struct ReturnPage {
    std::vector<model::Return> rows;
    PageKey next;  // created_at holds what the list is ordered by. Empty: no more.
};
Result<ReturnPage> list_returns(Reader& reader, const ReturnFilter& filter, PageKey after, std::size_t limit);

// Counted from the partial index of the open ones: these are few, and time alone moves them.
struct ReturnCounts {
    std::int64_t open = 0;
    std::int64_t due = 0;  // Of them: answer_by before the time asked for, or past.
};
Result<std::map<model::StoreId, ReturnCounts>> count_open_returns(Reader& reader, base::Time due_before);

// Retention: empties the texts of buyers collected before `before`; which they were.
Result<std::vector<model::ReturnId>> forget_return_texts(Tx& tx, model::StoreId store, base::Time before,
                                                         std::size_t limit);

}  // namespace db
