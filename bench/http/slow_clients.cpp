// What honest clients notice while somebody holds thousands of connections open with requests that never end: a header
// that grows by a byte a second, or a body that comes below the least rate. Connections that are closed are opened
// again at once. The honest client opens a connection for each request.
//
//   bench_http_slow [slow connections, default 4000] [seconds, default 20]
//
// Held (F-16): at least 99.9 % of the honest requests are answered, p99 at most 1 s, memory at most 128 MiB more.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/server.h"

namespace {

using Clock = std::chrono::steady_clock;

long resident_kb(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/smaps_rollup");
    for (std::string word; status >> word;)
        if (word == "Pss:") {
            long kb = 0;
            status >> kb;
            return kb;
        }
    return 0;
}

int connect_to(std::uint16_t port, bool blocking) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
        ::close(fd);
        return -1;
    }
    if (!blocking) ::fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

// Keeps `count` slow requests open: even ones in their header, odd ones in their body. Returns how often one was
// reopened.
std::uint64_t be_slow(std::uint16_t port, std::size_t count, const std::atomic<bool>& stop) {
    constexpr std::string_view k_header = "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ";
    constexpr std::string_view k_body = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    std::vector<int> sockets(count, -1);
    std::uint64_t opened = 0;
    while (!stop) {
        const auto round_ends = Clock::now() + std::chrono::seconds(1);
        for (std::size_t i = 0; i < count && !stop; ++i) {
            int& fd = sockets[i];
            if (fd >= 0 && ::send(fd, "x", 1, MSG_NOSIGNAL) == 1) continue;
            if (fd >= 0) ::close(fd);
            fd = connect_to(port, false);
            ++opened;
            const std::string_view begin = i % 2 == 0 ? k_header : k_body;
            if (fd >= 0 && ::send(fd, begin.data(), begin.size(), MSG_NOSIGNAL) < 0) continue;
        }
        std::this_thread::sleep_until(round_ends);
    }
    for (const int fd : sockets)
        if (fd >= 0) ::close(fd);
    return opened;
}

bool ask_once(std::uint16_t port) {
    const int fd = connect_to(port, true);
    if (fd < 0) return false;
    const timeval patience{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    constexpr std::string_view k_request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    ::send(fd, k_request.data(), k_request.size(), MSG_NOSIGNAL);
    char bytes[4096];
    const auto got = ::recv(fd, bytes, sizeof bytes, 0);
    ::close(fd);
    return got > 0 && std::string_view(bytes, static_cast<std::size_t>(got)).starts_with("HTTP/1.1 200");
}

struct Child {
    pid_t process = -1;
    std::uint16_t port = 0;
};

Child start_server() {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    Child child;
    child.process = ::fork();
    if (child.process == 0) {
        http::Handlers handlers;
        handlers.plan = [](const http::Request&) { return http::Plan{256u << 10, false}; };
        handlers.handle = [](http::Request, http::Respond respond) { respond({}); };
        const auto server = http::Server::listen({}, std::move(handlers));
        if (!server) std::abort();
        const std::uint16_t port = (*server)->port();
        if (::write(ends[1], &port, sizeof port) != sizeof port) std::abort();
        ::pause();
    }
    if (::read(ends[0], &child.port, sizeof child.port) != sizeof child.port) std::abort();
    return child;
}

}  // namespace

int main(int argc, char** argv) {
    const auto slow = static_cast<std::size_t>(argc > 1 ? std::max(0, std::atoi(argv[1])) : 4000);
    const int seconds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 20;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, slow + 100);
    ::setrlimit(RLIMIT_NOFILE, &files);

    const Child server = start_server();
    const long memory_before = resident_kb(server.process);
    std::atomic<bool> stop{false};
    std::uint64_t opened = 0;
    std::thread attacker([&] { opened = be_slow(server.port, slow, stop); });
    std::this_thread::sleep_for(std::chrono::seconds(2));

    std::vector<double> times_ms;
    std::size_t failed = 0;
    long memory_most = 0;
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    while (Clock::now() < end) {
        const auto begin = Clock::now();
        if (ask_once(server.port))
            times_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
        else
            ++failed;
        if (times_ms.size() % 100 == 0) memory_most = std::max(memory_most, resident_kb(server.process));
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    stop = true;
    attacker.join();
    ::kill(server.process, SIGKILL);
    ::waitpid(server.process, nullptr, 0);

    std::ranges::sort(times_ms);
    const auto at = [&](double part) {
        return times_ms.empty() ? 0.0
                                : times_ms[static_cast<std::size_t>(part * static_cast<double>(times_ms.size() - 1))];
    };
    std::printf("%zu slow connections (%llu opened in all), %d s\n", slow, static_cast<unsigned long long>(opened),
                seconds);
    std::printf("honest requests: %zu answered, %zu not; p50 %.2f ms, p99 %.2f ms, max %.1f ms\n", times_ms.size(),
                failed, at(0.5), at(0.99), at(1));
    std::printf("server's memory (PSS): %.1f MiB more at most\n",
                static_cast<double>(memory_most - memory_before) / 1024);
    return 0;
}
