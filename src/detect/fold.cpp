#include "detect/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.h"

namespace detect {
namespace {

constexpr char32_t k_han_first = 0x4e00, k_han_last = 0x9fff;

const USpoofChecker* checker() {
    static const std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> instance = [] {
        UErrorCode error = U_ZERO_ERROR;
        USpoofChecker* made = uspoof_open(&error);
        if (U_FAILURE(error)) std::abort();  // ICU's own data are missing.
        return std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)>(made, uspoof_close);
    }();
    return instance.get();
}

icu::UnicodeString skeleton16(const icu::UnicodeString& text) {
    UErrorCode error = U_ZERO_ERROR;
    icu::UnicodeString out;
    uspoof_getSkeletonUnicodeString(checker(), 0, text, out, &error);
    return U_FAILURE(error) ? text : out;
}

// One transliteration of all characters of the block: 21,000 calls for one character each take far longer.
std::vector<char16_t> make_simplified() {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<icu::Transliterator> to_simplified(
        icu::Transliterator::createInstance("Hant-Hans", UTRANS_FORWARD, error));
    std::vector<char16_t> table;
    table.reserve(k_han_last - k_han_first + 1);
    icu::UnicodeString all;
    for (char32_t c = k_han_first; c <= k_han_last; ++c) {
        table.push_back(static_cast<char16_t>(c));
        // A separator keeps rules for whole words from matching.
        all.append(static_cast<char16_t>(c)).append(static_cast<char16_t>('|'));
    }
    if (U_FAILURE(error)) return table;
    to_simplified->transliterate(all);
    // Newer ICU data turn a few rare characters into ones that take two units: those stay as they are.
    std::int32_t from = 0;
    for (char16_t& simplified : table) {
        const std::int32_t end = all.indexOf(static_cast<char16_t>('|'), from);
        if (end < 0) break;
        if (end - from == 1) simplified = all.charAt(from);
        from = end + 1;
    }
    return table;
}

char ascii_lookalike(char32_t c) {
    for (const char32_t form : {c, static_cast<char32_t>(u_toupper(static_cast<UChar32>(c)))}) {
        const icu::UnicodeString folded = skeleton16(icu::UnicodeString(static_cast<UChar32>(form)));
        if (folded.length() != 1) continue;
        const char16_t letter = folded.charAt(0);
        if (letter >= 'a' && letter <= 'z') return static_cast<char>(letter);
        if (letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
    }
    return 0;
}

constexpr std::array<std::pair<char32_t, char32_t>, 6> k_confusable_blocks = {{
    {0x0250, 0x02af},  // IPA
    {0x0370, 0x058f},  // Greek, Cyrillic, Armenian
    {0x13a0, 0x13ff},  // Cherokee
    {0x1c80, 0x1c8f},  // Cyrillic Extended-C
    {0x1d00, 0x1d7f},  // Phonetic extensions
    {0xa4d0, 0xa4ff},  // Lisu
}};

std::vector<std::pair<char32_t, char>> make_lookalikes() {
    std::vector<std::pair<char32_t, char>> table;
    for (const auto& [first, last] : k_confusable_blocks)
        for (char32_t c = first; c <= last; ++c)
            if (u_isalpha(static_cast<UChar32>(c)))
                if (const char letter = ascii_lookalike(c)) table.emplace_back(c, letter);
    return table;
}

}  // namespace

char32_t simplified(char32_t c) {
    if (c < k_han_first || c > k_han_last) return c;
    static const std::vector<char16_t> table = make_simplified();
    return table[c - k_han_first];
}

char32_t without_marks(char32_t c) {
    if (c < 0xc0) return c;
    switch (c) {
        case 0x111:
            return 'd';
        case 0x131:
            return 'i';
        case 0xf8:
            return 'o';
        case 0x142:
            return 'l';
        default:
            break;
    }
    const bool latin = c < 0x250 || (c >= 0x1e00 && c <= 0x1eff);
    if (!latin) return c;
    static const std::vector<char16_t> table = [] {
        UErrorCode error = U_ZERO_ERROR;
        const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(error);
        std::vector<char16_t> made(0x1f00);
        for (char32_t letter = 0; letter < made.size(); ++letter) {
            made[letter] = static_cast<char16_t>(letter);
            icu::UnicodeString parts;
            if (U_SUCCESS(error) && nfd->getDecomposition(static_cast<UChar32>(letter), parts) && parts.length() > 0)
                made[letter] = parts.charAt(0);
        }
        return made;
    }();
    return table[c];
}

char latin_lookalike(char32_t c) {
    if (c < 0x250) return 0;
    static const std::vector<std::pair<char32_t, char>> table = make_lookalikes();
    const auto found = std::lower_bound(table.begin(), table.end(), c,
                                        [](const auto& entry, char32_t wanted) { return entry.first < wanted; });
    return found != table.end() && found->first == c ? found->second : 0;
}

std::string skeleton(std::string_view text) {
    const std::string folded = base::fold(text);
    icu::UnicodeString plain;
    const icu::UnicodeString all =
        icu::UnicodeString::fromUTF8(icu::StringPiece(folded.data(), static_cast<std::int32_t>(folded.size())));
    for (std::int32_t i = 0; i < all.length(); i = all.moveIndex32(i, 1)) {
        const auto c = static_cast<char32_t>(all.char32At(i));
        const char letter = latin_lookalike(c);
        plain.append(static_cast<UChar32>(letter != 0 ? static_cast<unsigned char>(letter) : without_marks(c)));
    }
    std::string out;
    skeleton16(plain).toUTF8String(out);
    return base::ascii_lower(out);
}

}  // namespace detect
