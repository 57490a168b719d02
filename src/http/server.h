#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace http {

struct TlsFiles {
    std::string certificate_pem;  // Chain, leaf first.
    std::string key_pem;
};

struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one; Server::port() tells.
    std::optional<TlsFiles> tls;
    // Only requests from these addresses or networks ("10.0.0.0/8") may set X-Forwarded-For / X-Forwarded-Proto.
    std::vector<std::string> trusted_proxies;
    int workers = 8;       // Threads that run handlers.
    int turn_workers = 4;  // Threads of their own for handlers that wait their turn (Plan::takes_turns).
    // Such requests waiting or running; above it a request gets 503.
    std::size_t max_turns = 256;
    // Limits of API-1.
    std::size_t max_header_bytes = 16u << 10;
    std::size_t max_headers = 64;
    std::size_t max_target_bytes = 8u << 10;
    int header_timeout_ms = 10'000;
    int body_timeout_ms = 30'000;
    int idle_timeout_ms = 60'000;
    std::size_t min_body_bytes_per_s = 500;
    // Above it the connection that has waited longest for its client (to send, or to take the answer) is closed for a
    // new one.
    std::size_t max_connections = 4'000;
    // All bodies being received or handled, together; above it a request gets 503.
    std::size_t max_body_bytes_in_memory = 256u << 20;
    // Set on every answer of this server, also on its own 4xx (security headers). A header that the handler sets wins.
    std::vector<std::pair<std::string, std::string>> default_headers;
};

// What the router decides from the request line and headers, before any of the body is read.
struct Plan {
    std::size_t max_body_bytes = 0;
    // Small and never blocking: may run on the connection's own thread (webhook intake). Otherwise on a worker.
    bool inline_handler = false;
    // Waits for something scarce, as the password hash is: runs on threads of its own, so that a crowd of such requests
    // holds up nothing else (AUTH-4).
    bool takes_turns = false;
};

// Threads: handlers run on worker threads (or the connection's, see Plan); both functions are called concurrently.
struct Handlers {
    std::function<Plan(const Request& without_body)> plan;
    std::function<void(Request, Respond)> handle;
};

// Since the start of the server.
struct Counters {
    std::uint64_t connections = 0;
    std::uint64_t open_connections = 0;  // Now.
    std::uint64_t evicted = 0;           // Closed or turned away because of max_connections.
    std::uint64_t requests = 0;          // Complete ones, given to a handler.
    std::uint64_t refused = 0;           // Answered by the server itself with 4xx or 5xx.
    std::uint64_t timed_out = 0;
    std::uint64_t failed = 0;  // Answers with 5xx, also the handlers'.
};

// An HTTP/1.1 server: strict header check before the body is read (docs/adr on the HTTP server), keep-alive, TLS 1.2+.
class Server {
  public:
    // Binds and listens; the address is in use -> Code::precondition_failed; an address, certificate, key or proxy
    // entry that cannot be read -> Code::invalid_input.
    static base::Result<std::unique_ptr<Server>> listen(Options options, Handlers handlers);
    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
    virtual Counters counters() const = 0;  // Any thread.
    // Stops accepting, lets running requests finish for at most `drain_ms`, closes streams. Blocks until the handlers
    // that run have returned, so it is never called from one. Idempotent.
    virtual void stop(int drain_ms = 10'000) = 0;
};

}  // namespace http
