#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Signatures as Shopee's developer guide describes them (pages "API calls", "Push mechanism").
namespace sandbox::shopee {

// `token` and `id` are empty for a call of the app itself.
std::string request_sign(std::string_view partner_key, std::string_view partner_id, std::string_view path,
                         std::string_view timestamp, std::string_view token, std::string_view id);
std::string push_sign(std::string_view partner_key, std::string_view callback_url, std::string_view body);

}  // namespace sandbox::shopee
