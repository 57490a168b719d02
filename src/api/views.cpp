#include <boost/json.hpp>

#include "api/answer.h"
#include "api/input.h"
#include "api/routes.h"
#include "api/services.h"
#include "db/database.h"
#include "db/settings.h"

namespace api {
namespace {

bool is_screen(std::string_view screen) {
    return screen == "orders" || screen == "audit";
}

boost::json::object view_json(const db::SavedView& view, model::PersonId me) {
    return {{"id", view.id.text()},
            {"name", view.name},
            {"query", view.query},
            {"team", view.shared},
            {"mine", view.owner == me}};
}

base::Result<http::Response> list_views(Services& services, const Call& call) {
    const std::string_view screen = call.request.parameter("screen").value_or("");
    if (!is_screen(screen)) return bad_parameter("screen");
    const model::PersonId me = call.caller.person.id;
    const auto views =
        TRY(services.database.read([&](db::Reader& reader) { return db::list_views(reader, me, screen); }));
    boost::json::array rows;
    for (const db::SavedView& view : views) rows.emplace_back(view_json(view, me));
    return json(boost::json::object{{"rows", std::move(rows)}});
}

base::Result<http::Response> save_view(Services& services, const Call& call) {
    db::SavedView view;
    view.owner = call.caller.person.id;
    view.screen = text_or(call.body, "screen");
    view.name = text_or(call.body, "name");
    view.query = text_or(call.body, "query");
    view.shared = call.body["team"].boolean_or(false);
    if (!is_screen(view.screen)) return bad_parameter("screen");
    if (view.name.empty()) return bad_parameter("name");
    // A viewer's filter is nobody else's business: only those who may handle alerts share with the team.
    if (view.shared && !model::may(call.caller.person.role, {}, model::Action::handle_alerts, std::nullopt))
        return base::fail(base::Code::forbidden, "team view", "permission.denied");
    const auto saved =
        TRY(services.database.write(db::Lane::interactive, [&](db::Tx& tx) { return db::add_view(tx, view); }));
    return json(view_json(saved, view.owner), 201);
}

base::Result<http::Response> delete_view(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::ViewId>(0));
    TRY_VOID(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const db::SavedView view = TRY(db::find_view(tx, id));
        const bool manager = model::may(call.caller.person.role, {}, model::Action::edit_settings, std::nullopt);
        if (view.owner != call.caller.person.id && !(view.shared && manager))
            return base::fail(base::Code::not_found, "view");
        return db::remove_view(tx, id);
    }));
    return no_content();
}

}  // namespace

std::vector<Route> view_routes() {
    return {
        {http::Method::get, "/views", "listViews", model::Action::save_views, &list_views},
        {http::Method::post,
         "/views",
         "saveView",
         model::Action::save_views,
         &save_view,
         {{.name = "screen", .required = true, .max = 20},
          {.name = "name", .required = true, .max = 60},
          {.name = "query", .required = true, .max = 2'000},
          {.name = "team", .type = BodyField::Type::boolean}}},
        {http::Method::del, "/views/{view}", "deleteView", model::Action::save_views, &delete_view},
    };
}

}  // namespace api
