#include "sandbox/server.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.h"
#include "sandbox/control.h"

namespace sandbox {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Answers that have to wait (latency, hanging calls).
class LateAnswers {
  public:
    LateAnswers() : thread_([this](const std::stop_token& stop) { run(stop); }) {}
    void add(std::int64_t delay_ms, http::Response response, http::Respond respond) {
        const std::scoped_lock lock(mutex_);
        waiting_.push_back(
            {SteadyClock::now() + std::chrono::milliseconds(delay_ms), std::move(response), std::move(respond)});
        changed_.notify_all();
    }

  private:
    struct Late {
        SteadyClock::time_point at;
        http::Response response;
        http::Respond respond;
    };
    void run(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
            changed_.wait_for(lock, stop, std::chrono::milliseconds(waiting_.empty() ? 500 : 10), [] { return false; });
            std::vector<Late> due;
            for (std::size_t i = 0; i < waiting_.size();) {
                if (waiting_[i].at <= SteadyClock::now()) {
                    due.push_back(std::move(waiting_[i]));
                    std::swap(waiting_[i], waiting_.back());
                    waiting_.pop_back();
                } else {
                    ++i;
                }
            }
            lock.unlock();
            for (Late& late : due) late.respond(std::move(late.response));
            lock.lock();
        }
    }
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<Late> waiting_;
    std::jthread thread_;
};

class ServerImpl final : public Server {
  public:
    ServerImpl(Engine& engine, base::HttpClient& client) : engine_(engine), client_(client), control_(engine) {}
    ~ServerImpl() override { stop(); }

    base::Result<void> listen(const ServerOptions& options) {
        platform_ = TRY(listen_platform(options.address, options.port, &Engine::handle));
        engine_.tiktok_address = fmt::format("http://{}:{}", options.address, platform_->port());
        if (engine_.shopee) {
            shopee_ = TRY(listen_platform(options.address, options.shopee_port, &Engine::handle_shopee));
            engine_.shopee_address = fmt::format("http://{}:{}", options.address, shopee_->port());
        }
        lazada_ = TRY(listen_platform(options.address, options.lazada_port, &Engine::handle_lazada));
        engine_.lazada.address = fmt::format("http://{}:{}", options.address, lazada_->port());
        http::Options control;
        control.port = options.control_port;
        control.workers = 2;
        control_server_ = TRY(http::Server::listen(
            control, {
                         .plan = [](const http::Request&) { return http::Plan{1u << 20, false}; },
                         .handle = [this](const http::Request& request,
                                          http::Respond respond) { respond(control_.handle(request)); },
                     }));
        driver_ = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) engine_.wait(engine_.tick(client_));
        });
        return {};
    }

    std::uint16_t port() const override { return platform_->port(); }
    std::uint16_t shopee_port() const override { return shopee_ ? shopee_->port() : 0; }
    std::uint16_t lazada_port() const override { return lazada_->port(); }
    std::uint16_t control_port() const override { return control_server_->port(); }

    void stop() override {
        driver_.request_stop();
        engine_.wake();
        if (driver_.joinable()) driver_.join();
        if (platform_) platform_->stop(1'000);
        if (shopee_) shopee_->stop(1'000);
        if (lazada_) lazada_->stop(1'000);
        if (control_server_) control_server_->stop(1'000);
    }

  private:
    using Handle = Outcome (Engine::*)(const http::Request&);
    base::Result<std::unique_ptr<http::Server>> listen_platform(const std::string& address, std::uint16_t port,
                                                                Handle handle) {
        http::Options platform;
        platform.address = address;
        platform.port = port;
        platform.workers = 4;
        return http::Server::listen(
            platform, {
                          .plan = [](const http::Request&) { return http::Plan{1u << 20, false}; },
                          .handle =
                              [this, handle](http::Request request, http::Respond respond) {
                                  Outcome outcome = (engine_.*handle)(request);
                                  engine_.wake();
                                  if (outcome.delay_ms == 0)
                                      respond(std::move(outcome.response));
                                  else
                                      late_.add(outcome.delay_ms, std::move(outcome.response), std::move(respond));
                              },
                      });
    }

    Engine& engine_;
    base::HttpClient& client_;
    Control control_;
    LateAnswers late_;
    std::unique_ptr<http::Server> platform_;
    std::unique_ptr<http::Server> shopee_;
    std::unique_ptr<http::Server> lazada_;
    std::unique_ptr<http::Server> control_server_;
    std::jthread driver_;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Engine& engine,
                                                    base::HttpClient& client) {
    auto server = std::make_unique<ServerImpl>(engine, client);
    TRY_VOID(server->listen(options));
    return server;
}

}  // namespace sandbox
