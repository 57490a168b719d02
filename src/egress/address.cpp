#include "egress/address.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/text.h"

namespace egress {
namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

// No value for what is no absolute URL, names a user, or holds a blank or a control character.
Url parse(const std::string& text, unsigned flags = 0) {
    Url url(curl_url(), curl_url_cleanup);
    const bool plain = std::ranges::none_of(text, [](unsigned char c) { return c <= 0x20 || c >= 0x7f; });
    if (!url || !plain || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), flags) != CURLUE_OK) url.reset();
    if (url && !(part_of(url.get(), CURLUPART_USER).empty() && part_of(url.get(), CURLUPART_PASSWORD).empty()))
        url.reset();
    return url;
}

std::uint16_t port_of(CURLU* url, unsigned flags) {
    const std::string text = part_of(url, CURLUPART_PORT, flags);
    std::uint16_t port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
}

}  // namespace

std::string Origin::text() const {
    return scheme + "://" + host + ":" + std::to_string(port);
}

base::Result<Origin> origin_of(const std::string& url) {
    const Url parsed = parse(url, CURLU_PATH_AS_IS);
    if (!parsed) return base::fail(base::Code::invalid_input, "not an absolute http(s) address");
    Origin origin{base::ascii_lower(part_of(parsed.get(), CURLUPART_SCHEME)),
                  base::ascii_lower(part_of(parsed.get(), CURLUPART_HOST)), port_of(parsed.get(), CURLU_DEFAULT_PORT)};
    if ((origin.scheme != "https" && origin.scheme != "http") || origin.host.empty() || origin.port == 0)
        return base::fail(base::Code::invalid_input, "not an absolute http(s) address");
    return origin;
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host == "[::1]") return true;
    // libcurl writes an IPv4 address with four decimal numbers, however it was given.
    const auto digits_and_dots = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return digits_and_dots && host.starts_with("127.") && std::ranges::count(host, '.') == 3;
}

base::Result<AllowList> AllowList::parse(const std::vector<std::string>& origins) {
    AllowList list;
    for (const std::string& entry : origins) {
        const Url url = egress::parse(entry);
        auto origin = origin_of(entry);
        const std::string path = url ? part_of(url.get(), CURLUPART_PATH) : "";
        if (!origin || (path != "/" && !path.empty()) || !part_of(url.get(), CURLUPART_QUERY).empty())
            return base::fail(base::Code::invalid_input, "not an origin (scheme://host:port): " + entry,
                              "egress.bad_origin");
        if (origin->scheme == "http" && !is_loopback(origin->host))
            return base::fail(base::Code::invalid_input, "plain http is for loopback only: " + entry,
                              "egress.plain_http");
        list.origins_.insert(*std::move(origin));
    }
    return list;
}

base::Result<Proxy> parse_proxy(const std::string& text) {
    const auto wrong = [] {
        return base::fail(base::Code::invalid_input, "proxy is not http://, https:// or socks5h:// with host and port",
                          "egress.bad_proxy");
    };
    const Url url = parse(text, CURLU_NON_SUPPORT_SCHEME);
    if (!url) return wrong();
    Proxy proxy{base::ascii_lower(part_of(url.get(), CURLUPART_SCHEME)),
                base::ascii_lower(part_of(url.get(), CURLUPART_HOST)), port_of(url.get(), 0)};
    if (proxy.scheme != "http" && proxy.scheme != "https" && proxy.scheme != "socks5h") return wrong();
    const std::string path = part_of(url.get(), CURLUPART_PATH);
    const bool bare = (path.empty() || path == "/") && part_of(url.get(), CURLUPART_QUERY).empty() &&
                      part_of(url.get(), CURLUPART_FRAGMENT).empty();
    if (!bare || proxy.host.empty() || proxy.port == 0) return wrong();
    return proxy;
}

}  // namespace egress
