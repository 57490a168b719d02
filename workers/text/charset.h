#pragma once

#include <string>
#include <string_view>

// Characters by ICU, whose converters are part of the library: a closed process cannot load those of iconv, and would
// turn Chinese and Thai mail into noise without an error.
namespace text {

// Opens every converter that may be needed, while files may still be opened.
void prepare_charsets();

struct Converted {
    std::string text;      // Valid UTF-8, no NUL.
    std::string encoding;  // What it was taken for.
    bool unknown = false;  // The declared name is unknown, or none was declared and the bytes are no UTF-8: a guess.
    bool broken = false;   // Some bytes were no characters of it; each became U+FFFD.
};

// `declared` may be empty, wrong or unknown: then UTF-8 if the bytes are that, else what ICU's recogniser says.
Converted to_utf8(std::string_view bytes, std::string_view declared);

// The encoding of a file that says nothing: byte order mark, zero bytes (UTF-16), UTF-8, GB18030, windows-874, else the
// recogniser's. `skip`: bytes of the mark.
struct Recognised {
    std::string encoding;
    std::size_t skip = 0;
};
Recognised recognise(std::string_view bytes);

// A header value with its encoded words (RFC 2047) decoded; bytes beyond ASCII as UTF-8 or a guess.
std::string decode_header(std::string_view raw);

}  // namespace text
