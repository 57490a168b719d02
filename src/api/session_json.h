#pragma once

#include <boost/json/object.hpp>

#include "api/route.h"
#include "team/team.h"

// What the routes about people and sessions share.
namespace api {

boost::json::object person_json(const model::Person& person, bool invited = false);
// Schema Session: where this caller stands.
base::Result<boost::json::object> session_json(Services& services, const Caller& caller);
// The same as an answer that also sets the cookie of a new token.
base::Result<http::Response> opened(Services& services, const team::Opened& opened);
void set_session_cookie(http::Response& response, const base::Secret& token);

team::Visitor visitor_of(const http::Request& request);
team::Visitor visitor_of(const Call& call);
team::Actor actor_of(const Call& call);
// "s_3" … of a body's list; invalid_input "person.store" for what is no id.
base::Result<std::vector<model::StoreId>> stores_of(const base::Json& list);

// A setting that is a JSON text; empty when it was never set.
base::Result<std::string> text_setting(db::Reader& reader, std::string_view key);
// Whether stores of the demo fleet are shown.
base::Result<bool> shows_demo(db::Reader& reader);

}  // namespace api
