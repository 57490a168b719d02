#include "api/security_headers.h"

namespace api {

std::vector<std::pair<std::string, std::string>> security_headers(bool tls) {
    std::vector<std::pair<std::string, std::string>> headers{
        {"content-security-policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
         "font-src 'self'; "
         "manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
         "report-uri /api/v1/policy-reports; report-to policy"},
        // Browsers know either of the two ways.
        {"reporting-endpoints", "policy=\"/api/v1/policy-reports\""},
        {"x-content-type-options", "nosniff"},
        {"referrer-policy", "no-referrer"},
        {"cross-origin-opener-policy", "same-origin"},
        {"cross-origin-resource-policy", "same-origin"},
        {"permissions-policy",
         "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), "
         "usb=()"},
    };
    if (tls) headers.emplace_back("strict-transport-security", "max-age=31536000; includeSubDomains");
    return headers;
}

}  // namespace api
