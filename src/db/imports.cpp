#include "db/imports.h"

#include <algorithm>

#include "db/codec.h"

namespace db {
namespace {

constexpr std::string_view k_select =
    "SELECT id, store_id, kind, format, file_name, mapping, state, staged, errors, applied, person_id, created_at, "
    "applied_at, made, changed FROM imports ";
constexpr std::string_view k_rows = "SELECT line, payload, error_key, error_detail FROM staged_rows ";

Import read_import(const Row& row) {
    using enum ImportState;
    Import i;
    i.id = row.id<model::ImportId>(0);
    i.store = row.id<model::StoreId>(1);
    i.kind = row.string(2);
    i.format = row.string(3);
    i.file_name = row.string(4);
    i.mapping = row.string(5);
    i.state = codec::by_name(row.text(6), {staging, ready, applying, db::ImportState::applied, discarded}, discarded);
    i.rows = row.integer(7);
    i.errors = row.integer(8);
    i.applied = row.integer(9);
    i.by = row.id<model::PersonId>(10);
    i.created_at = row.time(11);
    i.applied_at = row.time(12);
    i.made = row.integer(13);
    i.changed = row.integer(14);
    return i;
}

base::Place place(model::ImportId id, std::int64_t line) {
    return {column::staged_payload, id.text() + "/" + std::to_string(line), ""};
}

Result<std::vector<StagedRow>> select_rows(Reader& reader, model::ImportId id, std::string_view rest,
                                           std::initializer_list<Arg> args) {
    const std::string sql = std::string(k_rows) + std::string(rest);
    return reader.all(sql, args, [&](const Row& row) -> Result<StagedRow> {
        StagedRow r;
        r.line = row.integer(0);
        r.payload = TRY(codec::open_or_empty(reader, row.blob(1), place(id, r.line)));
        r.error_key = row.string(2);
        r.error_detail = row.string(3);
        return r;
    });
}

Result<Import> move_to(Tx& tx, model::ImportId id, ImportState to, std::initializer_list<ImportState> from) {
    const auto now = TRY(find_import(tx, id));
    for (const ImportState state : from)
        if (now.state == state) {
            TRY_VOID(tx.exec("UPDATE imports SET state = ?2 WHERE id = ?1", {id, name(to)}));
            return find_import(tx, id);
        }
    return fail(Code::precondition_failed, id.text() + " is " + std::string(name(now.state)), "import.state");
}

}  // namespace

std::string_view name(ImportState state) {
    switch (state) {
        case ImportState::staging:
            return "staging";
        case ImportState::ready:
            return "ready";
        case ImportState::applying:
            return "applying";
        case ImportState::applied:
            return "applied";
        case ImportState::discarded:
            return "discarded";
    }
    return "discarded";
}

Result<model::ImportId> add_import(Tx& tx, const Import& i) {
    const model::ImportId id{TRY(tx.draw_id("import"))};
    TRY_VOID(
        tx.exec("INSERT INTO imports (id, store_id, kind, format, file_name, mapping, state, staged, errors, applied, "
                "applied_line, person_id, created_at, applied_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'staging', 0, 0, 0, "
                "0, ?7, ?8, "
                "0)",
                {id, i.store, i.kind, i.format, i.file_name, i.mapping, i.by, tx.now()}));
    return id;
}

Result<void> stage_rows(Tx& tx, model::ImportId id, const std::vector<StagedRow>& rows) {
    const auto now = TRY(find_import(tx, id));
    if (now.state != ImportState::staging)
        return fail(Code::precondition_failed, id.text() + " is " + std::string(name(now.state)), "import.state");
    for (const StagedRow& r : rows) {
        const auto sealed =
            TRY(tx.keys().seal(purpose::pii, month_scope(now.store, now.created_at), place(id, r.line), r.payload));
        TRY_VOID(
            tx.exec("INSERT INTO staged_rows (import_id, line, payload, error_key, error_detail) VALUES (?1, ?2, ?3, "
                    "?4, ?5) ON CONFLICT (import_id, line) DO UPDATE SET payload = excluded.payload, error_key = "
                    "excluded.error_key, error_detail = excluded.error_detail",
                    {id, r.line, Blob{sealed}, r.error_key, r.error_detail}));
    }
    return {};
}

Result<Import> finish_staging(Tx& tx, model::ImportId id) {
    TRY_VOID(move_to(tx, id, ImportState::ready, {ImportState::staging}));
    TRY_VOID(
        tx.exec("UPDATE imports SET staged = (SELECT count(*) FROM staged_rows WHERE import_id = ?1), errors = "
                "(SELECT count(*) FROM staged_rows WHERE import_id = ?1 AND error_key <> '') WHERE id = ?1",
                {id}));
    return find_import(tx, id);
}

Result<Import> find_import(Reader& reader, model::ImportId id) {
    static const std::string k_sql = std::string(k_select) + "WHERE id = ?1";
    auto found = TRY(reader.one(k_sql, {id}, read_import));
    if (!found) return fail(Code::not_found, "import " + id.text());
    return std::move(*found);
}

Result<std::vector<Import>> list_imports(Reader& reader, model::StoreId store, std::size_t limit) {
    static const std::string k_sql = std::string(k_select) + "WHERE store_id = ?1 ORDER BY id DESC LIMIT ?2";
    return reader.all(k_sql, {store, limit}, read_import);
}

Result<std::vector<StagedRow>> staged_rows(Reader& reader, model::ImportId id, std::int64_t after_line,
                                           std::size_t limit) {
    return select_rows(reader, id, "WHERE import_id = ?1 AND line > ?2 ORDER BY line LIMIT ?3",
                       {id, after_line, limit});
}

Result<std::vector<StagedRow>> staged_errors(Reader& reader, model::ImportId id, std::size_t limit) {
    return select_rows(reader, id, "WHERE import_id = ?1 AND error_key <> '' ORDER BY line LIMIT ?2", {id, limit});
}

Result<Import> apply_import(Tx& tx, model::ImportId id) {
    return move_to(tx, id, ImportState::applying, {ImportState::ready});
}

Result<std::vector<StagedRow>> next_staged(Reader& reader, model::ImportId id, std::size_t limit) {
    return select_rows(
        reader, id,
        "WHERE import_id = ?1 AND error_key = '' AND line > (SELECT applied_line FROM imports WHERE id = "
        "?1 AND state = 'applying') ORDER BY line LIMIT ?2",
        {id, limit});
}

Result<void> note_applied(Tx& tx, model::ImportId id, std::int64_t up_to_line, const AppliedRows& applied) {
    const auto changed =
        TRY(tx.exec("UPDATE imports SET applied_line = ?2, applied = applied + ?3, made = made + ?4, changed = changed "
                    "+ ?5 WHERE id = ?1 AND state = 'applying' AND applied_line < ?2",
                    {id, up_to_line, applied.rows, applied.made, applied.changed}));
    if (changed == 1) return {};
    return fail(Code::conflict, id.text() + " was applied further by somebody else", "import.moved");
}

Result<Import> finish_import(Tx& tx, model::ImportId id) {
    TRY_VOID(move_to(tx, id, ImportState::applied, {ImportState::applying}));
    TRY_VOID(tx.exec("UPDATE imports SET applied_at = ?2 WHERE id = ?1", {id, tx.now()}));
    return find_import(tx, id);
}

Result<void> discard_import(Tx& tx, model::ImportId id) {
    TRY_VOID(move_to(tx, id, ImportState::discarded, {ImportState::staging, ImportState::ready}));
    return {};
}

Result<std::size_t> discard_imports_before(Tx& tx, base::Time before) {
    const auto rows =
        TRY(tx.exec("UPDATE imports SET state = 'discarded' WHERE state IN ('staging', 'ready') AND "
                    "created_at < ?1",
                    {before}));
    return static_cast<std::size_t>(rows);
}

Result<std::size_t> drop_staged_rows(Tx& tx, std::size_t limit) {
    const auto ended =
        TRY(tx.integer("SELECT i.id FROM imports i WHERE i.state IN ('applied', 'discarded') AND EXISTS "
                       "(SELECT 1 FROM staged_rows s WHERE s.import_id = i.id) ORDER BY i.id LIMIT 1",
                       {}));
    if (ended == 0) return std::size_t{0};
    const auto rows =
        TRY(tx.exec("DELETE FROM staged_rows WHERE import_id = ?1 AND line IN (SELECT line FROM staged_rows "
                    "WHERE import_id = ?1 ORDER BY line LIMIT ?2)",
                    {ended, limit}));
    return static_cast<std::size_t>(rows);
}

Result<std::map<std::string, base::Time, std::less<>>> known_orders(Reader& reader, model::StoreId store,
                                                                    const std::vector<std::string>& ext_ids) {
    // One text whatever the number, so that it is prepared once: what is left of the last chunk repeats an id.
    constexpr std::size_t k_chunk = 200;
    static const std::string k_sql = "SELECT ext_id, updated_at FROM orders WHERE store_id = ?1 AND ext_id IN (" +
                                     codec::placeholders(2, k_chunk) + ")";
    std::map<std::string, base::Time, std::less<>> known;
    for (std::size_t at = 0; at < ext_ids.size(); at += k_chunk) {
        std::vector<Arg> args{store};
        for (std::size_t i = 0; i < k_chunk; ++i) args.emplace_back(ext_ids[std::min(at + i, ext_ids.size() - 1)]);
        TRY_VOID(reader.each(k_sql, Args(args),
                             [&](const Row& row) { known.insert_or_assign(row.string(0), row.time(1)); }));
    }
    return known;
}

Result<std::vector<Import>> unfinished_imports(Reader& reader) {
    static const std::string k_sql = std::string(k_select) + "WHERE state = 'applying' ORDER BY id";
    return reader.all(k_sql, {}, read_import);
}

}  // namespace db
