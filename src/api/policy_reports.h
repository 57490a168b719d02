#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/metrics.h"

namespace api {

// What one browser says that the content policy (SES-6) stopped, as far as it is looked at. Addresses of reports may
// hold what a person searched for, so each is cut to the part that is needed to find the fault.
struct PolicyViolation {
    std::string directive;  // "script-src-elem"
    std::string blocked;    // "inline", "eval", or scheme and host of what was not loaded.
    std::string page;       // First part of our own page's path: "/orders".
    std::string source;     // Scheme of the script that asked, when it is not ours: "chrome-extension".
};
// Reports of a body: of `report-uri` ({"csp-report": …}) or of `report-to` (a list). Those that are none are left out.
// Pure.
std::vector<PolicyViolation> read_policy_reports(std::string_view body);

// Takes reports of browsers, which anybody can send: counted, and logged as "policy.violation" up to a limit. Nothing
// is kept. Threads: any.
class PolicyReports {
  public:
    // False: more came than is looked at.
    bool take(std::string_view body, std::int64_t now_ms);

    base::Counter violations;
    base::Counter unreadable;  // Bodies without any report.
    base::Counter dropped;     // Bodies above the limit.

    static constexpr std::size_t k_max_body = 16u << 10;
    // Bodies looked at in a minute, and reports of one body.
    static constexpr int k_most_a_minute = 20;
    static constexpr std::size_t k_most_of_a_body = 5;

  private:
    std::mutex mutex_;
    std::int64_t minute_began_ms_ = 0;  // Guarded by mutex_.
    int in_minute_ = 0;                 // Guarded by mutex_.
};

// The one of this process, as there is one log.
PolicyReports& policy_reports();

// The browser sends it by itself, without our header and in a media type of its own: the router lets that pass for this
// operation alone.
inline constexpr std::string_view k_policy_report_operation = "reportPolicyViolation";
std::vector<Route> policy_report_routes();

}  // namespace api
