#include "ingest/order_window.h"

#include <algorithm>
#include <boost/json.hpp>

namespace ingest {
namespace {

using base::Time;

constexpr base::Duration k_widest = base::days(8);

platform::OrderQuery query_of(const Window& window) {
    return {window.from, window.to, k_page_size, window.page};
}

// True: the window holds more.
bool take_page(Window& window, const PageFacts& page) {
    window.seen += page.orders;
    window.newest = std::max(window.newest, page.newest);
    window.page.clear();
    if (page.next_page.empty()) return false;
    // Queries have whole seconds.
    const Time next_from = Time::from_unix_seconds(page.newest.unix_seconds());
    if (page.ascending && next_from > window.from)
        window.from = next_from;
    else
        window.page = page.next_page;
    return true;
}

boost::json::object json_of(const Window& window) {
    return {{"begin", window.begin.ms}, {"from", window.from.ms},     {"to", window.to.ms},
            {"page", window.page},      {"newest", window.newest.ms}, {"seen", window.seen}};
}

Window parse_window(const base::Json& json) {
    Window window;
    window.begin.ms = json["begin"].integer_or(0);
    window.from.ms = json["from"].integer_or(0);
    window.to.ms = json["to"].integer_or(0);
    window.page = json["page"].string_or();
    window.newest.ms = json["newest"].integer_or(0);
    window.seen = json["seen"].integer_or(0);
    return window;
}

}  // namespace

double HistoryPosition::progress() const {
    if (!ceiling || ceiling <= floor) return 0;
    const double whole = static_cast<double>((ceiling - floor).ms);
    return std::clamp(static_cast<double>((ceiling - next_to).ms) / whole, 0.0, 1.0);
}

platform::OrderQuery next_query(LivePosition& position, Time now, const Reach& reach) {
    // A clock that was wrong must not hide what happens until it is right again.
    if (!position.since || position.since > now + k_overlap) position.since = now - reach.first;
    if (!position.window.open()) {
        position.window = {};
        position.window.begin = position.since - k_overlap;
        position.window.from = position.window.begin;
        // After a long pause in steps, so that no query meets the cap; else up to the marketplace's own "now".
        if (now - position.since > reach.step) position.window.to = position.since + reach.step;
    }
    return query_of(position.window);
}

Step advance(LivePosition& position, const PageFacts& page, Time now) {
    Window& window = position.window;
    if (take_page(window, page)) return Step::next_page;
    const bool closed = bool(window.to);
    // What was seen decides, not our clock; without any order the position stays and the next round reads the same few
    // minutes again.
    position.since = closed ? window.to : std::min(std::max(position.since, window.newest), now);
    window = {};
    return closed ? Step::next_window : Step::round_done;
}

std::optional<platform::OrderQuery> next_query(HistoryPosition& position, Time now) {
    if (!position.ceiling) {
        position.ceiling = now;
        position.floor = now - k_history;
        position.next_to = now;
    }
    if (position.done()) return std::nullopt;
    if (!position.window.open()) {
        position.window = {};
        position.window.to = position.next_to;
        position.window.begin = std::max(position.floor, position.next_to - position.width);
        position.window.from = position.window.begin;
    }
    return query_of(position.window);
}

Step advance(HistoryPosition& position, const PageFacts& page) {
    Window& window = position.window;
    if (take_page(window, page)) return Step::next_page;
    position.orders += window.seen;
    position.next_to = window.begin;
    // Quiet stores in few calls.
    if (window.seen < k_page_size) position.width = std::min(k_widest, base::milliseconds(position.width.ms * 2));
    window = {};
    return position.done() ? Step::round_done : Step::next_window;
}

void restart_window(Window& window) {
    window.from = window.begin;
    window.page.clear();
    window.seen = 0;
}

std::string to_json(const LivePosition& position) {
    return boost::json::serialize(boost::json::object{{"since", position.since.ms},
                                                      {"connected_at", position.connected_at.ms},
                                                      {"found", position.found},
                                                      {"window", json_of(position.window)}});
}

std::string to_json(const HistoryPosition& position) {
    return boost::json::serialize(boost::json::object{{"ceiling", position.ceiling.ms},
                                                      {"floor", position.floor.ms},
                                                      {"next_to", position.next_to.ms},
                                                      {"width", position.width.ms},
                                                      {"orders", position.orders},
                                                      {"progress", position.progress()},
                                                      {"window", json_of(position.window)}});
}

LivePosition parse_live(std::string_view text) {
    LivePosition position;
    const auto document = base::JsonDocument::parse(text);
    if (!document) return position;
    position.since.ms = (*document)["since"].integer_or(0);
    position.connected_at.ms = (*document)["connected_at"].integer_or(0);
    position.found = (*document)["found"].integer_or(0);
    position.window = parse_window((*document)["window"]);
    return position;
}

HistoryPosition parse_history(std::string_view text) {
    HistoryPosition position;
    const auto document = base::JsonDocument::parse(text);
    if (!document) return position;
    position.ceiling.ms = (*document)["ceiling"].integer_or(0);
    position.floor.ms = (*document)["floor"].integer_or(0);
    position.next_to.ms = (*document)["next_to"].integer_or(0);
    position.width.ms = std::clamp((*document)["width"].integer_or(k_day.ms), k_day.ms, k_widest.ms);
    position.orders = (*document)["orders"].integer_or(0);
    position.window = parse_window((*document)["window"]);
    return position;
}

}  // namespace ingest
