// What one request costs the HTTP server: CPU of the server's process per request, and requests a second. Beside it, in
// the same run, a bare loop that reads the same bytes without looking at them and writes the same answer: no server
// over the same sockets can cost less.
//
//   bench_http [seconds per case, default 3] [connections, default 32]
//
// Server and clients share the machine, so the rate is a lower bound; the CPU time per request is the figure to
// compare.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
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
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/server.h"
#include "http/test_certificate_test.h"

namespace {

using Clock = std::chrono::steady_clock;

const std::string k_webhook =
    "POST /hooks/tiktok HTTP/1.1\r\nHost: stallward.example\r\nContent-Type: application/json\r\n"
    "Authorization: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
    "User-Agent: platform\r\nAccept: */*\r\nContent-Length: 1024\r\n\r\n" +
    std::string(1024, 'x');
const std::string k_get =
    "GET /api/v1/orders?status=to_ship&after=abc HTTP/1.1\r\nHost: stallward.example\r\n"
    "Accept: application/json\r\nCookie: __Host-session=0123456789abcdef0123456789abcdef\r\n\r\n";

int tcp_socket() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

// Reads until `size` bytes have come, writes `answer`, again and again, on two threads.
void serve_bare(int listener, std::size_t size, const std::string& answer) {
    const auto loop = [&] {
        const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLEXCLUSIVE;
        event.data.fd = listener;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
        std::vector<std::size_t> received(4096);
        char bytes[16384];
        for (;;) {
            epoll_event ready{};
            if (::epoll_wait(epoll, &ready, 1, -1) != 1) continue;
            if (ready.data.fd == listener) {
                const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
                if (fd < 0) continue;
                event.events = EPOLLIN;
                event.data.fd = fd;
                ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
                continue;
            }
            const int fd = ready.data.fd;
            const auto got = ::recv(fd, bytes, sizeof bytes, 0);
            if (got <= 0) {
                ::close(fd);
                received[static_cast<std::size_t>(fd)] = 0;
                continue;
            }
            auto& sum = received[static_cast<std::size_t>(fd)];
            for (sum += static_cast<std::size_t>(got); sum >= size; sum -= size)
                if (::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
        }
    };
    std::thread second(loop);
    loop();
}

struct Running {
    pid_t process = -1;
    std::uint16_t port = 0;
};

// Runs `serve` in a process of its own, so that its CPU time is its own; `serve` writes the port and does not return.
Running in_process(const std::function<void(int report)>& serve) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    Running running;
    running.process = ::fork();
    if (running.process == 0) {
        ::close(ends[0]);
        serve(ends[1]);
        std::_Exit(0);
    }
    ::close(ends[1]);
    if (::read(ends[0], &running.port, sizeof running.port) != sizeof running.port) std::abort();
    ::close(ends[0]);
    return running;
}

void report_port(int report, std::uint16_t port) {
    if (::write(report, &port, sizeof port) != sizeof port) std::abort();
}

double cpu_of_children() {
    rusage usage{};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// One client: sends and waits for the answer until told to stop. Answers have one size.
struct Client {
    std::function<bool(std::string_view)> send;
    std::function<long(char*, std::size_t)> receive;
};

std::uint64_t ask(const Client& client, const std::string& request, const std::atomic<bool>& stop) {
    char bytes[16384];
    std::uint64_t answers = 0;
    std::size_t size = 0;
    while (!stop) {
        if (!client.send(request)) break;
        std::size_t sum = 0;
        do {
            const long got = client.receive(bytes, sizeof bytes);
            if (got <= 0) return answers;
            sum += static_cast<std::size_t>(got);
            if (size == 0) {  // The first answer tells how long all are.
                const std::string_view text(bytes, sum);
                const auto end = text.find("\r\n\r\n");
                const auto length = text.find("content-length: ");
                size = end + 4 + std::strtoul(bytes + length + 16, nullptr, 10);
            }
        } while (sum < size);
        ++answers;
    }
    return answers;
}

void measure(const char* name, const Running& server, const std::string& request, int seconds, int connections,
             bool tls) {
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> answers{0};
    std::vector<std::thread> clients;
    const double cpu_before = cpu_of_children();
    const auto begin = Clock::now();
    for (int i = 0; i < connections; ++i)
        clients.emplace_back([&] {
            const int fd = tcp_socket();
            const sockaddr_in at = loopback(server.port);
            if (::connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) return;
            SSL* ssl = nullptr;
            Client client{[&](std::string_view bytes) {
                              return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                                     static_cast<ssize_t>(bytes.size());
                          },
                          [&](char* bytes, std::size_t size) { return ::recv(fd, bytes, size, 0); }};
            if (tls) {
                ssl = SSL_new(context);
                SSL_set_fd(ssl, fd);
                if (SSL_connect(ssl) != 1) return;
                client.send = [&](std::string_view bytes) {
                    return SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())) > 0;
                };
                client.receive = [&](char* bytes, std::size_t size) {
                    return static_cast<long>(SSL_read(ssl, bytes, static_cast<int>(size)));
                };
            }
            answers += ask(client, request, stop);
            SSL_free(ssl);
            ::close(fd);
        });
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    stop = true;
    for (std::thread& client : clients) client.join();
    const double wall = std::chrono::duration<double>(Clock::now() - begin).count();
    ::kill(server.process, SIGKILL);
    ::waitpid(server.process, nullptr, 0);
    SSL_CTX_free(context);
    const double count = static_cast<double>(std::max<std::uint64_t>(answers, 1));
    std::printf("%-42s %9.0f requests/s  %6.1f us of the server's CPU each\n", name, count / wall,
                (cpu_of_children() - cpu_before) / count * 1e6);
    std::fflush(stdout);
}

Running start_bare(std::size_t request_size, std::size_t answer_size) {
    return in_process([=](int report) {
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_in at = loopback(0);
        ::bind(listener, reinterpret_cast<const sockaddr*>(&at), sizeof at);
        ::listen(listener, 1024);
        socklen_t size = sizeof at;
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
        report_port(report, ntohs(at.sin_port));
        std::string answer = "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(answer_size) + "\r\n\r\n";
        serve_bare(listener, request_size, answer + std::string(answer_size, 'y'));
    });
}

Running start_server(bool inline_handler, std::size_t answer_size, bool tls) {
    return in_process([=](int report) {
        http::Options options;
        options.default_headers = {{"x-content-type-options", "nosniff"}, {"referrer-policy", "no-referrer"}};
        if (tls) {
            const auto certificate = http::make_certificate();
            options.tls = http::TlsFiles{certificate.certificate_pem, certificate.key_pem};
        }
        const std::string body(answer_size, 'y');
        http::Handlers handlers;
        handlers.plan = [=](const http::Request&) { return http::Plan{256u << 10, inline_handler}; };
        handlers.handle = [=](http::Request, http::Respond respond) {
            http::Response response;
            response.set("content-type", "application/json");
            response.body = body;
            respond(std::move(response));
        };
        const auto server = http::Server::listen(std::move(options), std::move(handlers));
        if (!server) std::abort();
        report_port(report, (*server)->port());
        ::pause();
    });
}

}  // namespace

int main(int argc, char** argv) {
    const int seconds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 3;
    const int connections = argc > 2 ? std::max(1, std::atoi(argv[2])) : 32;
    std::printf("%d connections, %d s a case\n", connections, seconds);
    const auto run = [&](const char* name, const Running& server, const std::string& request, bool tls = false) {
        measure(name, server, request, seconds, connections, tls);
    };
    run("webhook of 1 KiB: bare loop", start_bare(k_webhook.size(), 2), k_webhook);
    run("webhook of 1 KiB: server, inline", start_server(true, 2, false), k_webhook);
    run("webhook of 1 KiB: server, worker", start_server(false, 2, false), k_webhook);
    run("webhook of 1 KiB: server, inline, TLS", start_server(true, 2, true), k_webhook, true);
    run("page of 7 KB: bare loop", start_bare(k_get.size(), 7000), k_get);
    run("page of 7 KB: server, worker", start_server(false, 7000, false), k_get);
    run("page of 7 KB: server, worker, TLS", start_server(false, 7000, true), k_get, true);
    return 0;
}
