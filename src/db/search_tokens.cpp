#include "db/search_tokens.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <memory>

#include "base/crypto.h"
#include "base/text.h"

namespace db::search {
namespace {

constexpr std::size_t k_longest_prefix = 6;
constexpr std::size_t k_most_terms = 2'000;  // Of one thing: bounds what a giant message costs.

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

bool is_han(UChar32 c) {
    UErrorCode error = U_ZERO_ERROR;
    return uscript_getScript(c, &error) == USCRIPT_HAN;
}

// A run of Chinese characters: each, and each two that follow one another.
void add_han(const icu::UnicodeString& text, std::int32_t from, std::int32_t to, bool pairs_only,
             std::vector<std::string>& out) {
    const bool single = !pairs_only || text.countChar32(from, to - from) == 1;
    for (std::int32_t at = from; at < to;) {
        const std::int32_t next = text.moveIndex32(at, 1);
        if (single) out.push_back(utf8(text.tempSubStringBetween(at, next)));
        if (next < to) out.push_back(utf8(text.tempSubStringBetween(at, text.moveIndex32(next, 1))));
        at = next;
    }
}

std::vector<std::string> cut(std::string_view plain, bool pairs_only) {
    std::vector<std::string> out;
    const std::string folded = base::fold(plain);
    const icu::UnicodeString text =
        icu::UnicodeString::fromUTF8(icu::StringPiece(folded.data(), static_cast<std::int32_t>(folded.size())));
    UErrorCode error = U_ZERO_ERROR;
    thread_local const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
    if (!breaks) return out;
    breaks->setText(text);
    for (std::int32_t from = breaks->first(), to = breaks->next(); to != icu::BreakIterator::DONE;
         from = to, to = breaks->next()) {
        if (breaks->getRuleStatus() < UBRK_WORD_NONE_LIMIT) continue;
        if (is_han(text.char32At(from))) {
            // The dictionary cuts Chinese into words as it thinks fit; the run as a whole is looked at instead.
            std::int32_t end = from;
            while (end < text.length() && is_han(text.char32At(end))) end = text.moveIndex32(end, 1);
            add_han(text, from, end, pairs_only, out);
            while (to < end && (to = breaks->next()) != icu::BreakIterator::DONE) {
            }
            if (to == icu::BreakIterator::DONE) break;
            continue;
        }
        out.push_back(utf8(text.tempSubStringBetween(from, to)));
        if (out.size() >= k_most_terms) break;
    }
    return out;
}

std::string digits(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c >= '0' && c <= '9') out += c;
    return out;
}

void add_words(std::string_view text, std::vector<std::string>& out) {
    for (std::string& word : cut(text, false)) out.push_back("w" + std::move(word));
}

void add_name(std::string_view name, std::vector<std::string>& out) {
    for (const std::string& word : cut(name, false)) {
        out.push_back("w" + word);
        std::size_t end = 0;
        for (std::size_t letters = 0; letters < k_longest_prefix && end < word.size(); ++letters) {
            do ++end;
            while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xc0) == 0x80);
            out.push_back("p" + word.substr(0, end));
        }
    }
}

void add_phone(std::string_view phone, std::vector<std::string>& out) {
    const std::string all = digits(phone);
    if (all.size() < 4) return;
    out.push_back("w" + all);
    out.push_back("w" + all.substr(all.size() - 4));
}

std::vector<std::string> unique(std::vector<std::string> terms) {
    std::ranges::sort(terms);
    terms.erase(std::ranges::unique(terms).begin(), terms.end());
    return terms;
}

}  // namespace

std::vector<std::string> words(std::string_view text) {
    return cut(text, false);
}

std::string store_term(model::StoreId store) {
    return "s" + store.text();
}

std::vector<std::string> terms(const model::Order& o) {
    std::vector<std::string> out{store_term(o.store)};
    add_words(o.ext_id, out);
    add_name(o.buyer_name.reveal(), out);
    add_name(o.recipient.name.reveal(), out);
    add_phone(o.recipient.phone.reveal(), out);
    for (const model::OrderLine& line : o.lines)
        for (const std::string* text : {&line.product_name, &line.sku_name, &line.seller_sku, &line.tracking_number})
            add_words(*text, out);
    return unique(std::move(out));
}

std::vector<std::string> terms(const model::Message& m) {
    std::vector<std::string> out{store_term(m.store)};
    add_words(m.text.reveal(), out);
    return unique(std::move(out));
}

std::vector<std::vector<std::string>> query_terms(std::string_view query) {
    std::vector<std::vector<std::string>> out;
    // A phone number is often written in groups.
    const std::string number = digits(query);
    if (number.size() >= 4 && query.find_first_not_of("+0123456789 -()") == std::string_view::npos) {
        out.push_back({"w" + number});
        return out;
    }
    for (const std::string& word : unique(cut(query, true))) {
        out.push_back({"w" + word});
        if (base::length(word) <= k_longest_prefix) out.back().push_back("p" + word);
    }
    return out;
}

std::int64_t token(const base::Secret& key, std::string_view term) {
    const std::string hash = base::hmac_sha256(key, term);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(hash[i]);
    return static_cast<std::int64_t>(value);
}

}  // namespace db::search
