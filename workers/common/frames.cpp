#include "common/frames.h"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace common {
namespace {

bool read_all(int socket, char* into, std::size_t size) {
    while (size > 0) {
        const ssize_t got = ::read(socket, into, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

bool write_all(int socket, const char* from, std::size_t size) {
    while (size > 0) {
        const ssize_t put = ::write(socket, from, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        from += put;
        size -= static_cast<std::size_t>(put);
    }
    return true;
}

}  // namespace

std::optional<Frame> read_frame(int socket, std::uint32_t bytes_max) {
    std::array<char, 5> head;
    if (!read_all(socket, head.data(), head.size())) return std::nullopt;
    std::uint32_t size = 0;
    for (unsigned i = 0; i < 4; ++i)
        size |= static_cast<std::uint32_t>(static_cast<unsigned char>(head[i + 1])) << (8 * i);
    if (size > bytes_max) return std::nullopt;
    Frame frame{static_cast<std::uint8_t>(head[0]), std::string(size, '\0')};
    if (!read_all(socket, frame.bytes.data(), size)) return std::nullopt;
    return frame;
}

bool write_frame(int socket, std::uint8_t type, std::string_view bytes) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    std::array<char, 5> head = {static_cast<char>(type)};
    for (unsigned i = 0; i < 4; ++i) head[i + 1] = static_cast<char>(size >> (8 * i));
    return write_all(socket, head.data(), head.size()) && write_all(socket, bytes.data(), bytes.size());
}

}  // namespace common
