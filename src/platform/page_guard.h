#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_set>

namespace platform {

// Stops a scan that the marketplace sends in circles: a page token that comes a second time, or more pages than any
// honest scan has. Remembers hashes only.
class PageGuard {
  public:
    explicit PageGuard(std::size_t max_pages = 20'000) : max_pages_(max_pages) {}
    // False: end the scan with an error.
    bool admit(std::string_view next_page_token) {
        return seen_.size() < max_pages_ && seen_.insert(std::hash<std::string_view>{}(next_page_token)).second;
    }

  private:
    std::size_t max_pages_;
    std::unordered_set<std::size_t> seen_;
};

}  // namespace platform
