#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/random.h"

namespace sandbox {

// The languages buyers write in.
inline constexpr std::array<std::string_view, 7> k_languages = {"en", "zh", "th", "vi", "id", "ms", "fil"};

// Invented people: names are common first and family names put together at random. Some hold combining characters,
// emoji or an apostrophe, since real ones do.
struct PersonName {
    std::string given;
    std::string family;
    std::string full;      // In the order of the language.
    std::string nickname;  // As the marketplace shows it: "mei_**".
};
PersonName person_name(std::string_view language, base::Random& random);

struct StreetAddress {
    std::string line1;
    std::string district;
    std::string city;
    std::string postal_code;
};
StreetAddress street_address(std::string_view region, base::Random& random);

}  // namespace sandbox
