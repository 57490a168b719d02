#pragma once

#include <map>
#include <string>
#include <string_view>

// The two signatures of Lazada, written from the marketplace's documents ("Signing requests", "Push mechanism").
namespace sandbox::lazada {

// Of a request: upper-case hex. `path` is what follows "/rest". With `with_empty` pairs without a value count too: the
// marketplace's own kits differ in that.
std::string request_sign(std::string_view secret, std::string_view path,
                         const std::map<std::string, std::string>& parameters, bool with_empty);

// The Authorization header of a webhook: lower-case hex.
std::string webhook_sign(std::string_view app_key, std::string_view secret, std::string_view raw_body);

}  // namespace sandbox::lazada
