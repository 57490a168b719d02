#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

// What a handler sees of HTTP: plain structs, no library types.
namespace http {

enum class Method { get, head, post, put, patch, del, options, other };
std::string_view name(Method method);

struct Request {
    Method method = Method::get;
    std::string target;                                        // As sent, at most 8 KiB: path and query.
    std::string path;                                          // Percent-decoded once; never holds NUL, "/../" or "//".
    std::vector<std::pair<std::string, std::string>> query;    // Decoded, in order, names may repeat.
    std::vector<std::pair<std::string, std::string>> headers;  // Names in lower case, in order.
    std::string body;                                          // Raw bytes, exactly as received.
    std::string peer;        // Address without port; behind a trusted proxy the client's (Options::trusted_proxies).
    std::string host;        // The Host header as sent.
    bool tls = false;        // The connection, or the trusted proxy says so.
    std::string request_id;  // 16 random bytes in hex, also in the answer's x-request-id.

    std::optional<std::string_view> header(std::string_view lower_case_name) const;  // The first.
    std::optional<std::string_view> parameter(std::string_view name) const;          // The first.
    std::optional<std::string_view> cookie(std::string_view name) const;
};

// A body that is written piece by piece (the event stream). The server keeps it as long as the connection lives.
class Stream {
  public:
    virtual ~Stream() = default;
    // Called once, on a worker thread. `write` may be called from any thread until it answers false (the client is gone
    // or reads too slowly: more than 1 MiB is waiting); an empty chunk ends the stream. Closed streams are destroyed by
    // the server, once nobody else holds them. The connection ends with the stream.
    virtual void start(std::function<bool(std::string chunk)> write) = 0;
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;  // Content-Length is the server's own.
    std::string body;
    std::shared_ptr<Stream> stream;  // Instead of a body: sent chunked.
    // Only so many bytes of the answer, head included, are sent, then the connection is closed; 0: no answer at all. A
    // fault on request, for the sandbox.
    std::optional<std::size_t> cut_after = {};

    Response& set(std::string_view name, std::string value) & {
        headers.emplace_back(name, std::move(value));
        return *this;
    }
};

// Completes a request; to be called exactly once, from any thread. If it is destroyed uncalled, the client gets 500.
using Respond = std::move_only_function<void(Response)>;

}  // namespace http
