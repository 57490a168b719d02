#include <boost/json.hpp>

#include "api/answer.h"
#include "api/input.h"
#include "api/routes.h"
#include "api/services.h"
#include "api/session_json.h"
#include "team/token.h"

namespace api {
namespace {

constexpr std::size_t k_password_bytes = 1'024;

base::Result<http::Response> get_session(Services& services, const Call& call) {
    return json(TRY(session_json(services, call.caller)));
}

base::Result<http::Response> set_up(Services& services, const Call& call) {
    const team::FirstOwner input{text_or(call.body, "token"),     text_or(call.body, "login"),
                                 text_or(call.body, "name"),      text_or(call.body, "password"),
                                 text_or(call.body, "team_name"), text_or(call.body, "language")};
    return opened(services, TRY(services.team.set_up(input, visitor_of(call))));
}

base::Result<http::Response> password_strength(Services& services, const Call& call) {
    constexpr std::size_t k_most_context = 8;
    std::vector<std::string> context;
    for (const base::Json& item : call.body["context"].items()) {
        if (context.size() == k_most_context) break;
        context.emplace_back(item.string_or());
    }
    const team::PasswordRating rating =
        services.team.rate_password(call.body["password"].string().value_or(""), context, call.caller);
    boost::json::object out{{"score", rating.score}, {"acceptable", rating.fault == team::PasswordFault::ok}};
    if (rating.fault != team::PasswordFault::ok) out["reason"] = team::key(rating.fault);
    return json(out);
}

base::Result<http::Response> sign_in(Services& services, const Call& call) {
    return opened(services, TRY(services.team.sign_in(call.body["login"].string().value_or(""),
                                                      call.body["password"].string().value_or(""), call.caller,
                                                      visitor_of(call))));
}

base::Result<http::Response> sign_in_code(Services& services, const Call& call) {
    const std::string_view code = call.body["code"].string().value_or("");
    const std::string_view recovery_code = call.body["recovery_code"].string().value_or("");
    if (code.empty() == recovery_code.empty()) return bad_parameter("code");
    return opened(services, TRY(services.team.enter_code(code, recovery_code, call.caller, visitor_of(call))));
}

base::Result<http::Response> begin_second_factor(Services& services, const Call& call) {
    const team::Enrolment enrolment = TRY(services.team.begin_second_factor(call.caller));
    boost::json::array rows;
    for (const std::string& row : enrolment.qr) rows.emplace_back(row);
    return json(boost::json::object{{"secret", enrolment.secret}, {"uri", enrolment.uri}, {"qr", std::move(rows)}});
}

base::Result<http::Response> confirm_second_factor(Services& services, const Call& call) {
    const team::Confirmed confirmed = TRY(
        services.team.confirm_second_factor(call.body["code"].string().value_or(""), call.caller, visitor_of(call)));
    boost::json::array codes;
    for (const std::string& code : confirmed.recovery_codes) codes.emplace_back(code);
    http::Response response = json(boost::json::object{
        {"recovery_codes", std::move(codes)}, {"session", TRY(session_json(services, confirmed.opened.caller))}});
    set_session_cookie(response, confirmed.opened.token);
    return response;
}

base::Result<http::Response> step_up(Services& services, const Call& call) {
    const team::Opened fresh =
        TRY(services.team.step_up(call.body["code"].string().value_or(""), call.caller, visitor_of(call)));
    http::Response response = no_content();
    set_session_cookie(response, fresh.token);
    return response;
}

// The browser forgets the cookie, and whatever else it kept of us.
http::Response goodbye() {
    http::Response response = no_content();
    response.set("set-cookie", team::cleared_cookie());
    response.set("clear-site-data", "\"cache\", \"cookies\", \"storage\"");
    return response;
}

base::Result<http::Response> sign_out(Services& services, const Call& call) {
    TRY_VOID(services.team.end_session(call.caller.session, call.caller, visitor_of(call)));
    return goodbye();
}

base::Result<http::Response> list_sessions(Services& services, const Call& call) {
    boost::json::array rows;
    const auto sessions = TRY(services.team.sessions(call.caller));
    for (const team::SessionRow& row : sessions)
        rows.emplace_back(boost::json::object{{"id", row.session.id.text()},
                                              {"current", row.current},
                                              {"created_at", base::iso8601(row.session.created_at)},
                                              {"last_seen_at", base::iso8601(row.session.seen_at)},
                                              {"address", row.session.source},
                                              {"device", row.device}});
    return json(boost::json::object{{"rows", std::move(rows)}});
}

base::Result<http::Response> end_all_sessions(Services& services, const Call& call) {
    TRY_VOID(services.team.end_all_sessions(call.caller, visitor_of(call)));
    return goodbye();
}

base::Result<http::Response> end_session(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::SessionId>(0));
    TRY_VOID(services.team.end_session(id, call.caller, visitor_of(call)));
    return id == call.caller.session ? goodbye() : no_content();
}

base::Result<http::Response> edit_me(Services& services, const Call& call) {
    const auto text = [&](std::string_view name) -> std::optional<std::string> {
        const auto value = call.body[name].string();
        return value ? std::optional<std::string>(*value) : std::nullopt;
    };
    const team::MyChange change{text("name"),  text("language"), text("time_zone"),
                                text("theme"), text("density"),  call.body["letter_keys"].boolean()};
    return json(person_json(TRY(services.team.edit_me(change, call.caller, visitor_of(call)))));
}

base::Result<http::Response> change_password(Services& services, const Call& call) {
    const team::Opened fresh =
        TRY(services.team.change_password(call.body["current"].string().value_or(""),
                                          call.body["new"].string().value_or(""), call.caller, visitor_of(call)));
    http::Response response = no_content();
    set_session_cookie(response, fresh.token);
    return response;
}

}  // namespace

std::vector<Route> session_routes() {
    using enum http::Method;
    using enum model::Action;
    using Type = BodyField::Type;
    const BodyField password{.name = "password", .required = true, .max = k_password_bytes};
    const BodyField code{.name = "code", .required = true, .max = 16};
    return {
        {.method = get, .path = "/session", .operation = "getSession", .action = open_public, .handler = &get_session},
        {.method = post,
         .path = "/setup",
         .operation = "setUp",
         .action = open_public,
         .handler = &set_up,
         .body = {{.name = "token", .required = true, .max = 200},
                  {.name = "login", .required = true, .max = 200},
                  {.name = "name", .required = true, .max = 100},
                  password,
                  {.name = "team_name", .max = 100},
                  {.name = "language", .max = 10}},
         .hashes = true},
        {.method = post,
         .path = "/password-strength",
         .operation = "passwordStrength",
         .action = open_public,
         .handler = &password_strength,
         .body = {password, {.name = "context", .type = Type::text_list, .max = 8}}},
        {.method = post,
         .path = "/sign-in",
         .operation = "signIn",
         .action = open_public,
         .handler = &sign_in,
         .body = {{.name = "login", .required = true, .max = 200}, password},
         .hashes = true},
        {.method = post,
         .path = "/sign-in/code",
         .operation = "signInCode",
         .action = own_session,
         .handler = &sign_in_code,
         .body = {{.name = "code", .max = 16}, {.name = "recovery_code", .max = 64}},
         .least = SignedIn::first_factor},
        {.method = post,
         .path = "/second-factor",
         .operation = "beginSecondFactor",
         .action = own_session,
         .handler = &begin_second_factor,
         .least = SignedIn::enrolling,
         .any_body = true},
        {.method = post,
         .path = "/second-factor/confirm",
         .operation = "confirmSecondFactor",
         .action = own_session,
         .handler = &confirm_second_factor,
         .body = {code},
         .least = SignedIn::enrolling},
        {.method = post,
         .path = "/step-up",
         .operation = "stepUp",
         .action = own_session,
         .handler = &step_up,
         .body = {code}},
        {.method = post,
         .path = "/sign-out",
         .operation = "signOut",
         .action = own_session,
         .handler = &sign_out,
         .least = SignedIn::first_factor,
         .any_body = true},
        {.method = get,
         .path = "/sessions",
         .operation = "listSessions",
         .action = own_session,
         .handler = &list_sessions},
        {.method = del,
         .path = "/sessions",
         .operation = "endAllSessions",
         .action = own_session,
         .handler = &end_all_sessions},
        {.method = del,
         .path = "/sessions/{session}",
         .operation = "endSession",
         .action = own_session,
         .handler = &end_session},
        {.method = patch,
         .path = "/me",
         .operation = "editMe",
         .action = own_session,
         .handler = &edit_me,
         .body = {{.name = "name", .max = 100},
                  {.name = "language", .max = 10},
                  {.name = "time_zone", .max = 64},
                  {.name = "theme", .max = 10},
                  {.name = "density", .max = 10},
                  {.name = "letter_keys", .type = Type::boolean}}},
        {.method = post,
         .path = "/me/password",
         .operation = "changePassword",
         .action = own_session,
         .handler = &change_password,
         .body = {{.name = "current", .required = true, .max = k_password_bytes},
                  {.name = "new", .required = true, .max = k_password_bytes}},
         .hashes = true},
    };
}

}  // namespace api
