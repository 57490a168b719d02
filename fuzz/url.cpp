// Links: what is found stands in the text, a host is ASCII and means itself when it is read again, and its registrable
// domain is its own end.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "detect/url.h"
#include "require.h"

namespace {

bool ascii_lower_case(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x80 || static_cast<unsigned char>(c) <= ' ' || (c >= 'A' && c <= 'Z');
    });
}

void check_url(std::string_view text) {
    const auto url = detect::parse_url(text);
    if (!url) return;
    require(!url->host.empty() && ascii_lower_case(url->host) && ascii_lower_case(url->inner));
    require(url->scheme.empty() || url->scheme == "http" || url->scheme == "https");
    require(!url->domain.empty() && url->host.ends_with(url->domain));
    require(text.ends_with(url->path) || url->path.empty() || text.find(url->path) != std::string_view::npos);
    if (url->address) {
        require(url->domain == url->host);
        return;
    }
    const auto again = detect::parse_url("https://" + url->host + "/");
    require(again && again->host == url->host && again->domain == url->domain);
    require(again->shown_host == url->shown_host && again->international == url->international);
    const std::string domain = detect::registrable_domain(url->host);
    require(domain.empty() || (domain == url->domain && detect::registrable_domain(domain) == domain));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_url(text);
    std::size_t last = 0;
    const auto found = detect::find_urls(text);
    require(found.size() <= 1000);
    for (const detect::FoundUrl& url : found) {
        require(url.from >= last && url.from < url.to && url.to <= text.size());
        require(text.substr(url.from, url.to - url.from) == url.url && detect::parse_url(url.url));
        check_url(url.url);
        last = url.to;
    }
    require(ascii_lower_case(detect::mail_domain(text)));
    return 0;
}
