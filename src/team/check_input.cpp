#include "team/check_input.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace team {
namespace {

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

base::Result<std::string> checked_login(std::string_view typed) {
    std::string login = base::fold(base::trim(typed));
    if (login.empty() || login.size() > 200 || has_control(login) || login.contains(' '))
        return base::fail(base::Code::invalid_input, "login", "person.login");
    return login;
}

base::Result<std::string> checked_name(std::string_view typed) {
    std::string name = base::nfc(base::trim(typed));
    if (name.empty() || base::length(name) > 100 || has_control(name))
        return base::fail(base::Code::invalid_input, "name", "person.name");
    return name;
}

base::Result<std::string> checked_language(std::string_view code) {
    static constexpr std::array<std::string_view, 6> k_languages{"zh-CN", "en", "th", "vi", "id", "ms"};
    if (std::ranges::find(k_languages, code) == k_languages.end())
        return base::fail(base::Code::invalid_input, "language", "request.language");
    return std::string(code);
}

base::Result<std::string> checked_time_zone(std::string_view name) {
    const bool shaped = name.size() <= 64 && std::ranges::all_of(name, [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                   c == '/' || c == '_' || c == '+' || c == '-';
                        });
    if (!shaped) return base::fail(base::Code::invalid_input, "time zone", "request.time_zone");
    return std::string(name);
}

}  // namespace team
