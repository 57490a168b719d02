#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "db/database.h"
#include "detect/message.h"
#include "model/events.h"
#include "model/finding.h"
#include "model/store.h"

namespace watch {

struct Counters {
    base::Counter events;
    base::Counter judged;
    base::Counter findings;
    base::Counter failures;  // Events that could not be judged; each raises a finding of its own.
};

// What the detectors say about one message at one moment: detect::Engine::judge. A function of its arguments alone.
using Judge =
    std::function<model::Finding(const detect::MessageView& message, const detect::Window& window, base::Time as_of)>;

// The consumer of the event log that runs the detectors: loads the window a detector declares, calls it, and writes
// finding, alert and cursor in one transaction. An event that cannot be judged is never passed over silently: it raises
// a finding of its own, "could not be read". Threads: run() from one thread at a time; counters() from any.
class Watch {
  public:
    static constexpr std::string_view k_consumer = "watch";
    // Findings of one identity within it are one alert.
    static constexpr base::Duration k_alert_window = base::hours(24);
    // How far back a conversation is shown to detectors ("buyer_30d").
    static constexpr base::Duration k_history = base::days(30);
    // Findings of one transaction: each changes about six rows, and a piece of bulk work should change at most 200.
    static constexpr std::size_t k_findings_max = 32;

    Watch(db::Database& database, Judge judge) : database_(database), judge_(std::move(judge)) {}

    // Handles at most one batch of each store with news. True: more is waiting. A store that fails keeps its cursor and
    // does not hold up the others; the first error is returned after all had their turn.
    base::Result<bool> run();
    const Counters& counters() const { return counters_; }

  private:
    struct Batch {
        std::int64_t from = 0, to = 0;  // Positions: the cursor, and where it goes. Equal: nothing to do.
        bool more = false;
        std::size_t events = 0;
        std::vector<model::Finding> findings;
    };
    base::Result<bool> run_store(model::StoreId store);
    base::Result<Batch> look(db::Reader& reader, model::StoreId store);
    base::Result<std::optional<model::Finding>> judge(db::Reader& reader, const model::Store& store,
                                                      const model::Event& event);
    base::Result<std::optional<model::Finding>> judge_or_say(db::Reader& reader, const model::Store& store,
                                                             const model::Event& event);

    db::Database& database_;
    Judge judge_;
    Counters counters_;
};

// From which severity on people are told. Lower findings are kept without an alert.
inline constexpr model::Severity k_alert_from = model::Severity::medium;

}  // namespace watch
