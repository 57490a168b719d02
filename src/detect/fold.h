#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Letters reduced to what a reader takes them for. Pure tables, built once from ICU's data on first use.
namespace detect {

// The simplified form of a Chinese character; any other character as it is.
char32_t simplified(char32_t c);

// The base letter of a Latin letter with marks ("ế" → "e", "đ" → "d"); any other character as it is.
char32_t without_marks(char32_t c);

// The lower-case ASCII letter that a letter of another script, or a small capital or IPA letter, looks like ("а" U+0430
// → 'a'); 0 when there is none. From Unicode's confusables (UTS 39) as ICU ships them.
char latin_lookalike(char32_t c);

// The text as a reader takes it: skeleton of UTS 39, case folded. For comparing names, not for showing.
std::string skeleton(std::string_view text);

}  // namespace detect
