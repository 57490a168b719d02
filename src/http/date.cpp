#include "http/date.h"

#include <ctime>

namespace http {

// Cached for the second, as each answer needs it.
std::string_view date_now() {
    thread_local std::time_t at = 0;
    thread_local char text[40] = {};
    const std::time_t now = std::time(nullptr);
    if (now != at) {
        std::tm utc{};
        ::gmtime_r(&now, &utc);
        std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
        at = now;
    }
    return text;
}

}  // namespace http
