#include "detect/normal.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "detect/fold.h"

namespace detect {
namespace {

using Trick = NormalText::Trick;

void note(Trick& trick, std::uint32_t from, std::uint32_t to) {
    if (trick.count++ == 0) {
        trick.from = from;
        trick.to = to;
    }
}

bool invisible(char32_t c) {
    return c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
           (c >= 0x180b && c <= 0x180f) || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || c == 0xffa0 ||
           c == 0x20e3 || (c >= 0xe0000 && c <= 0xe0fff);
}
bool bidi_override(char32_t c) {
    return c == 0x202d || c == 0x202e;
}
bool fancy_letter(char32_t c) {
    return (c >= 0x1d400 && c <= 0x1d7ff) || (c >= 0x24b6 && c <= 0x24e9) || (c >= 0x1f110 && c <= 0x1f189);
}
bool ascii_letter(char32_t c) {
    return c >= 'a' && c <= 'z';
}
bool ascii_digit(char32_t c) {
    return c >= '0' && c <= '9';
}
bool han(char32_t c) {
    return (c >= 0x3400 && c <= 0x9fff) || (c >= 0x20000 && c <= 0x323af);
}
bool thai(char32_t c) {
    return c >= 0xe00 && c <= 0xe7f;
}
bool blank(char32_t c) {
    return c == ' ' || (c >= 9 && c <= 13) || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}
// Between letters these join or separate words as the writer likes: taken as a space.
bool joiner(char32_t c) {
    return c == '-' || c == '_' || c == '/' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}
bool apostrophe(char32_t c) {
    return c == '\'' || c == 0x2019 || c == 0x2018 || c == '`' || c == 0xb4 || c == 0x2bc;
}
bool sentence_end(char32_t c) {
    return c == '!' || c == '?' || c == ';' || c == 0x3002 || c == 0x2026 || c == 0x37e;
}
// Signs that are put between letters to break a word.
bool filler(char32_t c) {
    return c == '*' || c == '~' || c == '^' || c == '|' || c == 0xb7 || c == 0x2022 || c == '.' || c == '-' ||
           c == '_' || c == 0x30fb || c == '/' || c == ',';
}

struct Unit {  // One character after folding.
    char32_t c = 0;
    std::uint32_t from = 0, to = 0;  // In the original.
};

const icu::Normalizer2& nfkc_fold() {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* made = icu::Normalizer2::getNFKCCasefoldInstance(error);
    if (U_FAILURE(error)) std::abort();
    return *made;
}

// Letters in circles and squares that NFKC leaves alone.
char32_t enclosed(char32_t c) {
    if (c >= 0x1f130 && c <= 0x1f149) return 'a' + (c - 0x1f130);
    if (c >= 0x1f150 && c <= 0x1f169) return 'a' + (c - 0x1f150);
    if (c >= 0x1f170 && c <= 0x1f189) return 'a' + (c - 0x1f170);
    return 0;
}

void push_folded(std::vector<Unit>& units, char32_t c, std::uint32_t from, std::uint32_t to) {
    if (c >= 0x300 && c <= 0x36f) {  // A mark on its own: part of the letter before.
        if (!units.empty() && units.back().c < 0x250) {
            units.back().to = to;
            return;
        }
    }
    units.push_back({simplified(without_marks(c)), from, to});
}

// Folds character by character, with the place of each; drops what nobody sees.
std::vector<Unit> fold_characters(std::string_view text, NormalText& out) {
    std::vector<Unit> units;
    units.reserve(text.size());
    const icu::Normalizer2& folding = nfkc_fold();
    const auto size = static_cast<std::int32_t>(text.size());
    std::optional<std::uint32_t> hidden_from;
    icu::UnicodeString folded;
    for (std::int32_t i = 0; i < size;) {
        const auto from = static_cast<std::uint32_t>(i);
        const auto byte = static_cast<unsigned char>(text[from]);
        char32_t c = byte;
        if (byte < 0x80) {
            ++i;
        } else {
            UChar32 decoded = 0;
            U8_NEXT(text.data(), i, size, decoded);
            c = decoded < 0 ? 0xfffd : static_cast<char32_t>(decoded);
        }
        const auto to = static_cast<std::uint32_t>(i);
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
        if (c >= 0x80 && invisible(c)) {
            if (bidi_override(c)) note(out.bidi, from, to);
            // A soft hyphen is a printer's mark, and joiners belong to emoji and some scripts: only letters count.
            if (!units.empty() && ascii_letter(units.back().c) && c != 0xad) hidden_from = from;
            continue;
        }
        if (hidden_from && ascii_letter(c)) note(out.zero_width, *hidden_from, from);
        hidden_from.reset();
        if (c < 0x80) {
            units.push_back({c, from, to});
            continue;
        }
        if (han(c) || thai(c)) {
            // Compatibility forms stand outside these blocks: nothing to fold but traditional forms.
            if (c != 0xe33) {
                units.push_back({simplified(c), from, to});
                continue;
            }
        }
        if (fancy_letter(c)) note(out.fancy, from, to);
        if (const char32_t letter = enclosed(c)) {
            units.push_back({letter, from, to});
            continue;
        }
        folded.remove();
        UErrorCode error = U_ZERO_ERROR;
        folding.normalize(icu::UnicodeString(static_cast<UChar32>(c)), folded, error);
        if (U_FAILURE(error)) continue;
        for (std::int32_t k = 0; k < folded.length(); k = folded.moveIndex32(k, 1))
            push_folded(units, static_cast<char32_t>(folded.char32At(k)), from, to);
    }
    return units;
}

// Puts letters of other scripts right in words that also hold Latin ones, or everywhere in a text that is mostly Latin.
void undo_homoglyphs(std::vector<Unit>& units, NormalText& out) {
    std::size_t latin = 0, other = 0;
    for (const Unit& unit : units) {
        if (ascii_letter(unit.c))
            ++latin;
        else if (unit.c >= 0x250 && latin_lookalike(unit.c) != 0)
            ++other;
    }
    if (other == 0) return;
    const auto is_letter = [](char32_t c) {
        return ascii_letter(c) || (c >= 0x250 && c < 0x1e00 && !thai(c) && u_isalpha(static_cast<UChar32>(c)));
    };
    for (std::size_t i = 0; i < units.size();) {
        if (!is_letter(units[i].c)) {
            ++i;
            continue;
        }
        std::size_t end = i, in_latin = 0, alike = 0, foreign = 0;
        for (; end < units.size() && is_letter(units[end].c); ++end) {
            if (ascii_letter(units[end].c))
                ++in_latin;
            else if (latin_lookalike(units[end].c) != 0)
                ++alike;
            else
                ++foreign;
        }
        const bool mixed = in_latin > 0 && alike > 0 && foreign == 0;
        const bool all_alike = in_latin == 0 && foreign == 0 && alike >= 2 && latin > 4 * other;
        if (mixed || all_alike) {
            if (mixed) note(out.homoglyph, units[i].from, units[end - 1].to);
            for (std::size_t k = i; k < end; ++k)
                if (const char letter = latin_lookalike(units[k].c)) units[k].c = static_cast<unsigned char>(letter);
        }
        i = end;
    }
}

// "w h a t s a p p", "p.a.y.p.a.l" → one word, when at least four single letters stand apart in the same way and the
// word they make matters (or there are six or more of them).
void join_spaced(std::vector<Unit>& units, NormalText& out, const std::function<bool(std::string_view)>& is_word) {
    std::vector<Unit> joined;
    joined.reserve(units.size());
    const auto word_unit = [](char32_t c) { return ascii_letter(c) || ascii_digit(c) || c == '@' || c == '$'; };
    for (std::size_t i = 0; i < units.size();) {
        const bool starts = word_unit(units[i].c) && (i == 0 || !word_unit(units[i - 1].c));
        std::size_t letters = 0, last = i;
        std::string word;
        if (starts && i + 2 < units.size() && (blank(units[i + 1].c) || filler(units[i + 1].c))) {
            const char32_t gap = units[i + 1].c;
            for (std::size_t k = i; k < units.size() && word_unit(units[k].c); k += 2) {
                if (k + 1 < units.size() && word_unit(units[k + 1].c)) break;  // A longer word begins here.
                word += static_cast<char>(units[k].c);
                ++letters;
                last = k;
                if (k + 1 >= units.size() || units[k + 1].c != gap) break;
            }
        }
        const bool has_letters =
            std::count_if(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; }) * 2 >
            static_cast<std::ptrdiff_t>(letters);
        if (letters >= 3 && has_letters && is_word &&
            (is_word(word) || is_word(without_leet(word)) || is_word(without_leet(word, 'i')))) {
            note(out.spaced, units[i].from, units[last].to);
            for (std::size_t k = i; k <= last; k += 2) joined.push_back(units[k]);
            i = last + 1;
            continue;
        }
        joined.push_back(units[i++]);
    }
    units.swap(joined);
}

void undo_leet(std::vector<Unit>& units, NormalText& out, const std::function<bool(std::string_view)>& is_word) {
    const auto part = [](char32_t c) { return ascii_letter(c) || ascii_digit(c) || c == '@' || c == '$' || c == '!'; };
    for (std::size_t i = 0; i < units.size();) {
        if (!part(units[i].c)) {
            ++i;
            continue;
        }
        std::size_t end = i;
        std::string word;
        bool letter = false, sign = false;
        for (; end < units.size() && part(units[end].c); ++end) {
            word += static_cast<char>(units[end].c);
            (ascii_letter(units[end].c) ? letter : sign) = true;
        }
        if (letter && sign && word.size() >= 4 && word.size() <= 24)
            for (const char one : {'l', 'i'}) {
                const std::string plain = without_leet(word, one);
                if (!is_word(plain)) continue;
                note(out.leet, units[i].from, units[end - 1].to);
                for (std::size_t k = i; k < end; ++k) units[k].c = static_cast<unsigned char>(plain[k - i]);
                break;
            }
        i = end;
    }
}

void append(NormalText& out, const Unit& unit) {
    char bytes[4];
    std::int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, unit.c);
    for (std::int32_t k = 0; k < size; ++k) {
        out.text += bytes[k];
        out.origin.push_back(unit.from);
    }
}

// Spaces: one between words, none beside Chinese and Thai characters, which need none; sentence ends are noted.
void write(const std::vector<Unit>& units, NormalText& out, std::size_t original_size) {
    out.text.reserve(units.size() + units.size() / 4);
    out.origin.reserve(out.text.capacity());
    const auto dense = [](char32_t c) { return han(c) || thai(c); };
    const auto end_sentence = [&out] {
        const auto at = static_cast<std::uint32_t>(out.text.size());
        if (at > 0 && (out.sentence_ends.empty() || out.sentence_ends.back() < at)) out.sentence_ends.push_back(at);
    };
    std::uint32_t line_start = 0;
    char32_t before = ' ';
    for (std::size_t i = 0; i < units.size(); ++i) {
        const Unit& unit = units[i];
        char32_t c = unit.c;
        const char32_t next = i + 1 < units.size() ? units[i + 1].c : U' ';
        if (apostrophe(c)) continue;
        if (c == '\n') {
            // A short line ends a sentence; a long one was only wrapped.
            const bool empty_line = next == '\n' || next == '\r';
            if (unit.from - line_start < 50 || empty_line) end_sentence();
            line_start = unit.to;
        }
        if (c == '.' && (blank(next) || i + 1 == units.size())) end_sentence();
        if (sentence_end(c)) end_sentence();
        // A sign between two Chinese characters breaks a word that the reader puts together.
        if (filler(c) && c != ',' && c != '.' && han(before) && han(next)) continue;
        if (joiner(c)) c = ' ';
        if (blank(c)) {
            if (before == ' ' || dense(before) || dense(next)) continue;
            c = ' ';
        }
        append(out, {c, unit.from, unit.to});
        before = c;
    }
    end_sentence();
    out.origin.push_back(static_cast<std::uint32_t>(original_size));
}

}  // namespace

std::string without_leet(std::string_view word, char one) {
    std::string out(word);
    for (char& c : out) {
        switch (c) {
            case '0':
                c = 'o';
                break;
            case '1':
            case '!':
            case '|':
                c = one;
                break;
            case '3':
                c = 'e';
                break;
            case '4':
            case '@':
                c = 'a';
                break;
            case '5':
            case '$':
                c = 's';
                break;
            case '7':
                c = 't';
                break;
            default:
                break;
        }
    }
    return out;
}

NormalText normalise(std::string_view text, const std::function<bool(std::string_view)>& is_word) {
    NormalText out;
    std::vector<Unit> units = fold_characters(text, out);
    undo_homoglyphs(units, out);
    if (is_word) {
        join_spaced(units, out, is_word);
        undo_leet(units, out, is_word);
    }
    write(units, out, text.size());
    return out;
}

std::string normal_form(std::string_view text) {
    return std::string(base::trim(normalise(text).text));
}

}  // namespace detect
