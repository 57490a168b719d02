#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace http {

// A request's place among those that wait their turn or have it (Plan::takes_turns); given back when it goes.
class Turn {
  public:
    Turn() = default;
    Turn(Turn&& other) noexcept : total_(std::exchange(other.total_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
        if (total_ != nullptr) --*total_;
    }
    // False when there are `most` already. `total` outlives this.
    bool take(std::atomic<std::size_t>& total, std::size_t most) {
        if (total.fetch_add(1) >= most) {
            --total;
            return false;
        }
        total_ = &total;
        return true;
    }

  private:
    std::atomic<std::size_t>* total_ = nullptr;
};

}  // namespace http
