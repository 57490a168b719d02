#include "api/answer.h"

#include <boost/json.hpp>

namespace api {

namespace {

http::Response with_body(std::string body, std::string type, int status) {
    http::Response response;
    response.status = status;
    response.set("content-type", std::move(type)).set("cache-control", "no-store");
    response.body = std::move(body);
    return response;
}

// Short English titles for developers; the console shows words for `code`.
std::string_view title_of(base::Code code) {
    switch (code) {
        case base::Code::invalid_input:
            return "The request cannot be used";
        case base::Code::unauthenticated:
            return "Sign in first";
        case base::Code::forbidden:
            return "Not allowed";
        case base::Code::not_found:
            return "Not found";
        case base::Code::conflict:
            return "Changed by somebody else";
        case base::Code::precondition_failed:
            return "Not possible now";
        case base::Code::rate_limited:
            return "Too many requests";
        case base::Code::unavailable:
            return "Not available for the moment";
        case base::Code::timeout:
            return "No answer in time";
        case base::Code::upstream_rejected:
            return "Refused by the other side";
        case base::Code::corrupt:
            return "Stored data are damaged";
        case base::Code::internal:
            return "Something went wrong here";
    }
    return "Something went wrong here";
}

}  // namespace

http::Response json(const boost::json::value& value, int status) {
    return with_body(boost::json::serialize(value), "application/json", status);
}

http::Response no_content() {
    http::Response response;
    response.status = 204;
    response.set("cache-control", "no-store");
    return response;
}

int status_of(base::Code code) {
    switch (code) {
        case base::Code::invalid_input:
            return 422;
        case base::Code::unauthenticated:
            return 401;
        case base::Code::forbidden:
            return 403;
        case base::Code::not_found:
            return 404;
        case base::Code::conflict:
            return 409;
        case base::Code::precondition_failed:
            return 409;
        case base::Code::rate_limited:
            return 429;
        case base::Code::unavailable:
            return 503;
        case base::Code::timeout:
            return 504;
        case base::Code::upstream_rejected:
            return 502;
        case base::Code::corrupt:
            return 500;
        case base::Code::internal:
            return 500;
    }
    return 500;
}

http::Response problem(const base::Error& error, std::string_view request_id, std::string_view field, int status) {
    if (status == 0) status = status_of(error.code);
    boost::json::object body;
    const std::string code = error.key.empty() ? std::string(base::name(error.code)) : error.key;
    body["type"] = "about:blank";
    body["title"] = title_of(error.code);
    body["status"] = status;
    body["code"] = code;
    if (!field.empty()) body["field"] = field;
    if (error.retry_after_s) body["retry_after_s"] = *error.retry_after_s;
    body["request_id"] = request_id;
    http::Response response = with_body(boost::json::serialize(body), "application/problem+json", status);
    if (error.retry_after_s) response.set("retry-after", std::to_string(*error.retry_after_s));
    return response;
}

boost::json::value time_or_null(base::Time time) {
    if (!time) return nullptr;
    return boost::json::value(base::iso8601(time));
}

void set_time(boost::json::object& to, std::string_view name, base::Time time) {
    if (time) to[name] = base::iso8601(time);
}

}  // namespace api
