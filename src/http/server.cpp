#include "http/server.h"

#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <chrono>
#include <thread>

#include "base/log.h"
#include "http/core.h"
#include "http/tls.h"

namespace http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr std::size_t k_loops = 2;
// When no file handle is left: how long until the next try.
constexpr auto k_accept_pause = std::chrono::milliseconds(50);

struct LoopThread {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    Loop loop;
    std::thread thread;

    LoopThread() { loop.io = &io; }
};

// The usual limit of 1,024 file handles would be reached long before max_connections; a process may raise it to its
// hard limit by itself.
void raise_file_limit(std::size_t connections) {
    constexpr rlim_t k_everything_else = 1024;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    const rlim_t wanted = std::min<rlim_t>(files.rlim_max, connections + k_everything_else);
    if (files.rlim_cur >= wanted) return;
    files.rlim_cur = wanted;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

std::string address_text(const sockaddr_storage& from) {
    char text[INET6_ADDRSTRLEN] = {};
    if (from.ss_family == AF_INET6)
        ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr, text, sizeof text);
    else
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(from).sin_addr, text, sizeof text);
    return plain_address(text);
}

class AsioServer final : public Server {
  public:
    explicit AsioServer(std::unique_ptr<Core> core)
        : core_(std::move(core)),
          workers_(static_cast<std::size_t>(std::max(core_->options.workers, 1))),
          turn_workers_(static_cast<std::size_t>(std::max(core_->options.turn_workers, 1))),
          acceptor_(loops_[0].io),
          accept_pause_(loops_[0].io) {
        core_->run_on_worker = [this](std::move_only_function<void()> work) { asio::post(workers_, std::move(work)); };
        core_->run_in_turn = [this](std::move_only_function<void()> work) {
            asio::post(turn_workers_, std::move(work));
        };
    }

    ~AsioServer() override { AsioServer::stop(10'000); }

    base::Result<void> listen() {
        boost::system::error_code ec;
        const auto address = asio::ip::make_address(core_->options.address, ec);
        if (ec) return base::fail(base::Code::invalid_input, "no address to listen on: " + core_->options.address);
        const tcp::endpoint endpoint(address, core_->options.port);
        acceptor_.open(endpoint.protocol(), ec);
        if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
        if (!ec) acceptor_.bind(endpoint, ec);
        if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
        if (!ec) acceptor_.non_blocking(true, ec);
        if (ec)
            return base::fail(base::Code::precondition_failed,
                              "cannot listen on " + core_->options.address + ":" + std::to_string(core_->options.port) +
                                  ": " + ec.message(),
                              "server.address_in_use");
        raise_file_limit(core_->options.max_connections);
        port_ = acceptor_.local_endpoint(ec).port();
        wait_for_connections();
        for (LoopThread& loop : loops_) loop.thread = std::thread([&loop] { loop.io.run(); });
        return {};
    }

    std::uint16_t port() const override { return port_; }

    Counters counters() const override {
        const AtomicCounters& now = core_->counters;
        return {now.connections, core_->open_connections, now.evicted, now.requests,
                now.refused,     now.timed_out,           now.failed};
    }

    void stop(int drain_ms) override {
        const std::scoped_lock once(stop_mutex_);
        if (stopped_) return;
        stopped_ = true;
        core_->draining = true;
        asio::post(loops_[0].io, [this] {
            boost::system::error_code ignored;
            acceptor_.close(ignored);
            accept_pause_.cancel();
        });
        close_connections_of_all(false);
        if (!wait_until_drained(std::chrono::milliseconds(drain_ms))) close_connections_of_all(true);
        // Handlers that run get to their end; those that did not begin are dropped with their requests.
        for (asio::thread_pool* pool : {&workers_, &turn_workers_}) pool->stop();
        for (asio::thread_pool* pool : {&workers_, &turn_workers_}) pool->join();
        while (!wait_until_drained(std::chrono::seconds(1))) close_connections_of_all(true);
        for (LoopThread& loop : loops_) loop.work.reset();
        for (LoopThread& loop : loops_)
            if (loop.thread.joinable()) loop.thread.join();
    }

  private:
    void wait_for_connections() {
        acceptor_.async_wait(tcp::acceptor::wait_read, [this](boost::system::error_code ec) {
            if (ec || !acceptor_.is_open()) return;
            accept_all();
        });
    }

    void accept_all() {
        for (;;) {
            sockaddr_storage from{};
            socklen_t size = sizeof from;
            const int socket = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&from), &size,
                                         SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (socket >= 0) {
                hand_over(socket, address_text(from));
            } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                base::log(base::Level::warning, "http.no_file_handle_left");
                evict_one(*core_);
                accept_pause_.expires_after(k_accept_pause);
                accept_pause_.async_wait([this](boost::system::error_code ec) {
                    if (!ec && acceptor_.is_open()) accept_all();
                });
                return;
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                wait_for_connections();
                return;
            }
            // Anything else concerns the one connection that was to be accepted (accept(2), "Error handling").
        }
    }

    void hand_over(int socket, std::string peer) {
        Loop& loop = next_loop();
        asio::post(*loop.io, [this, &loop, socket, peer = std::move(peer)]() mutable {
            start_connection(*core_, loop, socket, std::move(peer));
        });
    }

    Loop& next_loop() { return loops_[turn_++ % k_loops].loop; }

    void close_connections_of_all(bool all) {
        for (LoopThread& thread : loops_)
            asio::post(thread.io, [&thread, all] { close_connections(thread.loop, all); });
    }

    bool wait_until_drained(std::chrono::milliseconds most) {
        std::unique_lock lock(core_->drained_mutex);
        return core_->drained.wait_for(lock, most, [this] { return core_->open_connections == 0; });
    }

    std::unique_ptr<Core> core_;
    std::array<LoopThread, k_loops> loops_;
    asio::thread_pool workers_, turn_workers_;
    tcp::acceptor acceptor_;
    asio::steady_timer accept_pause_;
    std::size_t turn_ = 0;
    std::uint16_t port_ = 0;
    std::mutex stop_mutex_;
    bool stopped_ = false;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::listen(Options options, Handlers handlers) {
    auto core = std::make_unique<Core>();
    core->head_limits = {options.max_header_bytes, options.max_headers, options.max_target_bytes};
    core->trusted = TRY(TrustedProxies::parse(options.trusted_proxies));
    if (options.tls) core->tls = TRY(make_tls_context(*options.tls));
    core->options = std::move(options);
    core->handlers = std::move(handlers);
    auto server = std::make_unique<AsioServer>(std::move(core));
    TRY_VOID(server->listen());
    return server;
}

}  // namespace http
