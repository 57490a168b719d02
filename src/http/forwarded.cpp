#include "http/forwarded.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/text.h"

namespace http {
namespace {

constexpr std::string_view k_mapped_prefix("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);

// 16 bytes; IPv4 in the form ::ffff:a.b.c.d.
std::optional<std::string> address_bytes(std::string_view text) {
    const std::string copy(text);
    char raw[16];
    if (::inet_pton(AF_INET, copy.c_str(), raw) == 1) return std::string(k_mapped_prefix).append(raw, 4);
    if (::inet_pton(AF_INET6, copy.c_str(), raw) == 1) return std::string(raw, 16);
    return std::nullopt;
}

bool same_prefix(std::string_view a, std::string_view b, int bits) {
    for (std::size_t i = 0; i < 16 && bits > 0; ++i, bits -= 8) {
        const int mask = bits >= 8 ? 0xff : 0xff00 >> bits & 0xff;
        if ((a[i] & mask) != (b[i] & mask)) return false;
    }
    return true;
}

}  // namespace

std::string plain_address(std::string_view text) {
    const auto bytes = address_bytes(text);
    if (!bytes) return {};
    char out[INET6_ADDRSTRLEN] = {};
    if (bytes->starts_with(k_mapped_prefix))
        ::inet_ntop(AF_INET, bytes->data() + 12, out, sizeof out);
    else
        ::inet_ntop(AF_INET6, bytes->data(), out, sizeof out);
    return out;
}

base::Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& entries) {
    TrustedProxies trusted;
    for (const std::string& entry : entries) {
        const auto slash = entry.find('/');
        const auto bytes = address_bytes(entry.substr(0, slash));
        if (!bytes) return base::fail(base::Code::invalid_input, "trusted proxy is no address: " + entry);
        const bool v4 = !entry.contains(':');
        int prefix = v4 ? 32 : 128;
        if (slash != std::string::npos) {
            const char* end = entry.data() + entry.size();
            const int most = prefix;
            const auto [rest, error] = std::from_chars(entry.data() + slash + 1, end, prefix);
            if (error != std::errc() || rest != end || prefix < 0 || prefix > most)
                return base::fail(base::Code::invalid_input, "trusted proxy is no network: " + entry);
        }
        trusted.networks_.push_back({*bytes, v4 ? prefix + 96 : prefix});
    }
    return trusted;
}

bool TrustedProxies::contains(std::string_view address) const {
    if (networks_.empty()) return false;
    const auto bytes = address_bytes(address);
    return bytes && std::ranges::any_of(networks_, [&](const Network& network) {
               return same_prefix(*bytes, network.bytes, network.prefix);
           });
}

Client read_forwarded(std::string_view peer, bool tls, std::vector<std::pair<std::string, std::string>>& headers,
                      const TrustedProxies& trusted) {
    Client client{std::string(peer), tls};
    std::string chain;
    std::string proto;
    int protos = 0;
    for (const auto& [name, value] : headers) {
        // Several lines are one list (RFC 9110 section 5.3).
        if (name == "x-forwarded-for") chain += (chain.empty() ? "" : ",") + value;
        if (name == "x-forwarded-proto") proto = value, ++protos;
    }
    std::erase_if(headers, [](const auto& header) {
        return header.first.starts_with("x-forwarded-") || header.first == "forwarded";
    });
    if (!trusted.contains(peer)) return client;

    if (protos == 1) client.tls = base::ascii_iequals(proto, "https");
    if (chain.empty()) return client;
    const auto hops = base::split(chain, ',');
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        const std::string address = plain_address(base::trim(*hop));
        if (address.empty()) break;  // Not an address: what stands left of it cannot be believed either.
        client.address = address;
        if (!trusted.contains(address)) break;
    }
    return client;
}

}  // namespace http
