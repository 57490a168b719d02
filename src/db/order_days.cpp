#include "db/order_days.h"

namespace db {

Result<std::vector<std::int64_t>> orders_by_day(Reader& reader, model::StoreId store, base::Time today,
                                                std::size_t days) {
    std::vector<std::int64_t> counts(days, 0);
    if (days == 0) return counts;
    const base::Time first = today - base::days(static_cast<std::int64_t>(days) - 1);
    TRY_VOID(reader.each(
        "SELECT (created_at - ?2) / 86400000, COUNT(*) FROM orders WHERE store_id = ?1 AND created_at >= ?2 GROUP BY 1",
        {store, first}, [&](const Row& row) {
            const std::int64_t day = row.integer(0);
            // What the marketplace dates into the future counts as today.
            const std::size_t index = day >= static_cast<std::int64_t>(days) ? days - 1 : static_cast<std::size_t>(day);
            counts[index] += row.integer(1);
        }));
    return counts;
}

}  // namespace db
