#include "api/policy_reports.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/answer.h"
#include "api/services.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

namespace api {
namespace {

constexpr std::int64_t k_minute_ms = 60'000;
constexpr std::size_t k_most_host = 100;
constexpr std::string_view k_of_host = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";

bool is_word(std::string_view text, std::string_view also) {
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || also.find(c) != std::string_view::npos;
    });
}
std::string word_or_empty(std::string_view text) {
    return is_word(text, "-") ? std::string(text) : std::string();
}

std::string_view scheme_of(std::string_view address) {
    const auto colon = address.find(':');
    const std::string_view scheme = colon == std::string_view::npos ? std::string_view() : address.substr(0, colon);
    return is_word(scheme, "0123456789-+.") ? scheme : std::string_view();
}

// "https://host:8443" of an address: without user, path, query and fragment.
std::string origin_of(std::string_view address) {
    const std::string_view scheme = scheme_of(address);
    if (scheme.empty()) return {};
    std::string_view rest = address.substr(scheme.size() + 1);
    if (!rest.starts_with("//")) return fmt::format("{}:", scheme);
    rest = rest.substr(2);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest = rest.substr(at + 1);
    const std::string host = base::ascii_lower(base::shorten(rest, k_most_host));
    if (!std::ranges::all_of(host, [](char c) { return k_of_host.find(c) != std::string_view::npos; })) return {};
    return fmt::format("{}://{}", scheme, host);
}

std::string first_of_path(std::string_view address) {
    const auto host = address.find("//");
    if (host == std::string_view::npos) return {};
    const auto slash = address.find('/', host + 2);
    if (slash == std::string_view::npos) return {};
    const std::string_view rest = address.substr(slash + 1);
    return fmt::format("/{}", word_or_empty(rest.substr(0, rest.find_first_of("/?#"))));
}

std::string blocked_of(std::string_view text) {
    return is_word(text, "-") ? std::string(text) : origin_of(text);
}

// Scheme of a script that no server of ours gave out.
std::string foreign_scheme(std::string_view source) {
    const std::string_view scheme = scheme_of(source);
    return scheme == "http" || scheme == "https" ? std::string() : std::string(scheme);
}

base::Result<http::Response> report_policy_violation(Services& services, const Call& call) {
    if (!policy_reports().take(call.request.body, services.clock.monotonic_ms())) {
        return std::unexpected(base::Error{base::Code::rate_limited, "too many reports of the content policy", {}, 60});
    }
    return no_content();
}

}  // namespace

PolicyReports& policy_reports() {
    static PolicyReports k_reports;
    return k_reports;
}

std::vector<PolicyViolation> read_policy_reports(std::string_view body) {
    std::vector<PolicyViolation> out;
    const auto document = base::JsonDocument::parse(body, 8);
    if (!document) return out;
    const auto add = [&out](const PolicyViolation& violation) {
        if (!violation.directive.empty()) out.push_back(violation);
    };
    if (const base::Json report = (*document)["csp-report"]; report.is_object()) {
        const std::string directive = report["effective-directive"].string_or();
        add({word_or_empty(directive.empty() ? report["violated-directive"].string_or() : directive),
             blocked_of(report["blocked-uri"].string_or()), first_of_path(report["document-uri"].string_or()),
             foreign_scheme(report["source-file"].string_or())});
        return out;
    }
    for (const base::Json& item : document->root().items()) {
        if (out.size() == PolicyReports::k_most_of_a_body) break;
        if (item["type"].string_or() != "csp-violation") continue;
        const base::Json report = item["body"];
        add({word_or_empty(report["effectiveDirective"].string_or()), blocked_of(report["blockedURL"].string_or()),
             first_of_path(report["documentURL"].string_or()), foreign_scheme(report["sourceFile"].string_or())});
    }
    return out;
}

bool PolicyReports::take(std::string_view body, std::int64_t now_ms) {
    {
        const std::scoped_lock lock(mutex_);
        if (in_minute_ == 0 || now_ms - minute_began_ms_ >= k_minute_ms) {
            minute_began_ms_ = now_ms;
            in_minute_ = 0;
        }
        if (in_minute_ == k_most_a_minute) {
            dropped.add();
            return false;
        }
        ++in_minute_;
    }
    const auto found = read_policy_reports(body);
    if (found.empty()) unreadable.add();
    violations.add(found.size());
    for (const PolicyViolation& violation : found)
        base::log(base::Level::warning, "policy.violation",
                  {{"directive", violation.directive},
                   {"blocked", violation.blocked},
                   {"page", violation.page},
                   {"source", violation.source}});
    return true;
}

std::vector<Route> policy_report_routes() {
    return {{.method = http::Method::post,
             .path = "/policy-reports",
             .operation = k_policy_report_operation,
             .action = model::Action::open_public,
             .handler = &report_policy_violation,
             .max_body_bytes = PolicyReports::k_max_body,
             .any_body = true}};
}

}  // namespace api
