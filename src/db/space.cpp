#include "db/space.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"

namespace db {
namespace {

constexpr std::uint64_t k_reserve = 64ull << 20;
constexpr std::int64_t k_look_every_ms = 250;

constexpr std::uint64_t k_edge = 4ull << 20;  // Less than this is full.
constexpr std::uint64_t k_again =
    8ull << 20;  // With the reserve beside it: enough to go on, and the state does not flap.

struct Room {
    std::uint64_t free = UINT64_MAX;  // Bytes an ordinary user may still write.
    std::uint64_t total = UINT64_MAX;
};
Room room_of(const std::string& dir) {
    struct statvfs info{};
    if (::statvfs(dir.c_str(), &info) != 0) return {};
    return {static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize,
            static_cast<std::uint64_t>(info.f_blocks) * info.f_frsize};
}

}  // namespace

Space::Space(std::string dir, bool with_reserve, const base::Clock& clock)
    : dir_(std::move(dir)), reserve_path_(dir_ + "/reserve"), clock_(clock) {
    if (with_reserve) wanted_ = std::min(k_reserve, room_of(dir_).total / 10);
    struct stat info{};
    if (::stat(reserve_path_.c_str(), &info) == 0) reserve_ = static_cast<std::uint64_t>(info.st_size);
    std::scoped_lock lock(mutex_);
    look();
}

bool Space::full() {
    const std::int64_t now = clock_.monotonic_ms();
    std::scoped_lock lock(mutex_);
    // While full, each asker looks: recovery must not wait for a clock.
    if (now >= next_look_ms_ || full_) look();
    return full_;
}

void Space::report_full() {
    std::scoped_lock lock(mutex_);
    give_back(room_of(dir_).free);
}

void Space::look() {
    next_look_ms_ = clock_.monotonic_ms() + k_look_every_ms;
    const std::uint64_t free = room_of(dir_).free;
    if (wanted_ == 0) {
        full_ = free < k_edge;
    } else if (full_ || reserve_ == 0) {
        if (free + reserve_ < wanted_ + k_again || !make_reserve(wanted_)) {
            give_back(free);
        } else if (full_) {
            full_ = false;
            base::log(base::Level::info, "db.disk_room_again", {{"free", free}});
        }
    } else if (free < k_edge) {
        give_back(free);
    }
}

void Space::give_back(std::uint64_t free) {
    if (!full_) base::log(base::Level::error, "db.disk_full", {{"free", free}, {"reserve", reserve_}});
    full_ = true;
    if (reserve_ != 0 && ::unlink(reserve_path_.c_str()) == 0) reserve_ = 0;
}

bool Space::make_reserve(std::uint64_t bytes) {
    const int fd = ::open(reserve_path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    const bool made = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes)) == 0;
    ::close(fd);
    if (made) {
        reserve_ = bytes;
    } else {
        ::unlink(reserve_path_.c_str());
        reserve_ = 0;
    }
    return made;
}

}  // namespace db
