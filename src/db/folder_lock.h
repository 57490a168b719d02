#pragma once

#include <string>

#include "base/result.h"

namespace db {

// The right to be the only process on a data folder (REL-11), held until destroyed; the system drops it when the
// process ends in any way.
class FolderLock {
  public:
    // conflict "db.in_use" when another process has it.
    static base::Result<FolderLock> take(const std::string& dir);
    FolderLock() = default;
    FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FolderLock& operator=(FolderLock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FolderLock();

  private:
    explicit FolderLock(int fd) : fd_(fd) {}
    int fd_ = -1;
};

}  // namespace db
