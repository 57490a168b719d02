#include "sandbox/lazada/form.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"

namespace sandbox::lazada {
namespace {

using Parameters = std::map<std::string, std::string>;

// Kits that are in use send a call's own parameters in the query and once more in the body.
bool add(std::string name, const std::string& value, Parameters& out) {
    const auto [known, fresh] = out.emplace(std::move(name), value);
    return fresh || known->second == value;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string value(text);
    std::ranges::replace(value, '+', ' ');
    return base::percent_decode(value);
}

bool add_form(std::string_view body, Parameters& out) {
    for (const std::string_view pair : base::split(body, '&')) {
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) return false;
        const auto name = decoded(pair.substr(0, equals));
        const auto value = decoded(pair.substr(equals + 1));
        if (!name || !value || !add(*name, *value, out)) return false;
    }
    return true;
}

bool add_json(std::string_view body, Parameters& out) {
    const auto document = base::JsonDocument::parse(body);
    if (!document || !document->root().is_object()) return false;
    for (const auto& [name, value] : document->root().members()) {
        const std::string text = value.string() ? value.string_or() : value.dump();
        if (!add(std::string(name), text, out)) return false;
    }
    return true;
}

// Parts with a file name are not signed and not kept.
bool add_multipart(std::string_view body, std::string_view boundary, Parameters& out) {
    const std::string line = "--" + std::string(boundary);
    std::size_t at = body.find(line);
    while (at != std::string_view::npos) {
        const std::size_t begin = at + line.size();
        const std::size_t end = body.find(line, begin);
        if (end == std::string_view::npos) return body.substr(begin).starts_with("--");
        const std::string_view part = body.substr(begin, end - begin);
        const std::size_t head_end = part.find("\r\n\r\n");
        if (head_end == std::string_view::npos || !part.ends_with("\r\n")) return false;
        const std::string_view head = part.substr(0, head_end);
        constexpr std::string_view k_name = " name=\"";
        const std::size_t name = head.find(k_name);
        if (name == std::string_view::npos) return false;
        const std::string_view rest = head.substr(name + k_name.size());
        const std::string_view value = part.substr(head_end + 4, part.size() - head_end - 6);
        if (!head.contains("filename=") && !add(std::string(rest.substr(0, rest.find('"'))), std::string(value), out))
            return false;
        at = end;
    }
    return false;
}

}  // namespace

std::optional<Parameters> parameters_of(const http::Request& request) {
    Parameters out;
    for (const auto& [name, value] : request.query)
        if (!add(name, value, out)) return std::nullopt;
    if (request.body.empty()) return out;
    const std::string_view header = request.header("content-type").value_or("");
    const std::string type = base::ascii_lower(base::trim(header.substr(0, header.find(';'))));
    bool read = false;
    if (type == "application/x-www-form-urlencoded") read = add_form(request.body, out);
    if (type == "application/json") read = add_json(request.body, out);
    if (type == "multipart/form-data") {
        constexpr std::string_view k_boundary = "boundary=";
        const std::size_t at = header.find(k_boundary);
        if (at != std::string_view::npos) {
            std::string_view boundary = header.substr(at + k_boundary.size());
            if (boundary.starts_with('"') && boundary.ends_with('"') && boundary.size() > 2)
                boundary = boundary.substr(1, boundary.size() - 2);
            read = add_multipart(request.body, boundary, out);
        }
    }
    if (!read) return std::nullopt;
    return out;
}

}  // namespace sandbox::lazada
