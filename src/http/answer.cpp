#include "http/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/json.h"
#include "base/text.h"

namespace http {
namespace {

bool is_safe(const std::pair<std::string, std::string>& header) {
    const auto& [name, value] = header;
    const bool plain_name = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '_';
    });
    return plain_name && std::ranges::none_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// Framing belongs to the server; what a handler says about it is left out.
bool is_framing(std::string_view name) {
    constexpr std::array<std::string_view, 5> k_own = {"connection", "content-length", "transfer-encoding", "date",
                                                       "x-request-id"};
    return std::ranges::any_of(k_own, [&](std::string_view own) { return base::ascii_iequals(own, name); });
}

void add(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "";
    }
}

bool has_no_body(int status) {
    return status < 200 || status == 204 || status == 304;
}

Response problem(const Refusal& refusal, std::string_view request_id) {
    Response response;
    response.status = refusal.status;
    response.set("content-type", "application/problem+json").set("cache-control", "no-store");
    response.body = fmt::format(R"({{"type":"about:blank","title":{},"status":{},"code":{},"request_id":{}}})",
                                base::json_quote(refusal.title), refusal.status, base::json_quote(refusal.code),
                                base::json_quote(request_id));
    return response;
}

bool serialise_head(Response& response, const HeaderList& defaults, const AnswerFrame& frame, std::string& out) {
    const bool safe =
        response.status >= 200 && response.status <= 599 && std::ranges::all_of(response.headers, is_safe);
    if (!safe) response = Response{500, {}, {}, {}};

    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
    for (const auto& [name, value] : response.headers)
        if (!is_framing(name)) add(out, name, value);
    for (const auto& [name, value] : defaults) {
        const auto same = [&](const auto& header) { return base::ascii_iequals(header.first, name); };
        if (!is_framing(name) && std::ranges::none_of(response.headers, same)) add(out, name, value);
    }
    add(out, "date", frame.date);
    if (!frame.request_id.empty()) add(out, "x-request-id", frame.request_id);
    if (response.stream) {
        if (frame.minor_version > 0) add(out, "transfer-encoding", "chunked");
    } else if (!has_no_body(response.status)) {
        fmt::format_to(std::back_inserter(out), "content-length: {}\r\n", response.body.size());
    }
    if (!frame.keep_alive) add(out, "connection", "close");
    out += "\r\n";
    return safe;
}

}  // namespace http
