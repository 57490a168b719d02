#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace db {

// Watches the room on the data folder's disk (REL-9). A reserve file of 64 MiB (a tenth of the disk where that is less)
// is given back when the disk is nearly full, so that sign-in and other small writes go on while bulk writes and the
// inbox refuse; it is made again when there is room. Threads: any.
class Space {
  public:
    // Without a reserve (PostgreSQL: the data are elsewhere) it only watches.
    Space(std::string dir, bool with_reserve, const base::Clock& clock);

    // True while bulk work must be refused. Looks at the disk at most each 250 ms.
    bool full();
    // A write met a full disk.
    void report_full();

  private:
    void look();
    void give_back(std::uint64_t free);
    bool make_reserve(std::uint64_t bytes);

    std::string dir_;
    std::string reserve_path_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::int64_t next_look_ms_ = 0;
    std::uint64_t wanted_ = 0;   // Size of the reserve on this disk.
    std::uint64_t reserve_ = 0;  // Bytes held; 0: given back.
    std::atomic<bool> full_ = false;
};

}  // namespace db
