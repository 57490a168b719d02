#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Links, taken apart without ever being followed (IN-7).
namespace detect {

struct Url {
    std::string scheme;      // lower case; empty when the text named none
    bool userinfo = false;   // something before "@" in the authority
    std::string host;        // lower case, ASCII form ("xn--…" where it is international); no port
    std::string shown_host;  // the same in Unicode
    std::string
        domain;  // registrable domain by the Public Suffix List; the host itself when it is an address or has none
    bool address = false;  // an IPv4 or IPv6 address, in any notation a browser accepts
    bool international = false;
    std::string path;  // with query and fragment, as written
    // A host named in the path or query ("?url=https://other.example/"), as a redirector has it; empty when none.
    std::string inner;
};

// Reads a link as a browser would: "https://…", "//host/…", "host.tld/path". No value for other schemes (mailto, tel,
// javascript …) and for text that names no host.
std::optional<Url> parse_url(std::string_view text);

// Registrable domain of a host ("a.b.co.uk" → "b.co.uk"); empty for a public suffix or an address.
std::string registrable_domain(std::string_view host);
// Whether the last label of the host is a top-level domain that exists.
bool known_suffix(std::string_view host);
// "b" of "b.co.uk".
std::string_view domain_label(std::string_view registrable);

// Links that stand in plain text, with or without scheme, in order; at most 1,000 (IN-3).
struct FoundUrl {
    std::uint32_t from = 0, to = 0;  // Bytes of the text.
    std::string url;
};
std::vector<FoundUrl> find_urls(std::string_view text);

// Domain after the last "@", lower case, ASCII form; empty when there is none.
std::string mail_domain(std::string_view address);

}  // namespace detect
