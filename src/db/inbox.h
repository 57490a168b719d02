#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/platform.h"

namespace db {

using base::Code;
using base::fail;
using base::Result;

// A raw event, as verified at the edge.
struct RawEvent {
    model::Platform platform = model::Platform::tiktok_shop;
    model::StoreId store;     // 0: the shop is not (yet) one of ours.
    model::AppId app;         // The application that the webhook came for; its key seals when there is no store.
    std::string shop_ext_id;  // As in the event.
    // Unique with (platform, shop_ext_id): the platform's event id, or a hash of stable fields where it gives none.
    std::string unique_key;
    std::string kind;     // The platform's type, raw.
    std::string payload;  // Bytes as received. Compressed and encrypted at rest.
    base::Time received_at;
};

struct StoredEvent {
    std::string day;      // "2026-11-22": which day's file or partition; with `id` the handle.
    std::int64_t id = 0;  // Grows in the order of arrival within the day.
    RawEvent event;
    std::int64_t tries = 0;  // Earlier claims.
};

enum class Appended { stored, duplicate };

struct InboxCounters {
    std::uint64_t stored = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t refused = 0;  // Queue full, disk full, or an error of the database.
    std::uint64_t commits = 0;
};
struct InboxState {
    std::int64_t fresh = 0;  // Waiting.
    std::int64_t claimed = 0;
    std::int64_t failed = 0;  // With a reason; a person can replay them.
    base::Time oldest_fresh;  // 0: none.
};

// Where raw events wait to be normalised, in files of their own (inbox-<day>.db; with PostgreSQL a table): a bulk job
// in the main database does not delay an answer to a webhook. One writer thread with group commit: what arrives within
// 2 ms of the first, or while a commit runs, shares a commit. Claimed by state, never by cursor. The same event may be
// handed out again after a crash or a replay: effects must be idempotent. Threads: any.
class Inbox {
  public:
    virtual ~Inbox() = default;
    using DoneFn = std::move_only_function<void(Result<Appended>)>;

    // `done` runs after the event is durable (or known as a duplicate of a durable one), on the inbox thread: it must
    // not block. unavailable ("db.busy", "db.disk_full") when it cannot be kept; then done may run on the calling
    // thread.
    virtual void append_async(RawEvent event, DoneFn done) = 0;
    Result<Appended> append(RawEvent event);  // Waits.

    // Hands out waiting events, oldest first, and marks them claimed. Claims of a process that ended are handed out
    // again after a start (SQLite) or when it did not claim for 30 seconds (PostgreSQL).
    virtual Result<std::vector<StoredEvent>> claim(std::size_t limit) = 0;
    struct Handle {
        std::string day;
        std::int64_t id = 0;
    };
    // Written with the next transaction, or a moment later (SQLite). When done() or failed() cannot be written, the
    // events are handed out again (SQLite: by the next claim that can be written; PostgreSQL: after 30 seconds).
    virtual Result<void> done(std::vector<Handle> handles) = 0;
    // Tried and not possible: `reason` is a stable key without buyer data. Waits again from `retry_at`, or for a person
    // when there is none.
    virtual Result<void> failed(const Handle& handle, std::string_view reason, std::optional<base::Time> retry_at) = 0;

    // Makes all events received in [from, to) wait again, whatever their state. Returns how many.
    virtual Result<std::int64_t> replay(base::Time from, base::Time to) = 0;
    // After the wall clock went back by -`step`: what waits for a time waits no longer than it did (db/clock_steps.h).
    virtual Result<void> follow_clock_step(base::Duration step) = 0;
    virtual Result<InboxState> state() = 0;
    virtual InboxCounters counters() const = 0;
    // Deletes whole days that ended before now - keep (default 14 days, at most 90). Returns how many.
    virtual Result<std::size_t> drop_old_days(base::Duration keep) = 0;
    // Called on the inbox thread after a commit with new events: must not block. Set before work begins.
    virtual void on_arrival(std::function<void()> listener) = 0;
};

}  // namespace db
