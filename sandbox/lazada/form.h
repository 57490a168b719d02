#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace sandbox::lazada {

// All parameters of a request: query, form, top-level fields of a JSON body, and text parts of multipart/form-data, as
// the marketplace's kits place them. No value when one is given twice with different
// values, or the body cannot be read.
std::optional<std::map<std::string, std::string>> parameters_of(const http::Request& request);

}  // namespace sandbox::lazada
