#include "sandbox/tiktok/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>

#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "sandbox/tiktok/sign.h"

namespace sandbox::tiktok {
namespace {

// Partner Center page common-errors.
constexpr std::int64_t k_oldest_s = 300;
constexpr std::int64_t k_newest_s = 30;

// "application/json; charset=utf-8" -> "application/json"
std::string media_type(const http::Request& request) {
    const std::string_view header = request.header("content-type").value_or("");
    return base::ascii_lower(base::trim(header.substr(0, header.find(';'))));
}

bool is_version(std::string_view text) {
    return text.size() == 6 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "/orders/{}/price_detail" against "/orders/123/price_detail".
bool match(std::string_view pattern, std::string_view path, std::vector<std::string>& values) {
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

bool token_shaped(std::string_view text) {
    return text.starts_with("ROW_") && text.size() > 20 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                      c == '-';
           });
}

}  // namespace

Service::Service(World& world, Clock& clock, Ledger& ledger, std::uint64_t seed)
    : world_(world),
      clock_(clock),
      ledger_(ledger),
      registry_(world, seed),
      random_(seed + 17),
      page_key_(random_.token(32)) {}

std::string Service::request_id() {
    // yyyymmddhhmmss and 20 hex digits.
    std::string stamp;
    for (const char c : base::iso8601({clock_.now_ms()}).substr(0, 19))
        if (c >= '0' && c <= '9') stamp += c;
    return stamp + fmt::format("{:016X}{:04X}", random_.next_u64(), random_.below(65'536));
}

http::Response Service::envelope(Answer answer) {
    http::Response response;
    response.status = answer.status;
    response.set("Content-Type", "application/json; charset=utf-8");
    if (answer.retry_after_s) response.set("Retry-After", std::to_string(*answer.retry_after_s));
    response.body =
        fmt::format(R"({{"code":{},"message":{},"request_id":"{}","data":{}}})", answer.code,
                    base::json_quote(answer.message), request_id(), answer.data.empty() ? "null" : answer.data);
    return response;
}

Service::Found Service::find(const http::Request& request) const {
    Found found;
    const std::string_view path = request.path;
    const std::size_t category_end = path.find('/', 1);
    const std::size_t version_end =
        category_end == std::string_view::npos ? category_end : path.find('/', category_end + 1);
    bool known_path = false;
    bool known_method = false;
    if (version_end != std::string_view::npos) {
        const std::string_view category = path.substr(1, category_end - 1);
        const std::string_view version = path.substr(category_end + 1, version_end - category_end - 1);
        std::vector<std::string> values;
        for (const Operation& operation : operations()) {
            if (!is_version(version) || operation.category != category ||
                !match(operation.resource, path.substr(version_end), values))
                continue;
            known_path = true;
            if (operation.method != request.method) continue;
            known_method = true;
            if (std::ranges::find(operation.versions, version) == operation.versions.end()) continue;
            found.operation = &operation;
            found.path_values = values;
            return found;
        }
    }
    if (!known_path)
        found.refusal = refused(36009009, "Invalid path: " + std::string(path));
    else if (!known_method)
        found.refusal = refused(36009010, "Invalid method for this path.");
    else
        found.refusal = refused(36009014, "The version name is invalid, please check the version of this API.");
    return found;
}

std::pair<std::string_view, std::uint64_t> Service::subject(const http::Request& request) {
    if (request.path == "/api/v2/token/get") return {"token.get", 0};
    if (request.path == "/api/v2/token/refresh") return {"token.refresh", 0};
    if (request.path == "/open/authorize" || request.path == "/oauth/authorize") return {"consent", 0};
    const Found found = find(request);
    if (found.operation == nullptr) return {"", 0};
    std::uint64_t shop = 0;
    App* app = registry_.find_app(request.parameter("app_key").value_or(""));
    if (const auto cipher = request.parameter("shop_cipher"); cipher && app != nullptr)
        if (const Shop* known = registry_.shop_of_cipher(*app, *cipher)) shop = known->id;
    return {found.operation->name, shop};
}

http::Response Service::handle(const http::Request& request) {
    const bool consent = request.path == "/open/authorize" || request.path == "/oauth/authorize";
    if (consent && request.method == http::Method::get) return consent_page(request);
    if (consent && request.method == http::Method::post) return consent_decision(request);

    std::string_view name = "unknown";
    std::uint64_t shop_id = 0;
    Answer answer;
    if (request.path == "/api/v2/token/get" || request.path == "/api/v2/token/refresh") {
        const bool refresh = request.path.ends_with("refresh");
        name = refresh ? "token.refresh" : "token.get";
        answer = request.method == http::Method::get ? token(request, refresh)
                                                     : refused(36009010, "Invalid method for this path.");
    } else {
        answer = call_api(request, name, shop_id);
    }
    ledger_.add(clock_.now_ms(), "request", std::string(name),
                fmt::format(R"("shop":"{}","status":{},"code":{})", shop_id, answer.status, answer.code));
    return envelope(std::move(answer));
}

Answer Service::call_api(const http::Request& request, std::string_view& name, std::uint64_t& shop_id) {
    Found found = find(request);
    if (found.refusal) return *found.refusal;
    name = found.operation->name;
    // Every operation served here takes JSON; the header is asked for on GET too.
    if (media_type(request) != "application/json") return refused(36009022, "Content-Type must be application/json.");

    Call call{request, {}, nullptr, {}, std::move(found.path_values), {}, clock_.now_ms()};
    if (auto refusal = pass_gate(*found.operation, call)) {
        if (call.shop != nullptr) shop_id = call.shop->id;
        return *refusal;
    }
    if (call.shop != nullptr) shop_id = call.shop->id;
    if (!request.body.empty()) {
        auto body = base::JsonDocument::parse(request.body);
        if (!body || !body->root().is_object()) return refused(36009004, "param body is invalid: not a JSON object");
        call.body.emplace(std::move(*body));
    }
    return found.operation->run(*this, call);
}

// One thing after the other; which one the real platform names first when several are wrong is not documented.
std::optional<Answer> Service::pass_gate(const Operation& operation, Call& call) {
    const http::Request& request = call.request;
    for (const auto& [key, value] : request.query)
        if (!call.query.emplace(key, value).second) return refused(36009004, "Duplicate parameter: " + key);
    App* app = registry_.find_app(call.parameter("app_key").value_or(""));
    if (app == nullptr) return refused(36009004, "app_key is invalid");

    const std::string stamp = call.parameter("timestamp").value_or("");
    const bool digits = stamp.size() == 10 && std::ranges::all_of(stamp, [](char c) { return c >= '0' && c <= '9'; });
    const std::int64_t age = digits ? clock_.machine_s() - std::stoll(stamp) : 0;
    if (!digits || age > k_oldest_s || age < -k_newest_s) return refused(36009004, "timestamp is invalid or expired");

    const auto sign = call.parameter("sign");
    if (!sign || sign->empty()) return refused(36009004, "sign is missing");
    if (!base::constant_time_equal(*sign, request_sign(app->secret, request.path, call.query, request.body)))
        return Answer{401, 106001, "Signature is invalid.", {}, {}};
    if (!app->allowed_addresses.empty() && !app->allowed_addresses.contains(request.peer))
        return refused(36009033, "The caller's address is not on the app's IP allow list.");

    const std::string_view token = request.header("x-tts-access-token").value_or("");
    if (!token_shaped(token)) return Answer{401, 36009005, "The access token in the header is invalid.", {}, {}};
    if (const auto refusal = registry_.check_access(*app, token, clock_.now_s(), call.caller))
        return Answer{401, refusal->code, refusal->message, {}, {}};
    if (!app->scopes.contains(operation.scope) || !call.caller.authorisation->scopes.contains(operation.scope))
        return Answer{401, 105005, "Access denied: you should apply auth pkg for this api", {}, {}};

    const auto cipher = call.parameter("shop_cipher");
    if (operation.cipher == Cipher::forbidden && cipher) return refused(36009004, "unexpected identifier: shop_cipher");
    if (operation.cipher == Cipher::required && !cipher) return refused(106013, "shop_cipher is missing");
    if (cipher) {
        const Shop* shop = registry_.shop_of_cipher(*app, *cipher);
        if (shop == nullptr || !call.caller.authorisation->shops.contains(shop->id))
            return refused(101000, "The access token and the shop_cipher do not belong to the same shop.");
        call.shop = world_.find_shop(shop->id);
        if (shop->state == ShopState::refused_by_gateway) return refused(shop->refusal_code, shop->refusal_message);
    }
    return check_rate(operation, call);
}

std::optional<Answer> Service::check_rate(const Operation& operation, const Call& call) {
    const std::uint64_t whose = call.shop != nullptr ? call.shop->id : world_.sellers()[call.caller.seller].open_id;
    const auto [entry, fresh] = buckets_.try_emplace({call.caller.app->key, whose, operation.name},
                                                     Bucket{limits_.calls_per_second, call.now_ms});
    Bucket& bucket = entry->second;
    const auto passed = static_cast<double>(call.now_ms - bucket.at_ms) / 1'000;
    bucket.tokens = std::min(limits_.calls_per_second, bucket.tokens + passed * limits_.calls_per_second);
    bucket.at_ms = call.now_ms;
    if (bucket.tokens < 1) return Answer{429, 36009002, "Too many requests.", {}, 1};
    if (call.shop != nullptr && call.shop->development) {
        Window& window = development_[call.shop->id];
        if (std::exchange(window.number, call.now_ms / 3'600'000) != call.now_ms / 3'600'000) window.calls = 0;
        if (window.calls >= limits_.development_calls_per_hour)
            return Answer{
                429, 36009002, "Too many requests.", {}, static_cast<int>(3'600 - call.now_ms / 1'000 % 3'600)};
        ++window.calls;
    }
    if (operation.category == "customer_service") {
        Window& window = customer_service_[{call.caller.app->key, whose}];
        if (std::exchange(window.number, call.now_ms / 86'400'000) != call.now_ms / 86'400'000) window.calls = 0;
        if (window.calls >= limits_.customer_service_calls_per_day)
            return refused(45101004, "The daily limit of requests is reached.");
        ++window.calls;
    }
    bucket.tokens -= 1;
    return std::nullopt;
}

bool Service::deauthorise(const App& app, std::uint32_t seller) {
    std::vector<std::uint64_t> shops;
    if (!registry_.deauthorise(app, seller, shops)) return false;
    for (const std::uint64_t id : shops) {
        ledger_.add(clock_.now_ms(), "effect", "deauthorised", fmt::format(R"("shop":"{}")", id));
        if (deauthorised) deauthorised(app, *world_.find_shop(id));
    }
    return true;
}

}  // namespace sandbox::tiktok
