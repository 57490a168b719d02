#include "api/input.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/text.h"

namespace api {

std::unexpected<base::Error> bad_parameter(std::string_view name) {
    return base::fail(base::Code::invalid_input, "parameter:" + std::string(name), "request.field");
}

base::Result<base::Time> time_parameter(const Call& call, std::string_view name) {
    const auto text = call.request.parameter(name);
    if (!text) return base::Time{};
    const auto time = base::parse_iso8601(*text);
    if (!time) return bad_parameter(name);
    return *time;
}

base::Result<std::size_t> limit_parameter(const Call& call, std::size_t most) {
    const auto text = call.request.parameter("limit");
    if (!text) return most;
    std::size_t limit = 0;
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (parsed.ec != std::errc{} || parsed.ptr != text->data() + text->size() || limit == 0 || limit > most)
        return bad_parameter("limit");
    return limit;
}

base::Result<void> check_visible(const Call& call, model::StoreId store) {
    const auto& allowed = call.caller.person.stores;
    if (!allowed.empty() && std::ranges::find(allowed, store) == allowed.end())
        return base::fail(base::Code::not_found, "store");
    return {};
}

base::Result<std::vector<model::StoreId>> visible_stores(const Call& call) {
    std::vector<model::StoreId> asked;
    for (const auto& [name, value] : call.request.query) {
        if (name != "store") continue;
        const auto id = model::StoreId::parse(value);
        if (!id) return bad_parameter("store");
        TRY_VOID(check_visible(call, *id));
        asked.push_back(*id);
    }
    return asked.empty() ? call.caller.person.stores : asked;
}

std::string cursor_text(std::initializer_list<std::int64_t> numbers) {
    std::string raw;
    for (const std::int64_t number : numbers) raw += (raw.empty() ? "" : ",") + std::to_string(number);
    return base::base64url(raw);
}

base::Result<std::vector<std::int64_t>> parse_cursor(std::string_view text) {
    const auto raw = base::parse_base64url(text);
    if (!raw) return bad_parameter("cursor");
    std::vector<std::int64_t> numbers;
    for (const std::string_view part : base::split(*raw, ',')) {
        std::int64_t number = 0;
        const auto parsed = std::from_chars(part.data(), part.data() + part.size(), number);
        if (parsed.ec != std::errc{} || parsed.ptr != part.data() + part.size()) return bad_parameter("cursor");
        numbers.push_back(number);
    }
    return numbers;
}

boost::json::object detail_json(std::string_view compact) {
    boost::json::object out;
    const auto document = base::JsonDocument::parse(compact);
    if (!document) return out;
    for (const auto& [key, value] : document->root().members()) {
        const auto text = value.string();
        out[key] = text ? std::string(*text) : value.dump();
    }
    return out;
}

std::string text_or(const base::Json& body, std::string_view name, std::string_view otherwise) {
    return body[name].string_or(otherwise);
}

}  // namespace api
