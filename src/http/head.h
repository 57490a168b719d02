#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

// The strict check of a request's header block, done before any byte of its body is looked at. Pure. What common
// parsers let pass, and what makes two servers in a row disagree about where a request ends, is refused here (RFC 9112
// sections 5, 6 and 11.2; API-1 in ASSURANCE.md).
namespace http {

struct HeadLimits {
    std::size_t max_bytes = 16u << 10;  // Request line, headers and the empty line.
    std::size_t max_headers = 64;
    std::size_t max_target_bytes = 8u << 10;
};

// Why a request is not served; the connection is closed after the answer, since its framing cannot be trusted.
struct Refusal {
    int status = 400;
    std::string_view code;   // Stable, for the problem answer: "http.bad_header" …
    std::string_view title;  // One English sentence for developers.
};

struct Head {
    Method method = Method::get;
    std::string method_name;  // As sent; tells Method::other apart.
    std::string target;
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
    std::vector<std::pair<std::string, std::string>> headers;  // Names in lower case, values trimmed.
    std::string host;                                          // Empty only under HTTP/1.0.
    int minor_version = 1;                                     // HTTP/1.x
    std::uint64_t content_length = 0;
    bool chunked = false;
    bool keep_alive = true;         // The client's wish; always false under HTTP/1.0.
    bool expects_continue = false;  // It waits for "100 Continue" before it sends the body.

    bool has_body() const { return chunked || content_length > 0; }
};

// Looks for the end of the header block in `bytes` as they arrive. `scanned` is the caller's memory between calls
// (starts at 0). Gives the block's size, or nothing while it is incomplete; a bare LF, a control character or a block
// over the limit is refused as soon as it is seen. The result is the same however the bytes are cut into pieces.
std::expected<std::optional<std::size_t>, Refusal> find_head_end(std::string_view bytes, std::size_t& scanned,
                                                                 const HeadLimits& limits = {});

// `raw_block` is exactly one header block with its final empty line.
std::expected<Head, Refusal> check_head(std::string_view raw_block, const HeadLimits& limits = {});

}  // namespace http
