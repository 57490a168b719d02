#include <boost/json.hpp>

#include <array>

#include "sandbox/tiktok/service.h"

// Authorised and active shops, seller status, listing prerequisites.
namespace sandbox::tiktok {
namespace {

namespace json = boost::json;

const Seller& seller_of(Service& service, const Call& call) {
    return service.world().sellers()[call.caller.seller];
}

bool authorised(const Call& call, const Shop& shop) {
    return call.caller.authorisation->shops.contains(shop.id);
}

}  // namespace

Answer get_shops(Service& service, Call& call) {
    json::array shops;
    for (const std::uint32_t number : seller_of(service, call).shops) {
        const Shop& shop = service.world().shops()[number];
        if (!authorised(call, shop)) continue;
        shops.push_back(json::object{{"id", std::to_string(shop.id)},
                                     {"name", shop.name},
                                     {"region", shop.market->region},
                                     {"seller_type", shop.cross_border ? "CROSS_BORDER" : "LOCAL"},
                                     {"cipher", service.registry().cipher(*call.caller.app, shop)},
                                     {"code", shop.code}});
    }
    return success(json::serialize(json::object{{"shops", std::move(shops)}}));
}

Answer remove_shop(Service& service, Call& call) {
    Authorisation& authorisation = *call.caller.authorisation;
    authorisation.shops.erase(call.shop->id);
    if (authorisation.shops.empty()) authorisation.revoked_through = authorisation.generation;
    service.ledger().add(call.now_ms, "effect", "deauthorised", "\"shop\":\"" + std::to_string(call.shop->id) + "\"");
    if (service.deauthorised) service.deauthorised(*call.caller.app, *call.shop);
    return success("{}");
}

Answer get_active_shops(Service& service, Call& call) {
    json::array shops;
    for (const std::uint32_t number : seller_of(service, call).shops) {
        const Shop& shop = service.world().shops()[number];
        if (authorised(call, shop) && shop.state == ShopState::active)
            shops.push_back(json::object{{"id", std::to_string(shop.id)}, {"region", shop.market->region}});
    }
    return success(json::serialize(json::object{{"shops", std::move(shops)}}));
}

Answer get_seller_permissions(Service& service, Call& call) {
    json::array permissions;
    if (seller_of(service, call).shops.size() > 1) permissions.push_back("MANAGE_GLOBAL_PRODUCT");
    return success(json::serialize(json::object{{"permissions", std::move(permissions)}}));
}

Answer get_seller_status(Service& service, Call& call) {
    json::array statuses;
    for (const std::uint32_t number : seller_of(service, call).shops) {
        const Shop& shop = service.world().shops()[number];
        if (!authorised(call, shop)) continue;
        // 2 ACTIVE, 3 DEACTIVATED
        statuses.push_back(json::object{{"shop_id", std::to_string(shop.id)},
                                        {"shop_status", shop.state == ShopState::active ? "2" : "3"}});
    }
    return success(
        json::serialize(json::object{{"seller_status_data", json::object{{"seller_status", "2"},
                                                                         {"partner_channel", "1"},
                                                                         {"tax_form_status", "2"},
                                                                         {"shop_statuses", std::move(statuses)}}}}));
}

Answer get_prerequisites(Service&, Call& call) {
    static constexpr std::array k_items = {
        "SHOP_STATUS",     "SHOP_TAX",          "PICKUP_WAREHOUSE",       "RETURN_WAREHOUSE",
        "DELIVERY_OPTION", "SHIPPING_TEMPLATE", "PRODUCT_QUANTITY_LIMIT", "BANk_ACCOUNT",
        "CONTACT_INFO"};
    json::array results;
    for (const std::string_view item : k_items) {
        const bool failed = item == "SHOP_STATUS" && call.shop->state != ShopState::active;
        json::array reasons;
        if (failed) reasons.push_back("Shop is deactivated");
        results.push_back(
            json::object{{"check_item", item}, {"is_failed", failed}, {"fail_reasons", std::move(reasons)}});
    }
    return success(json::serialize(json::object{{"check_results", std::move(results)}}));
}

}  // namespace sandbox::tiktok
