// Tricks that hide words from a filter and not from a reader.
//
// What this sees: letters of other scripts among Latin ones, ornamental letters, words written letter by letter, digits
// for letters, invisible characters inside words, reversed reading direction, text that a mail hides from its reader.
// Known false alarms: ornamental letters in shop names and advertising (few points alone).
#include "detect/detectors/evasion/detector.h"

#include <algorithm>

namespace detect::evasion {

std::vector<model::Reason> on_message(const Reading& reading, const Manifest& manifest) {
    std::vector<model::Reason> out;
    for (std::size_t i = 0; i < reading.texts.size(); ++i) {
        const NormalText& text = reading.texts[i];
        const std::string& part = reading.features().parts[i].name;
        const auto report = [&](const NormalText::Trick& trick, std::uint32_t least, std::string_view code) {
            if (trick.count >= least)
                out.push_back(reason(manifest, code, {{"count", std::to_string(trick.count)}},
                                     model::Place{part, trick.from, trick.to}));
        };
        report(text.homoglyph, 1, "evade.homoglyph");
        report(text.zero_width, 2, "evade.zero_width");
        report(text.fancy, 4, "evade.fancy_letters");
        report(text.spaced, 1, "evade.spaced_letters");
        report(text.leet, 1, "evade.digits_for_letters");
        report(text.bidi, 1, "evade.bidi");
    }
    const auto& oddities = reading.features().oddities;
    if (std::find(oddities.begin(), oddities.end(), "html.hidden_text") != oddities.end())
        out.push_back(reason(manifest, "evade.hidden_text"));
    return out;
}

}  // namespace detect::evasion
