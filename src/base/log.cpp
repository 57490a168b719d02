#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <mutex>

#include "base/clock.h"
#include "base/json.h"

namespace base {
namespace {

std::mutex sink_mutex;
std::function<void(std::string_view)> sink;
std::atomic<int> least_level{static_cast<int>(Level::info)};
std::atomic<std::uint64_t> lost_lines{0};

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
    std::string line = fmt::format("{{\"ts\":\"{}\",\"level\":\"{}\",\"event\":{}", iso8601(SystemClock().now()),
                                   name_of(level), json_quote(event));
    for (const Field& field : fields) {
        line += ',';
        line += field.json();
    }
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

void set_log_level(Level least) {
    least_level.store(static_cast<int>(least));
}
std::uint64_t lost_log_lines() {
    return lost_lines.load();
}

}  // namespace base
