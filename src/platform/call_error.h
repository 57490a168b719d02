#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

// Why a call to a marketplace failed, and what that asks for. Each connector maps its own codes to these classes once;
// everything behind it decides by the class and never by a marketplace's number.
namespace platform {

enum class ErrorClass {
    auth_expired,     // The access token ran out.
    auth_lost,        // The seller or the marketplace ended the authorisation.
    scope_missing,    // The app or the store did not grant this kind of call.
    mismatch,         // Token, shop and identifiers do not fit together: read the shop list again.
    signature,        // Signature or timestamp refused: clock or app secret are wrong.
    ip_blocked,       // Our address is not on the app's allow-list: the proxy is the wrong one.
    rate,             // Too many calls.
    transient,        // The marketplace's own trouble.
    seller_inactive,  // The shop is restricted, closed or not ours.
    platform_risk,    // The marketplace's risk control stopped it.
    contract,         // Nothing we know: a changed or unknown code. Fail closed.
    unreachable,      // Proxy, name or connection failed; nothing was sent.
    intercepted,      // The certificate was refused, inside a proxy's tunnel maybe because the proxy intercepts.
    no_answer,        // Sent, but the answer is missing, cut or no JSON: it may have been executed.
};
// Stable lower-case name for logs, counters and Store::last_error ("platform.rate").
std::string_view name(ErrorClass error);

// The next step. One for each class; writes differ from reads only for no_answer and transient.
enum class Reaction {
    retry,         // Again, with growing random pauses.
    back_off,      // Not before retry_after_s, else with growing pauses.
    refresh,       // Refresh the token once, then once more.
    reconnect,     // Stop the store's work; the owner must authorise again.
    reread_shops,  // Read the shop list (ids, ciphers) again, then tell a person.
    check_status,  // Ask what became of the shop; keep the token.
    read_back,     // A write with unknown outcome: look before doing anything.
    ask_person,    // The machine cannot help: configuration, scope, risk control, unknown code.
};
std::string_view name(Reaction reaction);
Reaction reaction(ErrorClass error, bool write);

struct CallError {
    ErrorClass kind = ErrorClass::contract;
    std::int64_t code = 0;   // The marketplace's own; 0 when there was no readable answer.
    int http_status = 0;     // 0: no answer.
    std::string message;     // The marketplace's words, shortened to 200 bytes, for the log and the audit trail.
    std::string request_id;  // What the marketplace's support asks for; may be empty.
    std::optional<int> retry_after_s = {};
    std::string code_name = {};  // The marketplace's own code where that is a word; else empty. Safe to log.
};
// `word` when it looks like a code (letters, digits, "_", "-", "." and at most 80 of them), else empty.
std::string code_name(std::string_view word);

template <class T>
using Answer = std::expected<T, CallError>;

// A failure below HTTP, as base::HttpClient tells it.
CallError transport_error(const base::Error& error);

// Key of the sentence people read: "platform." + class name.
std::string error_key(ErrorClass error);
// For callers that speak base::Result. `what` names class, code and request id, never the marketplace's words (they
// may quote a buyer).
base::Error to_error(const CallError& error);

}  // namespace platform
