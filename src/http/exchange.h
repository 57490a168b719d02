#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/message.h"

namespace http {

// Where a handler's answer, or the pieces of its stream, meet the connection that sends them. Either side may go first.
// Threads: any.
class Exchange {
  public:
    // `wake` is called after something has arrived, on the thread that brought it, until detach().
    explicit Exchange(std::function<void()> wake) : wake_(std::move(wake)) {}

    // The first answer counts.
    void complete(Response response);
    std::optional<Response> take_response();

    // For Stream::start: false when the client is gone or more than k_max_waiting_bytes wait for it, which ends the
    // stream. An empty piece ends it from the handler's side.
    bool push(std::string piece);
    struct Pieces {
        std::string bytes;
        bool ended = false;  // By the handler.
        bool broken = false;
    };
    // All that waits, joined.
    Pieces take_pieces();

    // The connection is gone: nothing is kept or woken any more. After it returned, `wake` does not run.
    void detach();

    static constexpr std::size_t k_max_waiting_bytes = 1u << 20;

  private:
    std::mutex mutex_;
    std::function<void()> wake_;
    std::optional<Response> response_;
    bool answered_ = false;
    std::string waiting_;
    bool ended_ = false;
    bool broken_ = false;
};

// Completes `exchange` with a 500 when it is destroyed uncalled.
Respond respond_to(std::shared_ptr<Exchange> exchange);

}  // namespace http
