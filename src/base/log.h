#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"

// One JSON object a line on stderr: {"ts":…,"level":…,"event":…, fields …}. UTC with milliseconds (LOG-2). Secret and
// Pii do not convert to a field, so they cannot be logged (LOG-3). Writing never fails the caller; lines that could not
// be written are counted (LOG-4).
namespace base {

enum class Level { debug, info, warning, error };

class Field {
  public:
    Field(std::string_view name, std::string_view text);
    Field(std::string_view name, const char* text) : Field(name, std::string_view(text)) {}
    Field(std::string_view name, const std::string& text) : Field(name, std::string_view(text)) {}
    template <std::integral T>
    Field(std::string_view name, T value) : Field(name, static_cast<std::int64_t>(value), 0) {}
    Field(std::string_view name, bool value);
    Field(std::string_view name, double value);
    template <class Tag>
    Field(std::string_view name, const Id<Tag>& id) : Field(name, std::string_view(id.text())) {}
    // Adds "error" and "error_code".
    explicit Field(const Error& error);
    const std::string& json() const { return json_; }

  private:
    Field(std::string_view name, std::int64_t value, int);
    std::string json_;  // `"name":value`
};

// `event` is a stable dotted name ("webhook.refused"), never a sentence. Threads: any.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

// Where lines go (without newline). For tests; the default writes to stderr. Not for use while other threads log.
void set_log_sink(std::function<void(std::string_view line)> sink);
void set_log_level(Level least);
// Lines lost because stderr could not be written.
std::uint64_t lost_log_lines();

}  // namespace base
