#include <algorithm>
#include <boost/json.hpp>

#include "api/answer.h"
#include "api/input.h"
#include "api/routes.h"
#include "api/services.h"
#include "api/session_json.h"

namespace api {
namespace {

// The token stands behind the '#', which no browser sends to any server or in any Referer.
boost::json::object invitation_json(const Services& services, const team::Invitation& invitation, bool invited) {
    return {{"person", person_json(invitation.person, invited)},
            {"link", services.origin + "/invitation#token=" + std::string(invitation.token.reveal())},
            {"expires_at", base::iso8601(invitation.expires_at)}};
}

base::Result<model::Role> role_of(const base::Json& value) {
    const auto role = model::parse_role(value.string_or());
    if (!role) return bad_parameter("role");
    return *role;
}

base::Result<http::Response> list_people(Services& services, const Call&) {
    std::vector<model::PersonId> invited;
    const auto people = TRY(services.team.people(&invited));
    boost::json::array rows;
    for (const model::Person& person : people)
        rows.emplace_back(person_json(person, std::ranges::find(invited, person.id) != invited.end()));
    return json(boost::json::object{{"rows", std::move(rows)}});
}

base::Result<http::Response> add_person(Services& services, const Call& call) {
    const team::NewPerson person{text_or(call.body, "login"), text_or(call.body, "name"),
                                 TRY(role_of(call.body["role"])), TRY(stores_of(call.body["stores"]))};
    const team::Invitation invitation = TRY(services.team.add_person(person, actor_of(call)));
    return json(invitation_json(services, invitation, true), 201);
}

base::Result<http::Response> edit_person(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::PersonId>(0));
    team::PersonChange change;
    if (call.body["role"].present()) change.role = TRY(role_of(call.body["role"]));
    if (call.body["stores"].present()) change.stores = TRY(stores_of(call.body["stores"]));
    change.disabled = call.body["disabled"].boolean();
    return json(person_json(TRY(services.team.edit_person(id, change, actor_of(call)))));
}

base::Result<http::Response> reset_person(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::PersonId>(0));
    return json(invitation_json(services, TRY(services.team.reset_person(id, actor_of(call))), false));
}

base::Result<http::Response> accept_invitation(Services& services, const Call& call) {
    return opened(services,
                  TRY(services.team.accept_invitation(call.body["token"].string().value_or(""),
                                                      call.body["password"].string().value_or(""), visitor_of(call))));
}

}  // namespace

std::vector<Route> people_routes() {
    using enum http::Method;
    using enum model::Action;
    using Type = BodyField::Type;
    const BodyField stores{.name = "stores", .type = Type::text_list, .max = 1'000};
    return {
        {.method = get, .path = "/people", .operation = "listPeople", .action = view_people, .handler = &list_people},
        {.method = post,
         .path = "/people",
         .operation = "addPerson",
         .action = edit_people,
         .handler = &add_person,
         .body = {{.name = "login", .required = true, .max = 200},
                  {.name = "name", .required = true, .max = 100},
                  {.name = "role", .required = true, .max = 20},
                  stores}},
        {.method = patch,
         .path = "/people/{person}",
         .operation = "editPerson",
         .action = edit_people,
         .handler = &edit_person,
         .body = {{.name = "role", .max = 20}, stores, {.name = "disabled", .type = Type::boolean}}},
        {.method = post,
         .path = "/people/{person}/reset",
         .operation = "resetPerson",
         .action = edit_people,
         .handler = &reset_person,
         .any_body = true},
        {.method = post,
         .path = "/invitation",
         .operation = "acceptInvitation",
         .action = open_public,
         .handler = &accept_invitation,
         .body = {{.name = "token", .required = true, .max = 200},
                  {.name = "password", .required = true, .max = 1'024}},
         .hashes = true},
    };
}

}  // namespace api
