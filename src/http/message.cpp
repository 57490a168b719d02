#include "http/message.h"

#include "base/text.h"

namespace http {

std::string_view name(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            return "OTHER";
    }
    return "OTHER";
}

namespace {

std::optional<std::string_view> first(const std::vector<std::pair<std::string, std::string>>& pairs,
                                      std::string_view key) {
    for (const auto& [name, value] : pairs)
        if (name == key) return value;
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
    return first(headers, lower_case_name);
}
std::optional<std::string_view> Request::parameter(std::string_view key) const {
    return first(query, key);
}

std::optional<std::string_view> Request::cookie(std::string_view key) const {
    for (const auto& [name, value] : headers) {
        if (name != "cookie") continue;
        for (const std::string_view part : base::split(value, ';')) {
            const std::string_view pair = base::trim(part);
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == key) return pair.substr(equals + 1);
        }
    }
    return std::nullopt;
}

}  // namespace http
