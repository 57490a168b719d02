#include "db/settings.h"

#include <boost/json.hpp>
#include <filesystem>

#include "api/answer.h"
#include "api/audited.h"
#include "api/input.h"
#include "api/routes.h"
#include "api/services.h"
#include "api/session_json.h"
#include "base/json.h"
#include "db/database.h"
#include "db/retention_days.h"
#include "detect/engine.h"
#include "team/check_input.h"

namespace api {
namespace {

base::Result<boost::json::array> retention_json(db::Reader& reader) {
    const model::RetentionDays days = TRY(db::retention_days(reader));
    boost::json::array terms;
    for (const model::RetentionBound& bound : model::k_retention_bounds)
        terms.emplace_back(boost::json::object{{"term", bound.term},
                                               {"days", days.*bound.days},
                                               {"least", bound.least},
                                               {"most", bound.most},
                                               {"usual", model::RetentionDays{}.*bound.days}});
    return terms;
}

base::Result<boost::json::object> settings_json(const Services& services, db::Reader& reader) {
    const std::string language = TRY(text_setting(reader, team::k_team_language));
    boost::json::object out{{"team_name", TRY(text_setting(reader, team::k_team_name))},
                            {"language", language.empty() ? "en" : language},
                            {"time_zone", TRY(text_setting(reader, team::k_team_time_zone))},
                            {"demo", TRY(shows_demo(reader))},
                            {"public_url", services.origin},
                            {"rules_version", services.detectors.rules().version},
                            {"retention", TRY(retention_json(reader))},
                            {"database", services.database.dialect() == db::Dialect::sqlite ? "sqlite" : "postgresql"}};
    std::error_code error;
    const auto space = std::filesystem::space(services.data_folder, error);
    if (!error) out["data_folder_free_bytes"] = space.available;
    return out;
}

base::Result<http::Response> get_settings(Services& services, const Call&) {
    return json(TRY(services.database.read([&](db::Reader& reader) { return settings_json(services, reader); })));
}

base::Result<http::Response> edit_settings(Services& services, const Call& call) {
    struct Edit {
        std::string_view key, name;
        std::string value;
    };
    std::vector<Edit> edits;
    if (const auto name = call.body["team_name"].string())
        edits.push_back({team::k_team_name, "team_name", TRY(team::checked_name(*name))});
    if (const auto language = call.body["language"].string())
        edits.push_back({team::k_team_language, "language", TRY(team::checked_language(*language))});
    if (const auto zone = call.body["time_zone"].string())
        edits.push_back({team::k_team_time_zone, "time_zone", TRY(team::checked_time_zone(*zone))});
    return json(
        TRY(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<boost::json::object> {
            for (const Edit& edit : edits) {
                const std::string before = TRY(text_setting(tx, edit.key));
                if (before == edit.value) continue;
                TRY(db::save_setting(tx, edit.key, base::json_quote(edit.value), std::nullopt, call.caller.person.id));
                TRY_VOID(audit(tx, call, team::kind::settings_changed, "", {},
                               {{"setting", edit.name}, {"from", before}, {"to", edit.value}}));
            }
            return settings_json(services, tx);
        })));
}

base::Result<http::Response> edit_retention(Services& services, const Call& call) {
    // What is removed cannot be brought back: not for every manager.
    if (call.caller.person.role != model::Role::owner)
        return base::fail(base::Code::forbidden, "retention", "permission.denied");
    for (const model::RetentionBound& bound : model::k_retention_bounds)
        if (const auto days = call.body[bound.term].integer(); days && (*days < bound.least || *days > bound.most))
            return bad_parameter(bound.term);
    return json(
        TRY(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<boost::json::object> {
            model::RetentionDays days = TRY(db::retention_days(tx));
            for (const model::RetentionBound& bound : model::k_retention_bounds) {
                const std::int64_t before = days.*bound.days;
                const std::int64_t after = call.body[bound.term].integer_or(before);
                if (after == before) continue;
                days.*bound.days = after;
                TRY_VOID(audit(tx, call, team::kind::settings_changed, "", {},
                               {{"setting", std::string("retention_").append(bound.term)},
                                {"from", std::to_string(before)},
                                {"to", std::to_string(after)}}));
            }
            TRY_VOID(db::save_retention_days(tx, days, call.caller.person.id));
            return settings_json(services, tx);
        })));
}

}  // namespace

std::vector<Route> settings_routes() {
    using enum http::Method;
    using Type = BodyField::Type;
    return {
        {.method = get,
         .path = "/settings",
         .operation = "getSettings",
         .action = model::Action::view_settings,
         .handler = &get_settings},
        {.method = patch,
         .path = "/settings",
         .operation = "editSettings",
         .action = model::Action::edit_settings,
         .handler = &edit_settings,
         .body = {{.name = "team_name", .max = 100},
                  {.name = "language", .max = 10},
                  {.name = "time_zone", .max = 64}}},
        {.method = patch,
         .path = "/settings/retention",
         .operation = "editRetention",
         .action = model::Action::edit_settings,
         .handler = &edit_retention,
         .body = {{.name = "raw_events", .type = Type::integer},
                  {.name = "settled_buyers", .type = Type::integer},
                  {.name = "buyers", .type = Type::integer},
                  {.name = "messages", .type = Type::integer}}},
    };
}

}  // namespace api
