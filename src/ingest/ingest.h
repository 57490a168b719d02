#pragma once

#include <memory>
#include <string>

#include "base/metrics.h"
#include "ingest/connect.h"
#include "ingest/context.h"
#include "ingest/exits.h"
#include "ingest/intake.h"

namespace ingest {

// The whole room, made once by app. Its loops are run by app: work_inbox() when something arrives and each second,
// work_polls() each second. Threads: any; the loops one at a time each.
class Ingest {
  public:
    explicit Ingest(Context context);
    ~Ingest();  // As stop().

    Intake& intake();
    Connect& connect();

    // Reads the store's orders and shop status now. not_found when there is no such store; precondition_failed
    // "store.not_connected".
    base::Result<void> sync_now(model::StoreId store);
    // For what leaves (operate::OutboxContext).
    base::Result<platform::Credentials> credentials(model::StoreId store);
    base::Result<void> renew_token(model::StoreId store, const base::Secret& refused);
    // Reads the list of shops through the store's own way out: what every later call will meet.
    base::Result<void> check_way_out(model::StoreId store);
    // Looks which address the store leaves from: Exits::look.
    base::Result<model::Exit> look_at_exit(model::StoreId store);
    // Apps or stores were changed by others (settings, import, the demo).
    void stores_changed();

    // A bounded piece of work each; true: more is waiting.
    bool work_inbox();
    bool work_polls();
    base::Result<bool> work_exits();
    // Finishes what waits for a marketplace now (a minute at most, less when the context's pause returns early), drops
    // the rest: it is found again at the next start.
    void stop();
    // Waits until no store has work. For tests.
    void wait_idle();

    void publish(base::Metrics& metrics);

    // Threads that wait for marketplaces.
    static constexpr std::size_t k_threads = 16;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace ingest
