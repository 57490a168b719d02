#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "db/leases.h"
#include "db/sync.h"
#include "ingest/calls.h"
#include "ingest/context.h"
#include "ingest/lost_webhooks.h"
#include "ingest/order_window.h"
#include "platform/breaker.h"
#include "platform/page_guard.h"
#include "platform/store_jobs.h"

namespace ingest {

// The streams of a store, each a row of the sync cursors.
namespace stream {
inline constexpr std::string_view orders = "orders";                // New and changed orders.
inline constexpr std::string_view messages = "messages";            // What buyers wrote and webhooks did not bring.
inline constexpr std::string_view history = "history";              // Those of 90 days before the connection, once.
inline constexpr std::string_view shop = "shop";                    // Shop status, list of shops, ciphers; hourly.
inline constexpr std::string_view token = "token";                  // Refresh before expiry.
inline constexpr std::string_view reconcile = "reconcile";          // Daily: what both other ways had missed.
inline constexpr std::string_view returns = "returns";              // New and changed returns and refunds.
inline constexpr std::string_view cancellations = "cancellations";  // The same, where a marketplace lists them apart.
}  // namespace stream

// Starts (or starts again) all streams of a store, in the transaction that connects it.
base::Result<void> start_streams(db::Tx& tx, model::StoreId store);
// Makes one stream due now. Nothing happens when the store has none.
base::Result<void> make_due(db::Tx& tx, model::StoreId store, std::string_view stream);

struct PollerCounters {
    base::Counter pages;
    base::Counter found;  // Orders that polling brought or changed.
    base::Counter found_messages;
    base::Counter failures;
    base::Counter differences;  // Found by the daily reconciliation.
    base::Counter returns;      // Returns and cancellations that were new or changed.
};

// Reads what webhooks missed (REL-4): finds the streams that are due and hands them to the threads that wait for
// marketplaces, one page a piece, so that no store holds a thread for long. Threads: any.
class Poller {
  public:
    Poller(const Context& context, StoreCalls& calls, Tokens& tokens, platform::StoreJobs& jobs,
           platform::Breaker& breaker, LostWebhooks& lost_webhooks);

    // Looks once, hands out work and returns.
    void step();
    const PollerCounters& counters() const { return counters_; }

    static constexpr base::Duration k_at_first = base::minutes(10);
    static constexpr base::Duration k_shop_interval = base::hours(1);
    static constexpr base::Duration k_reconcile_interval = base::hours(24);
    // How far back the daily reconciliation reads.
    static constexpr base::Duration k_reconcile_span = base::days(3);
    // Returns that changed before the connection: a buyer may open one weeks after the delivery, and its clock runs.
    static constexpr base::Duration k_returns_reach = base::days(30);
    static constexpr base::Duration k_longest_pause = base::minutes(15);

  private:
    void run(model::StoreId store, std::string_view stream);
    void run_once(const db::SyncCursor& cursor, const db::Lease& lease);
    void poll_orders(db::SyncCursor cursor, const db::Lease& lease);
    void poll_messages(db::SyncCursor cursor, const db::Lease& lease);
    void poll_history(db::SyncCursor cursor, const db::Lease& lease);
    void poll_shop(db::SyncCursor cursor, const db::Lease& lease);
    void poll_token(db::SyncCursor cursor, const db::Lease& lease);
    void reconcile(db::SyncCursor cursor, const db::Lease& lease);
    void poll_returns(db::SyncCursor cursor, const db::Lease& lease);  // returns.cpp

    struct Page;
    using MakeQuery = std::function<platform::OrderQuery(base::Time platform_now)>;
    base::Result<Page> read_page(model::StoreId store, const MakeQuery& query);
    // False: the marketplace sends this scan in circles.
    bool admit(const db::SyncCursor& cursor, const platform::OrderQuery& query, const std::string& next_page);
    // Writes a page's effects together with the cursor, if the lease still holds. `move` sets the cursor anew from the
    // number of orders that were news (it may run twice); that number is returned.
    base::Result<std::int64_t> save_page(Page& page, db::SyncCursor& cursor, const db::Lease& lease,
                                         const std::function<void(std::int64_t)>& move);
    base::Result<void> save(const db::SyncCursor& cursor, const db::Lease& lease);
    base::Result<void> apply_status(db::Tx& tx, model::StoreId id, const platform::StatusReport& report);
    void fail(db::SyncCursor cursor, const base::Error& error);
    void finish(db::SyncCursor& cursor, base::Duration pause) const;
    base::Duration jittered(base::Duration pause) const;
    base::Duration live_interval(model::Platform platform, const LivePosition& position) const;
    std::optional<db::Lease> lease_of(model::StoreId store);
    void release(model::StoreId store);
    void renew_leases();
    void drop_known_bad(model::StoreId store, std::vector<platform::BadRecord>& bad);
    void flag_overdue();

    const Context& context_;
    StoreCalls& calls_;
    Tokens& tokens_;
    platform::StoreJobs& jobs_;
    platform::Breaker& breaker_;
    LostWebhooks& lost_webhooks_;
    PollerCounters counters_;
    std::mutex mutex_;
    // A lease that this instance has, and how many pieces of work lean on it.
    struct Held {
        db::Lease lease;
        std::int64_t taken_ms = 0;  // Monotonic.
        int in_use = 0;
    };
    std::map<model::StoreId, Held> leases_;
    std::map<std::pair<model::StoreId, std::string>, platform::PageGuard> guards_;
    std::set<std::size_t> known_bad_;  // Hashes of records in quarantine that polling meets again and again.
    std::int64_t overdue_looked_ms_ = 0;
};

}  // namespace ingest
