#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "api/answer.h"
#include "api/audited.h"
#include "api/event_hub.h"
#include "api/input.h"
#include "api/routes.h"
#include "api/services.h"
#include "db/apps.h"
#include "db/database.h"
#include "platform/connectors.h"

namespace api {
namespace {

// How long webhooks signed with the secret before a change are still accepted.
constexpr base::Duration k_old_secret_life = base::hours(24);

base::Result<model::Platform> platform_of(const Services& services, const Call& call) {
    const auto platform = model::parse_platform(call.arguments.at(0));
    if (!platform) return base::fail(base::Code::not_found, "platform");
    if (services.connectors.find(*platform) == nullptr)
        return base::fail(base::Code::precondition_failed, "no connector for this platform", "platform.not_offered");
    return *platform;
}

// https with a host name, or plain http on loopback (the sandbox): nothing else, no path, no user.
base::Result<std::string> read_address(const Call& call, std::string_view field, std::string_view otherwise) {
    const std::string text = text_or(call.body, field, otherwise);
    const auto url = boost::urls::parse_absolute_uri(text);
    const bool loopback = url && (url->host() == "127.0.0.1" || url->host() == "localhost" || url->host() == "[::1]");
    const bool scheme = url && (url->scheme() == "https" || (url->scheme() == "http" && loopback));
    if (!scheme || url->has_userinfo() || url->host().empty() || (!url->path().empty() && url->path() != "/") ||
        url->has_query())
        return base::fail(base::Code::invalid_input, "address:" + std::string(field), "request.field");
    return text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

base::Result<std::optional<model::App>> find_app(db::Reader& reader, model::Platform platform) {
    for (model::App& app : TRY(db::list_apps(reader)))
        if (app.platform == platform) return std::optional(std::move(app));
    return std::optional<model::App>();
}

base::Result<boost::json::object> app_json(const Services& services, db::Reader& reader, model::Platform platform) {
    const auto app = TRY(find_app(reader, platform));
    const platform::Addresses usual = services.connectors.find(platform)->addresses();
    const bool secret = app && !TRY(db::load_app_secrets(reader, app->id)).empty();
    boost::json::object out{{"platform", model::name(platform)},
                            {"configured", app.has_value() && secret},
                            {"key", app ? app->key : ""},
                            {"service_id", app ? app->service_id : ""},
                            {"secret_set", secret},
                            {"consent_base", app ? app->consent_base : std::string(usual.consent)},
                            {"api_base", app ? app->api_base : std::string(usual.api)},
                            {"auth_base", app ? app->auth_base : std::string(usual.auth)}};
    out["callback_url"] = services.origin + "/oauth/" + std::string(model::name(platform)) + "/callback";
    out["webhook_url"] = services.origin + "/hooks/" + std::string(model::name(platform));
    return out;
}

base::Result<http::Response> get_app(Services& services, const Call& call) {
    const model::Platform platform = TRY(platform_of(services, call));
    return json(TRY(services.database.read([&](db::Reader& reader) { return app_json(services, reader, platform); })));
}

base::Result<http::Response> set_app(Services& services, const Call& call) {
    const model::Platform platform = TRY(platform_of(services, call));
    const platform::Addresses usual = services.connectors.find(platform)->addresses();
    model::App wanted;
    wanted.platform = platform;
    wanted.key = text_or(call.body, "key");
    wanted.service_id = text_or(call.body, "service_id");
    wanted.consent_base = TRY(read_address(call, "consent_base", usual.consent));
    wanted.api_base = TRY(read_address(call, "api_base", usual.api));
    wanted.auth_base = TRY(read_address(call, "auth_base", usual.auth));
    if (wanted.key.empty()) return bad_parameter("key");
    // Only TikTok Shop's consent page has one.
    if (wanted.service_id.empty() && platform == model::Platform::tiktok_shop) return bad_parameter("service_id");
    const base::Secret secret(call.body["secret"].string().value_or(""));
    boost::json::object out;
    TRY_VOID(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const auto known = TRY(find_app(tx, platform));
        if (!known && secret.empty()) return bad_parameter("secret");
        model::App app = wanted;
        if (known) app.id = known->id;
        app = known ? TRY(db::save_app(tx, app)) : TRY(db::add_app(tx, app));
        if (!secret.empty()) TRY_VOID(db::add_app_secret(tx, app.id, secret, tx.now() + k_old_secret_life));
        TRY_VOID(audit(tx, call, "app.changed", app.id.text(), {},
                       {{"platform", model::name(platform)}, {"key", app.key}, {"api_base", app.api_base}}));
        out = TRY(app_json(services, tx, platform));
        return {};
    }));
    services.apps_changed();
    services.events.publish({"stores", std::nullopt, {}});
    return json(out);
}

}  // namespace

std::vector<Route> app_routes() {
    return {
        {http::Method::get, "/apps/{platform}", "getApp", model::Action::view_settings, &get_app},
        {http::Method::put,
         "/apps/{platform}",
         "setApp",
         model::Action::edit_apps,
         &set_app,
         {{.name = "key", .required = true, .max = 200},
          {.name = "service_id", .max = 200},
          {.name = "secret", .max = 500},
          {.name = "consent_base", .max = 300},
          {.name = "api_base", .max = 300},
          {.name = "auth_base", .max = 300}}},
    };
}

}  // namespace api
