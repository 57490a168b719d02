// A file of orders, from bytes to orders: rows keep the limits and the core's check, a table written again is the same
// table, and an order has an id, a time and what it needs to wait in the staged rows.
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "ingest/import/order_json.h"
#include "ingest/import/order_table.h"
#include "model/wire.h"
#include "parse/check.h"
#include "require.h"
#include "text/charset.h"
#include "text/table.h"

namespace {

constexpr auto k_now = base::Time::from_unix_seconds(1'767'225'600);

struct Table {
    std::string refused;
    std::vector<model::TableRows::Row> rows;
};

Table read(std::string_view bytes, const model::ReadLimits& limits) {
    Table table;
    table.refused = text::read_table(bytes, limits, [&](const model::TableRows& piece) {
        require(parse::check(piece, limits).has_value());
        const std::string sent = model::encode(piece);
        const auto received = model::decode_rows(sent);
        require(received && model::encode(*received) == sent);
        table.rows.insert(table.rows.end(), piece.rows.begin(), piece.rows.end());
        return true;
    });
    return table;
}

std::string write(const std::vector<model::TableRows::Row>& rows) {
    std::string out;
    for (const model::TableRows::Row& row : rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            out += i == 0 ? "\"" : ",\"";
            for (const char c : row.cells[i]) out += c == '"' ? std::string("\"\"") : std::string(1, c);
            out += '"';
        }
        out += '\n';
    }
    return out;
}

const ingest::OrderRules& rules() {
    static const ingest::OrderRules made = [] {
        const auto text = base::read_file(STALLWARD_SOURCE_DIR "/rules/import/orders.json", 1u << 20);
        require(text.has_value());
        auto read = ingest::parse_order_rules(*text);
        require(read.has_value());
        return *read;
    }();
    return made;
}

void import(const std::vector<model::TableRows::Row>& rows, const char* region, const char* zone) {
    const ingest::Header header = ingest::read_header(rules(), rows.front().cells, {});
    ingest::OrderTable table(rules(), header, region, zone, k_now);
    for (std::size_t i = 1; i < rows.size(); ++i) table.add({rows[i].line, rows[i].cells});
    const auto orders = table.finish();
    require(table.rows() < static_cast<std::int64_t>(rows.size()));
    require(orders.size() <= static_cast<std::size_t>(table.rows()));
    std::set<std::string> ids;
    for (const ingest::ReadOrder& read : orders) {
        require(!read.order.ext_id.empty() && ids.insert(read.order.ext_id).second && read.line > 0);
        require(read.order.created_at.ms > 0 && read.order.updated_at >= read.order.created_at);
        require(!read.order.lines.empty());
        const std::string waiting = ingest::to_json(read.order);
        const auto again = ingest::parse_order(waiting);
        require(again && ingest::to_json(*again) == waiting);
    }
    for (const ingest::RowError& error : table.errors()) require(error.line > 0 && !error.code.empty());
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    text::prepare_charsets();
    (void)rules();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    model::ReadLimits tight;
    tight.rows = 4;
    tight.columns = 5;
    tight.cell = 12;
    (void)read(bytes, tight);
    const Table table = read(bytes, {});
    if (!table.refused.empty()) return 0;
    require(!table.rows.empty());
    const Table again = read(write(table.rows), {});
    require(again.refused.empty() && again.rows.size() == table.rows.size());
    for (std::size_t i = 0; i < table.rows.size(); ++i) require(again.rows[i].cells == table.rows[i].cells);
    import(table.rows, "TH", "Asia/Bangkok");
    import(table.rows, "US", "America/New_York");
    return 0;
}
