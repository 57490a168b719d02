#include "db/inbox_postgres.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <span>
#include <thread>

#include "base/log.h"
#include "db/inbox_payload.h"

namespace db {
namespace {

constexpr std::size_t k_max_queued = 20'000;
constexpr std::size_t k_commit_most = 256;  // One pipeline, one implicit transaction.
constexpr auto k_window = std::chrono::milliseconds(2);
// An instance that is alive says so for what it holds, each k_touch_after; what nobody has spoken for is handed out
// again.
constexpr base::Duration k_claim_time = base::seconds(30);
constexpr auto k_touch_after = std::chrono::seconds(8);
// By the database's clock: those of the instances may differ.
constexpr std::string_view k_touch =
    "UPDATE raw_events SET claimed_at = CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT) "
    "WHERE id = ?1 AND state = 1";
constexpr std::string_view k_give_back = "UPDATE raw_events SET state = 0 WHERE id = ?1 AND state = 1";
constexpr base::Duration k_longest = base::days(90);
constexpr int k_tries = 5;

// Both rows in one statement; no row comes back for an event that is already there.
constexpr std::string_view k_insert =
    "WITH e AS (INSERT INTO raw_events (day, state, platform, shop_ext_id, unique_key, store_id, app_id, kind, "
    "received_at, tries, retry_at, claimed_at, reason) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, 0, '') "
    "ON CONFLICT DO NOTHING RETURNING id) INSERT INTO raw_payloads (id, payload) SELECT id, ?9 FROM e RETURNING id";

class PostgresInbox final : public Inbox {
  public:
    PostgresInbox(const PostgresOptions& options, Keys& keys, const base::Clock& clock)
        : compatibility_(options.compatibility), keys_(keys), clock_(clock) {}

    ~PostgresInbox() override {
        if (!thread_.joinable()) return;
        {
            std::scoped_lock lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        thread_.join();
        // An orderly end: others need not wait until these claims are old.
        std::vector<std::vector<Arg>> sets;
        for (const std::int64_t id : held_) sets.push_back({Arg(id)});
        if (sets.empty()) return;
        if (const auto back = write([&](Connection& c) { return c.run_many(k_give_back, sets, {}); }); !back)
            base::log(base::Level::warning, "inbox.claims_not_given_back", {base::Field(back.error())});
    }

    Result<void> start(const PostgresOptions& options) {
        appender_ = TRY(open_postgres(options));
        worker_ = TRY(open_postgres(options));
        thread_ = std::thread([this] { loop(); });
        return {};
    }

    void append_async(RawEvent event, DoneFn done) override {
        auto sealed = inbox::seal_payload(keys_, event);
        if (!sealed) {
            ++refused_;
            return done(std::unexpected(std::move(sealed).error()));
        }
        event.payload.clear();
        {
            std::scoped_lock lock(mutex_);
            if (queue_.size() < k_max_queued && !stopping_) {
                queue_.push_back({std::move(event), std::move(*sealed), {}, std::move(done)});
                queue_.back().day = base::utc_day(queue_.back().event.received_at);
                if (queue_.size() == 1) wake_.notify_one();
                return;
            }
        }
        ++refused_;
        done(std::unexpected(base::Error{Code::unavailable, "inbox queue is full", "db.busy", 1}));
    }

    Result<std::vector<StoredEvent>> claim(std::size_t limit) override {
        std::vector<StoredEvent> claimed;
        std::vector<std::int64_t> unreadable;
        TRY_VOID(write([&](Connection& c) -> Result<void> {
            claimed.clear();
            unreadable.clear();
            TRY_VOID(touch_held(c));
            base::Time now;
            auto read_now = [&](const Row& row) { now = row.time(0); };
            const RowSink now_sink(read_now);
            TRY_VOID(
                c.run("SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)", {}, &now_sink));
            const Arg again[] = {clock_.now(), now - k_claim_time};
            TRY_VOID(
                c.run("UPDATE raw_events SET state = 0 WHERE (state = 3 AND retry_at > 0 AND retry_at <= ?1) OR "
                      "(state = 1 AND claimed_at < ?2)",
                      again, nullptr));
            const Arg args[] = {now, limit};
            auto take = [&](const Row& row) { read(row, claimed, unreadable); };
            const RowSink sink(take);
            // Two instances that claim at once take different rows; without SKIP LOCKED one of them repeats.
            const std::string_view sql =
                compatibility_
                    ? "WITH c AS (UPDATE raw_events SET state = 1, claimed_at = ?1, tries = tries + 1 WHERE id IN "
                      "(SELECT "
                      "id FROM raw_events WHERE state = 0 ORDER BY id LIMIT ?2) RETURNING *) SELECT c.id, platform, "
                      "shop_ext_id, unique_key, store_id, app_id, kind, received_at, tries - 1, payload, day FROM c "
                      "JOIN "
                      "raw_payloads p ON p.id = c.id ORDER BY c.id"
                    : "WITH c AS (UPDATE raw_events SET state = 1, claimed_at = ?1, tries = tries + 1 WHERE id IN "
                      "(SELECT "
                      "id FROM raw_events WHERE state = 0 ORDER BY id LIMIT ?2 FOR UPDATE SKIP LOCKED) RETURNING *) "
                      "SELECT c.id, platform, shop_ext_id, unique_key, store_id, app_id, kind, received_at, tries - 1, "
                      "payload, day FROM c JOIN raw_payloads p ON p.id = c.id ORDER BY c.id";
            TRY_VOID(c.run(sql, args, &sink));
            for (const std::int64_t id : unreadable) {
                const Arg bad[] = {id};
                TRY_VOID(
                    c.run("UPDATE raw_events SET state = 3, reason = 'inbox.unreadable' WHERE id = ?1", bad, nullptr));
            }
            return {};
        }));
        for (const std::int64_t id : unreadable) base::log(base::Level::error, "inbox.unreadable", {{"id", id}});
        const std::scoped_lock lock(held_mutex_);
        for (const StoredEvent& event : claimed) held_.insert(event.id);
        return claimed;
    }

    Result<void> done(std::vector<Handle> handles) override {
        std::vector<std::vector<Arg>> sets;
        for (const Handle& h : handles) sets.push_back({Arg(h.id)});
        let_go(handles);
        return write([&](Connection& c) {
            return c.run_many("UPDATE raw_events SET state = 2, reason = '' WHERE id = ?1", sets, {});
        });
    }

    Result<void> failed(const Handle& handle, std::string_view reason, std::optional<base::Time> retry_at) override {
        let_go({&handle, 1});
        return write([&](Connection& c) -> Result<void> {
            const Arg args[] = {handle.id, reason, retry_at.value_or(base::Time{})};
            // Not when another instance, which had it handed out again, is done with it.
            TRY_VOID(c.run("UPDATE raw_events SET state = 3, reason = ?2, retry_at = ?3 WHERE id = ?1 AND state <> 2",
                           args, nullptr));
            return {};
        });
    }

    Result<std::int64_t> replay(base::Time from, base::Time to) override {
        std::int64_t changed = 0;
        TRY_VOID(write([&](Connection& c) -> Result<void> {
            const std::string first = base::utc_day(from), last = base::utc_day(to);
            const Arg args[] = {from, to, first, last};
            changed =
                TRY(c.run("UPDATE raw_events SET state = 0, retry_at = 0 WHERE received_at >= ?1 AND received_at < ?2 "
                          "AND day >= ?3 AND day <= ?4",
                          args, nullptr));
            return {};
        }));
        if (changed > 0) tell();
        return changed;
    }

    Result<void> follow_clock_step(base::Duration step) override {
        if (step.ms >= 0) return {};
        return write([&](Connection& c) -> Result<void> {
            const Arg args[] = {step.ms, clock_.now()};
            TRY_VOID(c.run("UPDATE raw_events SET retry_at = retry_at + ?1 WHERE state = 3 AND retry_at > ?2", args,
                           nullptr));
            return {};
        });
    }

    Result<InboxState> state() override {
        InboxState sum;
        TRY_VOID(write([&](Connection& c) -> Result<void> {
            sum = {};
            auto fresh = [&](const Row& row) {
                sum.fresh = row.integer(0);
                sum.oldest_fresh = row.time(1);
            };
            const RowSink fresh_sink(fresh);
            TRY_VOID(c.run("SELECT count(*), min(received_at) FROM raw_events WHERE state = 0", {}, &fresh_sink));
            auto open = [&](const Row& row) { (row.integer(0) == 1 ? sum.claimed : sum.failed) = row.integer(1); };
            const RowSink open_sink(open);
            TRY_VOID(
                c.run("SELECT state, count(*) FROM raw_events WHERE state IN (1, 3) GROUP BY state", {}, &open_sink));
            return {};
        }));
        return sum;
    }

    InboxCounters counters() const override { return {stored_, duplicates_, refused_, commits_}; }

    Result<std::size_t> drop_old_days(base::Duration keep) override {
        std::int64_t days = 0;
        const std::string oldest = base::utc_day(clock_.now() - std::min(keep, k_longest));
        TRY_VOID(write([&](Connection& c) -> Result<void> {
            const Arg args[] = {oldest};
            auto count = [&](const Row& row) { days = row.integer(0); };
            const RowSink sink(count);
            TRY_VOID(c.run("SELECT count(DISTINCT day) FROM raw_events WHERE day < ?1", args, &sink));
            TRY_VOID(c.run("DELETE FROM raw_payloads WHERE id IN (SELECT id FROM raw_events WHERE day < ?1)", args,
                           nullptr));
            TRY_VOID(c.run("DELETE FROM raw_events WHERE day < ?1", args, nullptr));
            return {};
        }));
        return static_cast<std::size_t>(days);
    }

    void on_arrival(std::function<void()> listener) override {
        std::scoped_lock lock(mutex_);
        listener_ = std::move(listener);
    }

  private:
    struct Append {
        RawEvent event;
        std::string sealed;
        std::string day;
        DoneFn done;
        Result<Appended> result = Appended::duplicate;
    };

    void loop() {
        std::unique_lock lock(mutex_);
        for (;;) {
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_ && queue_.empty()) return;
            if (queue_.size() < k_commit_most && !stopping_)
                wake_.wait_for(lock, k_window, [this] { return queue_.size() >= k_commit_most || stopping_; });
            std::vector<Append> batch;
            while (!queue_.empty() && batch.size() < k_commit_most) {
                batch.push_back(std::move(queue_.front()));
                queue_.pop_front();
            }
            lock.unlock();
            commit(batch);
            lock.lock();
        }
    }

    void commit(std::vector<Append>& batch) {
        std::vector<std::vector<Arg>> sets;
        for (const Append& a : batch) {
            const RawEvent& e = a.event;
            sets.push_back({Arg(a.day), Arg(model::name(e.platform)), Arg(e.shop_ext_id), Arg(e.unique_key),
                            Arg(e.store), Arg(e.app), Arg(e.kind), Arg(e.received_at), Arg(Blob{a.sealed})});
        }
        Result<void> kept;
        for (int again = 0; again < k_tries; ++again) {
            for (Append& a : batch) a.result = Appended::duplicate;
            kept = append_all(sets, batch);
            if (kept || kept.error().key == "db.disk_full") break;
            std::this_thread::sleep_for(std::chrono::milliseconds(5 << again));
        }
        if (kept) ++commits_;
        bool arrived = false;
        for (Append& a : batch) {
            if (!kept) {
                ++refused_;
                a.result = std::unexpected(kept.error());
            } else if (*a.result == Appended::stored) {
                ++stored_;
                arrived = true;
            } else {
                ++duplicates_;
            }
            a.done(std::move(a.result));
        }
        if (arrived) tell();
    }

    Result<void> append_all(const std::vector<std::vector<Arg>>& sets, std::vector<Append>& batch) {
        // Outside a transaction: one pipeline is one, and is durable when its end is answered. A lost connection comes
        // back with the next begin.
        if (broken_) {
            TRY_VOID(appender_->begin_read());
            appender_->end_read();
            broken_ = false;
        }
        auto done = appender_->run_many(k_insert, sets,
                                        [&](std::size_t set, const Row&) { batch[set].result = Appended::stored; });
        broken_ = !done;
        return done;
    }

    void let_go(std::span<const Handle> handles) {
        const std::scoped_lock lock(held_mutex_);
        for (const Handle& h : handles) held_.erase(h.id);
    }

    // Says for what this instance holds that it is still at work on it.
    Result<void> touch_held(Connection& c) {
        const auto now = std::chrono::steady_clock::now();
        std::vector<std::vector<Arg>> sets;
        {
            const std::scoped_lock lock(held_mutex_);
            if (held_.empty() || now - touched_ < k_touch_after) return {};
            touched_ = now;
            for (const std::int64_t id : held_) sets.push_back({Arg(id)});
        }
        return c.run_many(k_touch, sets, {});
    }

    // fn's statements in one transaction of the second connection, repeated after a serialisation failure.
    template <class F>
    Result<void> write(F fn) {
        std::scoped_lock lock(worker_mutex_);
        for (int again = 0;; ++again) {
            TRY_VOID(worker_->begin_write());
            Result<void> done = fn(*worker_);
            if (done) done = worker_->commit();
            if (done) return {};
            const bool repeat = worker_->wants_retry() && again < k_tries * 2;
            worker_->rollback();
            if (!repeat) return done;
            std::this_thread::sleep_for(std::chrono::milliseconds(1 << std::min(again, 6)));
        }
    }

    void read(const Row& row, std::vector<StoredEvent>& claimed, std::vector<std::int64_t>& unreadable) {
        StoredEvent s{.day = row.string(10), .id = row.integer(0), .event = {}, .tries = row.integer(8)};
        s.event.platform = model::parse_platform(row.text(1)).value_or(model::Platform::tiktok_shop);
        s.event.shop_ext_id = row.string(2);
        s.event.unique_key = row.string(3);
        s.event.store = row.id<model::StoreId>(4);
        s.event.app = row.id<model::AppId>(5);
        s.event.kind = row.string(6);
        s.event.received_at = row.time(7);
        auto plain = inbox::open_payload(keys_, s.event, row.blob(9));
        if (!plain) {
            unreadable.push_back(s.id);
            return;
        }
        s.event.payload = std::move(*plain);
        claimed.push_back(std::move(s));
    }

    void tell() {
        std::function<void()> listener;
        {
            std::scoped_lock lock(mutex_);
            listener = listener_;
        }
        if (listener) listener();
    }

    const bool compatibility_;
    Keys& keys_;
    const base::Clock& clock_;
    std::unique_ptr<Connection> appender_;  // Of the inbox thread.
    bool broken_ = false;
    std::mutex worker_mutex_;
    std::unique_ptr<Connection> worker_;  // Under worker_mutex_.
    std::mutex held_mutex_;
    std::set<std::int64_t> held_;  // Claimed by this instance and not settled yet.
    std::chrono::steady_clock::time_point touched_{};

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Append> queue_;
    std::function<void()> listener_;
    bool stopping_ = false;
    std::atomic<std::uint64_t> stored_ = 0, duplicates_ = 0, refused_ = 0, commits_ = 0;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Inbox>> open_postgres_inbox(const PostgresOptions& options, Keys& keys,
                                                   const base::Clock& clock) {
    auto inbox = std::make_unique<PostgresInbox>(options, keys, clock);
    TRY_VOID(inbox->start(options));
    return inbox;
}

}  // namespace db
