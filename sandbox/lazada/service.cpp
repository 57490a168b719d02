#include "sandbox/lazada/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "sandbox/lazada/form.h"
#include "sandbox/lazada/sign.h"

namespace sandbox::lazada {
namespace {

// "Signing requests": the difference between a request's time and the platform's.
constexpr std::int64_t k_most_apart_ms = 7'200'000;

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> k_codes = {
    {{"SG", "sg"}, {"MY", "my"}, {"TH", "th"}, {"VN", "vn"}, {"PH", "ph"}, {"ID", "id"}}};

// "api.lazada.sg" -> "sg": the hosts of the official table.
std::string_view market_of_host(std::string_view host) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> k_hosts = {{{"api.lazada.sg", "sg"},
                                                                                       {"api.lazada.com.my", "my"},
                                                                                       {"api.lazada.co.th", "th"},
                                                                                       {"api.lazada.vn", "vn"},
                                                                                       {"api.lazada.com.ph", "ph"},
                                                                                       {"api.lazada.co.id", "id"}}};
    host = host.substr(0, host.find(':'));
    const auto* const found = std::ranges::find(k_hosts, host, &std::pair<std::string_view, std::string_view>::first);
    return found == k_hosts.end() ? std::string_view() : found->second;
}

// "/sg/rest/order/get" -> "sg" and "/order/get"; "/rest/auth/token/create" has no market.
struct Place {
    std::string_view market;
    std::string_view path;
};
std::optional<Place> place_of(const http::Request& request) {
    std::string_view path = request.path;
    constexpr std::string_view k_rest = "/rest/";
    if (path.starts_with("/auth/rest/")) path.remove_prefix(5);
    if (path.starts_with(k_rest)) return Place{market_of_host(request.host), path.substr(k_rest.size() - 1)};
    if (path.size() > 3 + k_rest.size() && path[3] == '/' && path.substr(3).starts_with(k_rest))
        return Place{path.substr(1, 2), path.substr(3 + k_rest.size() - 1)};
    return std::nullopt;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 16 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view market_code(const Market& market) {
    for (const auto& [region, code] : k_codes)
        if (region == market.region) return code;
    return "";
}

std::string seller_id(const Shop& shop) {
    return std::to_string(shop.id);
}

Answer refused(std::string_view type, std::string_view code, std::string_view message) {
    return {std::string(code), std::string(type), std::string(message), {}};
}

std::string Call::parameter(std::string_view name) const {
    const auto found = parameters.find(std::string(name));
    return found == parameters.end() ? std::string() : found->second;
}

Service::Service(World& world, Clock& clock, Ledger& ledger, std::uint64_t seed)
    : world_(world), clock_(clock), ledger_(ledger), registry_(world, seed), random_(seed + 23) {}

http::Response Service::envelope(const Answer& answer) {
    const std::string id = fmt::format("0ba{:013x}{:08}", random_.next_u64() >> 12, random_.below(100'000'000));
    http::Response response;
    response.set("Content-Type", "application/json;charset=UTF-8");
    if (answer.code == "0")
        response.body = fmt::format(R"({{"code":"0","request_id":"{}"{}{}}})", id, answer.payload.empty() ? "" : ",",
                                    answer.payload);
    else
        response.body = fmt::format(R"({{"type":"{}","code":"{}","message":{},"request_id":"{}"}})", answer.type,
                                    answer.code, base::json_quote(answer.message), id);
    return response;
}

std::pair<std::string_view, std::uint64_t> Service::subject(const http::Request& request) {
    if (request.path == "/oauth/authorize") return {"consent", 0};
    const auto place = place_of(request);
    if (!place) return {"", 0};
    if (place->path == "/auth/token/create") return {"token.create", 0};
    if (place->path == "/auth/token/refresh") return {"token.refresh", 0};
    const auto found = std::ranges::find(operations(), place->path, &Operation::path);
    if (found == operations().end()) return {"", 0};
    const auto parameters = parameters_of(request);
    App* app =
        parameters ? registry_.find_app(parameters->contains("app_key") ? parameters->at("app_key") : "") : nullptr;
    Caller caller;
    if (app == nullptr || !parameters->contains("access_token") ||
        registry_.check_access(*app, parameters->at("access_token"), clock_.now_s(), caller))
        return {found->name, 0};
    for (const std::uint32_t number : world_.sellers()[caller.seller].shops)
        if (market_code(*world_.shops()[number].market) == place->market)
            return {found->name, world_.shops()[number].id};
    return {found->name, 0};
}

http::Response Service::handle(const http::Request& request) {
    if (request.path == "/oauth/authorize")
        return request.method == http::Method::post ? consent_decision(request) : consent_page(request);
    std::string_view name = "unknown";
    std::uint64_t shop_id = 0;
    const Answer answer = call_api(request, name, shop_id);
    ledger_.add(clock_.now_ms(), "request", fmt::format("lazada.{}", name),
                fmt::format(R"("shop":"{}","code":"{}")", shop_id, answer.code));
    return envelope(answer);
}

Answer Service::call_api(const http::Request& request, std::string_view& name, std::uint64_t& shop_id) {
    const auto place = place_of(request);
    const bool known_method = request.method == http::Method::get || request.method == http::Method::post;
    if (!place || !known_method) return refused("ISV", "InvalidApiPath", "The specified API is invalid");
    if (place->path == "/auth/token/create" || place->path == "/auth/token/refresh") {
        const bool refresh = place->path.ends_with("refresh");
        name = refresh ? "token.refresh" : "token.create";
        return token(request, refresh);
    }
    const auto found = std::ranges::find(operations(), place->path, &Operation::path);
    if (found == operations().end()) return refused("ISV", "InvalidApiPath", "The specified API is invalid");
    name = found->name;
    Call call;
    call.now_ms = clock_.now_ms();
    if (auto refusal = check_app(request, place->path, call)) return *refusal;
    auto refusal = check_store(*found, place->market, call);
    if (call.shop != nullptr) shop_id = call.shop->id;
    return refusal ? *refusal : found->run(*this, call);
}

std::optional<Answer> Service::check_app(const http::Request& request, std::string_view path, Call& call) {
    auto parameters = parameters_of(request);
    if (!parameters) return refused("ISV", "InvalidParameter", "A parameter has two values or the body is unreadable");
    call.parameters = std::move(*parameters);
    for (const std::string_view name : {"app_key", "timestamp", "sign_method", "sign"})
        if (call.parameter(name).empty())
            return refused(
                "ISV", "MissingParameter",
                fmt::format("The input parameter \"{}\" that is mandatory for processing this request is not "
                            "supplied",
                            name));
    App* app = registry_.find_app(call.parameter("app_key"));
    if (app == nullptr) return refused("ISV", "InvalidAppKey", "The specified app key is invalid");
    call.caller.app = app;
    // Milliseconds; the window follows the machine's own time, since the caller's clock was not moved.
    const std::string stamp = call.parameter("timestamp");
    const std::int64_t apart = is_number(stamp) ? std::abs(clock_.machine_s() * 1'000 - std::stoll(stamp)) : -1;
    if (apart < 0 || apart > k_most_apart_ms)
        return refused("ISV", "InvalidTimestamp", "The timestamp is more than 7200 seconds from the platform's time");
    const std::string given = call.parameter("sign");
    const auto matches = [&](bool with_empty) {
        return base::constant_time_equal(request_sign(app->secret, path, call.parameters, with_empty), given);
    };
    if (call.parameter("sign_method") != "sha256" || (!matches(true) && !matches(false)))
        return refused("ISV", "IncompleteSignature", "The request signature does not conform to lazop standards");
    if (!app->allowed_addresses.empty() && !app->allowed_addresses.contains(request.peer))
        return refused("ISV", "AppWhiteIpLimit", "The caller's address is not on the app's list");
    return std::nullopt;
}

std::optional<Answer> Service::check_store(const Operation& operation, std::string_view market, Call& call) {
    const std::string access = call.parameter("access_token");
    if (access.empty())
        return refused("ISV", "MissingParameter", "The input parameter \"access_token\" is not supplied");
    App& app = *call.caller.app;
    if (const auto refusal = registry_.check_access(app, access, clock_.now_s(), call.caller))
        return refused("ISP", refusal->code, refusal->message);
    for (const std::uint32_t number : world_.sellers()[call.caller.seller].shops)
        if (market_code(*world_.shops()[number].market) == market) call.shop = &world_.shops()[number];
    // A market in which the seller has no store.
    if (call.shop == nullptr)
        return refused("ISP", "IllegalAccessToken", "The specified access token is invalid or expired");
    if (!app.groups.contains(operation.group))
        return refused("ISV", "InsufficientPermission", "The app has no permission for this API");
    if (call.shop->state == ShopState::refused_by_gateway)
        return refused("ISP", "SellerNotVerified", "The seller is not verified");
    const auto [entry, fresh] =
        buckets_.try_emplace({app.key, call.shop->id, operation.name}, Bucket{limits_.calls_per_second, call.now_ms});
    Bucket& bucket = entry->second;
    const auto passed = static_cast<double>(call.now_ms - bucket.at_ms) / 1'000;
    bucket.tokens = std::min(limits_.calls_per_second, bucket.tokens + passed * limits_.calls_per_second);
    bucket.at_ms = call.now_ms;
    if (bucket.tokens < 1)
        return refused("ISP", "ApiCallLimit", "Api access frequency exceeds the limit. this ban will last 1 seconds");
    bucket.tokens -= 1;
    return std::nullopt;
}

Answer Service::token(const http::Request& request, bool refresh) {
    Call call;
    if (auto refusal = check_app(request, refresh ? "/auth/token/refresh" : "/auth/token/create", call))
        return *refusal;
    const std::string_view wanted = refresh ? "refresh_token" : "code";
    const std::string given = call.parameter(wanted);
    if (given.empty())
        return refused("ISV", "MissingParameter", fmt::format("The input parameter \"{}\" is not supplied", wanted));
    App& app = *call.caller.app;
    const auto refusal = refresh ? registry_.refresh(app, given, clock_.now_s(), call.caller)
                                 : registry_.exchange_code(app, given, clock_.now_s(), call.caller);
    if (refusal) return refused("ISV", refusal->code, refusal->message);
    const Authorisation& tokens = *call.caller.authorisation;
    const Seller& seller = world_.sellers()[call.caller.seller];
    ledger_.add(clock_.now_ms(), "effect", refresh ? "lazada.token_refreshed" : "lazada.token_issued",
                fmt::format(R"("seller":"{}")", seller.open_id));
    std::string stores;
    for (const std::uint32_t number : seller.shops) {
        const Shop& shop = world_.shops()[number];
        stores += fmt::format(R"({}{{"country":"{}","user_id":"{}","seller_id":"{}","short_code":"{}"}})",
                              stores.empty() ? "" : ",", market_code(*shop.market), shop.im_user_id, seller_id(shop),
                              shop.code);
    }
    const std::string_view country =
        seller.shops.size() > 1 ? "cb" : market_code(*world_.shops()[seller.shops.front()].market);
    const std::int64_t access_left = tokens.access_expires_s - clock_.now_s();
    const std::int64_t refresh_left = app.market_only ? 0 : tokens.refresh_expires_s - clock_.now_s();
    // create answers the second span as text and names the list otherwise than refresh does.
    return {"0", "", "",
            fmt::format(R"("access_token":"{}","country":"{}","refresh_token":"{}","account_platform":"seller_center",)"
                        R"("refresh_expires_in":{},"expires_in":{},"account":"seller{}@example.test","account_id":{},)"
                        R"("{}":[{}])",
                        tokens.access, country, tokens.refresh,
                        refresh ? std::to_string(refresh_left) : fmt::format("\"{}\"", refresh_left), access_left,
                        call.caller.seller, refresh ? "null" : fmt::format("\"{}\"", seller.open_id),
                        refresh ? "country_user_info_list" : "country_user_info", stores)};
}

}  // namespace sandbox::lazada
