#pragma once

#include <map>
#include <string>
#include <string_view>

// Written from TikTok's documents (Partner Center pages sign-your-api-request and tts-webhooks-overview) a second time,
// on purpose apart from the product's own.
namespace sandbox::tiktok {

// The signature of a request: lower-case hex. `parameters` are decoded; "sign" and "access_token" are left out.
// `body` is empty for multipart/form-data.
std::string request_sign(std::string_view secret, std::string_view path,
                         const std::map<std::string, std::string>& parameters, std::string_view body);

// The Authorization header of a webhook: lower-case hex.
std::string webhook_sign(std::string_view app_key, std::string_view secret, std::string_view raw_body);

}  // namespace sandbox::tiktok
