#include "text/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/udata.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "base/text.h"

namespace text {
namespace {

using ConverterPtr = std::unique_ptr<UConverter, void (*)(UConverter*)>;

// Names as mail writes them → what was really used: supersets, and names that ICU does not know.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> k_names = {{{"gb2312", "GB18030"},
                                                                                    {"gbk", "GB18030"},
                                                                                    {"gb_2312-80", "GB18030"},
                                                                                    {"x-gbk", "GB18030"},
                                                                                    {"cp936", "GB18030"},
                                                                                    {"us-ascii", "windows-1252"},
                                                                                    {"ascii", "windows-1252"},
                                                                                    {"iso-8859-1", "windows-1252"},
                                                                                    {"latin1", "windows-1252"},
                                                                                    {"tis-620", "windows-874"},
                                                                                    {"iso-8859-11", "windows-874"},
                                                                                    {"ks_c_5601-1987", "windows-949"},
                                                                                    {"euc-kr", "windows-949"},
                                                                                    {"utf8", "UTF-8"}}};

std::string real_name(std::string_view declared) {
    std::string name = base::ascii_lower(base::trim(declared));
    std::erase_if(name, [](char c) { return c == '"' || c == '\'' || c == ' '; });
    for (const auto& [written, real] : k_names)
        if (name == written) return std::string(real);
    return name;
}

ConverterPtr open(const std::string& name) {
    UErrorCode error = U_ZERO_ERROR;
    ConverterPtr converter(name.empty() || name.size() > 60 ? nullptr : ucnv_open(name.c_str(), &error), ucnv_close);
    if (U_FAILURE(error)) converter.reset();
    return converter;
}

std::string to_text(const icu::UnicodeString& wide) {
    std::string out;
    wide.toUTF8String(out);
    std::replace(out.begin(), out.end(), '\0', ' ');
    return out;
}

std::optional<Converted> convert(std::string_view bytes, const std::string& name) {
    const ConverterPtr converter = open(name);
    if (!converter) return std::nullopt;
    UErrorCode error = U_ZERO_ERROR;
    const icu::UnicodeString wide(bytes.data(), static_cast<std::int32_t>(bytes.size()), converter.get(), error);
    if (U_FAILURE(error)) return std::nullopt;
    Converted out;
    out.text = to_text(wide);
    out.encoding = ucnv_getName(converter.get(), &error);
    out.broken = wide.indexOf(static_cast<char16_t>(0xfffd)) >= 0;
    return out;
}

std::optional<std::string> guess(std::string_view bytes, int least_confidence) {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UCharsetDetector, void (*)(UCharsetDetector*)> detector(ucsdet_open(&error), ucsdet_close);
    if (U_FAILURE(error)) return std::nullopt;
    const std::string_view sample = bytes.substr(0, 64 * 1024);
    ucsdet_setText(detector.get(), sample.data(), static_cast<std::int32_t>(sample.size()), &error);
    const UCharsetMatch* match = ucsdet_detect(detector.get(), &error);
    if (U_FAILURE(error) || match == nullptr || ucsdet_getConfidence(match, &error) < least_confidence)
        return std::nullopt;
    const char* name = ucsdet_getName(match, &error);
    return U_FAILURE(error) || name == nullptr ? std::nullopt : std::optional<std::string>(name);
}

// Thai by windows-874: letters of its block, vowel signs and tone marks only after a consonant, leading vowels only
// before one. Chinese bytes break these rules at every fourth letter.
bool looks_thai(std::string_view bytes) {
    std::size_t high = 0, wrong = 0;
    unsigned char before = 0;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        const bool consonant = byte >= 0xa1 && byte <= 0xce;
        const bool sign = byte == 0xd1 || (byte >= 0xd4 && byte <= 0xda) || (byte >= 0xe7 && byte <= 0xee);
        const bool before_consonant = before >= 0xa1 && before <= 0xce;
        const bool before_sign =
            before == 0xd1 || (before >= 0xd4 && before <= 0xda) || (before >= 0xe7 && before <= 0xee);
        if (byte >= 0x80) {
            ++high;
            const bool in_block = (byte >= 0xa1 && byte <= 0xda) || (byte >= 0xdf && byte <= 0xfb);
            if (!in_block || (sign && !before_consonant && !before_sign)) ++wrong;
        }
        if (before >= 0xe0 && before <= 0xe4 && !consonant) ++wrong;
        before = byte;
    }
    return high >= 6 && wrong * 33 <= high;
}

// Simplified Chinese: nearly all double bytes are characters of GB 2312.
bool looks_gb2312(std::string_view bytes) {
    std::size_t pairs = 0, common = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        if (lead < 0x80) continue;
        if (i + 1 >= bytes.size()) break;
        const auto trail = static_cast<unsigned char>(bytes[++i]);
        ++pairs;
        if (((lead >= 0xb0 && lead <= 0xf7) || (lead >= 0xa1 && lead <= 0xa3)) && trail >= 0xa1 && trail <= 0xfe)
            ++common;
    }
    return pairs >= 3 && common * 100 >= pairs * 95;
}

std::optional<std::string> decode_word(std::string_view charset, char encoding, std::string_view data) {
    std::string bytes;
    if (encoding == 'b' || encoding == 'B') {
        std::string padded(data);
        std::erase_if(padded, [](char c) { return c == ' ' || c == '\t' || c == '='; });
        while (padded.size() % 4 != 0) padded += '=';
        const auto plain = base::parse_base64(padded);
        if (!plain) return std::nullopt;
        bytes = *plain;
    } else {
        const auto digit = [](char c) {
            return c >= '0' && c <= '9'   ? c - '0'
                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                          : -1;
        };
        for (std::size_t i = 0; i < data.size(); ++i) {
            if (data[i] == '_') {
                bytes += ' ';
            } else if (data[i] == '=' && i + 2 < data.size() && digit(data[i + 1]) >= 0 && digit(data[i + 2]) >= 0) {
                bytes += static_cast<char>(digit(data[i + 1]) * 16 + digit(data[i + 2]));
                i += 2;
            } else {
                bytes += data[i];
            }
        }
    }
    return to_utf8(bytes, charset.substr(0, charset.find('*'))).text;  // RFC 2231 adds "*language".
}

}  // namespace

void prepare_charsets() {
    UErrorCode error = U_ZERO_ERROR;
    udata_setFileAccess(UDATA_NO_FILES, &error);
    for (const char* name :
         {"UTF-8",        "UTF-16LE",     "UTF-16BE",     "UTF-7",        "GB18030",      "Big5",
          "windows-874",  "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
          "windows-1255", "windows-1256", "windows-1258", "windows-949",  "ISO-2022-JP",  "Shift_JIS",
          "EUC-JP",       "KOI8-R",       "ISO-8859-2",   "ISO-8859-15"})
        (void)convert("text", name);
    (void)guess("some ordinary text with caf\xe9", 0);
}

Converted to_utf8(std::string_view bytes, std::string_view declared) {
    const std::string name = real_name(declared);
    // Much mail says "us-ascii" or nothing and is UTF-8.
    const bool weak = name.empty() || name == "windows-1252";
    if ((weak || name == "utf-8") && base::is_utf8(bytes)) {
        Converted out{std::string(bytes), "UTF-8", false, false};
        std::replace(out.text.begin(), out.text.end(), '\0', ' ');
        return out;
    }
    if (!name.empty())
        if (auto converted = convert(bytes, name)) return *converted;
    const Recognised recognised = recognise(bytes);
    if (auto converted = convert(bytes.substr(recognised.skip), recognised.encoding)) {
        converted->unknown = true;
        return *converted;
    }
    // The recogniser named an encoding that there is no converter for.
    Converted out{base::replace_invalid_utf8(bytes), "UTF-8", true, true};
    std::replace(out.text.begin(), out.text.end(), '\0', ' ');
    return out;
}

Recognised recognise(std::string_view bytes) {
    if (bytes.starts_with("\xef\xbb\xbf")) return {"UTF-8", 3};
    if (bytes.starts_with("\xff\xfe")) return {"UTF-16LE", 2};
    if (bytes.starts_with("\xfe\xff")) return {"UTF-16BE", 2};
    const std::string_view sample = bytes.substr(0, 4096);
    std::size_t zero_even = 0, zero_odd = 0;
    for (std::size_t i = 0; i < sample.size(); ++i)
        if (sample[i] == '\0') ++(i % 2 == 0 ? zero_even : zero_odd);
    if (zero_odd * 4 > sample.size() && zero_even * 20 < sample.size()) return {"UTF-16LE", 0};
    if (zero_even * 4 > sample.size() && zero_odd * 20 < sample.size()) return {"UTF-16BE", 0};
    if (base::is_utf8(bytes)) return {"UTF-8", 0};
    if (looks_thai(bytes)) return {"windows-874", 0};
    if (looks_gb2312(bytes)) return {"GB18030", 0};
    return {guess(bytes, 10).value_or("windows-1252"), 0};
}

std::string decode_header(std::string_view raw) {
    std::string out, plain;
    bool after_word = false;
    const auto flush = [&] {
        out += to_utf8(plain, "").text;
        plain.clear();
    };
    for (std::size_t i = 0; i < raw.size();) {
        if (raw.substr(i).starts_with("=?")) {
            const auto charset_end = raw.find('?', i + 2);
            const auto data_start = charset_end == std::string_view::npos ? charset_end : charset_end + 3;
            if (data_start != std::string_view::npos && data_start <= raw.size() && raw[data_start - 1] == '?') {
                const auto end = raw.find("?=", data_start);
                if (end != std::string_view::npos) {
                    if (const auto word = decode_word(raw.substr(i + 2, charset_end - i - 2), raw[charset_end + 1],
                                                      raw.substr(data_start, end - data_start))) {
                        // Space between two encoded words is not part of the text.
                        if (after_word && base::trim(plain).empty()) plain.clear();
                        flush();
                        out += *word;
                        i = end + 2;
                        after_word = true;
                        continue;
                    }
                }
            }
        }
        const char c = raw[i++];
        if (c == '\r' || c == '\n') continue;  // Unfolds.
        plain += c == '\t' ? ' ' : c;
    }
    flush();
    return std::string(base::trim(out));
}

}  // namespace text
