#include "db/writer.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace db {
namespace {

constexpr std::int64_t k_transaction_ms = 20;
constexpr std::int64_t k_bulk_rows = 200;
constexpr std::size_t k_group_max = 1'000;  // Bounds what one lost transaction has to repeat.
constexpr int k_max_repeats = 12;
constexpr auto k_idle = std::chrono::seconds(2);

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, const Surroundings& around, Space& space, std::size_t max_queued)
    : connection_(std::move(connection)), around_(around), space_(space), max_queued_(max_queued), thread_([this] {
          loop();
      }) {}

Writer::~Writer() {
    {
        std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Writer::submit(Lane lane, Database::WriteFn fn, Database::DoneFn done) {
    {
        std::scoped_lock lock(mutex_);
        auto& queue = queues_[static_cast<int>(lane)];
        if (queue.size() < max_queued_ && !stopping_) {
            queue.push_back(Job{lane, std::move(fn), std::move(done), {}, {}, false});
            wake_.notify_one();
            return;
        }
    }
    done(std::unexpected(base::Error{Code::unavailable, "write queue is full", "db.busy", 1}));
}

void Writer::on_news(std::function<void()> listener) {
    std::scoped_lock lock(mutex_);
    news_listener_ = std::move(listener);
}

void Writer::add_to(Health& health) const {
    std::scoped_lock lock(mutex_);
    health.queued_interactive += queues_[0].size();
    health.queued_bulk += queues_[1].size();
    health.commits += commits_;
    health.writes += writes_;
    health.retries += retries_;
}

void Writer::loop() {
    bool dirty = false;  // Committed since the journal was last folded into the file.
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            const auto ready = [this] { return stopping_ || !queues_[0].empty() || !queues_[1].empty(); };
            if (!wake_.wait_for(lock, k_idle, ready)) {
                lock.unlock();
                // Deleted personal data must leave the journal too (DP-4); a reader in the way is asked again later.
                if (dirty && connection_->dialect() == Dialect::sqlite)
                    dirty = !connection_->run("PRAGMA wal_checkpoint(TRUNCATE)", {}, nullptr).has_value();
                continue;
            }
            if (stopping_ && queues_[0].empty() && queues_[1].empty()) return;
        }
        Group group;
        run_group(group);
        answer(group);
        dirty = true;
    }
}

bool Writer::waiting(Lane lane) const {
    std::scoped_lock lock(mutex_);
    return !queues_[static_cast<int>(lane)].empty();
}

// The next piece of work; interactive first. `least` = interactive leaves bulk work where it is.
bool Writer::take(Job& job, Lane least) {
    std::scoped_lock lock(mutex_);
    for (auto& queue : queues_) {
        if (&queue == &queues_[1] && least == Lane::interactive) break;
        if (queue.empty()) continue;
        job = std::move(queue.front());
        queue.pop_front();
        return true;
    }
    return false;
}

void Writer::run_group(Group& group) {
    const auto begun = connection_->begin_write();
    const std::int64_t start = around_.clock.monotonic_ms();
    const std::int64_t rows = connection_->total_changes();
    bool interactive = false, bulk = false;
    Job job;
    while (take(job, interactive ? Lane::interactive : Lane::bulk)) {
        group.push_back(std::move(job));
        Job& now = group.back();
        if (!begun) {
            now.result = std::unexpected(begun.error());
            if (begun.error().key == "db.disk_full") space_.report_full();
            return;  // One at a time: the next try may find the database again.
        }
        if (now.lane == Lane::bulk && space_.full()) {
            now.result = std::unexpected(base::Error{Code::unavailable, "disk is full", "db.disk_full", 10});
            continue;
        }
        run_one(now);
        if (connection_->wants_retry()) break;
        if (!connection_->in_transaction()) break;
        (now.lane == Lane::interactive ? interactive : bulk) = true;
        // Somebody waits for an interactive answer: nothing else is put before its commit.
        if (interactive && !waiting(Lane::interactive)) break;
        if (around_.clock.monotonic_ms() - start >= k_transaction_ms || group.size() >= k_group_max) break;
        if (bulk && connection_->total_changes() - rows >= k_bulk_rows) break;
    }
    if (!begun) return;
    const auto done = finish(group);
    if (!done) fail_all(group, done.error());
}

void Writer::run_one(Job& job) {
    Tx tx(*connection_, around_);
    job.hooks.clear();
    job.news = false;
    job.result = connection_->savepoint();
    if (!job.result) return;
    job.result = job.fn(tx);
    if (connection_->wants_retry() || !connection_->in_transaction()) return;
    if (job.result) {
        job.result = connection_->release_savepoint();
        job.hooks = std::move(tx.hooks());
        job.news = tx.news();
    } else if (const auto undone = connection_->rollback_savepoint(); !undone) {
        connection_->rollback();  // All of the group is lost; finish() sees it.
    }
}

// Commits; repeats after a serialisation failure. An error is that of the whole group.
Result<void> Writer::finish(Group& group) {
    for (int repeat = 0;; ++repeat) {
        if (!connection_->wants_retry()) {
            if (!connection_->in_transaction()) {
                if (connection_->dialect() == Dialect::postgres)
                    return std::unexpected(
                        base::Error{Code::unavailable, "connection lost in a transaction", "db.unreachable", 5});
                // SQLite rolled back by itself, which it does when the disk is full.
                space_.report_full();
                return std::unexpected(
                    base::Error{Code::unavailable, "transaction was rolled back: disk is full", "db.disk_full", 10});
            }
            auto committed = connection_->commit();
            if (committed) {
                commits_ += 1;
                return {};
            }
            const bool again = connection_->wants_retry();
            connection_->rollback();
            if (!again) {
                if (committed.error().key == "db.disk_full") space_.report_full();
                return committed;
            }
        }
        connection_->rollback();
        if (repeat == k_max_repeats)
            return std::unexpected(base::Error{Code::unavailable, "serialisation failures", "db.busy", 1});
        retries_ += 1;
        // Two instances that met once should not meet again at once.
        std::this_thread::sleep_for(std::chrono::milliseconds(around_.random.below(1u << std::min(repeat, 6)) + 1));
        TRY_VOID(connection_->begin_write());
        for (Job& job : group) {
            run_one(job);
            if (connection_->wants_retry() || !connection_->in_transaction()) break;
        }
    }
}

void Writer::fail_all(Group& group, const base::Error& error) {
    for (Job& job : group)
        if (job.result) job.result = std::unexpected(error);
}

void Writer::answer(Group& group) {
    bool news = false;
    for (Job& job : group) {
        if (job.result) {
            writes_ += 1;
            news = news || job.news;
            for (auto& hook : job.hooks) hook();
        } else if (job.result.error().key == "db.disk_full") {
            space_.report_full();
        }
    }
    std::function<void()> listener;
    if (news) {
        std::scoped_lock lock(mutex_);
        listener = news_listener_;
    }
    if (listener) listener();
    for (Job& job : group)
        if (job.done) job.done(std::move(job.result));
}

}  // namespace db
