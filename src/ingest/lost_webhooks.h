#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "base/metrics.h"
#include "ingest/calls.h"
#include "ingest/context.h"
#include "ingest/intake.h"

namespace ingest {

// Fetches webhooks that a marketplace could not deliver and has kept (Shopee keeps them for three days), and confirms
// them once they are in the inbox. They belong to the app: any of its stores may ask, and one that comes twice is
// known. Threads: any.
class LostWebhooks {
  public:
    LostWebhooks(const Context& context, StoreCalls& calls, Intake& intake)
        : context_(context), calls_(calls), intake_(intake) {}

    // Asks with the store's access, when nobody has asked for its app within the marketplace's polling interval. A
    // failure is logged; what was not confirmed comes again.
    void recover(model::StoreId store);
    const base::Counter& recovered() const { return recovered_; }

  private:
    bool is_due(model::AppId app, base::Duration interval);
    base::Result<void> recover_all(const model::Store& store);

    const Context& context_;
    StoreCalls& calls_;
    Intake& intake_;
    base::Counter recovered_;
    std::mutex mutex_;
    std::map<model::AppId, std::int64_t> asked_ms_;
};

}  // namespace ingest
