#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "db/database.h"
#include "model/ids.h"

namespace app {

// How long what is kept for; ASSURANCE.md has the same table. Buyers' contact data may be kept for 90 days at most by
// Shopee's data protection policy (clauses 10.6 and 10.7), so that term cannot be raised.
struct RetentionTerms {
    base::Duration raw_events = base::days(14);      // docs/adr/0003-inbox-files.md
    base::Duration settled_buyers = base::days(30);  // After delivery, completion or cancellation.
    base::Duration buyers = base::days(90);          // After collection, whatever became of the order.
    base::Duration messages = base::days(180);       // Also what was said in findings; months end with their keys.
    base::Duration previews = base::days(7);         // Imports that nobody applied.
};

// Removes what is older than its term: rows first, then the keys of months in which nothing is left to read. Orders,
// their figures and the audit log stay. Work is done in bounded pieces by the one instance that holds the lease
// "retention"; what a stopped process left is gone on with. A run that removed anything leaves one line in the audit
// log, written with what was counted in the transactions of the removals themselves. Threads: run() from one thread at
// a time.
class Retention {
  public:
    Retention(db::Database& database, const base::Clock& clock, std::string instance, RetentionTerms terms = {})
        : database_(database), clock_(clock), instance_(std::move(instance)), terms_(terms) {}

    // A piece of work; true: more is waiting. False also when another instance does it.
    base::Result<bool> run();
    // stallward_retention_removed_total by what was removed.
    void publish(base::Metrics& metrics) const;

  private:
    using Removed = std::map<std::string, std::int64_t, std::less<>>;
    base::Result<bool> piece();
    // What was removed of this store; none: the lease is another's.
    base::Result<std::optional<Removed>> forget_some(model::StoreId store);
    base::Result<bool> end_run();
    base::Result<bool> clock_is_believed();
    template <class Work>
    base::Result<std::optional<Removed>> under_lease(Work&& work);
    void count(const Removed& removed);

    db::Database& database_;
    const base::Clock& clock_;
    const std::string instance_;
    const RetentionTerms terms_;
    bool under_way_ = false;
    std::optional<std::int64_t> doubted_since_;  // Monotonic.
    std::vector<model::StoreId> left_;           // Stores of this run that are not done yet.
    std::map<std::string, base::Counter, std::less<>> removed_{make_counters()};
    static std::map<std::string, base::Counter, std::less<>> make_counters();
};

}  // namespace app
