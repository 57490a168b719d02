#include "platform/tiktok/read.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "platform/tiktok/normalise.h"

namespace platform::tiktok {

using base::Json;
using model::ShopStatus;

std::vector<Shop> read_shops(const Json& data) {
    std::vector<Shop> out;
    for (const Json& json : data["shops"].items()) {
        Shop shop;
        shop.ext_id = decimal_id(json["id"]).value_or("");
        shop.cipher = base::Secret(json["cipher"].string().value_or(""));
        if (shop.ext_id.empty() || shop.cipher.empty()) continue;
        shop.name = std::string(base::shorten(json["name"].string_or(), 256));
        shop.region = std::string(base::shorten(json["region"].string_or(), 16));
        shop.seller_type = std::string(base::shorten(json["seller_type"].string_or(), 64));
        shop.code = std::string(base::shorten(json["code"].string_or(), 64));
        out.push_back(std::move(shop));
    }
    return out;
}

ShopVerdict read_active_shops(const Json& data, std::string_view shop_ext_id) {
    if (!data["shops"].is_array()) return {};
    const auto shops = data["shops"].items();
    const bool listed =
        std::ranges::any_of(shops, [&](const Json& shop) { return decimal_id(shop["id"]) == shop_ext_id; });
    return {listed ? ShopStatus::active : ShopStatus::inactive, "seller.shops", {}};
}

ShopVerdict read_seller_status(const Json& data, std::string_view shop_ext_id) {
    for (const Json& shop : data["seller_status_data"]["shop_statuses"].items()) {
        if (decimal_id(shop["shop_id"]) != shop_ext_id) continue;
        // 0 NEW_CREATE, 1 PENDING, 2 ACTIVE, 3 DEACTIVATED, 4 REJECTED, 6 WITHDRAW
        const auto number = shop["shop_status"].loose_integer();
        if (!number) return {};
        if (*number == 2) return {ShopStatus::active, "seller.status", {}};
        if (*number == 3 || *number == 4 || *number == 6)
            return {ShopStatus::inactive, "seller.status", fmt::format("shop_status {}", *number)};
        if (*number == 0 || *number == 1)
            return {ShopStatus::restricted, "seller.status", fmt::format("shop_status {}", *number)};
    }
    return {};
}

ShopVerdict read_prerequisites(const Json& data, std::string_view /*shop_ext_id*/) {
    for (const Json& check : data["check_results"].items()) {
        if (!base::ascii_iequals(check["check_item"].string().value_or(""), "SHOP_STATUS")) continue;
        const auto failed = check["is_failed"].boolean();
        if (!failed) return {};
        if (!*failed) return {ShopStatus::active, "product.prerequisites", {}};
        return {ShopStatus::restricted, "product.prerequisites",
                std::string(base::shorten(check["fail_reasons"].at(0).string_or(), 200))};
    }
    return {};
}

ShopVerdict read_refusal(const CallError& error) {
    // 36009xxx are the gateway's codes for faulty requests, 33001002 the probe's own: they say nothing about the shop.
    const bool unpublished =
        error.kind == ErrorClass::contract && error.code != 0 && error.code / 1'000 != 36'009 && error.code != 33001002;
    if (error.kind != ErrorClass::seller_inactive && !unpublished) return {};
    return {ShopStatus::restricted, unpublished ? "gateway.unknown_code" : "gateway",
            fmt::format("code {}", error.code)};
}

}  // namespace platform::tiktok
