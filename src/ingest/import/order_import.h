#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "db/imports.h"
#include "ingest/import/order_table.h"

namespace ingest {

// Orders from a file, for stores without a connection: staged, looked at, then applied whole. Threads: any.
class OrderImport {
  public:
    // Reads a table of foreign bytes in a closed process and gives its rows in order; an error of the callback ends it
    // and is returned. parse::Pool does this in the product.
    using TakeRows = std::function<base::Result<void>(const std::vector<TableRow>&)>;
    using ReadTable = std::function<base::Result<void>(std::string_view bytes, const TakeRows&)>;

    OrderImport(db::Database& database, const base::Clock& clock, OrderRules rules, ReadTable read_table);

    struct Upload {
        model::StoreId store;
        model::PersonId by;
        std::string file_name;
        std::string bytes;
        Mapping mapping;  // Said by hand; empty: by the header.
        std::optional<DayOrder> day_order =
            std::nullopt;  // Said by hand; none: by the file, else by the store's region.
    };
    struct Preview {
        db::Import import;
        std::vector<std::string> columns;
        Mapping mapping;
        std::vector<OrderRules::Field> fields;
        std::vector<std::string> missing;  // Required fields without a column: nothing can be applied.
        std::int64_t lines = 0;            // Of the file, header and empty ones apart.
        std::int64_t orders = 0;           // Good ones.
        // Of them new, changed, and already here (or here in a newer version): what would be; from `applying` on what
        // was done.
        std::int64_t created = 0;
        std::int64_t changed = 0;
        std::int64_t same = 0;
        std::string day_order;             // How its dates were read, and who decided it (names of order_table.h);
        std::string day_order_from;        // both empty when no date of the file needed it.
        std::vector<RowError> errors;      // At most k_most_errors.
        std::vector<model::Order> sample;  // The first few.
    };
    // Reads and stages; nothing is changed for readers. Errors: those of the reader ("table.…", "worker.…"), not_found
    // for the store; a file without the needed columns is no error: `missing` tells.
    base::Result<Preview> preview(const Upload& upload);
    base::Result<Preview> find(model::ImportId id);
    // The import alone, without looking at its orders.
    base::Result<db::Import> head(model::ImportId id);
    // Writes the audit leaf "import.applied" in the transaction that it tells of.
    using Audit = std::function<base::Result<void>(db::Tx& tx, const db::Import& import)>;
    // From here on it will be applied whole, also after a kill: work() goes on where it stopped. Refused with
    // import.columns_missing, import.nothing_good or import.state, and then nothing is written, the leaf neither.
    base::Result<db::Import> apply(model::ImportId id, const Audit& audit);
    base::Result<void> discard(model::ImportId id);
    // A bounded piece of applying; true: more is waiting. Resumes what a stopped process left.
    bool work();

    static constexpr std::size_t k_most_errors = 200;
    static constexpr std::size_t k_sample = 5;
    // Rows in one transaction (docs/adr/0004-one-sql-layer.md).
    static constexpr std::size_t k_batch = 200;

  private:
    base::Result<void> stage(model::ImportId id, const std::vector<ReadOrder>& orders,
                             const std::vector<RowError>& errors);
    base::Result<void> compare(Preview& preview);
    base::Result<bool> apply_some(const db::Import& import);

    db::Database& database_;
    const base::Clock& clock_;
    OrderRules rules_;
    ReadTable read_table_;
};

}  // namespace ingest
