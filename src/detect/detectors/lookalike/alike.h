#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "detect/rules.h"
#include "detect/url.h"

namespace detect::lookalike {

enum class How {
    homoglyph,  // letters of another script, or digits for letters: "tіktok.com", "sh0pee.vip"
    misspelt,   // one or two letters off: "tiktook-shop.com"
    contained,  // the name inside another domain: "shopee-seller.top"
    subdomain,  // an official name before the real domain: "shopee.com.verify.top"
    path,       // an official domain in the path: "pages.example/shopee.com/login"
};
std::string_view code(How how);

struct Alike {
    How how = How::contained;
    const Brand* brand = nullptr;
};

// Which known company a foreign host passes itself off as, if any. Pure.
std::optional<Alike> alike(const Rules& rules, const Url& url);

// Damerau-Levenshtein distance (one swap of neighbours counts one), or `limit` + 1 when it is more.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace detect::lookalike
