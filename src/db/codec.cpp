#include "db/codec.h"

#include <fmt/format.h>

#include "base/text.h"

namespace db::codec {

std::string pack(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) {
        const auto size = static_cast<std::uint32_t>(part.size());
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift);
        out += part;
    }
    return out;
}

Result<std::vector<std::string>> unpack(std::string_view bytes, std::size_t count) {
    std::vector<std::string> parts;
    while (bytes.size() >= 4 && parts.size() < count) {
        std::uint32_t size = 0;
        for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
        bytes.remove_prefix(4);
        if (size > bytes.size()) return fail(Code::corrupt, "packed value is cut");
        parts.emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    if (parts.size() != count || !bytes.empty()) return fail(Code::corrupt, "packed value has other parts");
    return parts;
}

std::string join(const std::vector<std::string>& parts) {
    return fmt::format("{}", fmt::join(parts, " "));
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    for (const std::string_view word : base::split(text, ' '))
        if (!word.empty()) words.emplace_back(word);
    return words;
}

std::string placeholders(std::size_t first, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += fmt::format("{}?{}", i == 0 ? "" : ", ", first + i);
    return out;
}

void add_ids(std::vector<Arg>& args, const std::vector<model::StoreId>& ids) {
    for (const model::StoreId id : ids) args.emplace_back(id);
}

Result<std::string> open_or_empty(const Reader& reader, std::string_view sealed, const base::Place& place) {
    auto plain = reader.keys().open(sealed, place);
    if (!plain && plain.error().key == "db.key_destroyed") return std::string();
    return plain;
}

}  // namespace db::codec
