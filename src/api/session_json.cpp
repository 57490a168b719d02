#include "api/session_json.h"

#include <algorithm>
#include <boost/json.hpp>

#include "api/answer.h"
#include "api/services.h"
#include "base/json.h"
#include "db/database.h"
#include "db/settings.h"
#include "db/stores.h"
#include "team/check_input.h"
#include "team/token.h"

namespace api {

boost::json::object person_json(const model::Person& person, bool invited) {
    boost::json::array stores;
    for (const model::StoreId store : person.stores) stores.emplace_back(store.text());
    boost::json::object out{{"id", person.id.text()},
                            {"login", person.login},
                            {"name", person.name},
                            {"role", model::name(person.role)},
                            {"stores", std::move(stores)},
                            {"disabled", person.disabled},
                            {"second_factor", person.second_factor},
                            {"language", person.language},
                            {"time_zone", person.time_zone},
                            {"theme", person.theme},
                            {"density", person.density},
                            {"letter_keys", person.letter_keys}};
    set_time(out, "last_seen_at", person.last_seen_at);
    if (invited) out["invited"] = true;
    return out;
}

base::Result<std::string> text_setting(db::Reader& reader, std::string_view key) {
    const auto setting = TRY(db::find_setting(reader, key));
    if (!setting) return std::string();
    return TRY(base::JsonDocument::parse(setting->value)).root().string_or();
}

base::Result<bool> shows_demo(db::Reader& reader) {
    return std::ranges::any_of(TRY(db::list_stores(reader)), &model::Store::demo);
}

base::Result<boost::json::object> session_json(Services& services, const Caller& caller) {
    boost::json::object out{{"version", services.version}};
    switch (caller.state) {
        case SignedIn::no:
            out["state"] = TRY(services.team.needs_setup()) ? "setup" : "signed_out";
            break;
        case SignedIn::first_factor:
            out["state"] = "code";
            break;
        case SignedIn::enrolling:
            out["state"] = "enrol";
            break;
        case SignedIn::yes:
            out["state"] = "signed_in";
            break;
    }
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        out["demo"] = TRY(shows_demo(reader));
        if (const auto name = TRY(text_setting(reader, team::k_team_name)); !name.empty()) out["team_name"] = name;
        if (const auto code = TRY(text_setting(reader, team::k_team_language)); !code.empty()) out["language"] = code;
        return {};
    }));
    if (caller.state == SignedIn::no) return out;
    set_time(out, "expires_at", caller.expires_at);
    // Half a sign-in learns nothing about the account it wants to open.
    if (caller.state != SignedIn::yes) return out;
    out["person"] = person_json(caller.person);
    boost::json::array actions;
    for (const model::Action action : model::all_actions())
        if (action != model::Action::open_public && action != model::Action::webhook &&
            model::may(caller.person.role, caller.person.stores, action, std::nullopt))
            actions.emplace_back(model::name(action));
    out["actions"] = std::move(actions);
    if (services.clock.now() < caller.step_up_until) set_time(out, "step_up_until", caller.step_up_until);
    return out;
}

void set_session_cookie(http::Response& response, const base::Secret& token) {
    response.set("set-cookie", team::session_cookie(token));
}

base::Result<http::Response> opened(Services& services, const team::Opened& opened) {
    http::Response response = json(TRY(session_json(services, opened.caller)));
    set_session_cookie(response, opened.token);
    return response;
}

team::Visitor visitor_of(const http::Request& request) {
    return {request.peer, std::string(request.header("user-agent").value_or("")), request.request_id};
}

team::Visitor visitor_of(const Call& call) {
    return visitor_of(call.request);
}

team::Actor actor_of(const Call& call) {
    return {call.caller.person.id.text(), visitor_of(call)};
}

base::Result<std::vector<model::StoreId>> stores_of(const base::Json& list) {
    std::vector<model::StoreId> stores;
    for (const base::Json& item : list.items()) {
        const auto id = model::StoreId::parse(item.string_or());
        if (!id) return base::fail(base::Code::invalid_input, "store", "person.store");
        if (std::ranges::find(stores, *id) == stores.end()) stores.push_back(*id);
    }
    return stores;
}

}  // namespace api
