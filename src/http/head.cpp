#include "http/head.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "http/target.h"

namespace http {
namespace {

constexpr Refusal k_bad_request_line{400, "http.bad_request_line", "The request line is not valid HTTP/1.1."};
constexpr Refusal k_bad_target{400, "http.bad_target", "The request target is not a plain path with a query."};
constexpr Refusal k_bad_header{400, "http.bad_header", "A header line is not valid HTTP/1.1."};
constexpr Refusal k_bad_framing{400, "http.bad_framing", "The length of the body is given in a way that is refused."};
constexpr Refusal k_bad_host{400, "http.bad_host", "Exactly one valid Host header is required."};
constexpr Refusal k_method_refused{501, "http.method_not_supported", "This method is not supported."};
constexpr Refusal k_coding_refused{501, "http.coding_not_supported", "Only the transfer coding chunked is supported."};
constexpr Refusal k_bad_version{505, "http.version_not_supported", "Only HTTP/1.1 and HTTP/1.0 are supported."};
constexpr Refusal k_target_too_long{414, "http.target_too_long", "The request target is too long."};
constexpr Refusal k_head_too_large{431, "http.headers_too_large", "The request's headers are too large."};
constexpr Refusal k_expectation{417, "http.expectation_failed", "Only the expectation 100-continue is supported."};

// RFC 9110 section 5.6.2
bool is_token_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Spaces and tabs alone, unlike base::trim.
std::string_view trim_blanks(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

Method method_of(std::string_view name) {
    for (const Method method :
         {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del, Method::options})
        if (http::name(method) == name) return method;
    return Method::other;
}

// host [ ":" port ] of RFC 3986 in the letters that real names have; user information, spaces and lists are refused.
bool is_host(std::string_view host) {
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        if (end == std::string_view::npos || end == 1) return false;
        const std::string_view address = host.substr(1, end - 1);
        if (address.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
        host.remove_prefix(end + 1);
    } else {
        const auto end = std::min(host.find(':'), host.size());
        if (end == 0) return false;
        for (const char c : host.substr(0, end))
            if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-' && c != '_') return false;
        host.remove_prefix(end);
    }
    return host.empty() || (host.starts_with(':') && host.size() <= 6 && is_digits(host.substr(1)));
}

std::optional<Refusal> read_request_line(std::string_view line, const HeadLimits& limits, Head& head) {
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) return k_bad_request_line;
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    const std::string_view version = line.substr(second + 1);

    if (!is_token(method) || method.size() > 32) return k_bad_request_line;
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                                 is_digits(version.substr(5, 1)) && version[6] == '.' && is_digits(version.substr(7));
        return well_formed ? k_bad_version : k_bad_request_line;
    }
    // CONNECT asks for a tunnel and TRACE for an echo of headers that hold cookies.
    if (method == "CONNECT" || method == "TRACE") return k_method_refused;
    if (target.size() > limits.max_target_bytes) return k_target_too_long;
    if (target.empty() || std::ranges::any_of(target, [](unsigned char c) { return c <= 0x20 || c >= 0x7f; }))
        return k_bad_target;

    head.method = method_of(method);
    head.method_name = method;
    head.target = target;
    head.minor_version = version.back() - '0';
    if (target == "*" && head.method == Method::options) {
        head.path = "*";
        return std::nullopt;
    }
    auto parsed = parse_target(target);
    if (!parsed) return k_bad_target;
    head.path = std::move(parsed->path);
    head.query = std::move(parsed->query);
    return std::nullopt;
}

std::optional<Refusal> read_header_line(std::string_view line, const HeadLimits& limits, Head& head) {
    const auto colon = line.find(':');
    // A line that starts with a blank (obs-fold) and a blank before the colon both fail here: a blank is no token.
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return k_bad_header;
    const std::string_view value = trim_blanks(line.substr(colon + 1));
    if (std::ranges::any_of(value, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }))
        return k_bad_header;
    if (head.headers.size() >= limits.max_headers) return k_head_too_large;
    head.headers.emplace_back(base::ascii_lower(line.substr(0, colon)), value);
    return std::nullopt;
}

// A list of tokens; empty elements are allowed (RFC 9110 section 5.6.1.2).
bool read_connection(std::string_view value, Head& head) {
    for (const std::string_view part : base::split(value, ',')) {
        const std::string_view option = trim_blanks(part);
        if (!option.empty() && !is_token(option)) return false;
        if (base::ascii_iequals(option, "close")) head.keep_alive = false;
    }
    return true;
}

std::optional<Refusal> read_meaning(Head& head) {
    int hosts = 0;
    int lengths = 0;
    int codings = 0;
    for (const auto& [name, value] : head.headers) {
        if (name == "host") {
            if (++hosts > 1 || !is_host(value)) return k_bad_host;
            head.host = value;
        } else if (name == "content-length") {
            // 18 digits always fit; a list ("5, 5") and a sign are no digits.
            if (++lengths > 1 || !is_digits(value) || value.size() > 18) return k_bad_framing;
            std::from_chars(value.data(), value.data() + value.size(), head.content_length);
        } else if (name == "transfer-encoding") {
            if (++codings > 1) return k_bad_framing;
            if (!base::ascii_iequals(value, "chunked")) return k_coding_refused;
            head.chunked = true;
        } else if (name == "connection") {
            if (!read_connection(value, head)) return k_bad_header;
        } else if (name == "expect") {
            if (!base::ascii_iequals(value, "100-continue")) return k_expectation;
            head.expects_continue = head.minor_version == 1;
        }
    }
    if (head.chunked && (lengths > 0 || head.minor_version == 0)) return k_bad_framing;
    if (hosts == 0 && head.minor_version == 1) return k_bad_host;
    if (head.minor_version == 0) head.keep_alive = false;
    return std::nullopt;
}

}  // namespace

std::expected<std::optional<std::size_t>, Refusal> find_head_end(std::string_view bytes, std::size_t& scanned,
                                                                 const HeadLimits& limits) {
    for (; scanned < bytes.size(); ++scanned) {
        if (scanned >= limits.max_bytes) return std::unexpected(k_head_too_large);
        const auto c = static_cast<unsigned char>(bytes[scanned]);
        const bool after_cr = scanned > 0 && bytes[scanned - 1] == '\r';
        if (after_cr != (c == '\n')) return std::unexpected(k_bad_header);
        if (c < 0x20 && c != '\r' && c != '\n' && c != '\t') return std::unexpected(k_bad_header);
        // An empty line ends the block; one in front of the request line is refused by check_head.
        if (c == '\n' && (scanned == 1 || (scanned >= 3 && bytes[scanned - 2] == '\n'))) return ++scanned;
    }
    return std::nullopt;
}

std::expected<Head, Refusal> check_head(std::string_view raw_block, const HeadLimits& limits) {
    if (raw_block.size() > limits.max_bytes) return std::unexpected(k_head_too_large);
    std::size_t scanned = 0;
    const auto end = find_head_end(raw_block, scanned, limits);
    if (!end) return std::unexpected(end.error());
    if (*end != raw_block.size()) return std::unexpected(k_bad_header);

    Head head;
    auto line_end = raw_block.find("\r\n");
    if (const auto refusal = read_request_line(raw_block.substr(0, line_end), limits, head))
        return std::unexpected(*refusal);
    for (auto from = line_end + 2; from + 2 < raw_block.size(); from = line_end + 2) {
        line_end = raw_block.find("\r\n", from);
        if (const auto refusal = read_header_line(raw_block.substr(from, line_end - from), limits, head))
            return std::unexpected(*refusal);
    }
    if (const auto refusal = read_meaning(head)) return std::unexpected(*refusal);
    return head;
}

}  // namespace http
