#include "sandbox/control.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <functional>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "sandbox/control_write.h"
#include "sandbox/shopee/order_json.h"
#include "sandbox/tiktok/order_json.h"
#include "sandbox/tiktok/return_json.h"

namespace sandbox {
namespace {

namespace json = boost::json;
using Values = std::vector<std::string>;

struct In {
    Engine& engine;
    const http::Request& request;
    Values path;
    base::Json body;
    std::int64_t now_ms = 0;

    std::uint64_t number(std::string_view parameter, std::uint64_t otherwise) const {
        std::uint64_t value = otherwise;
        const std::string_view text = request.parameter(parameter).value_or("");
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
};
using Out = base::Result<std::string>;  // JSON text

base::Result<Shop*> shop_of(const In& in, std::string_view id) {
    std::uint64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    Shop* shop = in.engine.world.find_shop(number);
    if (shop == nullptr) return base::fail(base::Code::not_found, "no shop of this id");
    return shop;
}

base::Result<OrderRef> order_of(const In& in) {
    std::uint64_t number = 0;
    const std::string& id = in.path.front();
    std::from_chars(id.data(), id.data() + id.size(), number);
    OrderRef ref;
    if (!in.engine.world.find_order_ref(number, ref)) return base::fail(base::Code::not_found, "no order of this id");
    return ref;
}

// What an address service on the internet answers: where the caller seems to be.
Out exit_address(In& in) {
    return json::serialize(json::object{{"ip", in.request.peer}});
}

Out summary(In& in) {
    std::uint64_t orders = 0;
    for (const Shop& shop : in.engine.world.shops()) orders += shop.orders.size();
    return json::serialize(json::object{{"name", "stallward-sandbox"},
                                        {"tiktok_shop", in.engine.tiktok_address},
                                        {"shopee", in.engine.shopee_address},
                                        {"lazada", in.engine.lazada.address},
                                        {"now", base::iso8601({in.now_ms})},
                                        {"ahead_ms", in.engine.clock.ahead_ms()},
                                        {"speed", in.engine.world.timing().speed},
                                        {"life", in.engine.world.life()},
                                        {"shops", in.engine.world.shops().size()},
                                        {"orders", orders},
                                        {"notifications", in.engine.webhooks.all().size()},
                                        {"faults_injected", in.engine.faults.injected()}});
}

Out list_apps(In& in) {
    json::array out;
    for (const tiktok::App* app : in.engine.tiktok.registry().apps()) out.push_back(app_json(*app));
    return json::serialize(json::object{{"apps", std::move(out)}});
}

Out add_app(In& in) {
    tiktok::App& app = in.engine.tiktok.registry().add_app(in.body["redirect_url"].string_or());
    TRY_VOID(change_app(app, in.body));
    return json::serialize(app_json(app));
}

Out set_app(In& in) {
    tiktok::App* app = in.engine.tiktok.registry().find_app(in.path.front());
    if (app == nullptr) return base::fail(base::Code::not_found, "no app of this key");
    TRY_VOID(change_app(*app, in.body));
    return json::serialize(app_json(*app));
}

Out list_sellers(In& in) {
    json::array out;
    for (const Seller& seller : in.engine.world.sellers()) {
        json::array shops;
        for (const std::uint32_t number : seller.shops) shops.push_back(shop_json(in.engine.world.shops()[number]));
        out.push_back(json::object{{"open_id", std::to_string(seller.open_id)},
                                   {"name", seller.name},
                                   {"region", seller.base_region},
                                   {"shops", std::move(shops)}});
    }
    return json::serialize(json::object{{"sellers", std::move(out)}});
}

Out add_shop(In& in) {
    const Market* market = find_market(in.body["region"].string_or("GB"));
    if (market == nullptr) return base::fail(base::Code::invalid_input, "region: no such market");
    World& world = in.engine.world;
    const std::string seller = in.body["seller"].string_or();
    auto found =
        std::ranges::find_if(world.sellers(), [&](const Seller& s) { return std::to_string(s.open_id) == seller; });
    if (!seller.empty() && found == world.sellers().end())
        return base::fail(base::Code::not_found, "no seller of this id");
    const std::uint32_t number =
        seller.empty() ? world.add_seller(*market) : static_cast<std::uint32_t>(found - world.sellers().begin());
    return json::serialize(shop_json(world.add_shop(*market, number)));
}

Out set_shop(In& in) {
    Shop* shop = TRY(shop_of(in, in.path.front()));
    const std::string state = in.body["state"].string_or();
    if (state == "active")
        shop->state = ShopState::active;
    else if (state == "deactivated")
        shop->state = ShopState::deactivated;
    else if (state == "refused")
        shop->state = ShopState::refused_by_gateway;
    else if (!state.empty())
        return base::fail(base::Code::invalid_input, "state: active, deactivated or refused");
    // The code that the real gateway uses is not published.
    shop->refusal_code = static_cast<int>(in.body["code"].integer_or(36009099));
    shop->refusal_message = in.body["message"].string_or("The shop is not active.");
    if (const auto development = in.body["development"].boolean()) shop->development = *development;
    return json::serialize(shop_json(*shop));
}

Out add_orders(In& in) {
    Shop* shop = TRY(shop_of(in, in.body["shop"].string_or()));
    const std::int64_t count = std::clamp<std::int64_t>(in.body["count"].integer_or(1), 1, 10'000);
    json::array ids;
    for (std::int64_t i = 0; i < count; ++i) {
        const OrderRef ref = in.engine.world.create_order(*shop, in.now_ms);
        ids.push_back(json::value(std::to_string(in.engine.world.order(ref).id)));
    }
    return json::serialize(json::object{{"orders", std::move(ids)}});
}

Out get_order(In& in) {
    const OrderRef ref = TRY(order_of(in));
    json::object out;
    const Shop& shop = in.engine.world.shops()[ref.shop];
    tiktok::write_order(out, in.engine.world, shop, in.engine.world.order(ref), tiktok::OrderFields::detail_202507);
    out["shop"] = std::to_string(shop.id);
    return json::serialize(out);
}

// {"step":"pay"}, or without a step the next one on the way to COMPLETED.
Out step_order(In& in) {
    const OrderRef ref = TRY(order_of(in));
    std::optional<Step> step = parse_step(in.body["step"].string_or());
    if (in.body["step"].present() && !step) return base::fail(base::Code::invalid_input, "step: unknown");
    if (!step)
        for (const Step candidate :
             {Step::pay, Step::hold_over, Step::ship, Step::collect, Step::deliver, Step::completion})
            if (!step && may(in.engine.world.order(ref), candidate)) step = candidate;
    if (!step || !in.engine.world.step(ref, *step, in.now_ms))
        return base::fail(base::Code::precondition_failed, "not possible in the order's state");
    return json::serialize(
        json::object{{"id", in.path.front()}, {"status", tiktok::status_name(in.engine.world.order(ref).state)}});
}

// {"order":"…"}: a buyer opens a return of a delivered order.
Out add_return(In& in) {
    In of_order{in.engine, in.request, {in.body["order"].string_or()}, in.body, in.now_ms};
    const OrderRef order = TRY(order_of(of_order));
    const auto ref = in.engine.world.open_return(order, in.now_ms);
    if (!ref) return base::fail(base::Code::precondition_failed, "not delivered, or a return of it is open");
    const Return& one = in.engine.world.one_return(*ref);
    return json::serialize(json::object{{"id", std::to_string(one.id)}, {"status", tiktok::status_name(one)}});
}

base::Result<ReturnRef> return_of(const In& in) {
    std::uint64_t number = 0;
    const std::string& id = in.path.front();
    std::from_chars(id.data(), id.data() + id.size(), number);
    ReturnRef ref;
    if (!in.engine.world.find_return_ref(number, ref)) return base::fail(base::Code::not_found, "no return of this id");
    return ref;
}

Out get_return(In& in) {
    const ReturnRef ref = TRY(return_of(in));
    const Return& one = in.engine.world.one_return(ref);
    return json::serialize(
        json::object{{"id", in.path.front()}, {"status", tiktok::status_name(one)}, {"decided_by", one.decided_by}});
}

// {"step":"approve"}
Out step_return(In& in) {
    const ReturnRef ref = TRY(return_of(in));
    const auto step = parse_return_step(in.body["step"].string_or());
    if (!step) return base::fail(base::Code::invalid_input, "step: unknown");
    if (!in.engine.world.step_return(ref, *step, in.now_ms))
        return base::fail(base::Code::precondition_failed, "not possible in the return's state");
    return get_return(in);
}

Out add_burst(In& in) {
    Burst burst;
    if (in.body["shop"].present()) burst.shop = TRY(shop_of(in, in.body["shop"].string_or()))->id;
    burst.per_second = in.body["per_second"].number().value_or(0);
    const double seconds = in.body["seconds"].number().value_or(0);
    if (burst.per_second <= 0 || burst.per_second > 50'000 || seconds <= 0 || seconds > 86'400)
        return base::fail(base::Code::invalid_input, "per_second and seconds have to be above zero");
    burst.from_ms = in.now_ms;
    burst.until_ms = in.now_ms + static_cast<std::int64_t>(seconds * 1'000);
    in.engine.bursts.push_back(burst);
    return std::string(R"({"started":true})");
}

Out add_message(In& in) {
    Shop* shop = TRY(shop_of(in, in.body["shop"].string_or()));
    const std::string language = in.body["lang"].string_or(shop->market->language);
    if (const auto text = in.body["text"].string()) {
        const std::uint32_t buyer = in.engine.world.buyer_speaking(*shop, language);
        const std::string content = fmt::format(R"({{"content": {}}})", base::json_quote(*text));
        return fmt::format(R"({{"message":"{}"}})",
                           in.engine.world.write(*shop, buyer, "BUYER", "TEXT", content, in.now_ms).id);
    }
    const std::uint64_t id = TRY(in.engine.stories.stage(*shop, in.body["category"].string_or(), language,
                                                         in.body["scam"].boolean_or(true), in.now_ms));
    return fmt::format(R"({{"message":"{}"}})", id);
}

// {"action":"expire_access|expire_refresh|revoke","app":…,"seller":…}; without app or seller: all.
Out change_tokens(In& in) {
    const std::string action = in.body["action"].string_or();
    if (action != "expire_access" && action != "expire_refresh" && action != "revoke")
        return base::fail(base::Code::invalid_input, "action: expire_access, expire_refresh or revoke");
    const std::string app = in.body["app"].string_or();
    const std::string seller = in.body["seller"].string_or();
    int changed = 0;
    for (auto& [key, authorisation] : in.engine.tiktok.registry().authorisations()) {
        const std::string open_id = std::to_string(in.engine.world.sellers()[key.second].open_id);
        if ((!app.empty() && app != key.first) || (!seller.empty() && seller != open_id)) continue;
        if (action == "expire_access") authorisation.access_expired_through = authorisation.generation;
        if (action == "expire_refresh") authorisation.refresh_expired_through = authorisation.generation;
        if (action == "revoke")
            in.engine.tiktok.deauthorise(*in.engine.tiktok.registry().find_app(key.first), key.second);
        ++changed;
    }
    return fmt::format(R"({{"changed":{}}})", changed);
}

Out advance_clock(In& in) {
    const std::int64_t seconds = in.body["seconds"].integer_or(0);
    if (seconds <= 0) return base::fail(base::Code::invalid_input, "seconds has to be above zero");
    in.engine.clock.advance(seconds * 1'000);
    return fmt::format(R"({{"now":"{}"}})", base::iso8601({in.engine.clock.now_ms()}));
}

Out get_faults(In& in) {
    return in.engine.faults.text();
}
Out put_faults(In& in) {
    TRY_VOID(in.engine.faults.set(in.request.body));
    return in.engine.faults.text();
}
Out delete_faults(In& in) {
    in.engine.faults.clear();
    return in.engine.faults.text();
}

Out put_life(In& in) {
    const auto on = in.body["on"].boolean();
    if (on) in.engine.world.set_life(*on);
    if (const auto rate = in.body["orders_per_shop_and_day"].number())
        in.engine.world.set_order_rate(std::clamp(*rate, 0.01, 1e6));
    if (const auto rate = in.body["messages_per_shop_and_day"].number())
        in.engine.stories.set_message_rate(std::clamp(*rate, 0.0, 1e6));
    return fmt::format(R"({{"on":{}}})", in.engine.world.life());
}

Out put_limits(In& in) {
    tiktok::Limits& limits = in.engine.tiktok.limits();
    limits.calls_per_second = in.body["calls_per_second"].number().value_or(limits.calls_per_second);
    limits.development_calls_per_hour =
        static_cast<int>(in.body["development_calls_per_hour"].integer_or(limits.development_calls_per_hour));
    limits.customer_service_calls_per_day =
        static_cast<int>(in.body["customer_service_calls_per_day"].integer_or(limits.customer_service_calls_per_day));
    return std::string("{}");
}

Out start_story(In& in) {
    TRY_VOID(in.engine.stories.start(in.path.front(), in.now_ms));
    return std::string(R"({"started":true})");
}

Out get_ledger(In& in) {
    return fmt::format(R"({{"entries":{}}})", in.engine.ledger.entries(in.number("after", 0), in.number("limit", 1'000),
                                                                       in.request.parameter("kind").value_or("")));
}
Out get_counts(In& in) {
    return in.engine.ledger.counts();
}

Out get_notifications(In& in) {
    const auto& all = in.engine.webhooks.all();
    json::array out;
    std::size_t index = in.number("after", 0);
    for (std::uint64_t left = in.number("limit", 10'000); index < all.size() && left > 0; ++index, --left) {
        const tiktok::Notification& n = all[index];
        out.push_back(json::object{{"id", n.id},
                                   {"type", n.type},
                                   {"shop", std::to_string(n.shop)},
                                   {"about", std::to_string(n.about)},
                                   {"status", n.status},
                                   {"delivery", tiktok::name(n.delivery)},
                                   {"attempts", n.attempts},
                                   {"forged", n.forged},
                                   {"created_ms", n.created_ms}});
    }
    return json::serialize(
        json::object{{"notifications", std::move(out)}, {"next", index}, {"end", index >= all.size()}});
}

// All orders as a checker wants them; ?after= continues where `next` said. Orders are counted over all shops, so new
// ones move the places of the later shops: ask for one shop when orders keep coming.
Out get_state(In& in) {
    const std::uint64_t after = in.number("after", 0);
    const std::uint64_t limit = in.number("limit", 50'000);
    const std::string_view only = in.request.parameter("shop").value_or("");
    std::string out = R"({"orders":[)";
    std::uint64_t place = 0;
    for (const Shop& shop : in.engine.world.shops()) {
        if (!only.empty() && only != std::to_string(shop.id)) continue;
        for (const Order& order : shop.orders) {
            if (place >= after && place - after < limit)
                out += fmt::format(R"({}{{"shop":"{}","id":"{}","status":"{}","create_time":{},"update_time":{}}})",
                                   out.back() == '[' ? "" : ",", shop.id, order.id, tiktok::status_name(order.state),
                                   order.created / 1'000, order.updated / 1'000);
            ++place;
        }
    }
    const std::uint64_t next = std::min(place, after + limit);
    return out + fmt::format(R"(],"next":{},"end":{}}})", next, next >= place);
}

struct Route {
    http::Method method;
    std::string_view pattern;
    Out (*run)(In&);
};
base::Result<Shop*> shopee_shop_of(const In& in, std::string_view id) {
    Shop* const shop = in.engine.shopee ? in.engine.shopee->service.registry().find_shop(id) : nullptr;
    if (shop == nullptr) return base::fail(base::Code::not_found, "no shop of this id at Shopee");
    return shop;
}

Out get_shopee_app(In& in) {
    if (!in.engine.shopee) return base::fail(base::Code::not_found, "there is no Shopee here");
    const shopee::App& app = in.engine.shopee->service.registry().app();
    return json::serialize(json::object{{"partner_id", app.partner_id},
                                        {"partner_key", app.key},
                                        {"callback_url", app.callback_url},
                                        {"chat_allowed", app.chat_allowed}});
}

Out list_shopee_shops(In& in) {
    json::array out;
    if (in.engine.shopee)
        for (const Shop& shop : in.engine.shopee->world.shops()) {
            const shopee::Consent* const consent = in.engine.shopee->service.registry().find(shop);
            out.push_back(json::object{{"id", shopee::Registry::shop_id(shop)},
                                       {"name", shop.name},
                                       {"region", shop.market->region},
                                       {"main_account_id", shopee::Registry::main_account_id(shop.seller)},
                                       {"authorised", consent != nullptr && !consent->ended},
                                       {"orders", shop.orders.size()}});
        }
    return json::serialize(json::object{{"shops", std::move(out)}});
}

Out add_shopee_orders(In& in) {
    Shop* const shop = TRY(shopee_shop_of(in, in.path.front()));
    const std::int64_t count = in.body["count"].integer_or(1);
    if (count < 1 || count > 10'000) return base::fail(base::Code::invalid_input, "count");
    json::array out;
    for (std::int64_t i = 0; i < count; ++i) {
        const OrderRef ref = in.engine.shopee->world.create_order(*shop, in.now_ms);
        out.push_back(json::string(shopee::order_sn(in.engine.shopee->world.order(ref).id)));
    }
    return json::serialize(json::object{{"orders", std::move(out)}});
}

Out step_shopee_order(In& in) {
    const auto id = shopee::parse_order_sn(in.path.front());
    OrderRef ref;
    if (!in.engine.shopee || !id || !in.engine.shopee->world.find_order_ref(*id, ref))
        return base::fail(base::Code::not_found, "no order of this number at Shopee");
    const auto step = parse_step(in.body["step"].string_or());
    if (!step) return base::fail(base::Code::invalid_input, "step");
    if (!in.engine.shopee->world.step(ref, *step, in.now_ms))
        return base::fail(base::Code::precondition_failed, "the order's state does not allow it");
    return std::string("{}");
}

Out add_shopee_message(In& in) {
    Shop* const shop = TRY(shopee_shop_of(in, in.path.front()));
    World& world = in.engine.shopee->world;
    const std::uint32_t buyer = world.buyer_speaking(*shop, shop->market->language);
    const Message& message =
        world.write(*shop, buyer, "BUYER", "TEXT",
                    json::serialize(json::object{{"content", in.body["text"].string_or()}}), in.now_ms);
    return json::serialize(json::object{{"id", std::to_string(message.id)}});
}

Out end_shopee_consent(In& in) {
    Shop* const shop = TRY(shopee_shop_of(in, in.path.front()));
    if (!in.engine.shopee->service.deauthorise(*shop))
        return base::fail(base::Code::precondition_failed, "the shop is not authorised");
    return std::string("{}");
}

Out get_shopee_orders(In& in) {
    const Shop* const shop = TRY(shopee_shop_of(in, in.path.front()));
    json::array out;
    for (const Order& order : shop->orders)
        out.push_back(json::object{{"order_sn", shopee::order_sn(order.id)},
                                   {"status", shopee::order_status(order, true)},
                                   {"update_time", order.updated / 1'000}});
    return json::serialize(json::object{{"orders", std::move(out)}});
}

constexpr std::array k_routes = {
    Route{http::Method::get, "/shopee/app", get_shopee_app},
    Route{http::Method::get, "/shopee/shops", list_shopee_shops},
    Route{http::Method::get, "/shopee/shops/{}/orders", get_shopee_orders},
    Route{http::Method::post, "/shopee/shops/{}/orders", add_shopee_orders},
    Route{http::Method::post, "/shopee/shops/{}/messages", add_shopee_message},
    Route{http::Method::del, "/shopee/shops/{}/consent", end_shopee_consent},
    Route{http::Method::post, "/shopee/orders/{}/steps", step_shopee_order},
    Route{http::Method::get, "/", summary},
    Route{http::Method::get, "/exit-address", exit_address},
    Route{http::Method::get, "/apps", list_apps},
    Route{http::Method::post, "/apps", add_app},
    Route{http::Method::patch, "/apps/{}", set_app},
    Route{http::Method::get, "/sellers", list_sellers},
    Route{http::Method::post, "/shops", add_shop},
    Route{http::Method::patch, "/shops/{}", set_shop},
    Route{http::Method::post, "/orders", add_orders},
    Route{http::Method::get, "/orders/{}", get_order},
    Route{http::Method::post, "/orders/{}/steps", step_order},
    Route{http::Method::post, "/returns", add_return},
    Route{http::Method::get, "/returns/{}", get_return},
    Route{http::Method::post, "/returns/{}/steps", step_return},
    Route{http::Method::post, "/bursts", add_burst},
    Route{http::Method::post, "/messages", add_message},
    Route{http::Method::post, "/tokens", change_tokens},
    Route{http::Method::post, "/clock/advance", advance_clock},
    Route{http::Method::get, "/faults", get_faults},
    Route{http::Method::put, "/faults", put_faults},
    Route{http::Method::del, "/faults", delete_faults},
    Route{http::Method::put, "/life", put_life},
    Route{http::Method::put, "/limits", put_limits},
    Route{http::Method::post, "/stories/{}", start_story},
    Route{http::Method::get, "/ledger", get_ledger},
    Route{http::Method::get, "/ledger/counts", get_counts},
    Route{http::Method::get, "/notifications", get_notifications},
    Route{http::Method::get, "/state", get_state},
};

bool match(std::string_view pattern, std::string_view path, Values& values) {
    values.clear();
    const auto wanted = base::split(pattern, '/');
    const auto given = base::split(path, '/');
    if (wanted.size() != given.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == "{}" && !given[i].empty())
            values.emplace_back(given[i]);
        else if (wanted[i] != given[i])
            return false;
    }
    return true;
}

int status_of(base::Code code) {
    if (code == base::Code::not_found) return 404;
    if (code == base::Code::precondition_failed) return 409;
    return 400;
}

http::Response answer(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.set("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

}  // namespace

http::Response Control::handle(const http::Request& request) {
    // A page in a browser has no business here.
    if (request.header("origin")) return answer(403, R"({"error":"not from a browser"})");
    if (request.path == "/lazada" || request.path.starts_with("/lazada/")) {
        http::Response response;
        {
            const std::scoped_lock lock(engine_.mutex);
            response = lazada::control(engine_.lazada, request, engine_.clock.now_ms());
        }
        if (request.method != http::Method::get) engine_.wake();
        return response;
    }
    bool known_path = false;
    for (const Route& route : k_routes) {
        Values values;
        if (!match(route.pattern, request.path, values)) continue;
        known_path = true;
        if (route.method != request.method) continue;
        std::optional<base::JsonDocument> body;
        if (!request.body.empty()) {
            auto parsed = base::JsonDocument::parse(request.body);
            if (!parsed) return answer(400, R"({"error":"the body is not JSON"})");
            body.emplace(std::move(*parsed));
        }
        Out out;
        {
            const std::scoped_lock lock(engine_.mutex);
            In in{engine_, request, std::move(values), body ? body->root() : base::Json(), engine_.clock.now_ms()};
            out = route.run(in);
        }
        if (route.method != http::Method::get) engine_.wake();
        if (!out)
            return answer(status_of(out.error().code),
                          fmt::format(R"({{"error":{}}})", base::json_quote(out.error().what)));
        return answer(200, std::move(*out));
    }
    return answer(known_path ? 405 : 404, R"({"error":"no such call; docs/guide/sandbox.md lists them"})");
}

}  // namespace sandbox
