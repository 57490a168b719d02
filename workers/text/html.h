#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/features.h"
#include "model/wire.h"

namespace text {

struct HtmlReading {
    std::string text;                // What a reader sees.
    std::vector<model::Link> links;  // `part` is left empty.
    std::size_t hidden = 0;          // Letters that a reader does not see.
    bool cut = false;                // A limit was reached.
    bool deep = false;               // Too deep to be freed safely: the process should end after this item.
};

// UTF-8 in.
HtmlReading read_html(std::string_view html, const model::ReadLimits& limits);

// The charset that a document names in its first bytes; empty when none.
std::string declared_charset(std::string_view html);

}  // namespace text
