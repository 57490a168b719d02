#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
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
        bool buyer = false;              // Holds what belongs to a buyer: never shown beside an error.
        std::vector<std::string> names;  // Comparable.
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
    // What the cell says, cut to k_most_value characters; empty where it may belong to a buyer: columns that the rules
    // do not know as free of buyer data, and lines with more cells than the header, whose cells may have moved.
    std::string value;
    static constexpr std::size_t k_most_value = 80;
};
struct ReadOrder {
    std::int64_t line = 0;  // Of its first row.
    model::Order order;
};

// Who decided whether the day or the month comes first: no date needed it, the file (some date can be read in one way
// only), the store's region (the file leaves it open), a person. contradiction: the file has dates of both orders, and
// those that could be either are errors.
enum class DayOrderFrom { nothing, file, region, person, contradiction };
std::string_view name(DayOrderFrom from);
std::string_view name(DayOrder order);  // "day_first", "month_first"
std::optional<DayOrder> parse_day_order(std::string_view text);

// Puts rows together to orders: an export has one row for each item, those of one order usually together.
class OrderTable {
  public:
    // `region` and `zone` of the store decide what the file does not say: currency, wall time, order of day and month.
    // `said`: the order of day and month as a person chose it.
    OrderTable(const OrderRules& rules, Header header, std::string region, std::string zone, base::Time as_of,
               std::optional<DayOrder> said = std::nullopt);

    void add(const TableRow& row);
    // An order with any bad row is not among them: half an order is worse than none. Called once, after the last row:
    // only then is known in which order the file writes day and month, so errors of dates come with it.
    std::vector<ReadOrder> finish();
    const std::vector<RowError>& errors() const { return errors_; }
    std::int64_t rows() const { return rows_; }
    DayOrder day_order() const { return day_order_; }
    DayOrderFrom day_order_from() const { return day_order_from_; }

  private:
    // The dates of an order as its first row has them, until their order is known.
    static constexpr std::array<std::string_view, 5> k_times{"created_at", "paid_at", "shipped_at", "delivered_at",
                                                             "cancelled_at"};
    struct Dates {
        bool moved = false;
        std::array<std::string, k_times.size()> texts;
    };

    std::string_view cell(const TableRow& row, std::string_view field) const;
    bool moved(const TableRow& row) const { return row.cells.size() > header_.columns.size(); }
    bool read(const TableRow& row, model::Order& order);
    Dates dates_of(const TableRow& row);
    void decide_day_order();
    bool read_dates(std::int64_t line, const Dates& dates, model::Order& order);
    void add_line(const TableRow& row, model::Order& order, bool& good);
    base::Money amount_of(const TableRow& row, std::string_view field, base::Currency currency, bool& good);
    void fail(const TableRow& row, std::string_view code, std::string_view field);
    void fail(std::int64_t line, bool moved, std::string_view value, std::string_view code, std::string_view field);

    const OrderRules& rules_;
    Header header_;
    std::map<std::string, std::size_t, std::less<>> places_;  // Field -> column.
    std::set<std::string, std::less<>> shown_;                // Fields whose column is known to hold no buyer data.
    std::string region_;
    std::string zone_;
    base::Time as_of_;
    std::optional<DayOrder> said_;
    DayOrder day_order_ = DayOrder::day_first;
    DayOrderFrom day_order_from_ = DayOrderFrom::nothing;
    std::set<DayOrderSign> signs_;  // Of all dates seen.
    std::vector<ReadOrder> orders_;
    std::vector<Dates> dates_;  // Of each of orders_.
    std::map<std::string, std::size_t> by_id_;
    std::vector<bool> bad_;
    std::vector<RowError> errors_;
    std::int64_t rows_ = 0;
};

// "THB 1,234.50", "Rp99.000", "12,50 €" as a decimal text with a point; no value when it is no amount.
std::optional<std::string> plain_amount(std::string_view text, int decimals);

}  // namespace ingest
