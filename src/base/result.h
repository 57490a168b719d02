#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace base {

// What the caller should do next decides the code, not where the error arose.
// When a code is added here, the mappings in result.cpp (name) and api/problem.cpp (HTTP status) must name it too: both
// switch without default, so the compiler says so.
enum class Code {
    invalid_input,        // The request is wrong; repeating it will not help.
    unauthenticated,      // Sign in (or re-authorise) first.
    forbidden,            // Signed in, but not allowed.
    not_found,            // No such thing, or none that the caller may see.
    conflict,             // Somebody else changed it; read again.
    precondition_failed,  // The state does not permit it now.
    rate_limited,         // Try again after retry_after_s.
    unavailable,          // Temporary; the same call may be repeated.
    timeout,              // Unknown whether it happened; find out before repeating.
    upstream_rejected,    // A marketplace or mail server said no.
    corrupt,              // Stored bytes are not what was written.
    internal,             // A bug.
};

// Stable lower-case name, as in logs and API answers.
std::string_view name(Code code);

struct Error {
    Code code = Code::internal;
    // For logs and developers: never shown to people as it is, never holds secrets or buyer data.
    std::string what;
    // Stable key of the sentence that a person is shown, e.g. "store.proxy_unreachable"; empty: the sentence of `code`.
    std::string key = {};
    // Seconds after which a repetition makes sense.
    std::optional<int> retry_after_s = {};
};

template <class T>
using Result = std::expected<T, Error>;

// Shorthand for `return fail(Code::not_found, "order")`.
inline std::unexpected<Error> fail(Code code, std::string what, std::string key = {}) {
    return std::unexpected(Error{code, std::move(what), std::move(key), {}});
}

}  // namespace base

// TRY(expr): the value of a Result, or returns its error from the enclosing function.
// A statement expression: never put co_await inside (internal compiler error in g++ 12 and 14).
#define TRY(expr) BASE_TRY_AS_(BASE_TRY_JOIN_(try_result_, __COUNTER__), expr)

// The same for Result<void>.
#define TRY_VOID(expr) BASE_TRY_VOID_AS_(BASE_TRY_JOIN_(try_result_, __COUNTER__), expr)

// A name of its own for each use, so that one inside a lambda inside another shadows nothing.
#define BASE_TRY_JOIN_(a, b) BASE_TRY_JOIN_AGAIN_(a, b)
#define BASE_TRY_JOIN_AGAIN_(a, b) a##b
#define BASE_TRY_AS_(result, expr)                                      \
    __extension__({                                                     \
        auto&& result = (expr);                                         \
        if (!result) return std::unexpected(std::move(result).error()); \
        *std::move(result);                                             \
    })
#define BASE_TRY_VOID_AS_(result, expr)                                 \
    do {                                                                \
        auto&& result = (expr);                                         \
        if (!result) return std::unexpected(std::move(result).error()); \
    } while (false)
