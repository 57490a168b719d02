#include "ingest/import/order_import.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/log.h"
#include "db/events.h"
#include "db/stores.h"
#include "ingest/import/order_json.h"
#include "ingest/notice.h"
#include "ingest/orders.h"

namespace ingest {

using base::Code;
using base::Result;

namespace {

// What the preview must tell again later, beside the counts that the database keeps.
std::string head_json(const Header& header, const OrderTable& table) {
    boost::json::object mapping;
    for (const auto& [field, column] : header.mapping) mapping[field] = column;
    return boost::json::serialize(
        boost::json::object{{"columns", boost::json::array(header.columns.begin(), header.columns.end())},
                            {"missing", boost::json::array(header.missing.begin(), header.missing.end())},
                            {"mapping", std::move(mapping)},
                            {"lines", table.rows()},
                            {"day_order", name(table.day_order())},
                            {"day_order_from", name(table.day_order_from())}});
}

void read_head(std::string_view text, OrderImport::Preview& preview) {
    const auto json = base::JsonDocument::parse(text);
    if (!json) return;
    for (const base::Json& column : (*json)["columns"].items()) preview.columns.push_back(column.string_or());
    for (const base::Json& field : (*json)["missing"].items()) preview.missing.push_back(field.string_or());
    preview.lines = (*json)["lines"].integer_or(preview.import.rows);
    preview.day_order_from = (*json)["day_order_from"].string_or();
    if (!preview.day_order_from.empty()) preview.day_order = (*json)["day_order"].string_or();
    for (const auto& [field, column] : (*json)["mapping"].members())
        preview.mapping[std::string(field)] = column.string_or();
}

}  // namespace

OrderImport::OrderImport(db::Database& database, const base::Clock& clock, OrderRules rules, ReadTable read_table)
    : database_(database), clock_(clock), rules_(std::move(rules)), read_table_(std::move(read_table)) {}

Result<OrderImport::Preview> OrderImport::preview(const Upload& upload) {
    const auto store = TRY(database_.read([&](db::Reader& reader) { return db::find_store(reader, upload.store); }));
    std::optional<OrderTable> table;
    Header header;
    const auto read = read_table_(upload.bytes, [&](const std::vector<TableRow>& rows) -> Result<void> {
        for (const TableRow& row : rows) {
            if (table) {
                table->add(row);
                continue;
            }
            header = read_header(rules_, row.cells, upload.mapping);
            table.emplace(rules_, header, store.region, store.time_zone, clock_.now(), upload.day_order);
        }
        return {};
    });
    if (!read) return std::unexpected(read.error());
    if (!table) return base::fail(Code::invalid_input, "file has no lines", "table.empty");

    db::Import import;
    import.store = upload.store;
    import.kind = "orders";
    import.format = upload.mapping.empty() ? header.format : "";
    import.file_name = upload.file_name;
    const std::vector<ReadOrder> orders = table->finish();
    import.mapping = head_json(header, *table);
    import.by = upload.by;
    const auto id = TRY(database_.write(db::Lane::interactive, [&](db::Tx& tx) { return db::add_import(tx, import); }));
    if (header.missing.empty()) {
        const auto staged = stage(id, orders, table->errors());
        if (!staged) {
            (void)discard(id);
            return std::unexpected(staged.error());
        }
    }
    const auto ready = database_.write(db::Lane::interactive, [&](db::Tx& tx) { return db::finish_staging(tx, id); });
    if (!ready) return std::unexpected(ready.error());
    return find(id);
}

Result<void> OrderImport::stage(model::ImportId id, const std::vector<ReadOrder>& orders,
                                const std::vector<RowError>& errors) {
    std::map<std::int64_t, db::StagedRow> rows;
    for (const RowError& error : errors) rows[error.line] = {error.line, error.value, error.code, error.column};
    for (const ReadOrder& read : orders) rows[read.line] = {read.line, to_json(read.order), {}, {}};
    std::vector<db::StagedRow> batch;
    const auto flush = [&]() -> Result<void> {
        if (batch.empty()) return {};
        const auto done = database_.write(db::Lane::bulk, [&](db::Tx& tx) { return db::stage_rows(tx, id, batch); });
        batch.clear();
        return done;
    };
    for (auto& [line, row] : rows) {
        batch.push_back(std::move(row));
        if (batch.size() == k_batch) TRY_VOID(flush());
    }
    return flush();
}

// Looks at every good order: what applying would do to it.
Result<void> OrderImport::compare(Preview& preview) {
    const db::Import& import = preview.import;
    std::int64_t after = 0;
    for (;;) {
        const auto rows =
            TRY(database_.read([&](db::Reader& reader) { return db::staged_rows(reader, import.id, after, k_batch); }));
        if (rows.empty()) return {};
        after = rows.back().line;
        std::vector<model::Order> orders;
        std::vector<std::string> ids;
        for (const db::StagedRow& row : rows) {
            if (!row.error_key.empty()) continue;
            orders.push_back(TRY(parse_order(row.payload)));
            ids.push_back(orders.back().ext_id);
        }
        const auto known =
            TRY(database_.read([&](db::Reader& reader) { return db::known_orders(reader, import.store, ids); }));
        for (model::Order& order : orders) {
            const auto version = known.find(order.ext_id);
            if (version == known.end())
                ++preview.created;
            else if (version->second < order.updated_at)
                ++preview.changed;
            else
                ++preview.same;
            if (preview.sample.size() < k_sample) preview.sample.push_back(std::move(order));
        }
    }
}

Result<OrderImport::Preview> OrderImport::find(model::ImportId id) {
    Preview preview;
    preview.fields = rules_.fields;
    const auto read = database_.read([&](db::Reader& reader) -> Result<void> {
        preview.import = TRY(db::find_import(reader, id));
        preview.errors.clear();
        for (const db::StagedRow& row : TRY(db::staged_errors(reader, id, k_most_errors)))
            preview.errors.push_back({row.line, row.error_key, row.error_detail, row.payload});
        return {};
    });
    if (!read) return std::unexpected(read.error());
    read_head(preview.import.mapping, preview);
    const db::Import& import = preview.import;
    preview.orders = import.rows - import.errors;
    preview.created = import.made;
    preview.changed = import.changed;
    preview.same = import.applied - import.made - import.changed;
    if (import.state == db::ImportState::ready) TRY_VOID(compare(preview));
    return preview;
}

Result<db::Import> OrderImport::head(model::ImportId id) {
    return database_.read([&](db::Reader& reader) { return db::find_import(reader, id); });
}

Result<db::Import> OrderImport::apply(model::ImportId id, const Audit& audit) {
    return database_.write(db::Lane::interactive, [&](db::Tx& tx) -> Result<db::Import> {
        const db::Import ready = TRY(db::find_import(tx, id));
        Preview told;
        read_head(ready.mapping, told);
        if (!told.missing.empty())
            return base::fail(Code::precondition_failed, "columns are missing", "import.columns_missing");
        if (ready.rows - ready.errors <= 0)
            return base::fail(Code::precondition_failed, "nothing to import", "import.nothing_good");
        TRY_VOID(audit(tx, ready));
        return db::apply_import(tx, id);
    });
}

Result<void> OrderImport::discard(model::ImportId id) {
    return database_.write(db::Lane::interactive, [&](db::Tx& tx) { return db::discard_import(tx, id); });
}

Result<bool> OrderImport::apply_some(const db::Import& import) {
    return database_.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<bool> {
        const auto rows = TRY(db::next_staged(tx, import.id, k_batch));
        if (rows.empty()) {
            const db::Import done = TRY(db::finish_import(tx, import.id));
            TRY_VOID(tell(tx, import.store, model::EventKind::import_applied,
                          {{"import", import.id.text()}, {"orders", std::to_string(done.applied)}}));
            return false;
        }
        std::vector<model::Order> orders;
        for (const db::StagedRow& row : rows) orders.push_back(TRY(parse_order(row.payload)));
        const Written written = TRY(write_orders(tx, import.store, orders));
        TRY_VOID(db::note_applied(tx, import.id, rows.back().line,
                                  {.rows = static_cast<std::int64_t>(rows.size()),
                                   .made = static_cast<std::int64_t>(written.created),
                                   .changed = static_cast<std::int64_t>(written.changed)}));
        return true;
    });
}

bool OrderImport::work() {
    const auto open = database_.read([](db::Reader& reader) { return db::unfinished_imports(reader); });
    if (!open) return false;
    bool more = false;
    for (const db::Import& import : *open) {
        if (import.kind != "orders" || import.state != db::ImportState::applying) continue;
        const auto done = apply_some(import);
        if (!done)
            base::log(base::Level::error, "import.not_applied", {{"import", import.id}, base::Field(done.error())});
        else if (*done)
            more = true;
    }
    const auto dropped = database_.write(db::Lane::bulk, [](db::Tx& tx) { return db::drop_staged_rows(tx, k_batch); });
    return more || (dropped && *dropped > 0);
}

}  // namespace ingest
