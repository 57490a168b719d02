#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

// Reading JSON (simdjson behind). Writing is Boost.JSON's: #include <boost/json.hpp> in the .cpp that writes.
namespace base {

// A value inside a JsonDocument, or "absent". All accessors are total: asked for another type they give no value, so a
// marketplace that changes a type leads to a missing field and never to a crash. Valid while its document lives.
class Json {
  public:
    Json() = default;
    bool present() const { return present_; }
    bool is_null() const;
    bool is_object() const;
    bool is_array() const;

    // Member of an object, element of an array; absent when there is none.
    Json operator[](std::string_view key) const;
    Json at(std::size_t index) const;
    std::vector<Json> items() const;                                 // of an array; else empty
    std::vector<std::pair<std::string_view, Json>> members() const;  // of an object; else empty

    std::optional<std::string_view> string() const;
    std::optional<std::int64_t> integer() const;  // a JSON integer in range; never a string, never a fraction
    std::optional<double> number() const;
    std::optional<bool> boolean() const;

    // Shorthands for the tolerant reading of marketplace answers.
    std::string string_or(std::string_view otherwise = {}) const { return std::string(string().value_or(otherwise)); }
    std::int64_t integer_or(std::int64_t otherwise) const { return integer().value_or(otherwise); }
    bool boolean_or(bool otherwise) const { return boolean().value_or(otherwise); }
    // An id that may come as string or as integer (TikTok's webhook types 5, 16, 37): its decimal text, exact to 64
    // bits.
    std::optional<std::string> id_text() const;
    // An integer that may come as a string of digits.
    std::optional<std::int64_t> loose_integer() const;
    // This value as compact JSON text.
    std::string dump() const;

  private:
    friend class JsonDocument;
    friend struct JsonAccess;
    alignas(8) std::byte element_[16]{};
    bool present_ = false;
};

class JsonDocument {
  public:
    // Whole input must be one JSON value in valid UTF-8; nesting deeper than `max_depth` is refused. invalid_input
    // otherwise.
    static Result<JsonDocument> parse(std::string_view text, std::size_t max_depth = 64);
    JsonDocument(JsonDocument&&) noexcept;
    JsonDocument& operator=(JsonDocument&&) noexcept;
    ~JsonDocument();
    Json root() const;
    Json operator[](std::string_view key) const { return root()[key]; }

  private:
    struct State;
    explicit JsonDocument(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// `text` as a JSON string literal with quotes; control characters escaped. Input that is no UTF-8 is replaced by
// U+FFFD.
std::string json_quote(std::string_view text);

}  // namespace base
