#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "sandbox/consent_page.h"
#include "sandbox/lazada/service.h"

// The authorization page (open.lazada.com, "Seller authorization introduction").
namespace sandbox::lazada {
namespace {

http::Response page(int status, std::string_view title, std::string_view body) {
    return sandbox::consent_page("Lazada", status, title, body);
}

http::Response go_to(const std::string& url, std::string_view parameters) {
    http::Response response;
    response.status = 302;
    response.set("Cache-Control", "no-store");
    response.set("Location", url + (url.contains('?') ? "&" : "?") + std::string(parameters));
    return response;
}

}  // namespace

http::Response Service::consent_page(const http::Request& request) {
    const auto parameter = [&](std::string_view name) { return std::string(request.parameter(name).value_or("")); };
    App* app = registry_.find_app(parameter("client_id"));
    if (app == nullptr) return page(400, "Unknown app", "<p>No app has this client_id.</p>");
    if (parameter("response_type") != "code")
        return page(400, "Wrong address", "<p>response_type has to be <code>code</code>.</p>");
    if (app->redirect_url.empty() || parameter("redirect_uri") != app->redirect_url)
        return page(400, "Wrong redirect address",
                    "<p>redirect_uri is not the one that is registered with the app. Register it through the control "
                    "address.</p>");
    std::string sellers;
    for (const Seller& seller : world_.sellers()) {
        std::string shops;
        for (const std::uint32_t shop : seller.shops) shops += (shops.empty() ? "" : ", ") + world_.shops()[shop].name;
        sellers +=
            fmt::format(R"(<option value="{}">{} ({})</option>)", seller.open_id, html(seller.name), html(shops));
    }
    return page(200, "Authorise an app",
                fmt::format(R"(<p>The app <code>{0}</code> asks for access to the stores of a seller account.</p>
<form method="post" action="/oauth/authorize"><input type="hidden" name="client_id" value="{0}"><input type="hidden" name="state" value="{1}">
<p><label>Signed in as <select name="seller">{2}</select></label></p>
<button name="decision" value="accept">Accept</button><button name="decision" value="refuse">Refuse</button></form>)",
                            html(app->key), html(parameter("state")), sellers));
}

http::Response Service::consent_decision(const http::Request& request) {
    App* app = registry_.find_app(form_value(request.body, "client_id"));
    const std::string wanted = form_value(request.body, "seller");
    const std::string decision = form_value(request.body, "decision");
    const auto seller =
        std::ranges::find_if(world_.sellers(), [&](const Seller& s) { return std::to_string(s.open_id) == wanted; });
    if (app == nullptr || app->redirect_url.empty() || (decision != "accept" && decision != "refuse") ||
        (decision == "accept" && seller == world_.sellers().end()))
        return page(400, "Something is missing", "<p>Go back and open the consent page again.</p>");
    std::string state = form_value(request.body, "state");
    if (!state.empty()) state = "&state=" + base::percent_encode(state);
    // What the real page sends after a refusal is not documented.
    if (decision == "refuse") {
        ledger_.add(clock_.now_ms(), "effect", "lazada.consent_refused", {});
        return go_to(app->redirect_url, "error=access_denied" + state);
    }
    const auto number = static_cast<std::uint32_t>(seller - world_.sellers().begin());
    const std::string code = registry_.give_code(*app, number, clock_.now_s());
    ledger_.add(clock_.now_ms(), "effect", "lazada.consent_given", fmt::format(R"("seller":"{}")", seller->open_id));
    return go_to(app->redirect_url, "code=" + base::percent_encode(code) + state);
}

}  // namespace sandbox::lazada
