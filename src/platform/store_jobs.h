#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "model/ids.h"

namespace platform {

// Threads for work that waits for a marketplace, at most one piece at a time for each store, in the order given. A
// store that does not answer holds one thread at most. Threads: any.
class StoreJobs {
  public:
    explicit StoreJobs(std::size_t threads);
    ~StoreJobs();  // As stop().

    // False when work of this name already waits for the store (it has not begun), or when stopping.
    bool submit(model::StoreId store, std::string_view name, std::move_only_function<void()> work);
    // Drops what waits, finishes what runs. Idempotent.
    void stop();
    // Waits until nothing waits or runs. For tests and for the drain at the end.
    void wait_idle();

  private:
    struct Job {
        std::string name;
        std::move_only_function<void()> work;
    };
    void loop();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::map<model::StoreId, std::deque<Job>> waiting_;
    std::deque<model::StoreId> ready_;  // Stores with waiting work and none running, each once.
    std::set<model::StoreId> running_;
    std::set<std::pair<model::StoreId, std::string>> names_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace platform
