#include "detect/url.h"

#include <libpsl.h>
#include <unicode/uidna.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>

#include "base/encoding.h"
#include "base/text.h"

namespace detect {
namespace {

constexpr std::size_t k_links_max = 1000;

const psl_ctx_t* suffixes() {
    static const psl_ctx_t* list = [] {
        const psl_ctx_t* made = psl_builtin();
        if (made == nullptr) std::abort();  // libpsl was built without its list.
        return made;
    }();
    return list;
}

const UIDNA* idna() {
    static const UIDNA* made = [] {
        UErrorCode error = U_ZERO_ERROR;
        const UIDNA* opened =
            uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE, &error);
        if (U_FAILURE(error)) std::abort();  // ICU's own data are missing.
        return opened;
    }();
    return made;
}

bool is_ascii(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

using IdnaConversion = decltype(&uidna_nameToASCII_UTF8);
std::string convert(std::string_view host, IdnaConversion conversion) {
    std::array<char, 512> buffer;
    UErrorCode error = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    const std::int32_t size = conversion(idna(), host.data(), static_cast<std::int32_t>(host.size()), buffer.data(),
                                         static_cast<std::int32_t>(buffer.size()), &info, &error);
    if (U_FAILURE(error) || size < 0 || size > static_cast<std::int32_t>(buffer.size())) return std::string(host);
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

bool host_character(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c >= 0x80;
}

// inet_aton's notations, which browsers accept: decimal, octal, hexadecimal, one to four parts.
bool ip_address(std::string_view host) {
    if (host.find(':') != std::string_view::npos) return true;  // IPv6, found in brackets.
    const auto parts = base::split(host, '.');
    return parts.size() <= 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               const bool hexadecimal = part.starts_with("0x");
               if (hexadecimal) part.remove_prefix(2);
               std::uint64_t value = 0;
               const auto [end, error] =
                   std::from_chars(part.data(), part.data() + part.size(), value, hexadecimal ? 16 : 10);
               return error == std::errc{} && end == part.data() + part.size() && value <= 0xffffffff;
           });
}

bool ipv6_characters(std::string_view host) {
    return host.find(':') != std::string_view::npos &&
           host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

// A host as browsers write it: lower case, ASCII form, no dot at the end. No value for what no browser would ask: ICU
// turns some characters into others ("℀" into "a/c", a Chinese full stop into "."), so the result is what is looked at.
std::optional<std::string> host_name(std::string_view written, bool with_dot = true) {
    std::string host = base::ascii_lower(written);
    if (host.find(':') != std::string::npos) return ipv6_characters(host) ? std::optional(host) : std::nullopt;
    if (!is_ascii(host)) host = convert(host, uidna_nameToASCII_UTF8);
    while (host.ends_with('.')) host.pop_back();
    if (host.empty() || host.size() > 253) return std::nullopt;
    if (host.starts_with('.') || host.find("..") != std::string::npos) return std::nullopt;
    if (ip_address(host)) return host;
    const bool good =
        is_ascii(host) && (!with_dot || host.find('.') != std::string::npos) &&
        std::all_of(host.begin(), host.end(), [](char c) { return host_character(static_cast<unsigned char>(c)); });
    return good ? std::optional(std::move(host)) : std::nullopt;
}

std::string inner_host(std::string_view path) {
    std::string decoded = std::string(path);
    for (int round = 0; round < 2; ++round)
        if (auto once = base::percent_decode(decoded)) decoded = *once;
    const std::string lower = base::ascii_lower(decoded);
    for (const std::string_view scheme : {"https://", "http://", "https:/", "http:/"}) {
        const auto at = lower.find(scheme);
        if (at == std::string::npos) continue;
        std::size_t end = at + scheme.size();
        const std::size_t start = end;
        while (end < lower.size() && host_character(static_cast<unsigned char>(lower[end]))) ++end;
        if (auto host = host_name(std::string_view(lower).substr(start, end - start))) return *host;
    }
    return {};
}

}  // namespace

std::string registrable_domain(std::string_view host) {
    const std::string name(host);
    const char* found = psl_registrable_domain(suffixes(), name.c_str());
    return found == nullptr ? std::string() : std::string(found);
}

bool known_suffix(std::string_view host) {
    const auto dot = host.rfind('.');
    if (dot == std::string_view::npos || dot + 1 == host.size()) return false;
    const std::string last(host.substr(dot + 1));
    return psl_is_public_suffix2(suffixes(), last.c_str(), PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

std::string_view domain_label(std::string_view registrable) {
    return registrable.substr(0, registrable.find('.'));
}

std::string mail_domain(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return {};
    std::string_view domain = address.substr(at + 1);
    while (!domain.empty() && !host_character(static_cast<unsigned char>(domain.back()))) domain.remove_suffix(1);
    return host_name(domain, false).value_or("");
}

std::optional<Url> parse_url(std::string_view text) {
    text = base::trim(text);
    Url url;
    const auto colon = text.find_first_of(":/?#@\\");
    if (colon != std::string_view::npos && text[colon] == ':') {
        const std::string before = base::ascii_lower(text.substr(0, colon));
        if (before == "http" || before == "https") {
            url.scheme = before;
            text.remove_prefix(colon + 1);
        } else if (colon + 1 >= text.size() || text[colon + 1] < '0' || text[colon + 1] > '9') {
            return std::nullopt;  // "mailto:", "javascript:"; "host:8080/" is a host.
        }
    }
    while (!text.empty() && (text.front() == '/' || text.front() == '\\')) text.remove_prefix(1);
    const auto end = text.find_first_of("/?#\\");
    std::string_view authority = text.substr(0, end);
    if (end != std::string_view::npos) url.path = std::string(text.substr(end));
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        url.userinfo = true;
        authority.remove_prefix(at + 1);
    }
    std::string_view host = authority;
    if (host.starts_with('[')) {
        const auto close = host.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        host = host.substr(1, close - 1);
        if (!ipv6_characters(host)) return std::nullopt;
    } else if (const auto port = host.find(':'); port != std::string_view::npos) {
        host = host.substr(0, port);
    }
    auto name = host_name(host);
    if (!name) return std::nullopt;
    // A number alone is an address in a link only: otherwise somebody's phone number would be one.
    if (url.scheme.empty() && name->find_first_not_of("0123456789") == std::string::npos) return std::nullopt;
    url.host = *std::move(name);
    url.shown_host = url.host;
    url.international = url.host.starts_with("xn--") || url.host.find(".xn--") != std::string::npos;
    if (url.international) url.shown_host = convert(url.host, uidna_nameToUnicodeUTF8);
    url.address = ip_address(url.host);
    if (!url.address) url.domain = registrable_domain(url.host);
    if (url.domain.empty()) url.domain = url.host;
    if (!url.path.empty()) url.inner = inner_host(url.path);
    return url;
}

std::vector<FoundUrl> find_urls(std::string_view text) {
    std::vector<FoundUrl> found;
    const auto stops = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= ' ' || c == '<' || c == '>' || c == '"' || c == '`' || c == '{' || c == '}' || c == '|' ||
               c == '^' || byte == 0x7f;
    };
    const auto ascii_host = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    std::size_t i = 0;
    while (i < text.size() && found.size() < k_links_max) {
        const auto dot = text.find_first_of(".:", i);
        if (dot == std::string_view::npos) break;
        std::size_t from = dot, to = dot;
        bool scheme = false;
        if (text[dot] == ':') {
            if (text.substr(dot).starts_with("://")) {
                const std::string before =
                    base::ascii_lower(text.substr(dot >= 5 ? dot - 5 : 0, std::min<std::size_t>(dot, 5)));
                const std::size_t length = before.ends_with("https") ? 5 : before.ends_with("http") ? 4 : 0;
                if (length > 0) {
                    scheme = true;
                    from = dot - length;
                    to = dot + 3;
                }
            }
            if (!scheme) {
                i = dot + 1;
                continue;
            }
        } else {
            while (from > i && ascii_host(text[from - 1])) --from;
        }
        while (to < text.size() && !stops(text[to])) {
            // Chinese and Thai text follows a link without a space; a path may hold such letters only percent-encoded.
            if (static_cast<unsigned char>(text[to]) >= 0xe0 && !(scheme && to == dot + 3)) break;
            ++to;
        }
        if (!scheme && from > 0 && text[from - 1] == '@') {  // A mail address.
            i = to > dot ? to : dot + 1;
            continue;
        }
        std::size_t end = to;
        while (end > from && std::string_view(".,;:!?'\")]*").find(text[end - 1]) != std::string_view::npos) --end;
        const std::string_view candidate = text.substr(from, end - from);
        const bool is_mail = !scheme && candidate.substr(0, candidate.find('/')).find('@') != std::string_view::npos;
        bool good = end > from && !is_mail;
        if (good && !scheme) {
            // Without scheme: a host whose suffix exists, and no file name or abbreviation.
            const auto stop = candidate.find_first_of("/?#:");
            const std::string host = base::ascii_lower(candidate.substr(0, stop));
            static constexpr std::array<std::string_view, 12> k_file_like = {".py", ".sh", ".md", ".pl", ".zip", ".mov",
                                                                             ".rs", ".so", ".cc", ".ps", ".st",  ".ms"};
            const bool file_like =
                stop == std::string_view::npos && std::any_of(k_file_like.begin(), k_file_like.end(),
                                                              [&](std::string_view e) { return host.ends_with(e); });
            const auto label = host.rfind('.');
            good = !file_like && label != std::string::npos && label >= 1 && host.front() != '.' &&
                   host.find("..") == std::string::npos && known_suffix(host) && !registrable_domain(host).empty() &&
                   // "end.Then": a sentence without a space after the full stop.
                   !(stop == std::string_view::npos && candidate[label + 1] >= 'A' && candidate[label + 1] <= 'Z' &&
                     candidate.substr(label + 2).find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos);
        }
        if (good && parse_url(candidate)) {
            found.push_back(
                {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(end), std::string(candidate)});
            i = end;
        } else {
            i = dot + 1;
        }
    }
    return found;
}

}  // namespace detect
