#include "api/router.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "api/answer.h"
#include "api/policy_reports.h"
#include "base/log.h"
#include "base/text.h"

namespace api {
namespace {

constexpr std::string_view k_prefix = "/api/v1";

bool changes_something(http::Method method) {
    return method != http::Method::get;
}

// Values of the {…} when `path` fits `pattern`.
std::optional<std::vector<std::string>> fit(std::string_view pattern, std::string_view path) {
    const auto pattern_parts = base::split(pattern, '/');
    const auto path_parts = base::split(path, '/');
    if (pattern_parts.size() != path_parts.size()) return std::nullopt;
    std::vector<std::string> arguments;
    for (std::size_t i = 0; i < path_parts.size(); ++i) {
        if (pattern_parts[i].starts_with('{')) {
            if (path_parts[i].empty()) return std::nullopt;
            arguments.emplace_back(path_parts[i]);
        } else if (pattern_parts[i] != path_parts[i]) {
            return std::nullopt;
        }
    }
    return arguments;
}

// The store that a route's path names, for the store limits of a person.
std::optional<model::StoreId> store_in(const Route& route, const std::vector<std::string>& arguments) {
    std::size_t index = 0;
    for (const std::string_view part : base::split(route.path, '/')) {
        if (part == "{store}") return model::StoreId::parse(arguments.at(index)).value_or(model::StoreId{-1});
        if (part.starts_with('{')) ++index;
    }
    return std::nullopt;
}

base::Result<void> check_field(const base::Json& value, const BodyField& field) {
    const auto wrong = [&](const char* why) {
        return base::fail(base::Code::invalid_input, std::string(why) + ":" + std::string(field.name), "request.field");
    };
    switch (field.type) {
        case BodyField::Type::text:
            if (!value.string()) return wrong("text expected");
            if (base::length(*value.string()) > field.max) return wrong("too long");
            if (value.string()->find('\0') != std::string_view::npos) return wrong("NUL in text");
            return {};
        case BodyField::Type::integer:
            if (!value.integer()) return wrong("integer expected");
            return {};
        case BodyField::Type::boolean:
            if (!value.boolean()) return wrong("boolean expected");
            return {};
        case BodyField::Type::text_list:
            if (!value.is_array() || value.items().size() > field.max) return wrong("list expected");
            for (const base::Json& item : value.items())
                if (!item.string() || item.string()->size() > 1'000) return wrong("list of text expected");
            return {};
        case BodyField::Type::text_map:
            if (!value.is_object() || value.members().size() > field.max) return wrong("map expected");
            for (const auto& [key, item] : value.members())
                if (key.size() > 200 || !item.string() || item.string()->size() > 1'000)
                    return wrong("map of text expected");
            return {};
    }
    return {};
}

std::string_view field_of(const base::Error& error) {
    if (error.key != "request.field" && error.key != "request.unknown_field") return {};
    const auto colon = error.what.rfind(':');
    return colon == std::string::npos ? std::string_view() : std::string_view(error.what).substr(colon + 1);
}

}  // namespace

base::Result<void> check_same_site(const http::Request& request) {
    const auto no = [](const char* what) { return base::fail(base::Code::forbidden, what, "request.cross_site"); };
    if (request.header("x-stallward") != "1") return no("header x-stallward is missing");
    if (const auto site = request.header("sec-fetch-site")) {
        if (*site != "same-origin") return no("sec-fetch-site");
    } else if (const auto origin = request.header("origin")) {
        const std::string own = (request.tls ? "https://" : "http://") + request.host;
        if (*origin != own) return no("origin");
    }
    return {};
}

base::Result<void> check_body(const base::Json& body, const std::vector<BodyField>& fields) {
    if (!body.is_object()) return base::fail(base::Code::invalid_input, "object expected", "request.body");
    std::set<std::string_view> seen;
    for (const auto& [key, value] : body.members()) {
        const auto field = std::ranges::find(fields, key, &BodyField::name);
        if (field == fields.end())
            return base::fail(base::Code::invalid_input, "unknown field:" + std::string(base::shorten(key, 100)),
                              "request.unknown_field");
        if (!seen.insert(key).second)
            return base::fail(base::Code::invalid_input, "repeated field:" + std::string(key), "request.field");
        TRY_VOID(check_field(value, *field));
    }
    for (const BodyField& field : fields)
        if (field.required && !body[field.name].present())
            return base::fail(base::Code::invalid_input, "missing:" + std::string(field.name), "request.field");
    return {};
}

Router::Router(std::vector<Route> routes, Identify identify, Authorise authorise)
    : routes_(std::move(routes)), identify_(std::move(identify)), authorise_(std::move(authorise)) {
    std::set<std::pair<http::Method, std::string_view>> seen;
    for (const Route& route : routes_) {
        if (seen.emplace(route.method, route.path).second && route.handler != nullptr) continue;
        base::log(base::Level::error, "routes.wrong", {{"path", route.path}});
        std::abort();
    }
}

Router::Match Router::match(const http::Request& request) const {
    Match match;
    if (!request.path.starts_with(k_prefix)) return match;
    const std::string_view path = std::string_view(request.path).substr(k_prefix.size());
    for (const Route& route : routes_) {
        auto arguments = fit(route.path, path);
        if (!arguments) continue;
        if (route.method == request.method) {
            // A literal path ("/stores/connect") wins over one with an argument.
            if (match.route == nullptr || arguments->size() < match.arguments.size()) {
                match.route = &route;
                match.arguments = std::move(*arguments);
            }
        } else {
            match.allowed += match.allowed.empty() ? "" : ", ";
            match.allowed += http::name(route.method);
        }
    }
    return match;
}

std::size_t Router::max_body_bytes(const http::Request& request) const {
    const Match found = match(request);
    return found.route != nullptr && (!found.route->body.empty() || found.route->any_body) ? found.route->max_body_bytes
                                                                                           : 0;
}

bool Router::hashes(const http::Request& request) const {
    const Match found = match(request);
    return found.route != nullptr && found.route->hashes;
}

http::Response Router::handle(Services& services, const http::Request& request) const {
    const auto refuse = [&](const base::Error& error, int status = 0) {
        if (error.code == base::Code::internal || error.code == base::Code::corrupt)
            base::log(base::Level::error, "request.failed",
                      {{"request_id", request.request_id}, {"path", request.path}, base::Field(error)});
        return problem(error, request.request_id, field_of(error), status);
    };

    Match found = match(request);
    if (found.route == nullptr) {
        if (found.allowed.empty()) return refuse({base::Code::not_found, "no such path", "request.path", {}});
        http::Response response = refuse({base::Code::invalid_input, "method", "request.method", {}}, 405);
        response.set("allow", found.allowed);
        return response;
    }
    const Route& route = *found.route;

    // A report of the browser itself, which sets neither our header nor our media type; it changes nothing that is
    // kept.
    const bool by_browser = route.operation == k_policy_report_operation;
    if (changes_something(route.method) && !by_browser) {
        if (auto same = check_same_site(request); !same) return refuse(same.error());
        const auto type = request.header("content-type").value_or("");
        if (!request.body.empty() &&
            base::ascii_lower(base::trim(type.substr(0, type.find(';')))) != "application/json")
            return refuse({base::Code::invalid_input, "content type", "request.content_type", {}}, 415);
    }

    auto caller = identify_(request);
    if (!caller) return refuse(caller.error());
    if (auto allowed = authorise_(*caller, route, store_in(route, found.arguments), request); !allowed) {
        if (caller->state == SignedIn::yes)
            base::log(base::Level::warning, "permission.denied",
                      {{"request_id", request.request_id},
                       {"person", caller->person.id},
                       {"operation", route.operation},
                       {"reason", allowed.error().key}});
        return refuse(allowed.error());
    }

    Call call{request, *caller, std::move(found.arguments), std::nullopt, {}, request.peer};
    if (!route.body.empty() || (route.any_body && !by_browser && !request.body.empty())) {
        auto document = base::JsonDocument::parse(request.body, 16);
        if (!document) return refuse(document.error());
        call.document.emplace(std::move(*document));
        call.body = call.document->root();
        if (auto fits = check_body(call.body, route.body); !fits) return refuse(fits.error());
    } else if (!request.body.empty() && !by_browser) {
        return refuse({base::Code::invalid_input, "no body expected", "request.body", {}});
    }

    auto answer = route.handler(services, call);
    if (!answer) return refuse(answer.error());
    return std::move(*answer);
}

}  // namespace api
