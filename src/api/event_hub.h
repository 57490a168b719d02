#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/route.h"
#include "http/message.h"
#include "model/ids.h"

namespace api {

// What the open pages are told: only that something changed, never the data itself; the page asks for what it shows.
struct Change {
    std::string what;                     // orders, stores, alerts, overview, imports, audit, session
    std::optional<model::StoreId> store;  // Absent: of no store in particular.
    std::string id;                       // May be empty.
    friend bool operator==(const Change&, const Change&) = default;
};

// The open event streams, one a browser. Threads: any.
class EventHub {
  public:
    // At most this many streams at once; beyond it a browser gets 503 and tries again.
    static constexpr std::size_t k_max_streams = 1'000;

    // A stream for this caller, or rate_limited.
    base::Result<std::shared_ptr<http::Stream>> open(const Caller& caller);
    // Tells every stream whose person may see the store. Equal changes that wait for the same flush are told once.
    void publish(Change change);
    // Writes what waits; every 200 ms by the server's timer, so that a burst of orders is one line a store.
    void flush();
    // Sends a comment, so that proxies keep the connection, and ends the streams whose session is no longer `alive`.
    // Every few seconds.
    void keep_alive(const std::function<bool(model::SessionId)>& alive);
    std::size_t size() const;

  private:
    struct Line;
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<Line>> lines_;
    std::vector<Change> waiting_;
};

}  // namespace api
