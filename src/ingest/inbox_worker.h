#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "db/inbox.h"
#include "ingest/calls.h"
#include "ingest/context.h"
#include "platform/breaker.h"
#include "platform/store_jobs.h"

namespace ingest {

struct InboxWorkerCounters {
    base::Counter orders;      // Orders read because of a webhook.
    base::Counter up_to_date;  // Hints that polling had overtaken.
    base::Counter messages;
    base::Counter authorisation;  // Ends and warnings.
    base::Counter ignored;        // Types that nothing acts on.
    base::Counter unknown;        // Types this version does not know.
    base::Counter unknown_shop;
    base::Counter quarantined;
    base::Counter postponed;
    base::Counter given_up;  // Wait for a person.
};

// Turns raw webhooks into what they tell of. A hint about an order leads to a read of the order; the webhook's own
// words are not believed. All effects are idempotent: the inbox may hand out the same event again.
class InboxWorker {
  public:
    InboxWorker(const Context& context, StoreCalls& calls, platform::StoreJobs& jobs, platform::Breaker& breaker);

    // Claims and handles one batch, without waiting for any marketplace. True when more may be waiting.
    bool step();
    const InboxWorkerCounters& counters() const { return counters_; }

    static constexpr std::size_t k_batch = 256;
    // Orders of one store waiting in memory to be read; more stay in the inbox.
    static constexpr std::size_t k_most_waiting = 1'000;
    // An order that the marketplace does not know (yet), and a call it keeps refusing.
    static constexpr std::int64_t k_most_tries = 8;
    // A shop that is being connected at this moment may send before it is saved, so a webhook of an unknown shop is
    // looked at again after 15, 30 and 60 seconds before people are told of it.
    static constexpr std::int64_t k_unknown_shop_tries = 3;

  private:
    struct Item;
    struct Batch;
    // One event whose effects need calls. Settled when nothing of it is left, given back when anything failed.
    struct Ticket {
        db::Inbox::Handle handle;
        std::int64_t tries = 0;
        std::size_t left = 0;
        bool given_back = false;
    };
    struct WaitingOrder {
        std::vector<std::shared_ptr<Ticket>> tickets;
        base::Time version;  // What the hints say; 0 when one of them does not.
        bool must_read = false;
    };
    using Orders = std::map<std::string, WaitingOrder>;  // By the order's ext_id.

    void wait_for_shops(std::map<model::StoreId, Batch>& by_store);
    bool sort(const std::vector<db::StoredEvent>& claimed, std::map<model::StoreId, Batch>& by_store);
    void apply_all(std::map<model::StoreId, Batch>& by_store);
    void apply_each(model::StoreId store, const Batch& batch);
    base::Result<void> apply_one(db::Tx& tx, model::StoreId store, const Item& item);
    base::Result<void> add_message(db::Tx& tx, model::StoreId store, const Item& item);
    base::Result<void> note_unknown_shop(db::Tx& tx, const Item& item);
    base::Result<void> quarantine_item(db::Tx& tx, model::StoreId store, const Item& item, std::string_view reason);
    void wait_for_orders(model::StoreId store, const std::vector<Item>& items);
    void read_orders(model::StoreId store);
    Orders take_orders(model::StoreId store);
    base::Result<void> drop_overtaken(model::StoreId store, Orders& orders);
    void check_deauthorised(model::StoreId store, const Ticket& ticket);
    void settle(const Orders& orders);
    void settle(std::vector<db::Inbox::Handle> handles);
    void give_back(const Orders& orders, const base::Error& error, base::Duration rest);
    void give_back(Ticket& ticket, const base::Error& error, base::Duration rest);

    const Context& context_;
    StoreCalls& calls_;
    platform::StoreJobs& jobs_;
    platform::Breaker& breaker_;
    InboxWorkerCounters counters_;
    std::mutex mutex_;
    std::map<model::StoreId, Orders> waiting_;  // Guarded by mutex_.
};

}  // namespace ingest
