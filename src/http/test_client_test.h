#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

// A client that sends exactly the bytes it is given, for the tests of this room.
namespace http {

struct TestAnswer {
    int status = 0;  // 0: the connection ended.
    std::map<std::string, std::string> headers;
    std::string body;
    std::string header(const std::string& lower_case_name) const {
        const auto found = headers.find(lower_case_name);
        return found == headers.end() ? std::string() : found->second;
    }
};

class TestClient {
  public:
    explicit TestClient(std::uint16_t port, int receive_buffer = 0) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        // So that a server that never answers fails the test instead of stopping it.
        const timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    TestClient(TestClient&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_), read_(std::move(other.read_)) {}
    TestClient& operator=(TestClient&&) = delete;
    ~TestClient() { close(); }
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    bool connected() const { return connected_; }
    // False when the server has closed.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void finish_sending() { ::shutdown(socket_, SHUT_WR); }

    // At least one more byte, or false at the end.
    bool read_more() {
        char bytes[16384];
        const auto got = ::recv(socket_, bytes, sizeof bytes, 0);
        if (got <= 0) return false;
        read_.append(bytes, static_cast<std::size_t>(got));
        return true;
    }
    bool at_end() { return read_.empty() && !read_more(); }
    std::string read_line() {
        std::size_t end = 0;
        while ((end = read_.find("\r\n")) == std::string::npos)
            if (!read_more()) return {};
        std::string line = read_.substr(0, end);
        read_.erase(0, end + 2);
        return line;
    }
    std::string read_bytes(std::size_t count) {
        while (read_.size() < count && read_more()) {
        }
        std::string bytes = read_.substr(0, count);
        read_.erase(0, count);
        return bytes;
    }

    TestAnswer read_answer(bool without_body = false) {
        TestAnswer answer;
        const std::string first = read_line();
        if (first.size() < 12) return answer;
        answer.status = std::stoi(first.substr(9, 3));
        for (std::string line = read_line(); !line.empty(); line = read_line()) {
            const auto colon = line.find(':');
            answer.headers[base::ascii_lower(line.substr(0, colon))] = base::trim(line.substr(colon + 1));
        }
        if (!without_body && !answer.header("content-length").empty())
            answer.body = read_bytes(std::stoul(answer.header("content-length")));
        return answer;
    }
    std::vector<int> read_statuses() {
        std::vector<int> statuses;
        for (int status = read_answer().status; status != 0; status = read_answer().status) statuses.push_back(status);
        return statuses;
    }

  private:
    int socket_ = -1;
    bool connected_ = false;
    std::string read_;
};

}  // namespace http
