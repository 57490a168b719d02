#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

// Who the client is when a reverse proxy stands in front.
namespace http {

// Addresses and networks ("10.0.0.7", "10.0.0.0/8", "fd00::/8") whose word about the client is taken.
class TrustedProxies {
  public:
    static base::Result<TrustedProxies> parse(const std::vector<std::string>& entries);
    bool contains(std::string_view address) const;

  private:
    struct Network {
        std::string bytes;  // 16, IPv4 in its mapped form.
        int prefix = 128;
    };
    std::vector<Network> networks_;
};

struct Client {
    std::string address;
    bool tls = false;
};

// Reads X-Forwarded-For from the right, past all trusted proxies, to the first address that is none; that one alone is
// known to be true. X-Forwarded-Proto counts with one value, "https". From anybody else both are ignored. The headers
// of this family (also X-Forwarded-Host and Forwarded) are removed from `headers`, so that nothing later reads them by
// mistake.
Client read_forwarded(std::string_view peer, bool tls, std::vector<std::pair<std::string, std::string>>& headers,
                      const TrustedProxies& trusted);

// The usual text of an address; IPv4 mapped into IPv6 as IPv4. Empty when it is no address.
std::string plain_address(std::string_view text);

}  // namespace http
