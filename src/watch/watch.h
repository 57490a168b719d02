#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/metrics.h"
#include "base/result.h"
#include "db/database.h"
#include "detect/engine.h"
#include "model/events.h"
#include "model/store.h"

namespace watch {

struct Counters {
    base::Counter events;
    base::Counter judged;
    base::Counter findings;
    base::Counter failures;  // Events that could not be judged; each raises a finding of its own.
};

// The consumer of the event log that runs the detectors: loads the window a detector declares, calls it, and writes
// finding, alert and cursor in one transaction. An event that cannot be judged is never passed over silently: it raises
// a finding of its own, "could not be checked". Threads: run() from one thread at a time; set_engine() from any.
class Watch {
  public:
    static constexpr std::string_view k_consumer = "watch";
    // Findings of one identity within it are one alert.
    static constexpr base::Duration k_alert_window = base::hours(24);
    // How far back a conversation is shown to detectors ("buyer_30d").
    static constexpr base::Duration k_history = base::days(30);

    Watch(db::Database& database, std::shared_ptr<const detect::Engine> engine)
        : database_(database), engine_(std::move(engine)) {}

    // Handles at most one batch of each store with news. True: more is waiting.
    base::Result<bool> run();
    const Counters& counters() const { return counters_; }

  private:
    base::Result<bool> run_store(model::StoreId store);
    base::Result<std::optional<model::Finding>> judge(db::Reader& reader, const model::Store& store,
                                                      const model::Event& event);
    base::Result<void> record(db::Tx& tx, const model::Finding& finding);

    db::Database& database_;
    std::shared_ptr<const detect::Engine> engine_;
    Counters counters_;
};

// From which severity on people are told. Lower findings are kept with the message and shown there.
inline constexpr model::Severity k_alert_from = model::Severity::medium;

}  // namespace watch
