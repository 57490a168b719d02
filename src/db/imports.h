#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/ids.h"

// An import is staged row by row in small transactions, looked at, and then made visible by one change of its state:
// apply_import(). From then on it will be applied whole: its rows reach the tables by next_staged() in small
// transactions of the applying job, which may be interrupted and goes on where it stopped.
namespace db {

enum class ImportState { staging, ready, applying, applied, discarded };
std::string_view name(ImportState state);

struct Import {
    model::ImportId id;
    model::StoreId store;
    std::string kind;    // "orders", "messages" …
    std::string format;  // "tiktok.seller_center.orders"
    std::string file_name;
    std::string mapping;  // JSON
    ImportState state = ImportState::staging;
    std::int64_t rows = 0;     // Staged, those with errors among them.
    std::int64_t errors = 0;   // Of them, rows that cannot be imported.
    std::int64_t applied = 0;  // Rows written to the tables.
    std::int64_t made = 0;     // Of them, what was new,
    std::int64_t changed = 0;  // and what was changed; the rest was here already.
    model::PersonId by;
    base::Time created_at;
    base::Time applied_at;
};
struct StagedRow {
    std::int64_t line = 0;     // In the file, from 1.
    std::string payload;       // JSON of the noun; of a bad row the value that was wrong. Sealed at rest.
    std::string error_key;     // Empty: good.
    std::string error_detail;  // Column name or the like, never a buyer's value.
};

Result<model::ImportId> add_import(Tx& tx, const Import& import);
// At most 200 rows a call; lines already staged are replaced (a repeated call is harmless).
Result<void> stage_rows(Tx& tx, model::ImportId id, const std::vector<StagedRow>& rows);
Result<Import> finish_staging(Tx& tx, model::ImportId id);                                          // staging -> ready
Result<Import> find_import(Reader& reader, model::ImportId id);                                     // Or not_found.
Result<std::vector<Import>> list_imports(Reader& reader, model::StoreId store, std::size_t limit);  // Newest first.
Result<std::vector<StagedRow>> staged_rows(Reader& reader, model::ImportId id, std::int64_t after_line,
                                           std::size_t limit);
Result<std::vector<StagedRow>> staged_errors(Reader& reader, model::ImportId id, std::size_t limit);
// ready -> applying: from now on it will be applied whole, whatever happens in between.
Result<Import> apply_import(Tx& tx, model::ImportId id);
// The next good rows to be written, for imports in `applying`; the caller writes them and calls note_applied in the
// same transaction. Empty: all written; then finish_import makes it applied and drops the staged rows.
Result<std::vector<StagedRow>> next_staged(Reader& reader, model::ImportId id, std::size_t limit);
struct AppliedRows {
    std::int64_t rows = 0;
    std::int64_t made = 0;     // New ones.
    std::int64_t changed = 0;  // Changed ones.
};
Result<void> note_applied(Tx& tx, model::ImportId id, std::int64_t up_to_line, const AppliedRows& applied);
Result<Import> finish_import(Tx& tx, model::ImportId id);
Result<void> discard_import(Tx& tx, model::ImportId id);  // staging | ready -> discarded
// Discards imports that were staged before `before` and neither applied nor discarded since; how many.
Result<std::size_t> discard_imports_before(Tx& tx, base::Time before);
// Removes staged rows of imports that are applied or discarded; called until it returns 0.
Result<std::size_t> drop_staged_rows(Tx& tx, std::size_t limit);
// For the preview: the updated_at of those of these orders that are here, by ext_id; one query for each 200 of them.
Result<std::map<std::string, base::Time, std::less<>>> known_orders(Reader& reader, model::StoreId store,
                                                                    const std::vector<std::string>& ext_ids);
// Imports to be taken up again after a start.
Result<std::vector<Import>> unfinished_imports(Reader& reader);

}  // namespace db
