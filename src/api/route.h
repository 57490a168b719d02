#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "http/message.h"
#include "model/permission.h"
#include "team/caller.h"

namespace api {

struct Services;

using team::Caller;
using team::SignedIn;

// One request on its way to a handler. Valid during the handler's call.
struct Call {
    const http::Request& request;
    const Caller& caller;
    std::vector<std::string> arguments;  // Values of the {…} in the route's path, in order.
    std::optional<base::JsonDocument> document;
    base::Json body;            // Root of `document`; an object wherever the route takes a body.
    std::string audit_address;  // Peer address for the audit log.

    // Throws nothing; a missing or malformed id is not_found.
    template <class Id>
    base::Result<Id> id(std::size_t index) const {
        const auto parsed = Id::parse(arguments.at(index));
        if (!parsed) return base::fail(base::Code::not_found, "no such id");
        return *parsed;
    }
};

using Handler = base::Result<http::Response> (*)(Services&, const Call&);

// What a body field must be. The router checks the body against these before the handler runs: unknown fields, wrong
// types, missing and too long ones are refused (AUTHZ-3), naming the field.
struct BodyField {
    enum class Type { text, integer, boolean, text_list, text_map };
    std::string_view name;
    Type type = Type::text;
    bool required = false;
    std::size_t max = 1'000;  // Characters (code points) of a text, as maxLength counts; entries of a list or map.
};

// One line per operation of api/openapi.yaml. A route cannot be made without its action (AUTHZ-1).
struct Route {
    http::Method method;
    std::string_view path;       // Below /api/v1: "/stores/{store}/sync".
    std::string_view operation;  // operationId
    model::Action action;
    Handler handler;
    std::vector<BodyField> body = {};  // Empty: no body is accepted.
    std::size_t max_body_bytes = 64u << 10;
    SignedIn least = SignedIn::yes;  // The first-factor and enrolment routes ask for less; open_public for nothing.
    bool any_body = false;           // An empty object is fine.
    bool hashes = false;             // Computes a password's hash, of which two run at a time (AUTH-4).
};

// Every route of the server, from all files of this room. The one list the router, the permission matrix and the
// contract test read.
std::vector<Route> all_routes();

}  // namespace api
