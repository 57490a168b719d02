#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace sandbox {

enum class ApiFaultKind {
    rate_limited,  // 429 + 36009002, with Retry-After if retry_after_s is set; not executed.
    status,        // This HTTP status with an HTML body; not executed.
    error_in_200,  // HTTP 200 with this code; not executed.
    latency,       // Executed, answered after delay_ms.
    cut,           // Executed, the answer ends after at_byte bytes, head included.
    content_type,  // Executed, the right body under text/html.
    html_page,     // HTTP 200 with a sign-in page instead of JSON; not executed.
    huge,          // Executed, with at_byte bytes of white space behind the body.
    hang_before,   // No answer for delay_ms, then the connection is closed; not executed.
    hang_after,    // The same, executed.
    close_before,  // The connection is closed at once; not executed.
    close_after,   // The same, executed.
};

struct ApiFault {
    ApiFaultKind kind = ApiFaultKind::status;
    std::string operation = "*";  // An operation's name ("orders.search", "token.refresh" …).
    std::string shop = "*";       // An id.
    double share = 1;             // Of the calls it fits.
    std::int64_t times = -1;      // How often at most; below zero: always.
    int status = 503;
    int code = 36009003;
    std::optional<int> retry_after_s;
    std::int64_t delay_ms = 60'000;
    std::size_t at_byte = 0;
};

enum class WebhookFaultKind {
    duplicate,  // `copies` more of it, the same bytes, within delay_s.
    shuffle,    // Sent after a random part of delay_s, so that later ones overtake.
    delay,      // Sent after delay_s.
    drop,       // Never sent.
    late,       // Its `timestamp` is delay_s old.
    forge,      // Beside it one with a wrong signature and a changed state.
    no_id,      // Without tts_notification_id.
};

struct WebhookFault {
    WebhookFaultKind kind = WebhookFaultKind::drop;
    int type = 0;            // 0: all.
    std::string shop = "*";  // An id.
    double share = 1;
    std::int64_t times = -1;
    int copies = 1;
    std::int64_t delay_s = 60;
};

// Faults on request, drawn from a seed. Threads: one at a time.
class Faults {
  public:
    explicit Faults(std::uint64_t seed) : random_(seed) {}
    // {"api":[{"kind":"status","operation":"orders.search","share":0.3,"status":503}],"webhooks":[{"kind":"drop","share":0.3}]}
    // Replaces what was set; invalid_input, with the place, leaves it as it was.
    base::Result<void> set(std::string_view json);
    void clear();
    std::string text() const;  // What set() would take.

    // The first fault that fits and whose share is drawn.
    std::optional<ApiFault> for_call(std::string_view operation, std::uint64_t shop);
    // All that fit and are drawn.
    std::vector<WebhookFault> for_webhook(int type, std::uint64_t shop);
    std::uint64_t injected() const { return injected_; }

  private:
    bool drawn(double share, std::int64_t& times);
    base::SeededRandom random_;
    std::vector<ApiFault> api_;
    std::vector<WebhookFault> webhooks_;
    std::uint64_t injected_ = 0;
};

}  // namespace sandbox
