#include "platform/lazada/market.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace platform::lazada {
namespace {

constexpr std::array k_markets = {
    Market{"SG", "sg", k_official_api, "SGD", "Singapore"},
    Market{"MY", "my", "https://api.lazada.com.my", "MYR", "Malaysia"},
    Market{"TH", "th", "https://api.lazada.co.th", "THB", "Thailand"},
    Market{"VN", "vn", "https://api.lazada.vn", "VND", "Vietnam"},
    Market{"PH", "ph", "https://api.lazada.com.ph", "PHP", "Philippines"},
    Market{"ID", "id", "https://api.lazada.co.id", "IDR", "Indonesia"},
};

}  // namespace

std::span<const Market> markets() {
    return k_markets;
}

const Market* find_market(std::string_view region) {
    const auto* const found = std::ranges::find_if(
        k_markets, [&](const Market& market) { return base::ascii_iequals(market.region, region); });
    return found == k_markets.end() ? nullptr : found;
}

std::string market_base(const model::App& app, const Market& market) {
    if (app.api_base == k_official_api) return std::string(market.host);
    return app.api_base + "/" + std::string(market.code);
}

std::string store_ext_id(std::string_view seller_id, const Market& market) {
    return std::string(seller_id) + "_" + std::string(market.code);
}

}  // namespace platform::lazada
