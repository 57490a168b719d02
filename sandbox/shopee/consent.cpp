#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/secret.h"
#include "base/text.h"
#include "sandbox/consent_page.h"
#include "sandbox/shopee/service.h"
#include "sandbox/shopee/sign.h"

// The consent page in both its forms, and the two token calls (guide "Authorization and authentication").
namespace sandbox::shopee {
namespace {

http::Response page(int status, std::string_view title, std::string_view body) {
    return sandbox::consent_page("Shopee", status, title, body);
}

http::Response back_to(const std::string& address, std::string_view parameters) {
    http::Response response;
    response.status = 302;
    response.set("Location", address + (address.contains('?') ? '&' : '?') + std::string(parameters));
    return response;
}

// An id of a body: a number, as the documents say.
std::string id_of(const base::Json& json) {
    const auto number = json.integer();
    return number ? std::to_string(*number) : std::string();
}

}  // namespace

http::Response Service::consent_page(const http::Request& request) {
    const auto parameter = [&](std::string_view name) { return std::string(request.parameter(name).value_or("")); };
    const App& app = registry_.app();
    if (parameter("partner_id") != app.partner_id)
        return page(400, "Unknown app",
                    "<p>No app has this partner id. The sandbox prints its own when it starts.</p>");
    const bool old_form = request.path != "/auth";
    std::string back = parameter(old_form ? "redirect" : "redirect_uri");
    if (old_form) {
        // Valid for five minutes, like every signature.
        const std::string stamp = parameter("timestamp");
        const std::int64_t at = std::strtoll(stamp.c_str(), nullptr, 10);
        if (std::abs(at - clock_.machine_s()) > 300 ||
            !base::constant_time_equal(request_sign(app.key, app.partner_id, request.path, stamp, "", ""),
                                       parameter("sign")))
            return page(403, "Wrong sign", "<p>The link is older than five minutes, or its signature is wrong.</p>");
    } else if (parameter("auth_type") != "seller" || parameter("response_type") != "code") {
        return page(400, "Wrong link", "<p>auth_type must be seller and response_type code.</p>");
    }
    if (back.empty() || (!app.redirect_url.empty() && !back.starts_with(app.redirect_url)))
        return page(400, "Wrong address", "<p>The address to return to is not registered with the app.</p>");
    std::string accounts;
    for (std::uint32_t number = 0; number < world_.sellers().size(); ++number) {
        const Seller& seller = world_.sellers()[number];
        std::string names;
        for (const std::uint32_t shop : seller.shops) {
            const Shop& known = world_.shops()[shop];
            accounts +=
                fmt::format(R"(<option value="shop:{}">{}</option>)", Registry::shop_id(known), html(known.name));
            names += (names.empty() ? "" : ", ") + known.name;
        }
        if (seller.shops.size() > 1)
            accounts += fmt::format(R"(<option value="main:{}">Main account {} ({})</option>)", number,
                                    html(seller.name), html(names));
    }
    return page(
        200, "Authorise an app",
        fmt::format(R"(<p>The app <code>{}</code> asks for access to your shop.</p>
<form method="post" action="/auth"><input type="hidden" name="partner_id" value="{}"><input type="hidden" name="redirect" value="{}"><input type="hidden" name="state" value="{}">
<p><label>Signed in as <select name="account">{}</select></label></p>
<button name="decision" value="accept">Confirm authorization</button><button name="decision" value="refuse">Cancel</button></form>)",
                    html(app.partner_id), html(app.partner_id), html(back), html(parameter("state")), accounts));
}

http::Response Service::consent_decision(const http::Request& request) {
    const std::string back = form_value(request.body, "redirect");
    const std::string account = form_value(request.body, "account");
    const App& app = registry_.app();
    if (form_value(request.body, "partner_id") != app.partner_id || back.empty() ||
        (!app.redirect_url.empty() && !back.starts_with(app.redirect_url)))
        return page(400, "Unknown app", "<p>The form was not made by this page.</p>");
    if (form_value(request.body, "decision") != "accept")
        return page(200, "Nothing was authorised", "<p>You may close this page.</p>");
    std::string parameters;
    if (account.starts_with("shop:")) {
        const Shop* const shop = registry_.find_shop(std::string_view(account).substr(5));
        if (shop == nullptr) return page(400, "Unknown shop", "");
        parameters = fmt::format("code={}&shop_id={}", registry_.new_code(shop->number, shop->seller, clock_.now_s()),
                                 Registry::shop_id(*shop));
    } else if (account.starts_with("main:")) {
        const auto seller = static_cast<std::uint32_t>(std::strtoul(account.c_str() + 5, nullptr, 10));
        if (seller >= world_.sellers().size()) return page(400, "Unknown account", "");
        parameters = fmt::format("code={}&main_account_id={}", registry_.new_code(std::nullopt, seller, clock_.now_s()),
                                 Registry::main_account_id(seller));
    } else {
        return page(400, "Unknown account", "");
    }
    const std::string state = form_value(request.body, "state");
    if (!state.empty()) parameters += "&state=" + base::percent_encode(state);
    ledger_.add(clock_.now_ms(), "effect", "shopee.consent", fmt::format(R"("account":{})", base::json_quote(account)));
    return back_to(back, parameters);
}

Answer Service::get_token(Call& call) {
    const base::Json body = call.body->root();
    if (id_of(body["partner_id"]) != registry_.app().partner_id)
        return refused("error_param", "Wrong parameters, detail: partner_id.");
    const std::string shop = id_of(body["shop_id"]);
    const std::string account = id_of(body["main_account_id"]);
    if (shop.empty() == account.empty())
        return refused("error_param", "Wrong parameters, detail: one of shop_id and main_account_id is needed.");
    const auto shops = registry_.redeem(body["code"].string_or(), shop, account, clock_.now_s());
    if (shops.empty()) return refused("invalid_code", "The code is wrong, used or expired.");
    const Tokens& tokens = registry_.give(shops, clock_.now_s());
    std::string lists;
    if (!account.empty()) {
        std::string ids;
        for (const std::uint32_t number : shops)
            ids += (ids.empty() ? "" : ",") + std::to_string(Registry::shop_id(world_.shops()[number]));
        lists =
            fmt::format(R"(,"shop_id_list":[{}],"merchant_id_list":[],"supplier_id_list":[],"user_id_list":[])", ids);
    }
    return {200, "", "",
            fmt::format(R"("access_token":"{}","refresh_token":"{}","expire_in":{}{})", tokens.access, tokens.refresh,
                        Registry::k_access_s, lists)};
}

// A refresh token is good once for each shop: those of one main account begin with the same.
Answer Service::refresh_token(Call& call) {
    const base::Json body = call.body->root();
    if (id_of(body["partner_id"]) != registry_.app().partner_id)
        return refused("error_param", "Wrong parameters, detail: partner_id.");
    const std::string id = id_of(body["shop_id"]);
    const Shop* const shop = registry_.find_shop(id);
    if (shop == nullptr) return refused("error_param", "Wrong parameters, detail: shop_id.");
    Consent* const consent = registry_.find(*shop);
    if (consent == nullptr || consent->ended)
        return refused("shop_no_linked", "The shop is not linked to this partner.", 403);
    const std::int64_t now = clock_.now_s();
    if (consent->until_s < now) return refused("shop_access_expired", "The authorization of the shop is over.", 403);
    if (!base::constant_time_equal(consent->tokens.refresh, body["refresh_token"].string_or()))
        return refused("error_shop_refresh_token", "The refresh token does not fit the shop.", 403);
    if (consent->tokens.refresh_expires_s < now)
        return refused("refresh_token_expired", "The refresh token is expired.", 403);
    const Tokens& tokens = registry_.renew(*consent, now);
    return {200, "", "",
            fmt::format(R"("partner_id":{},"shop_id":{},"access_token":"{}","refresh_token":"{}","expire_in":{})",
                        registry_.app().partner_id, id, tokens.access, tokens.refresh, Registry::k_access_s)};
}

}  // namespace sandbox::shopee
