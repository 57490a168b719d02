#include "http/target.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace http {
namespace {

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool path_is_plain(std::string_view path) {
    if (has_control(path) || path.contains('\\') || path.contains("//") || !base::is_utf8(path)) return false;
    return std::ranges::none_of(base::split(path, '/'),
                                [](std::string_view segment) { return segment == "." || segment == ".."; });
}

std::optional<std::string> decode_query_part(std::string_view part) {
    std::string spaced(part);
    std::ranges::replace(spaced, '+', ' ');
    auto decoded = base::percent_decode(spaced);
    if (!decoded || decoded->contains('\0') || !base::is_utf8(*decoded)) return std::nullopt;
    return decoded;
}

bool parse_query(std::string_view query, std::vector<std::pair<std::string, std::string>>& out) {
    for (const std::string_view pair : base::split(query, '&')) {
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto key = decode_query_part(pair.substr(0, equals));
        auto value = equals == std::string_view::npos ? std::optional<std::string>(std::string())
                                                      : decode_query_part(pair.substr(equals + 1));
        if (!key || !value) return false;
        out.emplace_back(*std::move(key), *std::move(value));
    }
    return true;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
    if (!target.starts_with('/') || target.contains('#')) return std::nullopt;
    const auto question = target.find('?');
    const std::string_view raw_path = target.substr(0, question);
    const auto escaped_slash = [](std::string_view text) {
        for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1))
            if (base::ascii_iequals(text.substr(at, 3), "%2f")) return true;
        return false;
    };
    if (escaped_slash(raw_path)) return std::nullopt;
    auto path = base::percent_decode(raw_path);
    if (!path || !path_is_plain(*path)) return std::nullopt;

    Target parsed{*std::move(path), {}};
    if (question != std::string_view::npos && !parse_query(target.substr(question + 1), parsed.query))
        return std::nullopt;
    return parsed;
}

}  // namespace http
