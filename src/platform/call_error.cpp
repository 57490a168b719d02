#include "platform/call_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace platform {

std::string_view name(ErrorClass error) {
    switch (error) {
        case ErrorClass::auth_expired:
            return "auth_expired";
        case ErrorClass::auth_lost:
            return "auth_lost";
        case ErrorClass::scope_missing:
            return "scope_missing";
        case ErrorClass::mismatch:
            return "mismatch";
        case ErrorClass::signature:
            return "signature";
        case ErrorClass::ip_blocked:
            return "ip_blocked";
        case ErrorClass::rate:
            return "rate";
        case ErrorClass::transient:
            return "transient";
        case ErrorClass::seller_inactive:
            return "seller_inactive";
        case ErrorClass::platform_risk:
            return "platform_risk";
        case ErrorClass::contract:
            return "contract";
        case ErrorClass::unreachable:
            return "unreachable";
        case ErrorClass::intercepted:
            return "intercepted";
        case ErrorClass::no_answer:
            return "no_answer";
    }
    return "contract";
}

std::string_view name(Reaction reaction) {
    switch (reaction) {
        case Reaction::retry:
            return "retry";
        case Reaction::back_off:
            return "back_off";
        case Reaction::refresh:
            return "refresh";
        case Reaction::reconnect:
            return "reconnect";
        case Reaction::reread_shops:
            return "reread_shops";
        case Reaction::check_status:
            return "check_status";
        case Reaction::read_back:
            return "read_back";
        case Reaction::ask_person:
            return "ask_person";
    }
    return "ask_person";
}

Reaction reaction(ErrorClass error, bool write) {
    switch (error) {
        case ErrorClass::auth_expired:
            return Reaction::refresh;
        case ErrorClass::auth_lost:
            return Reaction::reconnect;
        case ErrorClass::mismatch:
            return Reaction::reread_shops;
        case ErrorClass::rate:
            return Reaction::back_off;
        case ErrorClass::unreachable:
            return Reaction::retry;
        case ErrorClass::transient:
        case ErrorClass::no_answer:
            return write ? Reaction::read_back : Reaction::retry;
        case ErrorClass::seller_inactive:
            return Reaction::check_status;
        case ErrorClass::scope_missing:
        case ErrorClass::signature:
        case ErrorClass::ip_blocked:
        case ErrorClass::platform_risk:
        case ErrorClass::contract:
        case ErrorClass::intercepted:
            return Reaction::ask_person;
    }
    return Reaction::ask_person;
}

std::string code_name(std::string_view word) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    };
    return word.size() <= 80 && std::ranges::all_of(word, fits) ? std::string(word) : std::string();
}

std::string error_key(ErrorClass error) {
    return fmt::format("platform.{}", name(error));
}

base::Error to_error(const CallError& error) {
    base::Error out{base::Code::upstream_rejected,
                    fmt::format("platform answered {} (code {}, HTTP {}, request {})", name(error.kind),
                                error.code_name.empty() ? std::to_string(error.code) : error.code_name,
                                error.http_status, error.request_id),
                    error_key(error.kind), error.retry_after_s};
    switch (reaction(error.kind, true)) {
        case Reaction::retry:
            out.code = base::Code::unavailable;
            break;
        case Reaction::back_off:
            out.code = base::Code::rate_limited;
            break;
        case Reaction::read_back:
            out.code = base::Code::timeout;
            break;
        case Reaction::refresh:
        case Reaction::reconnect:
            out.code = base::Code::unauthenticated;
            break;
        case Reaction::reread_shops:
        case Reaction::check_status:
        case Reaction::ask_person:
            break;
    }
    return out;
}

CallError transport_error(const base::Error& error) {
    CallError out;
    out.message = std::string(base::shorten(error.key, 200));
    switch (error.code) {
        case base::Code::unavailable:
            out.kind = ErrorClass::unreachable;
            break;
        case base::Code::timeout:
            out.kind = ErrorClass::no_answer;
            break;
        case base::Code::upstream_rejected:
            // Too large an answer was answered all the same: what was asked may have been done.
            out.kind = error.key == "egress.tls_refused" ? ErrorClass::intercepted : ErrorClass::no_answer;
            break;
        default:
            out.kind = ErrorClass::contract;
    }
    return out;
}

}  // namespace platform
