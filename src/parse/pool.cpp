#include "parse/pool.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

#include "parse/channel.h"
#include "parse/check.h"

namespace parse {
namespace {

using base::Code;
using base::fail;

struct SocketPair {
    Descriptor ours, theirs;
};

std::optional<SocketPair> make_pair() {
    int both[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) return std::nullopt;
    return SocketPair{Descriptor(both[0]), Descriptor(both[1])};
}

// What one frame of an answer leads to.
enum class Next { more, done };
using OnFrame = std::function<base::Result<Next>(std::uint8_t, std::string_view)>;

std::uint8_t type(model::AnswerKind kind) {
    return static_cast<std::uint8_t>(kind);
}

}  // namespace

struct Pool::State {
    explicit State(PoolOptions o) : options(std::move(o)) {}

    const PoolOptions options;
    std::mutex mutex;
    std::condition_variable freed;
    Descriptor control;  // To the prepared parent.
    pid_t parent = -1;
    std::vector<Descriptor> idle;
    int busy = 0;
    std::uint64_t started = 0;

    void stop_parent() {
        control.close();  // It leaves at the end of this stream, and its children at the end of theirs.
        if (parent > 0) {
            while (::waitpid(parent, nullptr, 0) < 0 && errno == EINTR) {
            }
            parent = -1;
        }
    }

    bool start_parent() {
        stop_parent();
        auto pair = make_pair();
        if (!pair) return false;
        parent = start_program(options.program, pair->theirs.get());
        if (parent <= 0) return false;
        control = std::move(pair->ours);
        return true;
    }

    // A new worker; the parent is started when there is none, and once more when it has left in the meantime.
    base::Result<Descriptor> fork_worker() {
        const std::scoped_lock lock(mutex);
        for (int attempt = 0; attempt < 2; ++attempt) {
            if (!control && !start_parent()) break;
            auto pair = make_pair();
            if (!pair) break;
            if (hand_over(control.get(), pair->theirs.get())) {
                ++started;
                return std::move(pair->ours);
            }
            control.close();
        }
        return fail(Code::unavailable, "the text worker cannot be started: " + options.program, "worker.start");
    }

    struct Taken {
        Descriptor worker;  // Empty: none was idle.
    };
    Taken take() {
        std::unique_lock lock(mutex);
        freed.wait(lock, [this] { return busy < options.workers_max; });
        ++busy;
        if (idle.empty()) return {};
        Taken taken{std::move(idle.back())};
        idle.pop_back();
        return taken;
    }
    void give_back(Descriptor worker) {
        {
            const std::scoped_lock lock(mutex);
            --busy;
            if (worker) idle.push_back(std::move(worker));
        }
        freed.notify_one();
    }

    enum class Outcome { answered, lost };

    // Sends the request and reads the answer. `lost`: the worker left before it answered anything.
    base::Result<Outcome> exchange(Descriptor& worker, std::string_view request, const OnFrame& on_frame) {
        const std::int64_t deadline = steady_ms() + options.item_timeout_ms;
        const IoEnd sent = send_frame(worker.get(), 0, request, deadline);
        if (sent == IoEnd::timeout) return fail(Code::timeout, "a worker did not take its work", "worker.timeout");
        bool first = true;
        // Even if sending failed: a worker may refuse before it has read everything.
        for (;;) {
            const Received received = receive_frame(worker.get(), model::k_answer_bytes_max, deadline);
            if (received.too_large) return fail(Code::corrupt, "a worker's answer was too long", "worker.refused");
            if (received.end == IoEnd::timeout)
                return fail(Code::timeout, "a worker did not answer in time", "worker.timeout");
            if (received.end == IoEnd::closed) {
                if (first) return Outcome::lost;
                return fail(Code::corrupt, "a worker ended in the middle of its answer", "worker.died");
            }
            first = false;
            if (received.type == type(model::AnswerKind::refused)) {
                const bool good = received.bytes.size() <= 64 &&
                                  received.bytes.find_first_not_of("abcdefghijklmnopqrstuvwxyz._") == std::string::npos;
                return fail(Code::invalid_input, "a worker could not read this",
                            good ? received.bytes : "worker.refused");
            }
            if (TRY(on_frame(received.type, received.bytes)) == Next::done) return Outcome::answered;
        }
    }

    base::Result<void> run(model::ReadKind kind, std::string_view bytes, const OnFrame& on_frame) {
        if (bytes.size() > model::k_read_bytes_max)
            return fail(Code::invalid_input, "more than 25 MiB", "read.too_large");
        const std::string request = model::encode(model::ReadRequest{kind, options.limits, std::string(bytes)});
        Descriptor worker = take().worker;
        const bool used_before = static_cast<bool>(worker);
        base::Result<Outcome> outcome = Outcome::lost;
        if (used_before) outcome = exchange(worker, request, on_frame);
        // A worker that was idle may have left just now, by its own rules: a fresh one gets the item once.
        if (outcome && *outcome == Outcome::lost) {
            auto fresh = fork_worker();
            if (!fresh) {
                give_back({});
                return std::unexpected(fresh.error());
            }
            worker = std::move(*fresh);
            outcome = exchange(worker, request, on_frame);
        }
        // A refusal is an orderly answer; after anything else the worker is not used again.
        const bool orderly =
            outcome ? *outcome == Outcome::answered
                    : outcome.error().code == Code::invalid_input && !outcome.error().key.starts_with("worker.");
        if (!orderly) worker.close();
        give_back(std::move(worker));
        if (!outcome) return std::unexpected(outcome.error());
        if (*outcome == Outcome::lost) return fail(Code::corrupt, "a worker ended on this", "worker.died");
        return {};
    }
};

Pool::Pool(PoolOptions options) : state_(std::make_unique<State>(std::move(options))) {}

Pool::~Pool() {
    const std::scoped_lock lock(state_->mutex);
    state_->idle.clear();
    state_->stop_parent();
}

base::Result<model::Features> Pool::features(model::ReadKind kind, std::string_view bytes) {
    std::optional<model::Features> features;
    TRY_VOID(state_->run(kind, bytes, [&](std::uint8_t frame, std::string_view content) -> base::Result<Next> {
        if (frame == type(model::AnswerKind::done) && features) return Next::done;
        if (frame != type(model::AnswerKind::features) || features)
            return fail(Code::corrupt, "an unexpected frame", "worker.refused");
        features = model::decode_features(content);
        if (!features) return fail(Code::corrupt, "an answer that is no features", "worker.refused");
        TRY_VOID(check(*features, state_->options.limits));
        return Next::more;
    }));
    return std::move(*features);
}

base::Result<void> Pool::table(std::string_view bytes,
                               const std::function<base::Result<void>(const model::TableRows&)>& on_rows) {
    std::size_t rows_seen = 0;
    return state_->run(model::ReadKind::table, bytes,
                       [&](std::uint8_t frame, std::string_view content) -> base::Result<Next> {
                           if (frame == type(model::AnswerKind::done)) return Next::done;
                           if (frame != type(model::AnswerKind::rows))
                               return fail(Code::corrupt, "an unexpected frame", "worker.refused");
                           const auto rows = model::decode_rows(content);
                           if (!rows) return fail(Code::corrupt, "an answer that is no rows", "worker.refused");
                           TRY_VOID(check(*rows, state_->options.limits));
                           rows_seen += rows->rows.size();
                           if (rows_seen > state_->options.limits.rows)
                               return fail(Code::corrupt, "more rows than asked for", "worker.refused");
                           TRY_VOID(on_rows(*rows));
                           return Next::more;
                       });
}

std::uint64_t Pool::workers_started() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->started;
}

std::string worker_beside_program() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::string("stallward-worker-text") : (program.parent_path() / "stallward-worker-text").string();
}

}  // namespace parse
