#include "db/sql.h"

namespace db {

Result<std::int64_t> Reader::integer(std::string_view sql, std::initializer_list<Arg> args, std::int64_t otherwise) {
    const auto value = TRY(one(sql, args, [](const Row& row) { return row.integer(0); }));
    return value.value_or(otherwise);
}

Result<std::int64_t> Tx::draw_id(std::string_view kind) {
    return integer(
        "INSERT INTO id_numbers (kind, last) VALUES (?1, 1) ON CONFLICT (kind) DO UPDATE SET last = id_numbers.last + "
        "1 "
        "RETURNING last",
        {kind});
}

}  // namespace db
