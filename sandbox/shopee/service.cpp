#include "sandbox/shopee/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/encoding.h"
#include "base/secret.h"
#include "sandbox/shopee/sign.h"

namespace sandbox::shopee {
namespace {

// Guide "API calls": five minutes either side.
constexpr std::int64_t k_tolerance_s = 300;
constexpr int k_forbidden = 403;

}  // namespace

Service::Service(World& world, Clock& clock, Ledger& ledger, std::uint64_t seed)
    : world_(world), clock_(clock), ledger_(ledger), registry_(world, seed), random_(seed + 23) {}

const Service::Operation* Service::find(std::string_view path) {
    using http::Method;
    static constexpr std::array k_operations = {
        Operation{"shopee.token_get", Method::post, "/api/v2/auth/token/get", false, &Service::get_token},
        Operation{"shopee.token_refresh", Method::post, "/api/v2/auth/access_token/get", false,
                  &Service::refresh_token},
        Operation{"shopee.shops_by_partner", Method::get, "/api/v2/public/get_shops_by_partner", false,
                  &Service::get_shops_by_partner},
        Operation{"shopee.shop_info", Method::get, "/api/v2/shop/get_shop_info", true, &Service::get_shop_info},
        Operation{"shopee.punishments", Method::get, "/api/v2/account_health/get_punishment_history", true,
                  &Service::get_punishments},
        Operation{"shopee.order_list", Method::get, "/api/v2/order/get_order_list", true, &Service::get_order_list},
        Operation{"shopee.order_detail", Method::get, "/api/v2/order/get_order_detail", true,
                  &Service::get_order_detail},
        Operation{"shopee.conversation_list", Method::get, "/api/v2/sellerchat/get_conversation_list", true,
                  &Service::get_conversation_list},
        Operation{"shopee.messages", Method::get, "/api/v2/sellerchat/get_message", true, &Service::get_message},
        Operation{"shopee.return_list", Method::get, "/api/v2/returns/get_return_list", true,
                  &Service::get_return_list},
        Operation{"shopee.return_detail", Method::get, "/api/v2/returns/get_return_detail", true,
                  &Service::get_return_detail},
        Operation{"shopee.push_config", Method::get, "/api/v2/push/get_app_push_config", false,
                  &Service::get_push_config},
        Operation{"shopee.set_push_config", Method::post, "/api/v2/push/set_app_push_config", false,
                  &Service::set_push_config},
        Operation{"shopee.lost_pushes", Method::get, "/api/v2/push/get_lost_push_message", false,
                  &Service::get_lost_pushes},
        Operation{"shopee.confirm_lost", Method::post, "/api/v2/push/confirm_consumed_lost_push_message", false,
                  &Service::confirm_lost_pushes},
    };
    const auto* const found = std::ranges::find(k_operations, path, &Operation::path);
    return found == k_operations.end() ? nullptr : found;
}

std::pair<std::string_view, std::uint64_t> Service::subject(const http::Request& request) {
    if (request.path == "/auth" || request.path == "/api/v2/shop/auth_partner") return {"shopee.consent", 0};
    const Operation* const operation = find(request.path);
    if (operation == nullptr) return {"", 0};
    const Shop* const shop = registry_.find_shop(request.parameter("shop_id").value_or(""));
    return {operation->name, shop == nullptr ? 0 : Registry::shop_id(*shop)};
}

http::Response Service::frame(const Answer& answer) {
    http::Response response;
    response.status = answer.status;
    response.set("Content-Type", "application/json");
    response.body = fmt::format(R"({{"request_id":"{:016x}{:016x}","error":{},"message":{}{}{}}})", random_.next_u64(),
                                random_.next_u64(), base::json_quote(answer.error), base::json_quote(answer.message),
                                answer.fields.empty() ? "" : ",", answer.fields);
    return response;
}

http::Response Service::handle(const http::Request& request) {
    const bool consent = request.path == "/auth" || request.path == "/api/v2/shop/auth_partner";
    if (consent && request.method == http::Method::get) return consent_page(request);
    if (request.path == "/auth" && request.method == http::Method::post) return consent_decision(request);
    const Operation* operation = find(request.path);
    const Answer answer = pass(request, operation);
    ledger_.add(
        clock_.now_ms(), "request", std::string(operation == nullptr ? "shopee.unknown" : operation->name),
        fmt::format(R"("shop":{},"status":{},"error":{})", base::json_quote(request.parameter("shop_id").value_or("")),
                    answer.status, base::json_quote(answer.error)));
    return frame(answer);
}

Answer Service::pass(const http::Request& request, const Operation*& operation) {
    if (operation == nullptr) return refused("error_not_found", "Wrong parameters, detail: no such API.", 404);
    if (request.method != operation->method)
        return refused("error_param", "Wrong parameters, detail: wrong HTTP method.", k_forbidden);
    if (auto refusal = check_app(request, *operation)) return *refusal;
    Call call{request, nullptr, {}, clock_.now_ms()};
    if (operation->shop)
        if (auto refusal = check_shop(request, call)) return *refusal;
    if (auto refusal = check_rate(*operation, call)) return *refusal;
    if (operation->method == http::Method::post) {
        auto body = base::JsonDocument::parse(request.body);
        if (!body || !body->root().is_object())
            return refused("error_param", "Wrong parameters, detail: the body is no JSON object.");
        call.body.emplace(std::move(*body));
    }
    return (this->*operation->run)(call);
}

std::optional<Answer> Service::check_app(const http::Request& request, const Operation& operation) {
    const auto parameter = [&](std::string_view name) { return request.parameter(name).value_or(""); };
    const App& app = registry_.app();
    if (parameter("partner_id").empty()) return refused("error_param", "There is no partner_id in query.", k_forbidden);
    if (parameter("partner_id") != app.partner_id) return refused("error_auth", "partner_id is invalid.", k_forbidden);
    const std::string stamp(parameter("timestamp"));
    if (stamp.empty()) return refused("error_param", "There is no timestamp in query.", k_forbidden);
    const bool digits = stamp.size() == 10 && stamp.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || std::abs(std::strtoll(stamp.c_str(), nullptr, 10) - clock_.machine_s()) > k_tolerance_s)
        return refused("error_param", "timestamp is expired.", k_forbidden);
    if (parameter("sign").empty()) return refused("error_param", "There is no sign in query.", k_forbidden);
    const auto good = [&](std::string_view token, std::string_view id) {
        return base::constant_time_equal(request_sign(app.key, app.partner_id, request.path, stamp, token, id),
                                         parameter("sign"));
    };
    // One client signs calls of the app itself as if they were a shop's.
    const bool as_shop = good(parameter("access_token"), parameter("shop_id"));
    if (!as_shop && (operation.shop || !good("", ""))) return refused("error_sign", "Wrong sign.", k_forbidden);
    return std::nullopt;
}

std::optional<Answer> Service::check_shop(const http::Request& request, Call& call) {
    const std::string_view token = request.parameter("access_token").value_or("");
    if (token.empty()) return refused("error_param", "There is no access_token in query.", k_forbidden);
    if (request.parameter("shop_id").value_or("").empty())
        return refused("error_param", "There is no shop_id in query.", k_forbidden);
    call.shop = registry_.find_shop(*request.parameter("shop_id"));
    if (call.shop == nullptr) return refused("error_param", "invalid shop_id", k_forbidden);
    switch (registry_.check(*call.shop, token, clock_.now_s())) {
        case TokenState::good:
            break;
        case TokenState::bad:
            return refused("invalid_acceess_token", "Invalid access_token.", k_forbidden);
        case TokenState::no_consent:
            return refused("shop_no_linked", "The shop is not linked to this partner.", k_forbidden);
        case TokenState::consent_over:
            return refused("shop_access_expired", "The authorization of the shop is over.", k_forbidden);
    }
    if (call.shop->state == ShopState::refused_by_gateway)
        return refused("shop_banned", "Shop is banned.", k_forbidden);
    return std::nullopt;
}

std::optional<Answer> Service::check_rate(const Operation& operation, const Call& call) {
    Bucket& bucket = buckets_[{call.shop == nullptr ? 0 : call.shop->number + 1, operation.name}];
    if (bucket.at_ms == 0) bucket = {calls_per_second_, call.now_ms};
    bucket.tokens = std::min(
        calls_per_second_, bucket.tokens + static_cast<double>(call.now_ms - bucket.at_ms) * calls_per_second_ / 1'000);
    bucket.at_ms = call.now_ms;
    if (bucket.tokens < 1) return refused("error_rate_limit", "Too many calls.");
    bucket.tokens -= 1;
    return std::nullopt;
}

bool Service::deauthorise(Shop& shop) {
    Consent* const consent = registry_.find(shop);
    if (consent == nullptr || consent->ended) return false;
    consent->ended = true;
    ledger_.add(clock_.now_ms(), "effect", "shopee.deauthorised",
                fmt::format(R"("shop":"{}")", Registry::shop_id(shop)));
    if (deauthorised) deauthorised(shop);
    return true;
}

}  // namespace sandbox::shopee
