#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

// What the consent pages of the three marketplaces have in common: their looks, and how their forms are read.
namespace sandbox {

std::string html(std::string_view text);  // Escaped.

// `marketplace`: whose page it stands for, "TikTok Shop". `title` is escaped here, `body` is HTML.
http::Response consent_page(std::string_view marketplace, int status, std::string_view title, std::string_view body);

// One field of an application/x-www-form-urlencoded body; empty when it is missing.
std::string form_value(std::string_view body, std::string_view name);

}  // namespace sandbox
