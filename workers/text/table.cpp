#include "text/table.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "text/charset.h"

namespace text {
namespace {

constexpr std::size_t k_piece_bytes = 256 * 1024;
constexpr std::string_view k_delimiters = ",;\t|";

// The delimiter that splits the first lines into the most columns, and into the same number in most of them.
char find_delimiter(std::string_view text) {
    std::array<std::vector<int>, 4> counts;
    std::array<int, 4> in_line = {};
    bool quoted = false;
    int lines = 0;
    const auto end_line = [&] {
        for (std::size_t k = 0; k < counts.size(); ++k) counts[k].push_back(std::exchange(in_line[k], 0));
        ++lines;
    };
    for (std::size_t i = 0; i < text.size() && lines < 50; ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (quoted) continue;
        if (const auto k = k_delimiters.find(text[i]); k != std::string_view::npos) ++in_line[k];
        if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.size() && text[i + 1] == '\n'))) end_line();
    }
    if (lines == 0) end_line();
    std::size_t best = 0;
    int best_score = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        std::map<int, int> often;
        for (const int count : counts[k])
            if (count > 0) ++often[count];
        for (const auto& [count, times] : often)
            if (const int score = times * 1000 + count; score > best_score) {
                best_score = score;
                best = k;
            }
    }
    return k_delimiters[best];
}

class TableReader {
  public:
    TableReader(const model::ReadLimits& limits, const std::function<bool(const model::TableRows&)>& on_rows)
        : limits_(limits), on_rows_(on_rows) {}

    std::string run(std::string_view text, const std::string& encoding) {
        delimiter_ = find_delimiter(text);
        piece_.encoding = encoding;
        piece_.delimiter = std::string(1, delimiter_);
        std::string wrong;
        std::size_t i = 0;
        while (i < text.size() && wrong.empty()) wrong = read_row(text, i);
        if (!wrong.empty()) return wrong;
        if (rows_ == 0) return "table.empty";
        return flush() ? std::string() : "table.stopped";
    }

  private:
    std::string read_row(std::string_view text, std::size_t& i) {
        model::TableRows::Row row;
        row.line = line_;
        for (;;) {
            std::string cell;
            if (std::string wrong = read_cell(text, i, cell); !wrong.empty()) return wrong;
            if (cell.size() > limits_.cell) return "table.cell_too_long";
            bytes_ += cell.size() + 8;
            row.cells.push_back(std::move(cell));
            if (row.cells.size() > limits_.columns) return "table.too_many_columns";
            if (i >= text.size()) break;
            const char c = text[i++];
            if (c == delimiter_) continue;
            if (c == '\r' && i < text.size() && text[i] == '\n') ++i;
            ++line_;
            break;
        }
        if (row.cells.size() == 1 && row.cells.front().empty()) return {};  // An empty line.
        if (++rows_ > limits_.rows) return "table.too_many_rows";
        piece_.rows.push_back(std::move(row));
        if (bytes_ < k_piece_bytes) return {};
        return flush() ? std::string() : "table.stopped";
    }

    // Leaves `i` at the delimiter or line end behind the cell.
    std::string read_cell(std::string_view text, std::size_t& i, std::string& cell) {
        if (i >= text.size() || text[i] != '"') {
            const std::size_t start = i;
            while (i < text.size() && text[i] != delimiter_ && text[i] != '\n' && text[i] != '\r') ++i;
            cell = std::string(text.substr(start, i - start));
            return {};
        }
        for (++i; i < text.size(); ++i) {
            if (text[i] == '\n') ++line_;
            if (text[i] != '"') {
                cell += text[i];
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                cell += text[i++];
            } else {
                ++i;
                while (i < text.size() && text[i] == ' ' && delimiter_ != ' ') ++i;
                const bool ended = i >= text.size() || text[i] == delimiter_ || text[i] == '\n' || text[i] == '\r';
                return ended ? std::string() : "table.stray_quote";
            }
        }
        return "table.unclosed_quote";
    }

    bool flush() {
        if (piece_.rows.empty()) return true;
        const bool go_on = on_rows_(piece_);
        piece_.rows.clear();
        bytes_ = 0;
        return go_on;
    }

    const model::ReadLimits& limits_;
    const std::function<bool(const model::TableRows&)>& on_rows_;
    model::TableRows piece_;
    char delimiter_ = ',';
    std::uint32_t line_ = 1;
    std::uint32_t rows_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace

std::string read_table(std::string_view bytes, const model::ReadLimits& limits,
                       const std::function<bool(const model::TableRows&)>& on_rows) {
    // A workbook or other binary file with the wrong name.
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("\xd0\xcf\x11\xe0") || bytes.starts_with("%PDF"))
        return "table.binary";
    const Recognised recognised = recognise(bytes);
    const Converted converted = to_utf8(bytes.substr(recognised.skip), recognised.encoding);
    if (converted.broken) return "table.encoding";
    return TableReader(limits, on_rows).run(converted.text, recognised.encoding);
}

}  // namespace text
