#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace base {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

std::unexpected<Error> os_error(const std::string& doing, const std::string& path) {
    const int error = errno;
    return fail(error == ENOENT   ? Code::not_found
                : error == ENOSPC ? Code::unavailable
                                  : Code::internal,
                doing + " " + path + ": " + std::strerror(error));
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return os_error("open", path);
    std::string out;
    char buffer[65536];
    for (;;) {
        const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return os_error("read", path);
        if (n == 0) return out;
        if (out.size() + static_cast<std::size_t>(n) > max_bytes)
            return fail(Code::invalid_input, path + " is too large");
        out.append(buffer, static_cast<std::size_t>(n));
    }
}

Result<void> write_file(const std::string& path, std::string_view content, unsigned mode) {
    const std::string part = path + ".part";
    ::unlink(part.c_str());
    {
        Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
        if (file.get() < 0) return os_error("create", part);
        while (!content.empty()) {
            const ssize_t n = ::write(file.get(), content.data(), content.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return os_error("write", part);
            content.remove_prefix(static_cast<std::size_t>(n));
        }
        if (::fsync(file.get()) != 0) return os_error("sync", part);
    }
    if (::rename(part.c_str(), path.c_str()) != 0) return os_error("rename", part);
    const auto slash = path.rfind('/');
    Descriptor folder(::open(slash == std::string::npos ? "." : path.substr(0, slash + 1).c_str(),
                             O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() >= 0) ::fsync(folder.get());
    return {};
}

}  // namespace base
