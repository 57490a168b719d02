#include "db/exits.h"

namespace db {
namespace {

#define EXIT_COLUMNS \
    "store_id, proxy, address, country, seen_at, previous_address, previous_country, changed_at, tried_at, error_key"

model::Exit read_exit(const Row& row) {
    return {.store = row.id<model::StoreId>(0),
            .proxy = row.string(1),
            .address = row.string(2),
            .country = row.string(3),
            .seen_at = row.time(4),
            .previous_address = row.string(5),
            .previous_country = row.string(6),
            .changed_at = row.time(7),
            .tried_at = row.time(8),
            .error_key = row.string(9)};
}

}  // namespace

Result<std::optional<model::Exit>> find_exit(Reader& reader, model::StoreId store) {
    return reader.one("SELECT " EXIT_COLUMNS " FROM exits WHERE store_id = ?1", {store}, read_exit);
}

Result<std::vector<model::Exit>> list_exits(Reader& reader) {
    return reader.all("SELECT " EXIT_COLUMNS " FROM exits ORDER BY store_id", {}, read_exit);
}

Result<void> save_exit(Tx& tx, const model::Exit& exit) {
    TRY_VOID(tx.exec("INSERT INTO exits (" EXIT_COLUMNS
                     ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (store_id) DO UPDATE SET "
                     "proxy = excluded.proxy, address = excluded.address, country = excluded.country, seen_at = "
                     "excluded.seen_at, previous_address = excluded.previous_address, previous_country = "
                     "excluded.previous_country, changed_at = excluded.changed_at, tried_at = excluded.tried_at, "
                     "error_key = excluded.error_key",
                     {exit.store, exit.proxy, exit.address, exit.country, exit.seen_at, exit.previous_address,
                      exit.previous_country, exit.changed_at, exit.tried_at, exit.error_key}));
    return {};
}

}  // namespace db
