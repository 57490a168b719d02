#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "platform/connector.h"

// How far the orders (or the returns) of a store were read: pure arithmetic on windows of update time. Times are the
// marketplace's.
namespace ingest {

// Rows move while they are read, and the marketplace's own clocks differ: every window begins this much earlier.
inline constexpr base::Duration k_overlap = base::seconds(600);
inline constexpr base::Duration k_history = base::days(90);
inline constexpr base::Duration k_day = base::days(1);
inline constexpr int k_page_size = 100;

// A span of update time that is read page by page. After each page the next query begins at the newest order of that
// page, without its page token: an order that changes meanwhile moves to the end, and with tokens that count rows
// another one would slip through the gap. A token is used only where a page does not get beyond one second.
struct Window {
    base::Time begin;
    base::Time from;  // Of the next query: begin, or further on.
    base::Time to;    // 0: open.
    std::string page;
    base::Time newest;  // Of the orders seen.
    std::int64_t seen = 0;
    bool open() const { return bool(begin); }
};

// New and changed orders, oldest change first.
struct LivePosition {
    base::Time since;  // Everything that changed before is here; 0: nothing was read.
    base::Time connected_at;
    Window window;
    std::int64_t found = 0;  // Changes of the present round that no webhook had brought.
};

// Orders from before the store was connected, the newest window first, down to `floor`.
struct HistoryPosition {
    base::Time ceiling;  // Where it began.
    base::Time floor;
    base::Time next_to;  // All from here to the ceiling is read.
    base::Duration width = k_day;
    Window window;
    std::int64_t orders = 0;
    bool done() const { return ceiling && next_to <= floor; }
    // 0 to 1.
    double progress() const;
};

// How far a live stream looks back the first time, and how wide a closed window is.
struct Reach {
    base::Duration first = k_day;
    base::Duration step = k_day;
};

// The next page to be asked for; opens a window when none is open.
platform::OrderQuery next_query(LivePosition& position, base::Time now, const Reach& reach = {});
// None when all is read.
std::optional<platform::OrderQuery> next_query(HistoryPosition& position, base::Time now);

// What a page tells.
struct PageFacts {
    std::int64_t orders = 0;
    base::Time newest;
    bool ascending = true;  // By time of change, as asked for.
    std::string next_page = {};
};
enum class Step {
    next_page,    // Of the same window.
    next_window,  // Go on at once.
    round_done,   // Live: up to now. History: everything.
};
Step advance(LivePosition& position, const PageFacts& page, base::Time now);
Step advance(HistoryPosition& position, const PageFacts& page);
// A page token that the marketplace refuses or repeats: the window is read from its start again.
void restart_window(Window& window);

std::string to_json(const LivePosition& position);
std::string to_json(const HistoryPosition& position);
// Unreadable text gives the position of the beginning: reading twice does no harm.
LivePosition parse_live(std::string_view text);
HistoryPosition parse_history(std::string_view text);

}  // namespace ingest
