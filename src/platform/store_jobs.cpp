#include "platform/store_jobs.h"

namespace platform {

StoreJobs::StoreJobs(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

StoreJobs::~StoreJobs() {
    stop();
}

bool StoreJobs::submit(model::StoreId store, std::string_view name, std::move_only_function<void()> work) {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || !names_.emplace(store, name).second) return false;
    auto& queue = waiting_[store];
    queue.push_back({std::string(name), std::move(work)});
    if (queue.size() == 1 && !running_.contains(store)) {
        ready_.push_back(store);
        wake_.notify_one();
    }
    return true;
}

void StoreJobs::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !ready_.empty(); });
        if (stopping_) return;
        const model::StoreId store = ready_.front();
        ready_.pop_front();
        Job job = std::move(waiting_[store].front());
        waiting_[store].pop_front();
        names_.erase({store, job.name});
        running_.insert(store);
        lock.unlock();
        job.work();
        job.work = nullptr;
        lock.lock();
        running_.erase(store);
        // Emptied by stop() meanwhile, or holding what came while this ran.
        const auto queue = waiting_.find(store);
        if (queue != waiting_.end()) {
            if (queue->second.empty()) {
                waiting_.erase(queue);
            } else {
                ready_.push_back(store);
                wake_.notify_one();
            }
        }
        if (running_.empty() && waiting_.empty()) idle_.notify_all();
    }
}

void StoreJobs::stop() {
    std::vector<std::thread> threads;
    std::map<model::StoreId, std::deque<Job>> dropped;
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        dropped.swap(waiting_);
        ready_.clear();
        names_.clear();
        threads.swap(threads_);
    }
    wake_.notify_all();
    for (std::thread& thread : threads) thread.join();
    idle_.notify_all();
}

void StoreJobs::wait_idle() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return stopping_ || (running_.empty() && waiting_.empty()); });
}

}  // namespace platform
