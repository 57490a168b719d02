#include "egress/client.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "base/crypto.h"
#include "egress/transfer.h"

namespace egress {
namespace {

using Clock = Transfer::Clock;
using base::HttpFailure;

struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

// What makes two requests share connections.
std::string key_of(const base::EgressProfile& profile) {
    std::string key = profile.owner + '\n' + profile.proxy + '\n' + profile.proxy_user + '\n';
    if (profile.proxy_password) key += base::sha256(profile.proxy_password->reveal());
    return key;
}

// One certificate at least can be read.
bool are_roots(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                        BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> first(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
                                                            X509_free);
    ERR_clear_error();
    return first != nullptr;
}

}  // namespace

class Client::Engine {
  public:
    Engine(Options options, AllowList allowed)
        : options_(std::move(options)), allowed_(std::make_shared<const AllowList>(std::move(allowed))) {}
    ~Engine();
    base::Result<void> start();
    void allow(AllowList allowed) {
        auto next = std::make_shared<const AllowList>(std::move(allowed));
        const std::scoped_lock lock(mutex_);
        allowed_ = std::move(next);
    }
    void send(base::HttpRequest request, Done done);
    Counters counters() const;

  private:
    // One store's way out. Touched by the engine's thread alone.
    struct Profile {
        Engine* engine = nullptr;
        std::unique_ptr<CURLM, FreeMulti> multi;
        std::optional<Proxy> proxy;
        std::optional<Clock::time_point> timer;  // When libcurl wants to be called.
        std::map<CURL*, std::unique_ptr<Transfer>> running;
        std::map<Origin, int> running_at;
        std::deque<std::unique_ptr<Transfer>> waiting;
        Clock::time_point used;
    };

    static int on_socket(CURL* easy, curl_socket_t socket, int what, void* profile, void* watch);
    static int on_timer(CURLM* multi, long ms, void* profile);

    void run();
    void take_new();
    Profile* profile_for(const Transfer& transfer);
    void begin_waiting(Profile& profile);
    void begin(Profile& profile, std::unique_ptr<Transfer> transfer);
    void act(Profile& profile, curl_socket_t socket, int events);
    void collect(Profile& profile);
    void finish(std::unique_ptr<Transfer> transfer, base::Result<base::HttpAnswer> result);
    void pass_time();
    int wait_ms() const;
    void end_all();

    const Options options_;
    std::mutex mutex_;
    std::shared_ptr<const AllowList> allowed_;  // Guarded by mutex_; replaced whole.
    std::deque<std::unique_ptr<Transfer>> new_;
    bool stopping_ = false;

    std::map<std::string, std::unique_ptr<Profile>> profiles_;
    std::unordered_map<int, Profile*> sockets_;
    int epoll_ = -1;
    int wake_ = -1;
    std::thread thread_;

    struct {
        std::atomic<std::uint64_t> requests{0}, answers{0}, refused{0}, not_sent{0}, tls{0}, unknown{0}, too_large{0},
            profiles{0};
    } counters_;
};

base::Result<void> Client::Engine::start() {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wake_;
    if (global != CURLE_OK || epoll_ < 0 || wake_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0)
        return base::fail(base::Code::unavailable, std::string("outgoing HTTP cannot start: ") + std::strerror(errno));
    thread_ = std::thread([this] { run(); });
    return {};
}

Client::Engine::~Engine() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    if (thread_.joinable()) {
        ::eventfd_write(wake_, 1);
        thread_.join();
    }
    if (wake_ >= 0) ::close(wake_);
    if (epoll_ >= 0) ::close(epoll_);
}

void Client::Engine::send(base::HttpRequest request, Done done) {
    ++counters_.requests;
    auto origin = origin_of(request.url);
    const auto allowed = [this] {
        const std::scoped_lock lock(mutex_);
        return allowed_;
    }();
    if (!origin || !allowed->allows(*origin)) {
        ++counters_.refused;
        done(std::unexpected(base::http_error(HttpFailure::refused_by_policy,
                                              origin ? origin->text() : std::string("no http(s) address"))));
        return;
    }
    if (!request.egress.proxy.empty()) {
        if (const auto proxy = parse_proxy(request.egress.proxy); !proxy) {
            ++counters_.refused;
            done(std::unexpected(proxy.error()));
            return;
        }
    }
    auto transfer = std::make_unique<Transfer>(std::move(request), *std::move(origin), std::move(done));
    {
        const std::scoped_lock lock(mutex_);
        if (!stopping_) new_.push_back(std::move(transfer));
    }
    if (transfer) {
        ++counters_.not_sent;
        transfer->done(std::unexpected(transfer->cut_off("stopping")));
        return;
    }
    ::eventfd_write(wake_, 1);
}

void Client::Engine::run() {
    std::array<epoll_event, 64> events{};
    for (;;) {
        const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            const std::uint32_t what = events[static_cast<std::size_t>(i)].events;
            if (fd == wake_) {
                eventfd_t ignored = 0;
                ::eventfd_read(wake_, &ignored);
            } else if (const auto found = sockets_.find(fd); found != sockets_.end()) {
                int mask = 0;
                if (what & (EPOLLIN | EPOLLHUP | EPOLLERR)) mask |= CURL_CSELECT_IN;
                if (what & EPOLLOUT) mask |= CURL_CSELECT_OUT;
                if (what & EPOLLERR) mask |= CURL_CSELECT_ERR;
                act(*found->second, fd, mask);
            }
        }
        {
            const std::scoped_lock lock(mutex_);
            if (stopping_) break;
        }
        take_new();
        pass_time();
    }
    end_all();
}

void Client::Engine::take_new() {
    std::deque<std::unique_ptr<Transfer>> arrived;
    {
        const std::scoped_lock lock(mutex_);
        arrived.swap(new_);
    }
    for (auto& transfer : arrived) {
        Profile* const profile = profile_for(*transfer);
        if (!profile || profile->waiting.size() >= static_cast<std::size_t>(options_.max_waiting)) {
            auto error = transfer->cut_off("too many requests wait");
            finish(std::move(transfer), std::unexpected(std::move(error)));
            continue;
        }
        profile->waiting.push_back(std::move(transfer));
        begin_waiting(*profile);
    }
}

Client::Engine::Profile* Client::Engine::profile_for(const Transfer& transfer) {
    const base::EgressProfile& asked = transfer.request.egress;
    std::unique_ptr<Profile>& profile = profiles_[key_of(asked)];
    if (!profile) {
        profile = std::make_unique<Profile>();
        profile->engine = this;
        profile->multi.reset(curl_multi_init());
        if (!asked.proxy.empty())
            if (auto proxy = parse_proxy(asked.proxy)) profile->proxy = *std::move(proxy);
        CURLM* const multi = profile->multi.get();
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Engine::on_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, profile.get());
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Engine::on_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, profile.get());
        curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 2L * options_.max_running_per_origin);
        ++counters_.profiles;
    }
    profile->used = Clock::now();
    return profile.get();
}

// Begins what waits, oldest first, as far as the limit for its origin permits.
void Client::Engine::begin_waiting(Profile& profile) {
    for (auto next = profile.waiting.begin(); next != profile.waiting.end();) {
        if (profile.running_at[(*next)->origin] >= options_.max_running_per_origin) {
            ++next;
            continue;
        }
        auto transfer = std::move(*next);
        next = profile.waiting.erase(next);
        begin(profile, std::move(transfer));
    }
}

void Client::Engine::begin(Profile& profile, std::unique_ptr<Transfer> transfer) {
    const auto prepared = transfer->prepare(profile.proxy ? &*profile.proxy : nullptr,
                                            {options_.roots_pem, options_.proxy_roots_pem}, Clock::now());
    if (!prepared) {
        finish(std::move(transfer), std::unexpected(prepared.error()));
        return;
    }
    CURL* const easy = transfer->handle();
    if (curl_multi_add_handle(profile.multi.get(), easy) != CURLM_OK) {
        auto error = transfer->cut_off("libcurl does not take the request");
        finish(std::move(transfer), std::unexpected(std::move(error)));
        return;
    }
    ++profile.running_at[transfer->origin];
    profile.running.emplace(easy, std::move(transfer));
}

int Client::Engine::on_socket(CURL*, curl_socket_t socket, int what, void* data, void*) {
    auto& profile = *static_cast<Profile*>(data);
    Engine& engine = *profile.engine;
    if (what == CURL_POLL_REMOVE) {
        ::epoll_ctl(engine.epoll_, EPOLL_CTL_DEL, socket, nullptr);
        engine.sockets_.erase(socket);
        return 0;
    }
    epoll_event event{};
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    event.data.fd = socket;
    engine.sockets_[socket] = &profile;
    if (::epoll_ctl(engine.epoll_, EPOLL_CTL_MOD, socket, &event) != 0)
        ::epoll_ctl(engine.epoll_, EPOLL_CTL_ADD, socket, &event);
    return 0;
}

int Client::Engine::on_timer(CURLM*, long ms, void* data) {
    auto& profile = *static_cast<Profile*>(data);
    profile.timer.reset();
    if (ms >= 0) profile.timer = Clock::now() + std::chrono::milliseconds(ms);
    return 0;
}

void Client::Engine::act(Profile& profile, curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(profile.multi.get(), socket, events, &running);
    collect(profile);
}

void Client::Engine::collect(Profile& profile) {
    int left = 0;
    bool any = false;
    while (const CURLMsg* message = curl_multi_info_read(profile.multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const easy = message->easy_handle;
        const CURLcode code = message->data.result;
        auto node = profile.running.extract(easy);
        std::unique_ptr<Transfer> transfer = std::move(node.mapped());
        curl_multi_remove_handle(profile.multi.get(), easy);
        if (--profile.running_at[transfer->origin] == 0) profile.running_at.erase(transfer->origin);
        profile.used = Clock::now();
        auto result = transfer->result(code);
        finish(std::move(transfer), std::move(result));
        any = true;
    }
    if (any) begin_waiting(profile);
}

void Client::Engine::finish(std::unique_ptr<Transfer> transfer, base::Result<base::HttpAnswer> result) {
    if (result) {
        ++counters_.answers;
    } else {
        const std::string& key = result.error().key;
        if (key == base::http_error(HttpFailure::tls, {}).key)
            ++counters_.tls;
        else if (key == base::http_error(HttpFailure::unknown, {}).key)
            ++counters_.unknown;
        else if (key == base::http_error(HttpFailure::too_large, {}).key)
            ++counters_.too_large;
        else
            ++counters_.not_sent;
    }
    Done done = std::move(transfer->done);
    transfer.reset();
    done(std::move(result));
}

// Timers that are due: libcurl's, those of waiting requests, and profiles that nobody uses.
void Client::Engine::pass_time() {
    const auto now = Clock::now();
    for (auto entry = profiles_.begin(); entry != profiles_.end();) {
        Profile& profile = *entry->second;
        if (profile.timer && *profile.timer <= now) {
            profile.timer.reset();
            act(profile, CURL_SOCKET_TIMEOUT, 0);
        }
        for (auto next = profile.waiting.begin(); next != profile.waiting.end();) {
            if ((*next)->deadline > now) {
                ++next;
                continue;
            }
            auto transfer = std::move(*next);
            next = profile.waiting.erase(next);
            auto error = transfer->cut_off("waited too long for its turn");
            finish(std::move(transfer), std::unexpected(std::move(error)));
        }
        const bool idle = profile.running.empty() && profile.waiting.empty() &&
                          now - profile.used > std::chrono::milliseconds(options_.idle_profile_ms);
        if (idle) {
            entry->second->multi.reset();  // Its callbacks still need the profile.
            entry = profiles_.erase(entry);
            --counters_.profiles;
        } else {
            ++entry;
        }
    }
}

int Client::Engine::wait_ms() const {
    std::optional<Clock::time_point> next;
    const auto consider = [&](Clock::time_point at) { next = next ? std::min(*next, at) : at; };
    for (const auto& [key, profile] : profiles_) {
        if (profile->timer) consider(*profile->timer);
        for (const auto& transfer : profile->waiting) consider(transfer->deadline);
        if (profile->running.empty() && profile->waiting.empty())
            consider(profile->used + std::chrono::milliseconds(options_.idle_profile_ms + 1));
    }
    if (!next) return -1;
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(ms, 0, 3'600'000));
}

void Client::Engine::end_all() {
    std::vector<std::unique_ptr<Transfer>> all;
    for (auto& [key, profile] : profiles_) {
        for (auto& [easy, transfer] : profile->running) {
            curl_multi_remove_handle(profile->multi.get(), easy);
            all.push_back(std::move(transfer));
        }
        for (auto& transfer : profile->waiting) all.push_back(std::move(transfer));
        profile->multi.reset();
    }
    {
        const std::scoped_lock lock(mutex_);
        for (auto& transfer : new_) all.push_back(std::move(transfer));
        new_.clear();
    }
    profiles_.clear();
    for (auto& transfer : all) {
        auto error = transfer->cut_off("stopping");
        finish(std::move(transfer), std::unexpected(std::move(error)));
    }
}

Counters Client::Engine::counters() const {
    return {counters_.requests, counters_.answers, counters_.refused,   counters_.not_sent,
            counters_.tls,      counters_.unknown, counters_.too_large, counters_.profiles};
}

base::Result<std::unique_ptr<Client>> Client::start(Options options) {
    AllowList allowed = TRY(AllowList::parse(options.allowed_origins));
    for (const std::string* roots : {&options.roots_pem, &options.proxy_roots_pem})
        if (!roots->empty() && !are_roots(*roots))
            return base::fail(base::Code::invalid_input, "root certificates cannot be read", "egress.bad_roots");
    auto engine = std::make_unique<Engine>(std::move(options), std::move(allowed));
    TRY_VOID(engine->start());
    return std::unique_ptr<Client>(new Client(std::move(engine)));
}

Client::Client(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Client::~Client() = default;

void Client::send_async(base::HttpRequest request, Done done) {
    engine_->send(std::move(request), std::move(done));
}

base::Result<void> Client::allow(const std::vector<std::string>& origins) {
    engine_->allow(TRY(AllowList::parse(origins)));
    return {};
}

Counters Client::counters() const {
    return engine_->counters();
}

}  // namespace egress
