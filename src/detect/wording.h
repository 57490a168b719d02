#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

// How much the wording of a short text resembles known scams: a linear model over hashed pieces of the normalised text.
// The model is data (models/wording.json, with its card beside it), fitted by tools/train; it gives one sign among the
// others and never a verdict.
namespace detect {

inline constexpr std::uint32_t k_wording_buckets = 1U << 16;

struct Wording {
    std::vector<std::int8_t> weights;  // k_wording_buckets long; empty: no model.
    double scale = 0;                  // What one unit of a weight is worth, in logits.
    double bias = 0;
};

// Buckets of the text's pieces: two to four characters in a row, each once, in rising order. Looks at the first 1,000
// characters. Digits count as one digit, so that numbers do not matter. Pure.
std::vector<std::uint32_t> wording_pieces(std::string_view normal_text);

// From 0 to 1; no value without a model or for a text of fewer than twelve pieces.
std::optional<double> resembles_scams(const Wording& model, std::string_view normal_text);

}  // namespace detect
