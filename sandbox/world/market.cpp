#include "sandbox/world/market.h"

#include <algorithm>
#include <array>

namespace sandbox {
namespace {

constexpr std::array k_markets = {
    Market{"GB", "GBP", 100, "en", 0, 0, "+44", false},
    Market{"US", "USD", 130, "en", -300, 0, "+1", true},
    Market{"TH", "THB", 4'300, "th", 420, 35, "+66", false},
    Market{"VN", "VND", 3'400'000, "vi", 420, 55, "+84", false},
    Market{"ID", "IDR", 2'100'000, "id", 420, 40, "+62", false},
    Market{"MY", "MYR", 560, "ms", 480, 20, "+60", false},
    Market{"PH", "PHP", 7'500, "fil", 480, 50, "+63", false},
    Market{"SG", "SGD", 170, "zh", 480, 0, "+65", false},
    Market{"DE", "EUR", 117, "en", 60, 0, "+49", false},
    Market{"JP", "JPY", 19'500, "en", 540, 0, "+81", false},
    Market{"MX", "MXN", 2'450, "en", -360, 0, "+52", false},
    Market{"IE", "EUR", 117, "en", 0, 0, "+353", false},
};

}  // namespace

std::span<const Market> markets() {
    return k_markets;
}

const Market* find_market(std::string_view region) {
    const auto* found = std::ranges::find(k_markets, region, &Market::region);
    return found == k_markets.end() ? nullptr : found;
}

base::Currency currency_of(const Market& market) {
    base::Currency currency;
    std::ranges::copy(market.currency, currency.code.begin());
    return currency;
}

std::int64_t local_price(const Market& market, std::int64_t pence) {
    if (currency_of(market).decimals() == 0) {
        // Whole units: to the next 500 where a coffee costs tens of thousands, else to the next 10.
        const std::int64_t units = pence * market.units_per_100_pounds / 10'000;
        const std::int64_t step = market.units_per_100_pounds > 1'000'000 ? 500 : 10;
        return std::max<std::int64_t>(step, (units + step - 1) / step * step);
    }
    return std::max<std::int64_t>(1, pence * market.units_per_100_pounds / 100);
}

}  // namespace sandbox
