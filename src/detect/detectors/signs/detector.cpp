// Many small signs together, each worth little: what words occur, and how the message, its sender and its links look.
//
// What this sees: the meanings and facts that all detectors share, weighed by rules/weights.json. How it is fooled: a
// scam in ordinary words without a link. Known false alarms: advertising that presses for time.
#include "detect/detectors/signs/detector.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "detect/signs.h"

namespace detect::signs {
namespace {

constexpr double k_told_from = 0.05;  // Points below which a sum is not worth a sentence.
constexpr std::size_t k_words_told = 4;

// The words that weigh most in the direction of the sum, as the reader wrote them.
std::string words_of(const Reading& reading, const SignBits& bits, const std::vector<float>& weights, double sum) {
    std::vector<std::pair<float, ConceptId>> strongest;
    for (std::size_t i = own::platform + 1; i < reading.rules->concepts.size(); ++i) {
        const float points =
            (bits.test(i) ? weights[i] : 0) + (bits.test(k_subject_bits + i) ? weights[k_subject_bits + i] : 0);
        if (points * sum > 0) strongest.emplace_back(-std::abs(points), static_cast<ConceptId>(i));
    }
    std::sort(strongest.begin(), strongest.end());
    std::string words;
    std::size_t told = 0;
    for (const auto& [points, meaning] : strongest) {
        const auto hit = std::find_if(reading.hits.begin(), reading.hits.end(),
                                      [&](const Hit& h) { return h.meaning == meaning && h.to > h.from; });
        if (hit == reading.hits.end()) continue;
        const std::string word(base::trim(base::shorten(reading.text_of(*hit), 40)));
        if (word.empty() || words.find(word) != std::string::npos) continue;
        words += words.empty() ? word : ", " + word;
        if (++told == k_words_told) break;
    }
    return words;
}

}  // namespace

std::vector<model::Reason> on_message(const Reading& reading, const Manifest&) {
    const Weights& of_kind = reading.rules->weights[static_cast<std::size_t>(kind_of(reading.message.channel))];
    const std::vector<float>& weights = of_kind.points;
    const SignBits bits = read_signs(reading);
    double words = 0, forms = of_kind.start, wording = 0;
    constexpr std::size_t k_wording = k_form_bits + static_cast<std::size_t>(Form::wording_near);
    for (std::size_t i = bits._Find_first(); i < bits.size(); i = bits._Find_next(i))
        (i < k_fact_bits ? words : i >= k_wording ? wording : forms) += static_cast<double>(weights[i]);
    if (wording < 0) forms += std::exchange(wording, 0);
    if (words + forms + wording < of_kind.least) {
        words = wording = 0;
        forms = of_kind.least;
    }
    std::vector<model::Reason> out;
    if (std::abs(words) >= k_told_from)
        out.push_back({words > 0 ? "signs.words" : "known.usual_words",
                       words,
                       {{"words", words_of(reading, bits, weights, words)}},
                       {}});
    if (std::abs(forms) >= k_told_from) out.push_back({forms > 0 ? "signs.form" : "known.usual_form", forms, {}, {}});
    if (wording >= k_told_from) out.push_back({"signs.wording", wording, {}, {}});
    return out;
}

}  // namespace detect::signs
