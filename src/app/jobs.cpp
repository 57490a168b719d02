#include "app/jobs.h"

#include <chrono>

#include "base/log.h"

namespace app {

struct Jobs::Loop {
    std::string name;
    base::Duration pause;
    Work work;
    std::mutex mutex;
    std::condition_variable wake;
    bool poked = false;
    bool stopping = false;
    std::thread thread;

    void run() {
        for (;;) {
            {
                std::scoped_lock lock(mutex);
                if (stopping) return;
                poked = false;
            }
            if (work() == More::yes) continue;
            std::unique_lock lock(mutex);
            wake.wait_for(lock, std::chrono::milliseconds(pause.ms), [this] { return poked || stopping; });
        }
    }
};

Jobs::Jobs() = default;
Jobs::~Jobs() {
    stop();
}

void Jobs::start(std::string name, base::Duration pause, Work work) {
    auto loop = std::make_unique<Loop>();
    loop->name = std::move(name);
    loop->pause = pause;
    loop->work = std::move(work);
    Loop* running = loop.get();
    std::scoped_lock lock(mutex_);
    loops_.push_back(std::move(loop));
    running->thread = std::thread([running] { running->run(); });
}

void Jobs::poke(const std::string& name) {
    std::scoped_lock lock(mutex_);
    for (const auto& loop : loops_) {
        if (loop->name != name) continue;
        std::scoped_lock inner(loop->mutex);
        loop->poked = true;
        loop->wake.notify_one();
    }
}

void Jobs::stop() {
    std::vector<std::unique_ptr<Loop>> loops;
    {
        std::scoped_lock lock(mutex_);
        loops.swap(loops_);
    }
    for (const auto& loop : loops) {
        std::scoped_lock lock(loop->mutex);
        loop->stopping = true;
        loop->wake.notify_one();
    }
    for (const auto& loop : loops) loop->thread.join();
}

}  // namespace app
