#include "base/json.h"

#include <simdjson.h>

#include <bit>
#include <charconv>
#include <cstring>

#include "base/text.h"

namespace base {

using simdjson::dom::element;
static_assert(sizeof(element) <= 16 && std::is_trivially_copyable_v<element>);

struct JsonAccess {
    static element get(const Json& json) {
        element e;
        std::memcpy(static_cast<void*>(&e), json.element_, sizeof e);
        return e;
    }
    static Json make(element e) {
        Json json;
        std::memcpy(json.element_, static_cast<const void*>(&e), sizeof e);
        json.present_ = true;
        return json;
    }
};

struct JsonDocument::State {
    simdjson::dom::parser parser;
    element root;
};

JsonDocument::JsonDocument(std::unique_ptr<State> state) : state_(std::move(state)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string_view text, std::size_t max_depth) {
    auto state = std::make_unique<State>();
    if (state->parser.allocate(text.size(), max_depth) != simdjson::SUCCESS)
        return fail(Code::invalid_input, "JSON too large");
    if (const auto error = state->parser.parse(text.data(), text.size()).get(state->root))
        return fail(Code::invalid_input, std::string("JSON: ") + simdjson::error_message(error), "json.malformed");
    return JsonDocument(std::move(state));
}

Json JsonDocument::root() const {
    return JsonAccess::make(state_->root);
}

bool Json::is_null() const {
    return present_ && JsonAccess::get(*this).is_null();
}
bool Json::is_object() const {
    return present_ && JsonAccess::get(*this).is_object();
}
bool Json::is_array() const {
    return present_ && JsonAccess::get(*this).is_array();
}

Json Json::operator[](std::string_view key) const {
    if (!is_object()) return {};
    element found;
    if (JsonAccess::get(*this).at_key(key).get(found) != simdjson::SUCCESS) return {};
    return JsonAccess::make(found);
}

Json Json::at(std::size_t index) const {
    if (!is_array()) return {};
    element found;
    if (JsonAccess::get(*this).at(index).get(found) != simdjson::SUCCESS) return {};
    return JsonAccess::make(found);
}

std::vector<Json> Json::items() const {
    std::vector<Json> out;
    simdjson::dom::array array;
    if (present_ && JsonAccess::get(*this).get(array) == simdjson::SUCCESS)
        for (const element e : array) out.push_back(JsonAccess::make(e));
    return out;
}

std::vector<std::pair<std::string_view, Json>> Json::members() const {
    std::vector<std::pair<std::string_view, Json>> out;
    simdjson::dom::object object;
    if (present_ && JsonAccess::get(*this).get(object) == simdjson::SUCCESS)
        for (const auto field : object) out.emplace_back(field.key, JsonAccess::make(field.value));
    return out;
}

std::optional<std::string_view> Json::string() const {
    std::string_view value;
    if (!present_ || JsonAccess::get(*this).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

std::optional<std::int64_t> Json::integer() const {
    std::int64_t value = 0;
    if (!present_ || JsonAccess::get(*this).type() == simdjson::dom::element_type::DOUBLE ||
        JsonAccess::get(*this).get(value) != simdjson::SUCCESS)
        return std::nullopt;
    return value;
}

std::optional<double> Json::number() const {
    double value = 0;
    if (!present_ || JsonAccess::get(*this).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

std::optional<bool> Json::boolean() const {
    bool value = false;
    if (!present_ || JsonAccess::get(*this).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

std::optional<std::string> Json::id_text() const {
    if (const auto text = string()) return std::string(*text);
    if (!present_) return std::nullopt;
    const element e = JsonAccess::get(*this);
    std::uint64_t value = 0;
    if (e.type() == simdjson::dom::element_type::DOUBLE || e.get(value) != simdjson::SUCCESS) return std::nullopt;
    return std::to_string(value);
}

std::optional<std::int64_t> Json::loose_integer() const {
    if (const auto value = integer()) return value;
    const auto text = string();
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != text->data() + text->size()) return std::nullopt;
    return value;
}

std::string Json::dump() const {
    return present_ ? simdjson::minify(JsonAccess::get(*this)) : std::string();
}

std::string json_quote(std::string_view raw) {
    const std::string text = is_utf8(raw) ? std::string(raw) : replace_invalid_utf8(raw);
    static constexpr char k_digits[] = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
                    out += "\\u00";
                    out += k_digits[static_cast<unsigned char>(c) >> 4];
                    out += k_digits[c & 15];
                } else {
                    out += c;
                }
        }
    }
    return out + '"';
}

}  // namespace base
