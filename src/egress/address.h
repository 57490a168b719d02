#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_client.h"
#include "base/result.h"

// Where outgoing requests may go, and through what. Addresses are read by libcurl's own parser, the one that is used to
// connect, so that the two cannot understand an address differently.
namespace egress {

struct Origin {
    std::string scheme;  // "https" or "http"
    std::string host;    // Lower case; an IPv6 address with its brackets.
    std::uint16_t port = 0;
    friend auto operator<=>(const Origin&, const Origin&) = default;
    std::string text() const;
};

// The origin of an absolute http(s) URL; invalid_input when it is none, or names a user.
base::Result<Origin> origin_of(const std::string& url);

// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(std::string_view host);

// Exact origins that may be asked (OUT-1). Plain http counts only for loopback.
class AllowList {
  public:
    // "https://open-api.tiktokglobalshop.com", "http://127.0.0.1:8401"; a path is an error.
    static base::Result<AllowList> parse(const std::vector<std::string>& origins);
    bool allows(const Origin& origin) const { return origins_.contains(origin); }

  private:
    std::set<Origin> origins_;
};

// The proxy of a store: "http://host:port", "https://host:port" or "socks5h://host:port", nothing else; the port must
// be written. "socks5://" is refused since it would look the target's name up outside of the proxy.
struct Proxy {
    std::string scheme;
    std::string host;
    std::uint16_t port = 0;
};
base::Result<Proxy> parse_proxy(const std::string& text);

}  // namespace egress
