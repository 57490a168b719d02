#include "detect/numbers.h"

#include <algorithm>
#include <array>

namespace detect {
namespace {

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return c >= 'a' && c <= 'z';
}

// After normalisation: lower case, symbols as they are, Chinese simplified.
constexpr std::array<std::string_view, 33> k_currencies = {
    "$",    "€",   "£",    "¥",     "₫",       "฿",      "₱",       "rp",  "rm",  "usd", "us",
    "php",  "thb", "vnd",  "idr",   "myr",     "sgd",    "cny",     "rmb", "eur", "gbp", "dong",
    "baht", "บาท", "peso", "pesos", "ringgit", "rupiah", "dollars", "元",  "块",  "万",  "juta"};
constexpr std::array<std::string_view, 10> k_after_only = {"k",  "tr",   "trieu", "d",       "บ",
                                                           "rb", "ribu", "jt",    "million", "usdt"};

bool currency_before(std::string_view text, std::size_t at) {
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '.')) --at;
    return std::any_of(k_currencies.begin(), k_currencies.end(), [&](std::string_view c) {
        if (at < c.size() || text.substr(at - c.size(), c.size()) != c) return false;
        return !letter(c.front()) || at == c.size() || !letter(text[at - c.size() - 1]);
    });
}
bool currency_after(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] == ' ') ++at;
    const auto stands = [&](std::string_view c) {
        if (!text.substr(at).starts_with(c)) return false;
        return !letter(c.back()) || at + c.size() >= text.size() || !letter(text[at + c.size()]);
    };
    return std::any_of(k_currencies.begin(), k_currencies.end(), stands) ||
           std::any_of(k_after_only.begin(), k_after_only.end(), stands);
}

}  // namespace

std::vector<Number> find_numbers(std::string_view text) {
    std::vector<Number> out;
    for (std::size_t i = 0; i < text.size();) {
        if (!digit(text[i])) {
            ++i;
            continue;
        }
        // A group: digits with single separators between them.
        std::size_t end = i, digits = 0, separators = 0, run = 0, run_max = 0;
        while (end < text.size()) {
            if (digit(text[end])) {
                ++digits;
                run_max = std::max(run_max, ++run);
                ++end;
            } else if ((text[end] == '.' || text[end] == ',' || text[end] == ' ') && end + 1 < text.size() &&
                       digit(text[end + 1])) {
                ++separators;
                run = 0;
                ++end;
            } else {
                break;
            }
        }
        const bool glued = (i > 0 && letter(text[i - 1])) || (end < text.size() && letter(text[end]));
        const bool plus = i > 0 && text[i - 1] == '+';
        const auto from = static_cast<std::uint32_t>(i), to = static_cast<std::uint32_t>(end);
        if (currency_before(text, i) || currency_after(text, end))
            out.push_back({NumberKind::amount, from, to});
        else if (!glued && digits >= 8 && digits <= 14 &&
                 (plus || text[i] == '0' || (digits == 11 && text[i] == '1') ||
                  (digits >= 11 && (text[i] == '6' || text[i] == '8'))))
            out.push_back({NumberKind::phone, from, to});
        else if (run_max >= 12 && digits == run_max)
            out.push_back({NumberKind::order, from, to});
        else if (!glued && separators == 0 && digits >= 4 && digits <= 8)
            out.push_back({NumberKind::code, from, to});
        i = end;
    }
    return out;
}

}  // namespace detect
