#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include "base/clock.h"
#include "base/key_source.h"
#include "base/random.h"
#include "base/result.h"
#include "db/sql.h"

namespace db {

class Inbox;
class Search;

// Who waits for a write. interactive goes before bulk: a person's click, a sign-in, a claimed job. bulk: normalising,
// consumers, imports; such a piece of work should change at most 200 rows, longer work is cut into pieces.
enum class Lane { interactive, bulk };

struct OpenOptions {
    std::string data_dir;  // Created (0700) when missing. Keys are always here.
    std::string url;       // Empty: SQLite files in data_dir; else "postgres://…" or a libpq connection string.
    base::Clock& clock;
    base::Random& random;
    base::KeySource& key_source;
    // The key that an interrupted change of the KEK was moving to; asked when the keys are already wrapped by it.
    base::KeySource* next_key_source = nullptr;
    std::size_t readers = 4;          // Read connections, opened when needed.
    std::size_t max_queued = 20'000;  // Waiting writes of one lane; write_async() refuses beyond.
    bool inbox = true;                // False for command-line verbs that only read.
    bool follow = true;               // Index for search and give the audit log its positions, on a thread of its own.
    // Tests: no optional faster paths of PostgreSQL, and every n-th commit fails with 40001 (0: never).
    bool compatibility = false;
    unsigned fail_every = 0;
};

// The state of the disk as the write path sees it.
struct Health {
    bool disk_full = false;  // bulk writes and the inbox refuse with "db.disk_full".
    std::size_t queued_interactive = 0;
    std::size_t queued_bulk = 0;
    std::uint64_t commits = 0;  // Of the main database.
    std::uint64_t writes = 0;   // Closures that succeeded.
    std::uint64_t retries = 0;  // Transactions repeated after a serialisation failure.
};

// All tables of one installation. Threads: every method may be called from any thread, except that write() must not be
// called inside a write closure.
//
// Errors with a key of their own: "db.in_use" (another process has the data folder), "db.disk_full" (unavailable; the
// same call succeeds when there is room again), "db.busy" (queue full), "db.newer_schema" (a later version wrote it),
// "db.unreachable" (PostgreSQL), "db.wrong_kek", "db.other_installation" (key files and database do not belong
// together).
class Database {
  public:
    static Result<std::unique_ptr<Database>> open(const OpenOptions& options);
    // Runs what is queued, then closes.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    using WriteFn = std::move_only_function<Result<void>(Tx&)>;
    using DoneFn = std::move_only_function<void(Result<void>)>;

    // Runs fn(Tx&) -> Result<T> on the writer's thread and returns when its transaction is durable. Several closures
    // may share a transaction: one that fails undoes only itself. fn may run more than once (PostgreSQL repeats a
    // transaction after a serialisation failure): its only effects are those of the Tx and values it sets afresh.
    template <class F>
    auto write(Lane lane, F&& fn) -> std::invoke_result_t<F&, Tx&> {
        using R = std::invoke_result_t<F&, Tx&>;
        if constexpr (std::same_as<R, Result<void>>) {
            return write_and_wait(lane, [&fn](Tx& tx) { return fn(tx); });
        } else {
            R value = fail(Code::internal, "write closure did not run");
            auto done = write_and_wait(lane, [&](Tx& tx) -> Result<void> {
                value = fn(tx);
                if (!value) return std::unexpected(value.error());
                return {};
            });
            if (!done) return std::unexpected(std::move(done).error());
            return value;
        }
    }
    // The same without waiting; `done` runs on the writer's thread after the commit and must not block. When the lane's
    // queue is full, done gets "db.busy" at once, on the calling thread.
    void write_async(Lane lane, WriteFn fn, DoneFn done);

    // Runs fn(Reader&) -> Result<T> on the calling thread with a connection of the pool and one consistent snapshot.
    template <class F>
    auto read(F&& fn) -> std::invoke_result_t<F&, Reader&> {
        using R = std::invoke_result_t<F&, Reader&>;
        R value = fail(Code::internal, "read closure did not run");
        auto done = read_with([&](Reader& reader) -> Result<void> {
            value = fn(reader);
            return {};
        });
        if (!done) return std::unexpected(std::move(done).error());
        return value;
    }

    Keys& keys();
    // Precondition: opened with `inbox`.
    Inbox& inbox();
    Search& search();
    Dialect dialect() const;
    Health health() const;
    // Called after every commit that appended events, on the writer's thread: must not block. One listener; with
    // PostgreSQL consumers also look by themselves, for events of other instances. Set before work begins.
    void on_news(std::function<void()> listener);

    struct State;

  private:
    explicit Database(std::unique_ptr<State> state);
    Result<void> write_and_wait(Lane lane, WriteFn fn);
    Result<void> read_with(const std::function<Result<void>(Reader&)>& fn);
    std::unique_ptr<State> state_;
};

}  // namespace db
