#include "detect/wording.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace detect {
namespace {

constexpr std::size_t k_characters_read = 1000;
constexpr std::size_t k_pieces_least = 12;

}  // namespace

std::vector<std::uint32_t> wording_pieces(std::string_view text) {
    std::vector<std::uint32_t> characters;
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t i = 0; i < size && characters.size() < k_characters_read;) {
        UChar32 c = 0;
        U8_NEXT(text.data(), i, size, c);
        if (c >= '0' && c <= '9') c = '0';
        if (c == '\n' || c == '\t' || c == '\r') c = ' ';
        if (!characters.empty() && characters.back() == static_cast<std::uint32_t>(c) && (c == ' ' || c == '0'))
            continue;
        characters.push_back(c < 0 ? 0xfffdU : static_cast<std::uint32_t>(c));
    }
    std::vector<std::uint32_t> pieces;
    pieces.reserve(characters.size() * 3);
    for (std::size_t i = 0; i < characters.size(); ++i) {
        // FNV-1a over code points.
        std::uint32_t hash = 2166136261U;
        for (std::size_t n = 0; n < 4 && i + n < characters.size(); ++n) {
            hash = (hash ^ characters[i + n]) * 16777619U;
            if (n >= 1) pieces.push_back((hash ^ (hash >> 16)) % k_wording_buckets);
        }
    }
    std::sort(pieces.begin(), pieces.end());
    pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
    return pieces;
}

std::optional<double> resembles_scams(const Wording& model, std::string_view text) {
    if (model.weights.size() != k_wording_buckets) return std::nullopt;
    const std::vector<std::uint32_t> pieces = wording_pieces(text);
    if (pieces.size() < k_pieces_least) return std::nullopt;
    std::int64_t sum = 0;
    for (const std::uint32_t piece : pieces) sum += model.weights[piece];
    const double logit =
        static_cast<double>(sum) * model.scale / std::sqrt(static_cast<double>(pieces.size())) + model.bias;
    return 1 / (1 + std::exp(-logit));
}

}  // namespace detect
