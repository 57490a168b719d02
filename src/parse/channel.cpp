#include "parse/channel.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace parse {
namespace {

IoEnd wait_for(int socket, short event, std::int64_t deadline_ms) {
    for (;;) {
        const std::int64_t left = deadline_ms - steady_ms();
        if (left <= 0) return IoEnd::timeout;
        pollfd wait = {socket, event, 0};
        const int ready = ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready > 0) return IoEnd::done;
        if (ready < 0 && errno != EINTR) return IoEnd::closed;
    }
}

IoEnd send_all(int socket, std::string_view bytes, std::int64_t deadline_ms) {
    while (!bytes.empty()) {
        const ssize_t put = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(put));
        } else if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (const IoEnd end = wait_for(socket, POLLOUT, deadline_ms); end != IoEnd::done) return end;
        } else if (put >= 0 || errno != EINTR) {
            return IoEnd::closed;
        }
    }
    return IoEnd::done;
}

IoEnd receive_all(int socket, char* into, std::size_t size, std::int64_t deadline_ms) {
    while (size > 0) {
        const ssize_t got = ::recv(socket, into, size, MSG_DONTWAIT);
        if (got > 0) {
            into += got;
            size -= static_cast<std::size_t>(got);
        } else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (const IoEnd end = wait_for(socket, POLLIN, deadline_ms); end != IoEnd::done) return end;
        } else if (got == 0 || errno != EINTR) {
            return IoEnd::closed;
        }
    }
    return IoEnd::done;
}

}  // namespace

void Descriptor::close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

std::int64_t steady_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

IoEnd send_frame(int socket, std::uint8_t type, std::string_view bytes, std::int64_t deadline_ms) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    std::array<char, 5> head = {static_cast<char>(type)};
    for (unsigned i = 0; i < 4; ++i) head[i + 1] = static_cast<char>(size >> (8 * i));
    if (const IoEnd end = send_all(socket, {head.data(), head.size()}, deadline_ms); end != IoEnd::done) return end;
    return send_all(socket, bytes, deadline_ms);
}

Received receive_frame(int socket, std::uint32_t bytes_max, std::int64_t deadline_ms) {
    Received received;
    std::array<char, 5> head;
    received.end = receive_all(socket, head.data(), head.size(), deadline_ms);
    if (received.end != IoEnd::done) return received;
    std::uint32_t size = 0;
    for (unsigned i = 0; i < 4; ++i)
        size |= static_cast<std::uint32_t>(static_cast<unsigned char>(head[i + 1])) << (8 * i);
    received.type = static_cast<std::uint8_t>(head[0]);
    if (size > bytes_max) {
        received.too_large = true;
        return received;
    }
    received.bytes.resize(size);
    received.end = receive_all(socket, received.bytes.data(), size, deadline_ms);
    return received;
}

int start_program(const std::string& program, int socket) {
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) return -1;
    // Descriptors 0 to 2 lead nowhere, 3 is the socket; everything above is closed, whoever opened it.
    bool good = true;
    for (int number = 0; number < 3; ++number)
        good = good && posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0) == 0;
    good = good && posix_spawn_file_actions_adddup2(&actions, socket, 3) == 0 &&
           posix_spawn_file_actions_addclosefrom_np(&actions, 4) == 0;
    pid_t child = -1;
    std::string name = "stallward-worker";
    std::array<char*, 2> arguments = {name.data(), nullptr};
    std::array<char*, 1> environment = {nullptr};
    if (good && posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environment.data()) != 0)
        child = -1;
    posix_spawn_file_actions_destroy(&actions);
    return good ? child : -1;
}

bool hand_over(int control, int socket) {
    char byte = 'w';
    iovec data = {&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space = {};
    msghdr message = {};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = space.data();
    message.msg_controllen = space.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof socket);
    std::memcpy(CMSG_DATA(header), &socket, sizeof socket);
    ssize_t put = 0;
    do put = ::sendmsg(control, &message, MSG_NOSIGNAL);
    while (put < 0 && errno == EINTR);
    return put == 1;
}

}  // namespace parse
