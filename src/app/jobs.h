#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"

namespace app {

// The server's background work: named loops, each on a thread of its own, that run when poked and at the latest after
// their pause. A loop is a function that does a bounded piece of work and says whether more is waiting. Threads: poke()
// and stop() may be called from any thread.
class Jobs {
  public:
    enum class More { no, yes };
    using Work = std::function<More()>;

    Jobs();
    ~Jobs();  // Stops.
    // Starts at once. `pause` counts from the end of a run; monotonic, so clock jumps do not matter.
    void start(std::string name, base::Duration pause, Work work);
    // Runs the loop of this name now, or again when it is running.
    void poke(const std::string& name);
    // Waits until every loop has finished its piece of work. Idempotent.
    void stop();

  private:
    struct Loop;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace app
