#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Undoes evasion before words are matched: case, width, marks, invisible characters, letters of other scripts that look
// Latin, letters written apart, digits for letters, traditional characters.
namespace detect {

struct NormalText {
    std::string text;  // UTF-8; what patterns are matched against.
    // origin[i]: byte of the original text that text[i] comes from; one more entry for the end.
    std::vector<std::uint32_t> origin;
    // Bytes of `text` where a sentence ends; ascending.
    std::vector<std::uint32_t> sentence_ends;

    // Tricks met on the way, each with the place of the first one in the original text.
    struct Trick {
        std::uint32_t count = 0;
        std::uint32_t from = 0, to = 0;
    };
    Trick zero_width;  // Invisible characters inside words.
    Trick homoglyph;   // Words that mix Latin with letters that look Latin.
    Trick fancy;       // Mathematical or enclosed letters instead of ordinary ones.
    Trick spaced;      // Words written letter by letter.
    Trick leet;        // Digits or signs for letters in words that matter.
    Trick bidi;        // Controls that turn the reading direction.

    // Place in the original of text[from, to).
    std::uint32_t original(std::uint32_t at) const { return origin[at]; }
};

// `is_word`: whether a word of at least four letters is one that matters; decides if "p4ssw0rd" is put right and where
// letters written apart make a word. Empty: no such repair. Linear in the size of the text, which must be UTF-8.
NormalText normalise(std::string_view text, const std::function<bool(std::string_view)>& is_word = {});

// Only the characters, for patterns: normalise(text).text without leading and trailing space.
std::string normal_form(std::string_view text);

// The same text with the digits and signs that stand for letters put right: "p4ypa1" → "paypal" ('1' becomes `one`).
std::string without_leet(std::string_view word, char one = 'l');

}  // namespace detect
