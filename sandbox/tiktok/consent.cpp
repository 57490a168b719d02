#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "sandbox/consent_page.h"
#include "sandbox/tiktok/service.h"

// The consent page and the two token calls (Partner Center page authorization-overview-202407).
namespace sandbox::tiktok {
namespace {

http::Response page(int status, std::string_view title, std::string_view body) {
    return sandbox::consent_page("TikTok Shop", status, title, body);
}

std::string with_parameters(const std::string& url, std::string_view parameters) {
    return url + (url.find('?') == std::string::npos ? '?' : '&') + std::string(parameters);
}

}  // namespace

http::Response Service::consent_page(const http::Request& request) {
    App* app = registry_.find_service(request.parameter("service_id").value_or(""));
    if (app == nullptr && request.path == "/oauth/authorize")
        app = registry_.find_app(request.parameter("app_key").value_or(""));
    if (app == nullptr)
        return page(400, "Unknown app",
                    "<p>No app has this service id. The sandbox's control address lists the apps.</p>");
    std::string sellers;
    for (const Seller& seller : world_.sellers()) {
        std::string shops;
        for (const std::uint32_t shop : seller.shops) shops += (shops.empty() ? "" : ", ") + world_.shops()[shop].name;
        sellers +=
            fmt::format(R"(<option value="{}">{} ({})</option>)", seller.open_id, html(seller.name), html(shops));
    }
    std::string scopes;
    for (const std::string& scope : app->scopes) scopes += "<li><code>" + html(scope) + "</code>";
    return page(
        200, "Authorise an app",
        fmt::format(R"(<p>The app <code>{}</code> asks for access to the stores of a seller account:</p><ul>{}</ul>
<form method="post" action="/open/authorize"><input type="hidden" name="service_id" value="{}"><input type="hidden" name="state" value="{}">
<p><label>Signed in as <select name="seller">{}</select></label></p>
<button name="decision" value="accept">Accept</button><button name="decision" value="refuse">Refuse</button></form>)",
                    html(app->key), scopes, html(app->service_id), html(request.parameter("state").value_or("")),
                    sellers));
}

http::Response Service::consent_decision(const http::Request& request) {
    App* app = registry_.find_service(form_value(request.body, "service_id"));
    const std::string wanted = form_value(request.body, "seller");
    const std::string decision = form_value(request.body, "decision");
    const auto seller =
        std::ranges::find_if(world_.sellers(), [&](const Seller& s) { return std::to_string(s.open_id) == wanted; });
    if (app == nullptr || (decision != "accept" && decision != "refuse") ||
        (decision == "accept" && seller == world_.sellers().end()))
        return page(400, "Something is missing", "<p>Go back and open the consent page again.</p>");
    if (app->redirect_url.empty())
        return page(400, "The app has no redirect address",
                    "<p>Set it with the option --redirect or through the control address.</p>");
    http::Response response;
    response.status = 302;
    response.set("Cache-Control", "no-store");
    if (decision == "refuse") {
        ledger_.add(clock_.now_ms(), "effect", "consent_refused", {});
        response.set("Location", with_parameters(app->redirect_url, "code=null&error=auth_denied"));
        return response;
    }
    const std::string code =
        registry_.give_code(*app, static_cast<std::uint32_t>(seller - world_.sellers().begin()), clock_.now_s());
    std::string parameters = "code=" + base::percent_encode(code);
    if (const std::string state = form_value(request.body, "state"); !state.empty())
        parameters += "&state=" + base::percent_encode(state);
    // Real callbacks carry more than the two.
    parameters += "&locale=en&shop_region=" + std::string(seller->base_region);
    ledger_.add(clock_.now_ms(), "effect", "consent_given", fmt::format(R"("seller":"{}")", seller->open_id));
    response.set("Location", with_parameters(app->redirect_url, parameters));
    return response;
}

Answer Service::token(const http::Request& request, bool refresh) {
    const auto parameter = [&](std::string_view name) { return std::string(request.parameter(name).value_or("")); };
    App* app = registry_.find_app(parameter("app_key"));
    if (app == nullptr) return refused(36009004, "app_key is invalid");
    if (!base::constant_time_equal(app->secret, parameter("app_secret")))
        return refused(36009004, "app_secret is invalid");
    if (parameter("grant_type") != (refresh ? "refresh_token" : "authorized_code"))
        return refused(36009004, "grant_type is invalid");
    TokenPair tokens;
    Caller caller;
    const auto refusal = refresh
                             ? registry_.refresh(*app, parameter("refresh_token"), clock_.now_s(), tokens, caller)
                             : registry_.exchange_code(*app, parameter("auth_code"), clock_.now_s(), tokens, caller);
    if (refusal) return refused(refusal->code, refusal->message);
    const Seller& seller = world_.sellers()[caller.seller];
    ledger_.add(clock_.now_ms(), "effect", refresh ? "token_refreshed" : "token_issued",
                fmt::format(R"("seller":"{}")", seller.open_id));
    std::string scopes;
    for (const std::string& scope : caller.authorisation->scopes)
        scopes += (scopes.empty() ? "" : ",") + base::json_quote(scope);
    return {
        200,
        0,
        "success",
        fmt::format(
            R"({{"access_token":"{}","access_token_expire_in":{},"refresh_token":"{}","refresh_token_expire_in":{},"open_id":"{}",)"
            R"("seller_name":{},"seller_base_region":"{}","user_type":0,"granted_scopes":[{}]}})",
            tokens.access, tokens.access_expires_s, tokens.refresh, tokens.refresh_expires_s, seller.open_id,
            base::json_quote(seller.name), seller.base_region, scopes),
        {}};
}

}  // namespace sandbox::tiktok
