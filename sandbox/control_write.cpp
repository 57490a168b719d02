#include "sandbox/control_write.h"

#include <boost/json.hpp>

namespace sandbox {

namespace json = boost::json;

json::object app_json(const tiktok::App& app) {
    json::array scopes;
    for (const std::string& scope : app.scopes) scopes.push_back(json::value(scope));
    json::array addresses;
    for (const std::string& address : app.allowed_addresses) addresses.push_back(json::value(address));
    return {
        {"app_key", app.key},
        {"app_secret", app.secret},
        {"service_id", app.service_id},
        {"redirect_url", app.redirect_url},
        {"webhook_url", app.webhook_url},
        {"scopes", std::move(scopes)},
        {"allowed_addresses", std::move(addresses)},
        {"access_life_s", app.access_life_s},
        {"refresh_life_s", app.refresh_life_s},
        {"old_refresh_token", app.old_refresh_token == tiktok::OldRefreshToken::spent ? "spent" : "until_new_is_used"}};
}

json::object shop_json(const Shop& shop) {
    const std::string_view state = shop.state == ShopState::active        ? "active"
                                   : shop.state == ShopState::deactivated ? "deactivated"
                                                                          : "refused";
    return {{"id", std::to_string(shop.id)},
            {"name", shop.name},
            {"code", shop.code},
            {"region", shop.market->region},
            {"state", state},
            {"development", shop.development},
            {"orders", shop.orders.size()},
            {"conversations", shop.conversations.size()}};
}

base::Result<void> change_app(tiktok::App& app, const base::Json& body) {
    tiktok::App changed = app;
    for (const auto& [name, text] : {std::pair{"redirect_url", &changed.redirect_url},
                                     {"webhook_url", &changed.webhook_url},
                                     {"app_secret", &changed.secret}}) {
        if (!body[name].present()) continue;
        if (!body[name].string()) return base::fail(base::Code::invalid_input, std::string(name) + " has to be text");
        *text = body[name].string_or();
    }
    for (const auto& [name, list] :
         {std::pair{"scopes", &changed.scopes}, {"allowed_addresses", &changed.allowed_addresses}}) {
        if (!body[name].present()) continue;
        if (!body[name].is_array())
            return base::fail(base::Code::invalid_input, std::string(name) + " has to be a list of texts");
        list->clear();
        for (const base::Json& item : body[name].items()) list->insert(item.string_or());
    }
    for (const auto& [name, seconds] :
         {std::pair{"access_life_s", &changed.access_life_s}, {"refresh_life_s", &changed.refresh_life_s}}) {
        if (!body[name].present()) continue;
        if (body[name].integer_or(0) <= 0)
            return base::fail(base::Code::invalid_input, std::string(name) + " has to be above zero");
        *seconds = body[name].integer_or(0);
    }
    if (const auto policy = body["old_refresh_token"].string()) {
        if (*policy != "spent" && *policy != "until_new_is_used")
            return base::fail(base::Code::invalid_input, "old_refresh_token: spent or until_new_is_used");
        changed.old_refresh_token =
            *policy == "spent" ? tiktok::OldRefreshToken::spent : tiktok::OldRefreshToken::until_new_is_used;
    }
    app = std::move(changed);
    return {};
}

}  // namespace sandbox
