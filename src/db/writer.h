#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "db/database.h"
#include "db/space.h"
#include "db/sql.h"

namespace db {

// The thread that owns one write connection. Takes interactive work before bulk work and puts several closures into one
// transaction, each in a savepoint of its own (docs/adr/0004-one-sql-layer.md: a transaction ends at 20 ms, bulk also
// at 200 rows).
class Writer {
  public:
    Writer(std::unique_ptr<Connection> connection, const Surroundings& around, Space& space, std::size_t max_queued);
    ~Writer();  // Runs what is queued first.

    // `done` runs on the writer's thread after the commit, or here with "db.busy" when the queue is full.
    void submit(Lane lane, Database::WriteFn fn, Database::DoneFn done);
    bool is_own_thread() const { return std::this_thread::get_id() == thread_.get_id(); }
    void on_news(std::function<void()> listener);
    void add_to(Health& health) const;

  private:
    struct Job {
        Lane lane = Lane::bulk;
        Database::WriteFn fn;
        Database::DoneFn done;
        Result<void> result;
        std::vector<std::move_only_function<void()>> hooks;
        bool news = false;
    };
    using Group = std::vector<Job>;

    void loop();
    // Fills `group` from the queues and runs it in one transaction.
    void run_group(Group& group);
    void run_one(Job& job);
    Result<void> finish(Group& group);
    void answer(Group& group);
    bool take(Job& job, Lane least);
    bool waiting(Lane lane) const;
    void fail_all(Group& group, const base::Error& error);

    std::unique_ptr<Connection> connection_;
    const Surroundings& around_;
    Space& space_;
    const std::size_t max_queued_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> queues_[2];  // By Lane.
    bool stopping_ = false;
    std::function<void()> news_listener_;

    std::atomic<std::uint64_t> commits_ = 0, writes_ = 0, retries_ = 0;
    std::thread thread_;  // Last: starts when all else is there.
};

}  // namespace db
