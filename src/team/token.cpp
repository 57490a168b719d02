#include "team/token.h"

#include <array>
#include <utility>

#include "base/crypto.h"
#include "base/encoding.h"

namespace team {
namespace {

constexpr std::size_t k_token_bytes = 32;
constexpr std::size_t k_token_letters = 43;
// Strict keeps the cookie away from every request another site causes; __Host- ties it to this host and to HTTPS.
constexpr std::string_view k_attributes = "; Path=/; Secure; HttpOnly; SameSite=Strict";

using Names = std::pair<std::string_view, std::string_view>;

template <std::size_t N>
std::string_view first_of(std::string_view text, const std::array<Names, N>& table) {
    for (const auto& [mark, name] : table)
        if (text.contains(mark)) return name;
    return {};
}

}  // namespace

base::Secret new_token(base::Random& random) {
    std::string text = random.token(k_token_bytes);
    return base::Secret::take(text);
}

std::optional<std::string> token_hash(std::string_view token) {
    if (token.size() != k_token_letters) return std::nullopt;
    const auto bytes = base::parse_base64url(token);
    if (!bytes || bytes->size() != k_token_bytes) return std::nullopt;
    return base::sha256(*bytes);
}

std::string session_cookie(const base::Secret& token) {
    return std::string(k_cookie) + "=" + std::string(token.reveal()) + std::string(k_attributes);
}

std::string cleared_cookie() {
    return std::string(k_cookie) + "=" + std::string(k_attributes) + "; Max-Age=0";
}

std::string device_name(std::string_view user_agent) {
    // Browsers name those they descend from, so the youngest comes first.
    static constexpr std::array<Names, 7> k_browsers{{{"Edg", "Edge"},
                                                      {"OPR/", "Opera"},
                                                      {"SamsungBrowser", "Samsung Internet"},
                                                      {"Firefox", "Firefox"},
                                                      {"FxiOS", "Firefox"},
                                                      {"Chrom", "Chrome"},
                                                      {"Safari", "Safari"}}};
    static constexpr std::array<Names, 7> k_systems{{{"Windows", "Windows"},
                                                     {"Android", "Android"},
                                                     {"iPhone", "iPhone"},
                                                     {"iPad", "iPad"},
                                                     {"CrOS", "ChromeOS"},
                                                     {"Mac OS", "macOS"},
                                                     {"Linux", "Linux"}}};
    const std::string_view browser = user_agent.contains("CriOS") ? "Chrome" : first_of(user_agent, k_browsers);
    const std::string_view system = first_of(user_agent, k_systems);
    std::string name(browser);
    if (!browser.empty() && !system.empty()) name += ", ";
    return name.append(system);
}

}  // namespace team
