#include "platform/lazada/read.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "platform/fields.h"

namespace platform::lazada {

using base::Json;
using model::ShopStatus;

namespace {

// Seconds, as number or as text; "Test" apps, "Online" apps and single sellers have different ones.
base::Duration life_of(const Json& json) {
    constexpr std::int64_t k_most = 10LL * 366 * 86'400;
    return base::seconds(std::clamp<std::int64_t>(json.loose_integer().value_or(0), 0, k_most));
}

}  // namespace

Answer<Grant> read_grant(const Json& answer, const std::string& request_id, base::Time now) {
    Grant grant;
    grant.access_token = base::Secret(answer["access_token"].string().value_or(""));
    grant.refresh_token = base::Secret(answer["refresh_token"].string().value_or(""));
    const base::Duration life = life_of(answer["expires_in"]);
    if (grant.access_token.empty() || grant.refresh_token.empty() || life.ms == 0)
        return std::unexpected(
            CallError{ErrorClass::contract, 0, 200, "answer lacks what it must have", request_id, {}});
    grant.access_expires_at = now + life;
    // 0: it cannot be refreshed, so that the seller must agree again when the access token ends.
    const base::Duration refresh_life = life_of(answer["refresh_expires_in"]);
    grant.refresh_expires_at = now + (refresh_life.ms == 0 ? life : refresh_life);

    const std::string country = text(answer["country"], 16);
    // Two names for one list, each seen in answers.
    Json stores = answer["country_user_info"];
    if (!stores.is_array()) stores = answer["country_user_info_list"];
    for (const Json& json : stores.items()) {
        const Market* const market = find_market(json["country"].string().value_or(""));
        const auto seller = decimal_id(json["seller_id"]);
        if (market == nullptr || !seller) continue;
        Shop shop;
        shop.ext_id = store_ext_id(*seller, *market);
        shop.region = std::string(market->region);
        shop.seller_type = base::ascii_iequals(country, "cb") ? "CROSS_BORDER" : "LOCAL";
        shop.code = text(json["short_code"], 64);
        if (grant.seller_ext_id.empty()) grant.seller_ext_id = *seller;
        grant.shops.push_back(std::move(shop));
    }
    if (const auto account = decimal_id(answer["account_id"])) grant.seller_ext_id = *account;
    grant.seller_name = text(answer["account"], 256);
    if (const Market* const market = find_market(country)) grant.region = std::string(market->region);
    // Seller Center is the only kind of account that the marketplace's documents know.
    const std::string account_platform = text(answer["account_platform"], 64);
    grant.holder = account_platform.empty() || base::ascii_iequals(account_platform, "seller_center") ? Holder::seller
                                                                                                      : Holder::confirm;
    return grant;
}

Shop read_seller(const Json& data, const Market& market) {
    Shop shop;
    if (const auto seller = decimal_id(data["seller_id"])) shop.ext_id = store_ext_id(*seller, market);
    shop.name = text(data["name"], 256);
    if (shop.name.empty()) shop.name = text(data["name_company"], 256);
    shop.region = std::string(market.region);
    shop.code = text(data["short_code"], 64);
    return shop;
}

StatusReport read_status(const Json& data, const Market& market, std::string_view shop_ext_id) {
    StatusReport report;
    report.source = "seller.get";
    Shop shop = read_seller(data, market);
    // Another seller's answer says nothing about this store.
    if (shop.ext_id != shop_ext_id) {
        report.authorised = shop.ext_id.empty();
        return report;
    }
    const std::string raw = text(data["status"], 64);
    if (base::ascii_iequals(raw, "ACTIVE")) report.status = ShopStatus::active;
    if (base::ascii_iequals(raw, "INACTIVE") || base::ascii_iequals(raw, "DELETED")) {
        report.status = ShopStatus::inactive;
        report.reason = raw;
    }
    report.shops.push_back(std::move(shop));
    return report;
}

}  // namespace platform::lazada
