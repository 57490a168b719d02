#pragma once

#include <string_view>

namespace platform::shopee {

struct Endpoint {
    std::string_view method;
    std::string_view path;
    bool write = false;
    // Made in a shop's name, with its token; else by the app itself ("Public").
    bool shop = true;
};

inline constexpr Endpoint k_token_get{"POST", "/api/v2/auth/token/get", true, false};
inline constexpr Endpoint k_token_refresh{"POST", "/api/v2/auth/access_token/get", true, false};
inline constexpr Endpoint k_shop_info{"GET", "/api/v2/shop/get_shop_info"};
inline constexpr Endpoint k_punishments{"GET", "/api/v2/account_health/get_punishment_history"};
inline constexpr Endpoint k_order_list{"GET", "/api/v2/order/get_order_list"};
inline constexpr Endpoint k_order_detail{"GET", "/api/v2/order/get_order_detail"};
inline constexpr Endpoint k_conversation_list{"GET", "/api/v2/sellerchat/get_conversation_list"};
inline constexpr Endpoint k_messages{"GET", "/api/v2/sellerchat/get_message"};
inline constexpr Endpoint k_return_list{"GET", "/api/v2/returns/get_return_list"};
inline constexpr Endpoint k_return_detail{"GET", "/api/v2/returns/get_return_detail"};
inline constexpr Endpoint k_push_config{"GET", "/api/v2/push/get_app_push_config", false, false};
inline constexpr Endpoint k_set_push_config{"POST", "/api/v2/push/set_app_push_config", true, false};
inline constexpr Endpoint k_lost_pushes{"GET", "/api/v2/push/get_lost_push_message", false, false};
inline constexpr Endpoint k_confirm_lost{"POST", "/api/v2/push/confirm_consumed_lost_push_message", true, false};

// The signed form of the consent page; a link for a browser, not a call.
inline constexpr std::string_view k_consent = "/api/v2/shop/auth_partner";

}  // namespace platform::shopee
