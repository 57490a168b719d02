#include "db/inbox_sqlite.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/log.h"
#include "db/inbox_payload.h"
#include "db/sqlite.h"

namespace db {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_max_queued = 20'000;
constexpr std::size_t k_commit_most = 512;
constexpr auto k_window = std::chrono::milliseconds(2);  // How long the first of a commit waits for company.
constexpr auto k_settle_window = std::chrono::milliseconds(20);
constexpr int k_known_days = 4;  // Marketplaces repeat a webhook for up to three days.
constexpr base::Duration k_longest = base::days(90);

// States are small so that claiming does not rewrite payloads, which lie in a table of their own.
constexpr int k_new = 0, k_claimed = 1, k_failed = 3;  // 2: done.

constexpr const char* k_tables =
    "CREATE TABLE IF NOT EXISTS raw_events (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, platform TEXT NOT NULL,"
    " shop_ext_id TEXT NOT NULL, unique_key TEXT NOT NULL, store_id INTEGER NOT NULL, app_id INTEGER NOT NULL,"
    " kind TEXT NOT NULL, received_at INTEGER NOT NULL, tries INTEGER NOT NULL, retry_at INTEGER NOT NULL,"
    " reason TEXT NOT NULL, UNIQUE (platform, shop_ext_id, unique_key)) STRICT;"
    "CREATE TABLE IF NOT EXISTS raw_payloads (id INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS raw_waiting ON raw_events (id) WHERE state = 0;"
    "CREATE INDEX IF NOT EXISTS raw_open ON raw_events (state) WHERE state IN (1, 3);";

std::string day_of(const std::string& file_name) {
    // inbox-2026-11-22.db
    return file_name.substr(6, 10);
}
bool is_day_file(const std::string& file_name) {
    return file_name.size() == 19 && file_name.starts_with("inbox-") && file_name.ends_with(".db");
}

class SqliteInbox final : public Inbox {
  public:
    SqliteInbox(std::string dir, Keys& keys, Space& space, const base::Clock& clock)
        : dir_(std::move(dir)), keys_(keys), space_(space), clock_(clock) {}

    ~SqliteInbox() override {
        if (!thread_.joinable()) return;
        {
            std::scoped_lock lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }

    // Finds the days that are there and gives claims of an earlier process back.
    Result<void> start() {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(dir_, error)) {
            const std::string name = entry.path().filename().string();
            if (!is_day_file(name)) continue;
            Connection* day = TRY(open_day(day_of(name)));
            TRY_VOID(day->script("UPDATE raw_events SET state = 0 WHERE state = 1"));
            bool waiting =
                TRY(number(*day, "SELECT count(*) FROM (SELECT 1 FROM raw_events WHERE state = 0 LIMIT 1)")) != 0;
            const bool failed =
                TRY(number(*day, "SELECT count(*) FROM (SELECT 1 FROM raw_events WHERE state = 3 LIMIT 1)")) != 0;
            if (waiting || failed) busy_days_.insert(day_of(name));
        }
        close_quiet_days();
        thread_ = std::thread([this] { loop(); });
        return {};
    }

    void append_async(RawEvent event, DoneFn done) override {
        if (space_.full()) return refuse(done, "disk is full", "db.disk_full", 10);
        // Compression and encryption happen here, on the many threads of the callers.
        auto sealed = inbox::seal_payload(keys_, event);
        if (!sealed) {
            ++refused_;
            return done(std::unexpected(std::move(sealed).error()));
        }
        event.payload.clear();
        {
            std::scoped_lock lock(mutex_);
            if (appends_.size() < k_max_queued && !stopping_) {
                appends_.push_back({std::move(event), std::move(*sealed), std::move(done), {}});
                if (appends_.size() == 1) wake_.notify_one();
                return;
            }
        }
        refuse(done, "inbox queue is full", "db.busy", 1);
    }

    Result<std::vector<StoredEvent>> claim(std::size_t limit) override {
        return on_thread<std::vector<StoredEvent>>([&] { return do_claim(limit); });
    }

    Result<void> done(std::vector<Handle> handles) override {
        {
            std::scoped_lock lock(mutex_);
            for (const Handle& h : handles) new_settled_[h.day].push_back(h.id);
        }
        wake_.notify_one();
        return {};
    }

    Result<void> failed(const Handle& handle, std::string_view reason, std::optional<base::Time> retry_at) override {
        return on_thread<void>([&]() -> Result<void> {
            const auto marked = mark_failed(handle, reason, retry_at.value_or(base::Time{}));
            if (!marked) note_unsettled(handle.day, {handle.id});
            return marked;
        });
    }

    Result<std::int64_t> replay(base::Time from, base::Time to) override {
        return on_thread<std::int64_t>([&]() -> Result<std::int64_t> {
            write_settled();
            std::int64_t changed = 0;
            for (const std::string& day : days()) {
                if (day < base::utc_day(from) || day > base::utc_day(to)) continue;
                Connection* file = TRY(open_day(day));
                const Arg args[] = {from, to};
                changed +=
                    TRY(file->run("UPDATE raw_events SET state = 0, retry_at = 0 WHERE received_at >= ?1 AND "
                                  "received_at < ?2",
                                  args, nullptr));
                busy_days_.insert(day);
            }
            if (changed > 0 && listener_) listener_();
            return changed;
        });
    }

    Result<void> follow_clock_step(base::Duration step) override {
        if (step.ms >= 0) return {};
        return on_thread<void>([&]() -> Result<void> {
            const Arg args[] = {step.ms, clock_.now()};
            for (const std::string& day : busy_days_)
                TRY_VOID(TRY(open_day(day))
                             ->run("UPDATE raw_events SET retry_at = retry_at + ?1 WHERE state = 3 AND retry_at > ?2",
                                   args, nullptr));
            return {};
        });
    }

    Result<InboxState> state() override {
        return on_thread<InboxState>([&]() -> Result<InboxState> {
            write_settled();
            InboxState sum;
            for (const std::string& day : busy_days_) {
                Connection* file = TRY(open_day(day));
                auto add = [&](const Row& row) {
                    const std::int64_t n = row.integer(1);
                    if (row.integer(0) == k_new) {
                        sum.fresh += n;
                        if (n > 0 && (!sum.oldest_fresh || row.time(2) < sum.oldest_fresh))
                            sum.oldest_fresh = row.time(2);
                    } else if (row.integer(0) == k_claimed) {
                        sum.claimed += n;
                    } else if (row.integer(0) == k_failed) {
                        sum.failed += n;
                    }
                };
                const RowSink sink(add);
                TRY_VOID(file->run("SELECT 0, count(*), min(received_at) FROM raw_events WHERE state = 0", {}, &sink));
                TRY_VOID(file->run("SELECT state, count(*), 0 FROM raw_events WHERE state IN (1, 3) GROUP BY state", {},
                                   &sink));
            }
            return sum;
        });
    }

    InboxCounters counters() const override { return {stored_, duplicates_, refused_, commits_}; }

    Result<std::size_t> drop_old_days(base::Duration keep) override {
        return on_thread<std::size_t>([&]() -> Result<std::size_t> {
            const std::string oldest = base::utc_day(clock_.now() - std::min(keep, k_longest));
            std::size_t dropped = 0;
            for (const std::string& day : days()) {
                if (day >= oldest) continue;
                files_.erase(day);
                busy_days_.erase(day);
                unsettled_.erase(day);
                settled_.erase(day);
                for (const char* suffix : {"-wal", "-shm", ""}) {
                    std::error_code error;
                    fs::remove(path(day) + suffix, error);
                    if (error) return fail(Code::unavailable, "remove " + path(day) + suffix, "db.io");
                }
                ++dropped;
            }
            return dropped;
        });
    }

    void on_arrival(std::function<void()> listener) override {
        (void)on_thread<void>([&]() -> Result<void> {
            listener_ = std::move(listener);
            return {};
        }).has_value();
    }

  private:
    struct Append {
        RawEvent event;
        std::string sealed;
        DoneFn done;
        Result<Appended> result = Appended::stored;
    };

    void refuse(DoneFn& done, const char* what, const char* key, int retry_s) {
        ++refused_;
        done(std::unexpected(base::Error{Code::unavailable, what, key, retry_s}));
    }

    // Runs fn on the inbox thread, between two commits, and waits.
    template <class T, class F>
    Result<T> on_thread(F fn) {
        std::promise<Result<T>> answer;
        auto waiting = answer.get_future();
        {
            std::scoped_lock lock(mutex_);
            tasks_.push_back([&] { answer.set_value(fn()); });
        }
        wake_.notify_one();
        return waiting.get();
    }

    void loop() {
        std::unique_lock lock(mutex_);
        for (;;) {
            const auto work = [this] { return stopping_ || !appends_.empty() || !tasks_.empty(); };
            wake_.wait(lock, [&] { return work() || !new_settled_.empty(); });
            // What is settled goes with the next transaction: a commit of its own for each batch would cost a third of
            // the whole path. Lost with the process, it is only handed out again.
            const bool more = wake_.wait_for(lock, k_settle_window, work);
            for (auto& [day, ids] : new_settled_) {
                auto& all = settled_[day];
                all.insert(all.end(), ids.begin(), ids.end());
            }
            new_settled_.clear();
            if (!more || (stopping_ && appends_.empty() && tasks_.empty())) {
                const bool last = stopping_ && more;
                lock.unlock();
                write_settled();
                if (last) return;
                lock.lock();
                continue;
            }
            std::deque<std::move_only_function<void()>> tasks;
            tasks.swap(tasks_);
            if (!appends_.empty() && appends_.size() < k_commit_most && tasks.empty() && !stopping_)
                wake_.wait_for(lock, k_window, [this] { return appends_.size() >= k_commit_most || stopping_; });
            std::vector<Append> batch;
            while (!appends_.empty() && batch.size() < k_commit_most) {
                batch.push_back(std::move(appends_.front()));
                appends_.pop_front();
            }
            lock.unlock();
            if (!batch.empty()) commit(batch);
            for (auto& task : tasks) task();
            lock.lock();
        }
    }

    void commit(std::vector<Append>& batch) {
        std::map<std::string, std::vector<Append*>> by_day;
        for (Append& a : batch) by_day[base::utc_day(a.event.received_at)].push_back(&a);
        bool arrived = false;
        for (auto& [day, appends] : by_day) {
            const auto kept = append_to(day, appends);
            for (Append* a : appends) {
                if (!kept) a->result = std::unexpected(kept.error());
                if (!a->result) {
                    ++refused_;
                } else if (*a->result == Appended::stored) {
                    ++stored_;
                    arrived = true;
                } else {
                    ++duplicates_;
                }
            }
            if (!kept && kept.error().key == "db.disk_full") space_.report_full();
        }
        for (Append& a : batch) a.done(std::move(a.result));
        if (arrived && listener_) listener_();
    }

    Result<void> append_to(const std::string& day, const std::vector<Append*>& appends) {
        Connection* file = TRY(open_day(day));
        const auto others = TRY(other_days(day));
        const auto add = [&]() -> Result<void> {
            TRY_VOID(mark_settled(*file, day));
            for (Append* a : appends) a->result = TRY(append_one(*file, others, *a));
            return {};
        };
        if (const auto kept = together(*file, add); !kept) {
            give_up_settled(day);
            return kept;
        }
        settled_.erase(day);
        ++commits_;
        busy_days_.insert(day);
        return {};
    }

    Result<Appended> append_one(Connection& file, const std::vector<Connection*>& others, const Append& a) {
        const RawEvent& e = a.event;
        const Arg key[] = {model::name(e.platform), e.shop_ext_id, e.unique_key};
        for (Connection* day : others)
            if (TRY(number(
                    *day,
                    "SELECT count(*) FROM raw_events WHERE platform = ?1 AND shop_ext_id = ?2 AND unique_key = ?3",
                    key)) != 0)
                return Appended::duplicate;
        std::int64_t id = 0;
        auto keep = [&id](const Row& row) { id = row.integer(0); };
        const RowSink sink(keep);
        const Arg args[] = {
            model::name(e.platform), e.shop_ext_id, e.unique_key, e.store, e.app, e.kind, e.received_at};
        TRY_VOID(
            file.run("INSERT INTO raw_events (state, platform, shop_ext_id, unique_key, store_id, app_id, kind, "
                     "received_at, tries, retry_at, reason) VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, '') "
                     "ON CONFLICT DO NOTHING RETURNING id",
                     args, &sink));
        if (id == 0) return Appended::duplicate;
        const Arg payload[] = {id, Blob{a.sealed}};
        TRY_VOID(file.run("INSERT INTO raw_payloads (id, payload) VALUES (?1, ?2)", payload, nullptr));
        return Appended::stored;
    }

    Result<std::vector<StoredEvent>> do_claim(std::size_t limit) {
        std::vector<StoredEvent> claimed;
        for (auto it = busy_days_.begin(); it != busy_days_.end() && claimed.size() < limit;) {
            const std::string day = *it;
            Connection* file = TRY(open_day(day));
            const std::size_t before = claimed.size();
            const auto taken = together(*file, [&]() -> Result<void> {
                TRY_VOID(mark_settled(*file, day));
                TRY_VOID(hand_back(*file, day));
                return claim_in(*file, day, limit, claimed);
            });
            if (!taken) {
                give_up_settled(day);
                // What earlier days gave is claimed already and has to be handed out.
                claimed.resize(before);
                if (claimed.empty()) return std::unexpected(taken.error());
                break;
            }
            unsettled_.erase(day);
            settled_.erase(day);
            // A day with nothing left to do is not looked at again, unless it is today's.
            const bool quiet = claimed.size() == before && day < base::utc_day(clock_.now()) &&
                               number(*file, "SELECT count(*) FROM raw_events WHERE state IN (1, 3)").value_or(1) == 0;
            it = quiet ? busy_days_.erase(it) : std::next(it);
        }
        return claimed;
    }

    // Lets wait again what failed and is due, and what was claimed and could not be settled.
    Result<void> hand_back(Connection& file, const std::string& day) {
        const Arg now[] = {clock_.now()};
        TRY_VOID(file.run("UPDATE raw_events SET state = 0 WHERE state = 3 AND retry_at > 0 AND retry_at <= ?1", now,
                          nullptr));
        const auto found = unsettled_.find(day);
        if (found == unsettled_.end()) return {};
        for (const std::int64_t id : found->second) {
            const Arg args[] = {id};
            TRY_VOID(file.run("UPDATE raw_events SET state = 0 WHERE id = ?1 AND state = 1", args, nullptr));
        }
        return {};
    }

    // To be called inside a transaction of that day; settled_ is emptied after its commit.
    Result<void> mark_settled(Connection& file, const std::string& day) {
        const auto found = settled_.find(day);
        if (found == settled_.end()) return {};
        for (const std::int64_t id : found->second) {
            const Arg args[] = {id};
            TRY_VOID(file.run("UPDATE raw_events SET state = 2, reason = '' WHERE id = ?1", args, nullptr));
        }
        return {};
    }

    // It could not be written: handed out again.
    void give_up_settled(const std::string& day) {
        const auto found = settled_.find(day);
        if (found == settled_.end()) return;
        note_unsettled(day, found->second);
        settled_.erase(found);
    }

    void write_settled() {
        while (!settled_.empty()) {
            const std::string day = settled_.begin()->first;
            const auto written = [&]() -> Result<void> {
                Connection* file = TRY(existing_day(day));
                if (file == nullptr) return {};
                return together(*file, [&] { return mark_settled(*file, day); });
            }();
            if (written) {
                settled_.erase(day);
                continue;
            }
            base::log(base::Level::error, "inbox.not_settled", {base::Field(written.error())});
            give_up_settled(day);
        }
    }

    Result<void> mark_failed(const Handle& handle, std::string_view reason, base::Time retry_at) {
        Connection* file = TRY(existing_day(handle.day));
        if (file == nullptr) return {};
        const Arg args[] = {handle.id, reason, retry_at};
        TRY_VOID(file->run("UPDATE raw_events SET state = 3, reason = ?2, retry_at = ?3 WHERE id = ?1", args, nullptr));
        busy_days_.insert(handle.day);
        return {};
    }

    void note_unsettled(const std::string& day, const std::vector<std::int64_t>& ids) {
        auto& noted = unsettled_[day];
        noted.insert(noted.end(), ids.begin(), ids.end());
        busy_days_.insert(day);
    }

    Result<void> claim_in(Connection& file, const std::string& day, std::size_t limit,
                          std::vector<StoredEvent>& claimed) {
        const std::size_t first = claimed.size();
        std::vector<std::string> sealed;
        const Arg args[] = {limit - claimed.size()};
        auto take = [&](const Row& row) {
            StoredEvent s{.day = day, .id = row.integer(0), .event = {}, .tries = row.integer(8)};
            s.event.platform = model::parse_platform(row.text(1)).value_or(model::Platform::tiktok_shop);
            s.event.shop_ext_id = row.string(2);
            s.event.unique_key = row.string(3);
            s.event.store = row.id<model::StoreId>(4);
            s.event.app = row.id<model::AppId>(5);
            s.event.kind = row.string(6);
            s.event.received_at = row.time(7);
            sealed.emplace_back(row.blob(9));
            claimed.push_back(std::move(s));
        };
        const RowSink sink(take);
        TRY_VOID(
            file.run("SELECT e.id, platform, shop_ext_id, unique_key, store_id, app_id, kind, received_at, tries, "
                     "payload FROM raw_events e JOIN raw_payloads p ON p.id = e.id WHERE state = 0 ORDER BY e.id "
                     "LIMIT ?1",
                     args, &sink));
        std::size_t kept = first;
        for (std::size_t i = first; i < claimed.size(); ++i) {
            auto plain = inbox::open_payload(keys_, claimed[i].event, sealed[i - first]);
            const bool readable = plain.has_value();
            const Arg update[] = {claimed[i].id, readable ? k_claimed : k_failed,
                                  readable ? std::string_view() : std::string_view("inbox.unreadable")};
            TRY_VOID(
                file.run("UPDATE raw_events SET state = ?2, reason = ?3, tries = tries + 1, retry_at = 0 WHERE id = "
                         "?1",
                         update, nullptr));
            if (!readable) {
                base::log(base::Level::error, "inbox.unreadable",
                          {{"day", day}, {"id", claimed[i].id}, base::Field(plain.error())});
                continue;
            }
            claimed[i].event.payload = std::move(*plain);
            if (kept != i) claimed[kept] = std::move(claimed[i]);
            ++kept;
        }
        claimed.resize(kept);
        return {};
    }

    // fn's statements in one transaction.
    template <class F>
    Result<void> together(Connection& file, F fn) {
        TRY_VOID(file.begin_write());
        if (const auto done = fn(); !done) {
            file.rollback();
            return done;
        }
        const auto committed = file.commit();
        if (!committed) file.rollback();
        return committed;
    }

    static Result<std::int64_t> number(Connection& file, std::string_view sql, Args args = {}) {
        std::int64_t value = 0;
        auto keep = [&value](const Row& row) { value = row.integer(0); };
        const RowSink sink(keep);
        TRY_VOID(file.run(sql, args, &sink));
        return value;
    }

    std::string path(const std::string& day) const { return dir_ + "/inbox-" + day + ".db"; }

    std::vector<std::string> days() const {
        std::vector<std::string> found;
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(dir_, error))
            if (const std::string name = entry.path().filename().string(); is_day_file(name))
                found.push_back(day_of(name));
        std::ranges::sort(found);
        return found;
    }

    Result<Connection*> open_day(const std::string& day) {
        if (const auto found = files_.find(day); found != files_.end()) return found->second.get();
        if (files_.size() > k_known_days + 2) close_quiet_days();
        auto opened = TRY(open_sqlite(path(day), {.cache_kib = 4'096, .wal_autocheckpoint = 2'000}));
        TRY_VOID(opened->script(k_tables));
        latest_day_ = std::max(latest_day_, day);
        return files_.emplace(day, std::move(opened)).first->second.get();
    }

    Result<Connection*> existing_day(const std::string& day) {
        std::error_code error;
        if (!fs::exists(path(day), error)) return nullptr;
        return open_day(day);
    }

    // The other days in which a repeated event may already be: those before `day`, and those after it, which are there
    // when the clock went back.
    Result<std::vector<Connection*>> other_days(const std::string& day) {
        std::vector<Connection*> found;
        const auto start = base::parse_iso8601(day + "T00:00:00Z");
        if (!start) return fail(Code::internal, "day " + day);
        for (int back = 1; back < k_known_days; ++back)
            if (Connection* file = TRY(existing_day(base::utc_day(*start - base::days(back)))); file != nullptr)
                found.push_back(file);
        for (int ahead = 1; ahead <= k_known_days && base::utc_day(*start + base::days(ahead)) <= latest_day_; ++ahead)
            if (Connection* file = TRY(existing_day(base::utc_day(*start + base::days(ahead)))); file != nullptr)
                found.push_back(file);
        return found;
    }

    void close_quiet_days() {
        const std::string recent = base::utc_day(clock_.now() - base::days(k_known_days));
        std::erase_if(files_,
                      [&](const auto& entry) { return entry.first < recent && !busy_days_.contains(entry.first); });
    }

    const std::string dir_;
    Keys& keys_;
    Space& space_;
    const base::Clock& clock_;

    // Used by the inbox thread alone (and by start()).
    std::map<std::string, std::unique_ptr<Connection>> files_;
    std::string latest_day_;
    std::set<std::string> busy_days_;  // Days that may have something to claim; oldest first.
    // Claimed rows whose outcome could not be written, for instance on a full disk; by day. Handed out again.
    std::map<std::string, std::vector<std::int64_t>> unsettled_;
    std::map<std::string, std::vector<std::int64_t>> settled_;  // By day; to be marked by the next transaction.
    std::function<void()> listener_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Append> appends_;
    std::map<std::string, std::vector<std::int64_t>> new_settled_;
    std::deque<std::move_only_function<void()>> tasks_;
    bool stopping_ = false;
    std::atomic<std::uint64_t> stored_ = 0, duplicates_ = 0, refused_ = 0, commits_ = 0;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Inbox>> open_sqlite_inbox(const std::string& data_dir, Keys& keys, Space& space,
                                                 const base::Clock& clock) {
    auto inbox = std::make_unique<SqliteInbox>(data_dir, keys, space, clock);
    TRY_VOID(inbox->start());
    return inbox;
}

}  // namespace db
