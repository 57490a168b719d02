#include "api/connecting.h"

#include <boost/json.hpp>

#include "api/answer.h"
#include "api/event_hub.h"
#include "api/services.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/log.h"
#include "db/apps.h"
#include "db/database.h"
#include "ingest/ingest.h"

namespace api {
namespace {

constexpr std::string_view k_cookie = "__Host-stallward-connect";

// What ingest compares: the cookie's hash, so that the database never holds something a browser would accept.
std::string journey_of(std::string_view cookie) {
    return base::hex(base::sha256(cookie));
}

std::string cookie_header(std::string_view value, std::int64_t max_age_s) {
    return std::string(k_cookie) + "=" + std::string(value) +
           "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(max_age_s);
}

// "/oauth/<marketplace>/callback"
std::optional<model::Platform> platform_of_callback(std::string_view path) {
    constexpr std::string_view k_before = "/oauth/";
    constexpr std::string_view k_after = "/callback";
    if (!path.starts_with(k_before) || !path.ends_with(k_after) || path.size() < k_before.size() + k_after.size())
        return std::nullopt;
    path.remove_prefix(k_before.size());
    path.remove_suffix(k_after.size());
    return model::parse_platform(path);
}

http::Response go_to(const std::string& path) {
    http::Response response;
    response.status = 303;
    response.set("location", path).set("cache-control", "no-store").set("set-cookie", cookie_header("", 0));
    return response;
}

}  // namespace

base::Result<http::Response> begin_connecting(Services& services, model::Platform platform,
                                              ingest::Connect::Begin begin) {
    begin.app = TRY(services.database.read([&](db::Reader& reader) -> base::Result<model::AppId> {
        for (const model::App& app : TRY(db::list_apps(reader)))
            if (app.platform == platform) return app.id;
        return base::fail(base::Code::precondition_failed, "no app", "app.not_configured");
    }));
    const std::string cookie = services.random.token(32);
    begin.session = journey_of(cookie);
    const std::string url = TRY(services.ingest.connect().begin(begin));
    http::Response response = json(boost::json::object{{"url", url}});
    response.set("set-cookie", cookie_header(cookie, ingest::Connect::k_state_life.ms / 1'000));
    return response;
}

http::Response finish_connecting(Services& services, const http::Request& request) {
    const std::optional<model::Platform> platform = platform_of_callback(request.path);
    if (request.method != http::Method::get || !platform)
        return problem({base::Code::not_found, "no such path", "request.path", {}}, request.request_id);
    const auto parameter = [&](std::string_view name) { return std::string(request.parameter(name).value_or("")); };
    ingest::Connect::Callback callback;
    callback.platform = *platform;
    callback.code = parameter("code");
    callback.state = parameter("state");
    callback.error = parameter("error");
    callback.app_key = parameter("app_key");
    callback.shop_ext_id = parameter("shop_id");
    callback.main_account_id = parameter("main_account_id");
    callback.session = journey_of(request.cookie(k_cookie).value_or(""));
    const auto outcome = services.ingest.connect().complete(callback);
    services.events.publish({"stores", std::nullopt, {}});
    if (!outcome) {
        base::log(base::Level::warning, "store.connect_failed",
                  {{"request_id", request.request_id}, {"reason", outcome.error().key}, base::Field(outcome.error())});
        const std::string key =
            outcome.error().key.empty() ? std::string(base::name(outcome.error().code)) : outcome.error().key;
        return go_to("/stores?connect_error=" + base::percent_encode(key));
    }
    services.stores_changed();
    std::string path = "/stores?";
    for (const model::StoreId id : outcome->connected) path += "connected=" + id.text() + "&";
    for (const model::StoreId id : outcome->held) path += "held=" + id.text() + "&";
    if (!outcome->hold_reason.empty()) path += "hold_reason=" + base::percent_encode(outcome->hold_reason) + "&";
    path.pop_back();
    return go_to(path);
}

}  // namespace api
