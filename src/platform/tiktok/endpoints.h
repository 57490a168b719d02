#pragma once

#include <string_view>

namespace platform::tiktok {

// One line for each call, so that a retired version is replaced in one place: the marketplace versions each endpoint by
// itself.
struct Endpoint {
    std::string_view method;
    std::string_view path;
    bool write = false;
    // shop_cipher must be present where it is needed, and absent elsewhere.
    bool cipher = true;
};

inline constexpr Endpoint k_authorised_shops{"GET", "/authorization/202309/shops", false, false};
inline constexpr Endpoint k_revoke{"DELETE", "/authorization/202403/shops", true, true};
inline constexpr Endpoint k_search_orders{"POST", "/order/202309/orders/search", false, true};
inline constexpr Endpoint k_order_detail{"GET", "/order/202507/orders", false, true};
inline constexpr Endpoint k_active_shops{"GET", "/seller/202309/shops", false, false};
inline constexpr Endpoint k_seller_status{"GET", "/seller/202508/status", false, false};
inline constexpr Endpoint k_prerequisites{"GET", "/product/202312/prerequisites", false, true};
inline constexpr Endpoint k_conversations{"GET", "/customer_service/202309/conversations", false, true};
inline constexpr Endpoint k_messages{"GET", "/customer_service/202309/conversations/{conversation_id}/messages", false,
                                     true};
inline constexpr Endpoint k_webhooks{"GET", "/event/202309/webhooks", false, true};
inline constexpr Endpoint k_subscribe{"PUT", "/event/202309/webhooks", true, true};
inline constexpr Endpoint k_unsubscribe{"DELETE", "/event/202309/webhooks", true, true};
inline constexpr Endpoint k_search_returns{"POST", "/return_refund/202309/returns/search", false, true};
inline constexpr Endpoint k_search_cancellations{"POST", "/return_refund/202309/cancellations/search", false, true};

// On the host for tokens; the secret travels in the query.
inline constexpr std::string_view k_token_get = "/api/v2/token/get";
inline constexpr std::string_view k_token_refresh = "/api/v2/token/refresh";

}  // namespace platform::tiktok
