#include "db/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace db {

base::Result<FolderLock> FolderLock::take(const std::string& dir) {
    const std::string path = dir + "/lock";
    const int fd = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return base::fail(base::Code::unavailable, "open " + path + ": " + std::strerror(errno), "db.io");
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        ::close(fd);
        if (error == EWOULDBLOCK)
            return base::fail(base::Code::conflict, dir + " is used by another process", "db.in_use");
        return base::fail(base::Code::unavailable, "lock " + path + ": " + std::strerror(error), "db.io");
    }
    return FolderLock(fd);
}

FolderLock::~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace db
