#include "platform/shopee/read.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "platform/fields.h"

namespace platform::shopee {

using base::Json;
using model::ShopStatus;

Answer<Grant> read_grant(const Json& answer, base::Time asked_at, const std::string& request_id) {
    Grant grant;
    grant.access_token = base::Secret(answer["access_token"].string().value_or(""));
    grant.refresh_token = base::Secret(answer["refresh_token"].string().value_or(""));
    const std::int64_t lives_s = answer["expire_in"].loose_integer().value_or(0);
    // A year is far more than any access token gets.
    constexpr std::int64_t k_longest_s = 366 * 86'400;
    if (grant.access_token.empty() || grant.refresh_token.empty() || lives_s <= 0 || lives_s > k_longest_s)
        return std::unexpected(
            CallError{ErrorClass::contract, 0, 200, "answer lacks what it must have", request_id, {}});
    grant.access_expires_at = asked_at + base::seconds(lives_s);
    // Sub-accounts cannot authorise.
    grant.holder = Holder::seller;
    for (const Json& id : answer["shop_id_list"].items()) {
        const auto ext_id = decimal_id(id);
        if (!ext_id || *ext_id == "0") continue;
        if (std::ranges::find(grant.shops, *ext_id, &Shop::ext_id) != grant.shops.end()) continue;
        Shop shop;
        shop.ext_id = *ext_id;
        grant.shops.push_back(std::move(shop));
    }
    return grant;
}

Shop read_shop(const Json& answer, std::string_view shop_ext_id) {
    Shop shop;
    shop.ext_id = shop_ext_id;
    shop.name = text(answer["shop_name"], 256);
    shop.region = text(answer["region"], 16);
    if (const auto cross_border = answer["is_cb"].boolean())
        shop.seller_type = *cross_border ? "CROSS_BORDER" : "LOCAL";
    return shop;
}

StatusReport read_status(const Json& answer) {
    StatusReport report;
    const std::string status = text(answer["status"], 64);
    report.status = status == "NORMAL"   ? ShopStatus::active
                    : status == "FROZEN" ? ShopStatus::restricted
                    : status == "BANNED" ? ShopStatus::inactive
                                         : ShopStatus::unknown;
    report.source = "shop.get_shop_info";
    if (report.status != ShopStatus::active) report.reason = status;
    return report;
}

void note_punishments(const Json& data, StatusReport& report) {
    constexpr std::int64_t k_suspended = 109;
    for (const Json& punishment : data["punishment_list"].items()) {
        const auto type = punishment["punishment_type"].loose_integer();
        if (!type) continue;
        const ShopStatus status = *type == k_suspended ? ShopStatus::inactive : ShopStatus::restricted;
        // The enum goes from unknown over active to the worst.
        if (status <= report.status) continue;
        report.status = status;
        report.source = "account_health.get_punishment_history";
        report.reason = fmt::format("punishment_type {}", *type);
    }
}

std::vector<std::int64_t> push_codes(const Json& data, std::string_view list) {
    std::vector<std::int64_t> out;
    for (const Json& code : data[list].items())
        if (const auto number = code.loose_integer()) out.push_back(*number);
    return out;
}

}  // namespace platform::shopee
