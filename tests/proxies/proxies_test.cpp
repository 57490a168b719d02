// The smuggling corpus through nginx and haproxy. A proxy may refuse a request that this server would take, or
// mend one that it would refuse; what must never happen is that the two see different requests: one that reaches the
// server and whose answer the sender does not get would be somebody else's answer, or a request past the proxy's rules.
//
// Both programs are looked for in /usr/sbin, or where STALLWARD_NGINX and STALLWARD_HAPROXY say.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"
#include "http/smuggling_corpus_test.h"
#include "http/test_client_test.h"

namespace http {
namespace {

namespace fs = std::filesystem;

// The proxies give up on a client that says nothing more after this time, so that every sample has an end.
constexpr const char* k_patience = "250ms";

struct Seen {
    std::string method, path, body;
    bool operator==(const Seen&) const = default;
};

std::string all_bytes(TestClient& client) {
    std::string bytes;
    for (std::string piece = client.read_bytes(1); !piece.empty(); piece = client.read_bytes(1)) bytes += piece;
    return bytes;
}

// Numbers of the server's requests whose answers are in `bytes`, in their order.
std::vector<std::size_t> numbers_in(const std::string& bytes) {
    static const std::regex k_mark("<request ([0-9]+)>");
    std::vector<std::size_t> numbers;
    for (auto at = std::sregex_iterator(bytes.begin(), bytes.end(), k_mark); at != std::sregex_iterator(); ++at)
        numbers.push_back(std::stoul((*at)[1]));
    return numbers;
}

std::uint16_t free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    (void)::bind(probe, reinterpret_cast<const sockaddr*>(&at), sizeof at);
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&at), &size);
    ::close(probe);
    return ntohs(at.sin_port);
}

// A program that runs until this goes.
class Child {
  public:
    Child(const std::vector<std::string>& command, const std::string& log) {
        std::vector<char*> words;
        for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        process_ = ::fork();
        if (process_ != 0) return;
        const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(out, 1);
        ::dup2(out, 2);
        ::execv(words[0], words.data());
        ::_exit(127);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (process_ <= 0) return;
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }

  private:
    pid_t process_ = -1;
};

class Proxies : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::path(STALLWARD_BINARY_DIR) / "proxies" / std::to_string(::getpid());
        fs::create_directories(folder_);
        Handlers handlers;
        handlers.plan = [](const Request&) { return Plan{1024, false}; };
        handlers.handle = [this](Request request, Respond respond) {
            Response response;
            response.set("content-type", "text/plain");
            {
                const std::scoped_lock lock(mutex_);
                response.body = "<request " + std::to_string(seen_.size()) + ">";
                seen_.push_back({std::string(name(request.method)), request.path, request.body});
            }
            respond(std::move(response));
        };
        Options options;
        options.trusted_proxies = {"127.0.0.1"};
        auto server = Server::listen(std::move(options), std::move(handlers));
        ASSERT_TRUE(server) << server.error().what;
        server_ = *std::move(server);
    }
    void TearDown() override {
        if (server_) server_->stop();
        if (!HasFailure()) fs::remove_all(folder_);
    }

    static std::string program(const char* variable, const char* usual) {
        const char* named = std::getenv(variable);
        const std::string path = named != nullptr ? named : usual;
        return ::access(path.c_str(), X_OK) == 0 ? path : "";
    }
    std::string write(const std::string& name, const std::string& text) const {
        const fs::path path = folder_ / name;
        std::ofstream(path) << text;
        return path.string();
    }
    std::string upstream() const { return "127.0.0.1:" + std::to_string(server_->port()); }

    std::vector<Seen> seen_from(std::size_t first) {
        const std::scoped_lock lock(mutex_);
        return {seen_.begin() + static_cast<std::ptrdiff_t>(first), seen_.end()};
    }

    // Sends the bytes and reads to the end: what the sender got, and what the server saw meanwhile.
    std::pair<std::string, std::vector<Seen>> exchange(std::uint16_t port, const std::string& raw, std::size_t& first) {
        first = seen_from(0).size();
        TestClient client(port);
        client.send(raw);
        if (port == server_->port()) client.finish_sending();
        std::string bytes = all_bytes(client);
        return {std::move(bytes), seen_from(first)};
    }

    void wait_until_up(std::uint16_t port, const std::string& log) {
        for (int tries = 0; tries < 400; ++tries) {
            if (TestClient(port).connected()) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(25));
        }
        std::ifstream said(log);
        FAIL() << std::string(std::istreambuf_iterator<char>(said), {});
    }

    void send_corpus(const std::string& proxy, std::uint16_t port) {
        int same = 0, refused_before = 0, mended = 0, number = 0;
        for (const Smuggling& sample : smuggling_corpus()) {
            std::size_t first = 0;
            const auto direct = exchange(server_->port(), sample.raw, first).second;
            const auto [bytes, through] = exchange(port, sample.raw, first);
            const auto answered = numbers_in(bytes);
            std::vector<std::size_t> handled;
            for (std::size_t i = 0; i < through.size(); ++i) handled.push_back(first + i);
            EXPECT_EQ(answered, handled) << proxy << ", " << sample.name << ": answered and handled requests";
            // Whoever comes next over the proxy's kept connections gets the answer to their own question.
            const std::string own = "/next/" + std::to_string(++number);
            const std::string next = "GET " + own + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            const auto [answer, its] = exchange(port, next, first);
            EXPECT_EQ(its, (std::vector<Seen>{{"GET", own, ""}})) << proxy << ", after " << sample.name;
            EXPECT_EQ(numbers_in(answer), std::vector<std::size_t>{first}) << proxy << ", after " << sample.name;

            if (through == direct)
                ++same;
            else if (through.size() < direct.size())
                ++refused_before;
            else
                ++mended;
            // A request that this server takes directly is the same one behind the proxy, or none.
            if (!direct.empty())
                for (std::size_t i = 0; i < through.size(); ++i) {
                    ASSERT_LT(i, direct.size()) << proxy << ", " << sample.name << ": more requests than sent directly";
                    EXPECT_EQ(through[i].body, direct[i].body) << proxy << ", " << sample.name;
                    EXPECT_EQ(through[i].method, direct[i].method) << proxy << ", " << sample.name;
                }
        }
        std::cout << proxy << ": " << same << " samples as without it, " << refused_before << " refused by it, "
                  << mended << " made valid by it\n";
        EXPECT_GT(same, 100);
    }

    fs::path folder_;
    std::unique_ptr<Server> server_;
    std::mutex mutex_;
    std::vector<Seen> seen_;
};

TEST_F(Proxies, NginxAndTheServerSeeTheSameRequests) {
    const std::string nginx = program("STALLWARD_NGINX", "/usr/sbin/nginx");
    if (nginx.empty()) GTEST_SKIP() << "nginx is not installed";
    const std::uint16_t port = free_port();
    const std::string dir = folder_.string(), patience = k_patience;
    std::string temporary;
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        temporary += std::string("    ") + kind + "_temp_path " + dir + "/" + kind + ";\n";
    const std::string config =
        write("nginx.conf",
              "daemon off;\nmaster_process off;\nworker_processes 1;\npid " + dir + "/nginx.pid;\nerror_log " + dir +
                  "/nginx.error;\nevents {}\nhttp {\n    access_log off;\n" + temporary + "    client_header_timeout " +
                  patience + ";\n    client_body_timeout " + patience + ";\n    keepalive_timeout " + patience +
                  ";\n    lingering_close off;\n" +
                  "    large_client_header_buffers 4 32k;\n    upstream console {\n        server " + upstream() +
                  ";\n        keepalive 4;\n    }\n    server {\n        listen 127.0.0.1:" + std::to_string(port) +
                  ";\n        location / {\n            proxy_pass http://console;\n"
                  "            proxy_http_version 1.1;\n            proxy_set_header Connection \"\";\n"
                  "            proxy_set_header Host $host;\n"
                  "            proxy_set_header X-Forwarded-For $remote_addr;\n"
                  "            proxy_set_header X-Forwarded-Proto $scheme;\n        }\n    }\n}\n");
    const std::string log = dir + "/nginx.log";
    const Child child({nginx, "-c", config, "-p", dir, "-e", dir + "/nginx.start"}, log);
    wait_until_up(port, log);
    send_corpus("nginx", port);
}

TEST_F(Proxies, HaproxyAndTheServerSeeTheSameRequests) {
    const std::string haproxy = program("STALLWARD_HAPROXY", "/usr/sbin/haproxy");
    if (haproxy.empty()) GTEST_SKIP() << "haproxy is not installed";
    const std::uint16_t port = free_port();
    const std::string patience = k_patience;
    const std::string config =
        write("haproxy.cfg",
              "global\n    maxconn 100\ndefaults\n    mode http\n    timeout connect 2s\n    timeout server 5s\n"
              "    timeout client " +
                  patience + "\n    timeout http-request " + patience + "\n    timeout http-keep-alive " + patience +
                  "\n    option forwardfor\n    http-reuse always\nfrontend front\n    bind 127.0.0.1:" +
                  std::to_string(port) + "\n    default_backend console\nbackend console\n    server one " +
                  upstream() + "\n");
    const std::string log = (folder_ / "haproxy.log").string();
    const Child child({haproxy, "-db", "-f", config}, log);
    wait_until_up(port, log);
    send_corpus("haproxy", port);
}

}  // namespace
}  // namespace http
