#include "base/result.h"

namespace base {

std::string_view name(Code code) {
    switch (code) {
        case Code::invalid_input:
            return "invalid_input";
        case Code::unauthenticated:
            return "unauthenticated";
        case Code::forbidden:
            return "forbidden";
        case Code::not_found:
            return "not_found";
        case Code::conflict:
            return "conflict";
        case Code::precondition_failed:
            return "precondition_failed";
        case Code::rate_limited:
            return "rate_limited";
        case Code::unavailable:
            return "unavailable";
        case Code::timeout:
            return "timeout";
        case Code::upstream_rejected:
            return "upstream_rejected";
        case Code::corrupt:
            return "corrupt";
        case Code::internal:
            return "internal";
    }
    return "internal";
}

}  // namespace base
