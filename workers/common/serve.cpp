#include "common/serve.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "common/frames.h"
#include "common/sandbox.h"

namespace common {
namespace {

constexpr int k_control = 3;
constexpr int k_idle_ms = 60'000;
constexpr int k_items_max = 1'000;
constexpr long k_cpu_s_max = 2;

std::uint8_t type(model::AnswerKind kind) {
    return static_cast<std::uint8_t>(kind);
}

bool readable(int descriptor, int timeout_ms) {
    pollfd wait = {descriptor, POLLIN, 0};
    int ready = 0;
    do ready = ::poll(&wait, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

long cpu_seconds() {
    rusage usage = {};
    return ::getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_utime.tv_sec + usage.ru_stime.tv_sec : k_cpu_s_max;
}

[[noreturn]] void run_child(int given, const Handler& handler) {
    if (!close_process(given)) ::_exit(71);
    constexpr int socket = 0;
    for (int items = 0; items < k_items_max && cpu_seconds() < k_cpu_s_max; ++items) {
        if (!readable(socket, k_idle_ms)) break;
        const auto frame = read_frame(socket, model::k_read_bytes_max + 1024);
        if (!frame) break;
        const auto request = model::decode_request(frame->bytes);
        if (!request) break;
        Answer answer(socket);
        const std::string refused = handler(*request, answer);
        const auto last = refused.empty() ? model::AnswerKind::done : model::AnswerKind::refused;
        if (!write_frame(socket, type(last), refused) || answer.leaves()) break;
    }
    ::_exit(0);
}

// A descriptor that the core sends over the control socket; -1 at its end.
int receive_socket() {
    char byte = 0;
    iovec data = {&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control = {};
    msghdr message = {};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t got = 0;
    do got = ::recvmsg(k_control, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got <= 0) return -1;
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return -1;
    int socket = -1;
    std::memcpy(&socket, CMSG_DATA(header), sizeof socket);
    return socket;
}

int reap() {
    int ended = 0;
    while (::waitpid(-1, nullptr, WNOHANG) > 0) ++ended;
    return ended;
}

}  // namespace

bool Answer::features(const model::Features& features) {
    return write_frame(socket_, type(model::AnswerKind::features), model::encode(features));
}

bool Answer::rows(const model::TableRows& rows) {
    return write_frame(socket_, type(model::AnswerKind::rows), model::encode(rows));
}

int serve(const std::function<void()>& prepare, const Handler& handler) {
    std::signal(SIGPIPE, SIG_IGN);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prepare();
    int children = 0, idle_ms = 0;
    constexpr int k_step_ms = 5'000;
    for (;;) {
        const bool asked = readable(k_control, k_step_ms);
        children -= reap();
        if (!asked) {
            idle_ms = children > 0 ? 0 : idle_ms + k_step_ms;
            if (idle_ms >= k_idle_ms) return 0;
            continue;
        }
        idle_ms = 0;
        const int socket = receive_socket();
        if (socket < 0) return 0;
        const pid_t child = ::fork();
        if (child == 0) run_child(socket, handler);
        if (child > 0) ++children;
        ::close(socket);
    }
}

}  // namespace common
