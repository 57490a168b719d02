#pragma once

#include <string>
#include <utility>
#include <vector>

namespace api {

// SES-6: on every answer, also refusals. `tls`: the listener speaks TLS itself, so HSTS may be sent.
std::vector<std::pair<std::string, std::string>> security_headers(bool tls);

}  // namespace api
