#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "base/log_limit.h"

namespace base {
namespace {

std::mutex sink_mutex;
std::function<void(std::string_view)> sink;
std::atomic<int> least_level{static_cast<int>(Level::info)};
std::atomic<std::uint64_t> lost_lines{0};

struct Limit {
    std::int64_t every_ms = 0;
    std::optional<std::int64_t> last_ms;
    std::uint64_t left_out = 0;
};
std::mutex limits_mutex;
std::map<std::string, Limit, std::less<>> limits;

// Whether a line of this event is written now; `left_out`: how many were not since the last one.
bool is_due(std::string_view event, std::uint64_t& left_out) {
    std::scoped_lock lock(limits_mutex);
    const auto found = limits.find(event);
    if (found == limits.end()) return true;
    Limit& limit = found->second;
    const std::int64_t now = SystemClock().monotonic_ms();
    if (limit.last_ms && now - *limit.last_ms < limit.every_ms) {
        ++limit.left_out;
        return false;
    }
    limit.last_ms = now;
    left_out = std::exchange(limit.left_out, 0);
    return true;
}

std::string_view name_of(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "error";
}

}  // namespace

Field::Field(std::string_view name, std::string_view text) : json_(json_quote(name) + ":" + json_quote(text)) {}
Field::Field(std::string_view name, std::int64_t value, int) : json_(json_quote(name) + ":" + std::to_string(value)) {}
Field::Field(std::string_view name, bool value) : json_(json_quote(name) + (value ? ":true" : ":false")) {}
Field::Field(std::string_view name, double value)
    : json_(std::isfinite(value) ? fmt::format("{}:{}", json_quote(name), value) : json_quote(name) + ":null") {}
Field::Field(const Error& error)
    : json_(fmt::format("\"error_code\":{},\"error\":{}", json_quote(base::name(error.code)), json_quote(error.what))) {
}

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (static_cast<int>(level) < least_level.load(std::memory_order_relaxed)) return;
    std::uint64_t left_out = 0;
    if (!is_due(event, left_out)) return;
    std::string line = fmt::format("{{\"ts\":\"{}\",\"level\":\"{}\",\"event\":{}", iso8601(SystemClock().now()),
                                   name_of(level), json_quote(event));
    for (const Field& field : fields) {
        line += ',';
        line += field.json();
    }
    if (left_out > 0) line += fmt::format(",\"left_out\":{}", left_out);
    line += '}';
    std::scoped_lock lock(sink_mutex);
    if (sink) {
        sink(line);
        return;
    }
    line += '\n';
    // One write a line, so that lines of several processes do not mix.
    if (::write(STDERR_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) lost_lines.fetch_add(1);
}

void set_log_sink(std::function<void(std::string_view)> to) {
    std::scoped_lock lock(sink_mutex);
    sink = std::move(to);
}

void limit_log(std::string_view event, Duration every) {
    std::scoped_lock lock(limits_mutex);
    limits[std::string(event)].every_ms = every.ms;
}

void set_log_level(Level least) {
    least_level.store(static_cast<int>(least));
}
std::uint64_t lost_log_lines() {
    return lost_lines.load();
}

}  // namespace base
