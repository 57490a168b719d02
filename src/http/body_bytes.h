#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace http {

// A request's share of Core::body_bytes.
class BodyBytes {
  public:
    explicit BodyBytes(std::atomic<std::size_t>& total) : total_(total) {}
    BodyBytes(const BodyBytes&) = delete;
    BodyBytes& operator=(const BodyBytes&) = delete;
    ~BodyBytes() { release(); }
    void release() { total_ -= std::exchange(mine_, 0); }
    // False when all requests together would hold more than `most`.
    bool grow_to(std::size_t size, std::size_t most) {
        const std::size_t more = size - mine_;
        mine_ = size;
        return total_.fetch_add(more) + more <= most;
    }

  private:
    std::atomic<std::size_t>& total_;
    std::size_t mine_ = 0;
};

}  // namespace http
