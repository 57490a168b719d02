#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/import/local_time.h"
#include "model/order.h"

// From the rows of an export to orders: pure, and driven by data (rules/import/orders.json).
namespace ingest {

struct OrderRules {
    struct Field {
        std::string name;
        bool required = false;
        std::vector<std::string> names;
    };
    struct Format {
        std::string name;
        std::vector<std::string> recognised_by;  // Fields.
    };
    std::vector<Field> fields;
    std::vector<Format> formats;
    std::map<std::string, model::OrderStatus> statuses;  // By comparable name.
    std::map<std::string, std::string> currencies;       // By region.
};
base::Result<OrderRules> parse_order_rules(std::string_view json);

struct TableRow {
    std::int64_t line = 0;  // Of the file, from 1.
    std::vector<std::string> cells;
};

// Our field -> name of their column, as written in the file.
using Mapping = std::map<std::string, std::string>;

// What the header says, with what a person said instead.
struct Header {
    std::vector<std::string> columns;
    Mapping mapping;
    std::string format;                // Recognised export; empty: by mapping only.
    std::vector<std::string> missing;  // Required fields without a column.
};
Header read_header(const OrderRules& rules, const std::vector<std::string>& columns, const Mapping& by_hand);

struct RowError {
    std::int64_t line = 0;
    std::string code;    // "import.time_unreadable" …
    std::string column;  // Theirs.
};
struct ReadOrder {
    std::int64_t line = 0;  // Of its first row.
    model::Order order;
};

// Puts rows together to orders: an export has one row for each item, those of one order usually together.
class OrderTable {
  public:
    // `region` and `zone` of the store decide what the file does not say: currency and wall time.
    OrderTable(const OrderRules& rules, Header header, std::string region, std::string zone, base::Time as_of);

    void add(const TableRow& row);
    // An order with any bad row is not among them: half an order is worse than none.
    std::vector<ReadOrder> finish();
    const std::vector<RowError>& errors() const { return errors_; }
    std::int64_t rows() const { return rows_; }

  private:
    std::string_view cell(const TableRow& row, std::string_view field) const;
    bool read(const TableRow& row, model::Order& order);
    base::Time time_of(const TableRow& row, std::string_view field, bool& good);
    void add_line(const TableRow& row, model::Order& order, bool& good);
    base::Money amount_of(const TableRow& row, std::string_view field, base::Currency currency, bool& good);
    void fail(const TableRow& row, std::string_view code, std::string_view field);

    const OrderRules& rules_;
    Header header_;
    std::map<std::string, std::size_t, std::less<>> places_;  // Field -> column.
    std::string region_;
    std::string zone_;
    base::Time as_of_;
    DayOrder day_order_ = DayOrder::day_first;
    std::vector<ReadOrder> orders_;
    std::map<std::string, std::size_t> by_id_;
    std::vector<bool> bad_;
    std::vector<RowError> errors_;
    std::int64_t rows_ = 0;
};

// "THB 1,234.50", "Rp99.000", "12,50 €" as a decimal text with a point; no value when it is no amount.
std::optional<std::string> plain_amount(std::string_view text, int decimals);

}  // namespace ingest
