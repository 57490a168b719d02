#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace sandbox {

// Measured on UCI Online Retail, 2010-12-01 to 2011-09-30 (sandbox/data/ATTRIBUTION.md says by which command).
// Share of a day's orders that fall into each hour of local time, in 10,000. Eight hours of a wholesale business: see
// hour_weight().
inline constexpr std::array<int, 24> k_orders_per_hour = {
    0, 0, 0, 0, 0, 0, 1, 14, 228, 726, 1216, 1211, 1542, 1313, 1230, 1254, 685, 395, 103, 73, 8, 0, 0, 0};
// Share of a week's orders per weekday, Monday first, in 10,000. The business was closed on Saturdays.
inline constexpr std::array<int, 7> k_orders_per_weekday = {1484, 1791, 1887, 2169, 1697, 0, 972};
// Cancellations per 10,000 orders.
inline constexpr int k_cancellations = 1816;

// How busy an hour of the week is beside the average hour (1.0). A fifth of the orders is spread evenly over the week,
// since a marketplace never closes.
double hour_weight(int weekday, int hour);

// One position of a real invoice.
struct BasketLine {
    std::uint32_t article = 0;  // Index into Shape::articles.
    int quantity = 1;           // Compressed to 1..5: the source sold by the dozen, a marketplace sells single pieces.
};
using Basket = std::vector<BasketLine>;  // 1 to 6 lines.

struct Article {
    std::string title;       // "Victorian Glass Hanging T-Light"
    std::string stock_code;  // "22178"
    std::int64_t pence = 0;
};

struct Shape {
    std::vector<Article> articles;
    std::vector<Basket> baskets;
    const Basket& basket(base::Random& random) const { return baskets[random.below(baskets.size())]; }
};

// The excerpt that is built into the program.
base::Result<Shape> load_shape();

}  // namespace sandbox
