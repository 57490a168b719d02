#include "sandbox/world/shape.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "base/text.h"
#include "sandbox/data.h"

namespace sandbox {
namespace {

constexpr std::size_t k_basket_lines = 6;
// Postage, fees and corrections stand in the invoices as articles.
constexpr std::int64_t k_highest_pence = 6'000;

// Fields of a line of CSV in which only titles are quoted, and no quote stands inside quotes.
std::vector<std::string_view> cells(std::string_view line) {
    std::vector<std::string_view> out;
    while (true) {
        if (line.starts_with('"')) {
            const std::size_t end = line.find('"', 1);
            if (end == std::string_view::npos) return {};
            out.push_back(line.substr(1, end - 1));
            line.remove_prefix(end + 1);
        } else {
            const std::size_t end = std::min(line.find(','), line.size());
            out.push_back(line.substr(0, end));
            line.remove_prefix(end);
        }
        if (line.empty()) return out;
        line.remove_prefix(1);
    }
}

std::string title_case(std::string_view text) {
    std::string out;
    bool start = true;
    for (const char c : text) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        out += letter && !start && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        start = !letter && c != '\'';
    }
    return out;
}

int pieces(int quantity) {
    return std::clamp(1 + static_cast<int>(std::log2(quantity) / 2.0), 1, 5);
}

}  // namespace

double hour_weight(int weekday, int hour) {
    const double busy = static_cast<double>(k_orders_per_hour[static_cast<std::size_t>(hour)]) / 10'000 *
                        static_cast<double>(k_orders_per_weekday[static_cast<std::size_t>(weekday)]) / 10'000 * 24 * 7;
    return 0.2 + 0.8 * busy;
}

base::Result<Shape> load_shape() {
    const std::string text = TRY(retail_excerpt());
    Shape shape;
    std::unordered_map<std::string_view, std::uint32_t> known;
    std::string_view invoice;
    bool header = true;
    for (const std::string_view line : base::split(text, '\n')) {
        if (std::exchange(header, false) || line.empty()) continue;
        const std::vector<std::string_view> cell = cells(line);
        if (cell.size() != 6) return base::fail(base::Code::corrupt, "order excerpt");
        int quantity = 0;
        double price = 0;
        std::from_chars(cell[3].data(), cell[3].data() + cell[3].size(), quantity);
        std::from_chars(cell[5].data(), cell[5].data() + cell[5].size(), price);
        const auto pence = static_cast<std::int64_t>(std::lround(price * 100));
        const bool article = !cell[1].empty() && cell[1][0] >= '0' && cell[1][0] <= '9';
        if (!article || quantity <= 0 || pence <= 0 || pence > k_highest_pence) continue;
        const auto [entry, fresh] = known.try_emplace(cell[1], static_cast<std::uint32_t>(shape.articles.size()));
        if (fresh) shape.articles.push_back({title_case(cell[2]), std::string(cell[1]), pence});
        if (cell[0] != invoice) shape.baskets.emplace_back();
        invoice = cell[0];
        if (shape.baskets.back().size() < k_basket_lines)
            shape.baskets.back().push_back({entry->second, pieces(quantity)});
    }
    if (shape.baskets.empty()) return base::fail(base::Code::corrupt, "order excerpt");
    return shape;
}

}  // namespace sandbox
