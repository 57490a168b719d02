#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/random.h"
#include "db/database.h"
#include "db/leases.h"
#include "model/action.h"
#include "platform/connectors.h"
#include "platform/credentials.h"
#include "platform/store_jobs.h"

namespace operate {

struct OutboxContext {
    db::Database& database;
    const platform::Connectors& connectors;
    const base::Clock& clock;
    base::Random& random;
    // Owner of leases: new at each start of the process.
    std::string instance;
    // Everything for calls in a store's name; not_found when the store is gone.
    std::function<base::Result<platform::Credentials>(model::StoreId)> credentials;
    // Renews the store's tokens, unless that was done since `refused` was in use; unauthenticated when they are lost.
    std::function<base::Result<void>(model::StoreId, const base::Secret& refused)> renew;
};

struct OutboxCounters {
    base::Counter sent;
    base::Counter confirmed;
    base::Counter refused;
    base::Counter postponed;
    base::Counter unknown;
    base::Counter needs_person;
    base::Counter taken_over;
};

// Sends what was decided, at most once, and finds out what became of it: the only way out to a
// marketplace for anything that changes something there. Threads: any.
class Outbox {
  public:
    explicit Outbox(OutboxContext context);

    // Hands out what is due and returns at once; to be called each second.
    void step();
    // Finishes what is being sent; what was sent without an answer is found out at the next start.
    void stop();
    // Waits until nothing is being sent. For tests.
    void wait_idle();
    const OutboxCounters& counters() const { return counters_; }
    void publish(base::Metrics& metrics) const;

    // Another instance sends for a store this long after the owner last began a sending. It may end while a call is
    // under way: what that call sends stays `sending`, and is nobody else's before k_lost_after.
    static constexpr base::Duration k_lease_time = base::seconds(20);
    // An owner that was stopped for this long between noting that it sends and sending does not send any more.
    static constexpr base::Duration k_latest_start = base::seconds(15);
    // After the lease of a lost owner has ended: the marketplace may still be executing.
    static constexpr base::Duration k_lost_after = base::seconds(150);
    // Between a time-out and the read-back, and between the two read-backs that must agree.
    static constexpr base::Duration k_read_back_pause = base::seconds(10);
    // Then a person finds out.
    static constexpr base::Duration k_longest_unknown = base::minutes(10);
    static constexpr base::Duration k_longest_wait = base::hours(24);
    // A revoked store's tokens are gone by then, whatever the marketplace answers.
    static constexpr base::Duration k_tokens_gone = base::seconds(60);

    static constexpr std::size_t k_threads = 8;

  private:
    void send(model::ActionId id, model::StoreId store);
    void read_back(const model::OutgoingAction& action);
    void take_over();
    base::Result<std::optional<db::Lease>> lease_of(model::StoreId store);
    base::Result<void> settle_failure(const model::OutgoingAction& action, const platform::CallError& error,
                                      const platform::Credentials& credentials);
    // Each records the end, or the next time, of an action in one transaction with its event.
    base::Result<void> confirm(const model::OutgoingAction& action, std::string_view outcome);
    base::Result<void> refuse(const model::OutgoingAction& action, std::string_view outcome);
    base::Result<void> to_person(const model::OutgoingAction& action, std::string_view outcome);
    base::Result<void> postpone(const model::OutgoingAction& action, std::string_view outcome, base::Duration pause);
    base::Result<void> leave_unknown(const model::OutgoingAction& action, std::string_view outcome);

    OutboxContext context_;
    OutboxCounters counters_;
    platform::StoreJobs jobs_;  // Last: its threads refer to the others.
};

}  // namespace operate
