#pragma once

#include <string_view>

namespace http {

// Now, as the Date header has it (IMF-fixdate, RFC 9110 section 5.6.7). Valid until this thread asks again.
std::string_view date_now();

}  // namespace http
