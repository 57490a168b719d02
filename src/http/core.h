#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "base/random.h"
#include "http/forwarded.h"
#include "http/head.h"
#include "http/server.h"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

// What server.cpp and connection.cpp share; nobody else includes it.
namespace http {

class Connection;

struct AtomicCounters {
    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> evicted{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> timed_out{0};
    std::atomic<std::uint64_t> failed{0};
};

// One per server; outlives its connections. What changes after start is atomic or behind its mutex.
struct Core {
    Options options;
    Handlers handlers;
    HeadLimits head_limits;
    TrustedProxies trusted;
    std::shared_ptr<boost::asio::ssl::context> tls;  // Empty: plain HTTP.
    std::function<void(std::move_only_function<void()>)> run_on_worker;
    std::function<void(std::move_only_function<void()>)> run_in_turn;
    base::SystemRandom random;

    AtomicCounters counters;
    std::atomic<bool> draining{false};
    std::atomic<std::size_t> open_connections{0};
    std::atomic<std::int64_t> being_evicted{0};  // Chosen, and perhaps not closed yet.
    std::atomic<std::size_t> body_bytes{0};      // Of all requests being read or handled.
    std::atomic<std::size_t> turns{0};           // Requests that wait their turn or have it.
    std::mutex waiting_mutex;
    // Connections that wait for their client to take or send something, longest first: who is closed when there are too
    // many.
    std::list<std::weak_ptr<Connection>> waiting;
    std::mutex drained_mutex;
    std::condition_variable drained;  // Signalled when open_connections falls to 0.
};

// One thread's share of the connections: everything here is touched by that thread alone.
struct Loop {
    boost::asio::io_context* io = nullptr;
    std::unordered_set<std::shared_ptr<Connection>> open;
};

// To be called on the loop's thread. Takes over `socket`.
void start_connection(Core& core, Loop& loop, int socket, std::string peer);
// Closes the connection that has waited longest for its client; false when all are busy. Any thread.
bool evict_one(Core& core);
// Closes connections on which no request is running; with `all` every one.
void close_connections(Loop& loop, bool all);

}  // namespace http
