#pragma once

#include <charconv>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// A database id that cannot be mixed up with another kind. Written outside as prefix + decimal ("s_7"); 0 means "none
// yet". Tag is a struct with `static constexpr std::string_view prefix`.
template <class Tag>
struct Id {
    std::int64_t value = 0;

    friend auto operator<=>(const Id&, const Id&) = default;
    explicit operator bool() const { return value != 0; }

    std::string text() const { return std::string(Tag::prefix) + std::to_string(value); }

    // Accepts exactly what text() writes, with a positive number.
    static std::optional<Id> parse(std::string_view text) {
        if (!text.starts_with(Tag::prefix)) return std::nullopt;
        text.remove_prefix(Tag::prefix.size());
        if (text.empty() || text.front() == '0' || text.front() == '-' || text.front() == '+') return std::nullopt;
        Id id;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id.value);
        if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
        return id;
    }
};

}  // namespace base

template <class Tag>
struct std::hash<base::Id<Tag>> {
    std::size_t operator()(const base::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
