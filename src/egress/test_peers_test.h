#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// Servers that misbehave as told, and small proxies, for the tests of this room.
namespace egress {

// Owns a socket.
class Socket {
  public:
    explicit Socket(int fd) : fd_(fd) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(fd_); }
    int fd() const { return fd_; }
    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // Empty at the end.
    std::string receive(std::size_t most = 65536) const {
        std::string bytes(most, '\0');
        const auto got = ::recv(fd_, bytes.data(), bytes.size(), 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    std::string receive_exactly(std::size_t count) const {
        std::string bytes;
        while (bytes.size() < count) {
            const std::string more = receive(count - bytes.size());
            if (more.empty()) break;
            bytes += more;
        }
        return bytes;
    }
    // One request with its body by Content-Length; empty at the end.
    std::string receive_request() const {
        std::string bytes;
        std::size_t end = 0;
        while ((end = bytes.find("\r\n\r\n")) == std::string::npos) {
            const std::string more = receive();
            if (more.empty()) return {};
            bytes += more;
        }
        std::size_t length = 0;
        if (const auto at = bytes.find("Content-Length: "); at != std::string::npos && at < end)
            length = std::stoul(bytes.substr(at + 16));
        while (bytes.size() < end + 4 + length) bytes += receive();
        return bytes;
    }

  private:
    int fd_;
};

// Calls `serve` on a thread of its own for each connection.
class Listener {
  public:
    explicit Listener(std::function<void(Socket&)> serve) : serve_(std::move(serve)) {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at);
        ::listen(fd_, 64);
        socklen_t size = sizeof at;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
        accepting_ = std::thread([this] { accept_all(); });
    }
    ~Listener() { stop(); }
    std::uint16_t port() const { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    int connections() const { return connections_; }

    // Hangs up on everybody and refuses newcomers.
    void stop() {
        if (!accepting_.joinable()) return;
        ::shutdown(fd_, SHUT_RDWR);
        accepting_.join();
        ::close(fd_);
        {
            const std::scoped_lock lock(mutex_);
            for (const Socket* socket : open_) ::shutdown(socket->fd(), SHUT_RDWR);
        }
        for (std::thread& thread : threads_) thread.join();
    }
    void hang_up() {
        const std::scoped_lock lock(mutex_);
        for (const Socket* socket : open_) ::shutdown(socket->fd(), SHUT_RDWR);
    }

  private:
    void accept_all() {
        for (;;) {
            const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) return;
            ++connections_;
            threads_.emplace_back([this, fd] {
                Socket socket(fd);
                {
                    const std::scoped_lock lock(mutex_);
                    open_.push_back(&socket);
                }
                serve_(socket);
                const std::scoped_lock lock(mutex_);
                open_.remove(&socket);
            });
        }
    }

    std::function<void(Socket&)> serve_;
    int fd_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::mutex mutex_;
    std::list<const Socket*> open_;
    std::vector<std::thread> threads_;
    std::thread accepting_;
};

// A proxy that leads everything to one port of this machine, and remembers what it was asked for.
class TestProxy {
  public:
    enum class Kind { connect, socks5 };
    TestProxy(Kind kind, std::uint16_t to)
        : to_(to),
          listener_([this, kind](Socket& client) { kind == Kind::connect ? connect(client) : socks5(client); }) {}

    Listener& listener() { return listener_; }
    // "host:port" as the client wrote it; for SOCKS5 only names count, an address is "address".
    std::vector<std::string> targets() {
        const std::scoped_lock lock(mutex_);
        return targets_;
    }
    std::vector<std::string> credentials() {
        const std::scoped_lock lock(mutex_);
        return credentials_;
    }
    // All bytes of the CONNECT requests.
    std::string seen() {
        const std::scoped_lock lock(mutex_);
        return seen_;
    }
    std::atomic<int> refuse_with{0};  // CONNECT only: this status instead of a tunnel.

  private:
    void connect(Socket& client) {
        const std::string request = client.receive_request();
        if (request.empty()) return;
        {
            const std::scoped_lock lock(mutex_);
            seen_ += request;
            targets_.push_back(request.substr(8, request.find(' ', 8) - 8));
            const auto at = request.find("Proxy-Authorization: Basic ");
            if (at != std::string::npos)
                credentials_.push_back(request.substr(at + 27, request.find('\r', at) - at - 27));
        }
        if (refuse_with != 0) {
            client.send("HTTP/1.1 " + std::to_string(refuse_with) +
                        " No\r\nX-From-Proxy: 1\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        client.send("HTTP/1.1 200 OK\r\nX-From-Proxy: 1\r\n\r\n");
        relay(client);
    }

    // RFC 1928 and 1929
    void socks5(Socket& client) {
        const std::string hello = client.receive_exactly(2);
        if (hello.size() < 2) return;
        const std::string methods = client.receive_exactly(static_cast<unsigned char>(hello[1]));
        const bool with_password = methods.contains('\x02');
        client.send(with_password ? std::string_view("\x05\x02") : std::string_view("\x05\0", 2));
        if (with_password) {
            const auto user_size = client.receive_exactly(2);
            const std::string user = client.receive_exactly(static_cast<unsigned char>(user_size[1]));
            const auto word_size = client.receive_exactly(1);
            const std::string word = client.receive_exactly(static_cast<unsigned char>(word_size[0]));
            const std::scoped_lock lock(mutex_);
            credentials_.push_back(user + ":" + word);
            client.send(std::string_view("\x01\0", 2));
        }
        const std::string request = client.receive_exactly(4);
        if (request.size() < 4) return;
        std::string target = "address";
        if (request[3] == 3) {
            const auto size = client.receive_exactly(1);
            target = client.receive_exactly(static_cast<unsigned char>(size[0]));
        } else {
            client.receive_exactly(request[3] == 1 ? 4 : 16);
        }
        const std::string port = client.receive_exactly(2);
        target += ":" + std::to_string(static_cast<unsigned char>(port[0]) * 256 + static_cast<unsigned char>(port[1]));
        {
            const std::scoped_lock lock(mutex_);
            targets_.push_back(target);
        }
        client.send(std::string_view("\x05\0\0\x01\x7f\0\0\x01\0\0", 10));
        relay(client);
    }

    void relay(Socket& client) {
        Socket server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(to_);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(server.fd(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) return;
        std::array<pollfd, 2> both = {pollfd{client.fd(), POLLIN, 0}, pollfd{server.fd(), POLLIN, 0}};
        while (::poll(both.data(), both.size(), -1) > 0) {
            if (both[0].revents != 0) {
                const std::string bytes = client.receive();
                if (bytes.empty() || !server.send(bytes)) return;
            }
            if (both[1].revents != 0) {
                const std::string bytes = server.receive();
                if (bytes.empty() || !client.send(bytes)) return;
            }
        }
    }

    std::uint16_t to_;
    std::mutex mutex_;
    std::vector<std::string> targets_;
    std::vector<std::string> credentials_;
    std::string seen_;
    Listener listener_;
};

}  // namespace egress
