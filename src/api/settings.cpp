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
#include "team/check_input.h"

namespace api {
namespace {

base::Result<boost::json::object> settings_json(const Services& services, db::Reader& reader) {
    const std::string language = TRY(text_setting(reader, team::k_team_language));
    boost::json::object out{{"team_name", TRY(text_setting(reader, team::k_team_name))},
                            {"language", language.empty() ? "en" : language},
                            {"time_zone", TRY(text_setting(reader, team::k_team_time_zone))},
                            {"demo", TRY(shows_demo(reader))},
                            {"public_url", services.origin},
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

}  // namespace

std::vector<Route> settings_routes() {
    using enum http::Method;
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
    };
}

}  // namespace api
