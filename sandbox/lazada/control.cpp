#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <functional>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "sandbox/lazada/order_json.h"
#include "sandbox/lazada/side.h"

namespace sandbox::lazada {
namespace {

namespace json = boost::json;

struct In {
    Side& side;
    const http::Request& request;
    std::string argument;  // The last part of the path, where the call has one.
    base::Json body;
    std::int64_t now_ms = 0;
};
using Out = base::Result<std::string>;  // JSON text

base::Result<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return base::fail(base::Code::invalid_input, "no id");
    return value;
}

base::Result<Shop*> shop_of(const In& in, std::string_view id) {
    Shop* shop = in.side.world.find_shop(TRY(number(id)));
    if (shop == nullptr) return base::fail(base::Code::not_found, "no shop of this id");
    return shop;
}

json::object app_json(const App& app) {
    json::array groups;
    for (const std::string& group : app.groups) groups.push_back(json::value(group));
    return {{"app_key", app.key},
            {"app_secret", app.secret},
            {"redirect_url", app.redirect_url},
            {"webhook_url", app.webhook_url},
            {"groups", std::move(groups)},
            {"access_life_s", app.access_life_s},
            {"refresh_life_s", app.refresh_life_s},
            {"market_only", app.market_only},
            {"text_for_booleans", app.text_for_booleans},
            {"seconds_and_ms_swapped", app.seconds_and_ms_swapped}};
}

json::object shop_json(const Shop& shop) {
    return {{"id", std::to_string(shop.id)},
            {"name", shop.name},
            {"region", shop.market->region},
            {"short_code", shop.code},
            {"state", shop.state == ShopState::active ? "active" : "closed"},
            {"orders", shop.orders.size()}};
}

Out summary(In& in) {
    std::size_t orders = 0;
    for (const Shop& shop : in.side.world.shops()) orders += shop.orders.size();
    return json::serialize(json::object{{"address", in.side.address},
                                        {"shops", in.side.world.shops().size()},
                                        {"orders", orders},
                                        {"life", in.side.world.life()},
                                        {"notifications", in.side.webhooks.all().size()},
                                        {"faults_injected", in.side.faults.injected()}});
}

Out list_apps(In& in) {
    json::array out;
    for (const auto& [key, app] : in.side.service.registry().apps()) out.push_back(app_json(app));
    return json::serialize(json::object{{"apps", std::move(out)}});
}

// All members are looked at before any of them counts.
Out set_app(In& in) {
    App* app = in.side.service.registry().find_app(in.argument);
    if (app == nullptr) return base::fail(base::Code::not_found, "no app of this key");
    App changed = *app;
    for (const auto& [name, text] :
         {std::pair{"redirect_url", &changed.redirect_url}, {"webhook_url", &changed.webhook_url}})
        if (in.body[name].present()) *text = in.body[name].string_or();
    for (const auto& [name, seconds] :
         {std::pair{"access_life_s", &changed.access_life_s}, {"refresh_life_s", &changed.refresh_life_s}}) {
        if (!in.body[name].present()) continue;
        if (in.body[name].integer_or(0) <= 0)
            return base::fail(base::Code::invalid_input, std::string(name) + " has to be above zero");
        *seconds = in.body[name].integer_or(0);
    }
    for (const auto& [name, flag] : {std::pair{"market_only", &changed.market_only},
                                     {"text_for_booleans", &changed.text_for_booleans},
                                     {"seconds_and_ms_swapped", &changed.seconds_and_ms_swapped}})
        *flag = in.body[name].boolean_or(*flag);
    for (const auto& [name, list] :
         {std::pair{"groups", &changed.groups}, {"allowed_addresses", &changed.allowed_addresses}}) {
        if (!in.body[name].is_array()) continue;
        list->clear();
        for (const base::Json& item : in.body[name].items()) list->insert(item.string_or());
    }
    *app = std::move(changed);
    return json::serialize(app_json(*app));
}

Out list_sellers(In& in) {
    json::array out;
    for (const Seller& seller : in.side.world.sellers()) {
        json::array shops;
        for (const std::uint32_t shop : seller.shops) shops.push_back(shop_json(in.side.world.shops()[shop]));
        out.push_back(
            json::object{{"id", std::to_string(seller.open_id)}, {"name", seller.name}, {"shops", std::move(shops)}});
    }
    return json::serialize(json::object{{"sellers", std::move(out)}});
}

// {"region":"SG"}: a further shop with a seller of its own.
Out add_shop(In& in) {
    const Market* market = find_market(in.body["region"].string_or("SG"));
    if (market == nullptr || market_code(*market).empty())
        return base::fail(base::Code::invalid_input, "region: no market of Lazada");
    return json::serialize(shop_json(in.side.world.add_shop(*market, in.side.world.add_seller(*market))));
}

Out set_shop(In& in) {
    Shop* shop = TRY(shop_of(in, in.argument));
    const std::string state = in.body["state"].string_or();
    if (state != "active" && state != "closed" && state != "unverified")
        return base::fail(base::Code::invalid_input, "state: active, closed or unverified");
    shop->state = state == "active"   ? ShopState::active
                  : state == "closed" ? ShopState::deactivated
                                      : ShopState::refused_by_gateway;
    in.side.webhooks.seller_changed(*shop);
    return json::serialize(shop_json(*shop));
}

Out add_orders(In& in) {
    Shop* shop = TRY(shop_of(in, in.body["shop"].string_or()));
    const std::int64_t count = std::clamp<std::int64_t>(in.body["count"].integer_or(1), 1, 10'000);
    json::array ids;
    for (std::int64_t i = 0; i < count; ++i)
        ids.push_back(
            json::value(std::to_string(in.side.world.order(in.side.world.create_order(*shop, in.now_ms)).id)));
    return json::serialize(json::object{{"orders", std::move(ids)}});
}

// {"order":…,"step":"pay"}
Out step_order(In& in) {
    OrderRef ref;
    if (!in.side.world.find_order_ref(TRY(number(in.body["order"].string_or())), ref))
        return base::fail(base::Code::not_found, "no order of this id");
    const auto step = parse_step(in.body["step"].string_or());
    if (!step) return base::fail(base::Code::invalid_input, "step: unknown");
    if (!in.side.world.step(ref, *step, in.now_ms))
        return base::fail(base::Code::precondition_failed, "not possible in the order's state");
    return fmt::format(R"({{"status":"{}"}})", item_status(in.side.world.order(ref), 0));
}

Out add_message(In& in) {
    Shop* shop = TRY(shop_of(in, in.body["shop"].string_or()));
    const std::uint32_t buyer = in.side.world.buyer_speaking(*shop, in.body["lang"].string_or(shop->market->language));
    const std::string content = fmt::format(R"({{"content":{}}})", base::json_quote(in.body["text"].string_or()));
    return fmt::format(R"({{"message":"{}"}})",
                       in.side.world.write(*shop, buyer, "BUYER", "TEXT", content, in.now_ms).id);
}

// {"action":"expire_access|expire_refresh|revoke","seller":…}; without a seller: all.
Out change_tokens(In& in) {
    const std::string action = in.body["action"].string_or();
    const std::string seller = in.body["seller"].string_or();
    if (action != "expire_access" && action != "expire_refresh" && action != "revoke")
        return base::fail(base::Code::invalid_input, "action: expire_access, expire_refresh or revoke");
    int changed = 0;
    for (auto& [key, authorisation] : in.side.service.registry().authorisations()) {
        if (!seller.empty() && seller != std::to_string(in.side.world.sellers()[key.second].open_id)) continue;
        if (action == "expire_access") authorisation.access_expires_s = 0;
        if (action == "expire_refresh") authorisation.refresh_expires_s = 0;
        if (action == "revoke") authorisation.void_ = true;
        ++changed;
    }
    return fmt::format(R"({{"changed":{}}})", changed);
}

Out put_life(In& in) {
    if (const auto on = in.body["on"].boolean()) in.side.world.set_life(*on);
    if (const auto rate = in.body["orders_per_shop_and_day"].number())
        in.side.world.set_order_rate(std::clamp(*rate, 0.01, 1e6));
    return fmt::format(R"({{"on":{}}})", in.side.world.life());
}

Out get_faults(In& in) {
    return in.side.faults.text();
}
Out put_faults(In& in) {
    TRY_VOID(in.side.faults.set(in.request.body));
    return in.side.faults.text();
}
Out delete_faults(In& in) {
    in.side.faults.clear();
    return in.side.faults.text();
}

Out get_notifications(In& in) {
    json::array out;
    for (const Notification& n : in.side.webhooks.all())
        out.push_back(json::object{{"type", n.type},
                                   {"shop", std::to_string(n.shop)},
                                   {"about", std::to_string(n.about)},
                                   {"delivery", name(n.delivery)},
                                   {"attempts", n.attempts},
                                   {"forged", n.forged},
                                   {"created_ms", n.created_ms}});
    return json::serialize(json::object{{"notifications", std::move(out)}});
}

// All orders as a checker wants them, of one shop with ?shop=.
Out get_state(In& in) {
    const std::string_view only = in.request.parameter("shop").value_or("");
    json::array orders;
    for (const Shop& shop : in.side.world.shops()) {
        if (!only.empty() && only != std::to_string(shop.id)) continue;
        for (const Order& order : shop.orders)
            orders.push_back(json::object{{"shop", std::to_string(shop.id)},
                                          {"id", std::to_string(order.id)},
                                          {"status", item_status(order, 0)},
                                          {"items", order.lines.size()},
                                          {"create_time", order.created / 1'000},
                                          {"update_time", order.updated / 1'000}});
    }
    return json::serialize(json::object{{"orders", std::move(orders)}});
}

struct Route {
    http::Method method;
    std::string_view path;  // One that ends in "/" takes an argument.
    Out (*run)(In&);
};
constexpr std::array k_routes = {
    Route{http::Method::get, "/lazada", summary},
    Route{http::Method::get, "/lazada/apps", list_apps},
    Route{http::Method::patch, "/lazada/apps/", set_app},
    Route{http::Method::get, "/lazada/sellers", list_sellers},
    Route{http::Method::post, "/lazada/shops", add_shop},
    Route{http::Method::patch, "/lazada/shops/", set_shop},
    Route{http::Method::post, "/lazada/orders", add_orders},
    Route{http::Method::post, "/lazada/steps", step_order},
    Route{http::Method::post, "/lazada/messages", add_message},
    Route{http::Method::post, "/lazada/tokens", change_tokens},
    Route{http::Method::put, "/lazada/life", put_life},
    Route{http::Method::get, "/lazada/faults", get_faults},
    Route{http::Method::put, "/lazada/faults", put_faults},
    Route{http::Method::del, "/lazada/faults", delete_faults},
    Route{http::Method::get, "/lazada/notifications", get_notifications},
    Route{http::Method::get, "/lazada/state", get_state},
};

http::Response answer(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.set("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

int status_of(base::Code code) {
    if (code == base::Code::not_found) return 404;
    return code == base::Code::precondition_failed ? 409 : 400;
}

}  // namespace

http::Response control(Side& side, const http::Request& request, std::int64_t now_ms) {
    const auto body = base::JsonDocument::parse(request.body.empty() ? "{}" : request.body);
    if (!body || !body->root().is_object()) return answer(400, R"({"error":"the body is no JSON object"})");
    for (const Route& route : k_routes) {
        if (route.method != request.method) continue;
        In in{side, request, {}, body->root(), now_ms};
        if (route.path.ends_with('/') && request.path.size() > route.path.size() &&
            request.path.starts_with(route.path))
            in.argument = request.path.substr(route.path.size());
        else if (route.path != request.path)
            continue;
        auto done = route.run(in);
        if (done) return answer(200, std::move(*done));
        return answer(status_of(done.error().code),
                      fmt::format(R"({{"error":{}}})", base::json_quote(done.error().what)));
    }
    return answer(404, R"({"error":"no such call"})");
}

}  // namespace sandbox::lazada
