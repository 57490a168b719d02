#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

struct Target {
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
};

// Splits and decodes a request target in origin form ("/path?query"), once. No value where two readers could understand
// it differently: a broken escape, NUL or another control character, a backslash, an escaped slash, "//", a dot segment
// or a fragment, escaped or not, or bytes that are no UTF-8. In the query "+" is a space.
std::optional<Target> parse_target(std::string_view target);

}  // namespace http
