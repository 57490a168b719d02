#pragma once

#include <string_view>

namespace platform::lazada {

// One line for each call; paths are what follows "/rest".
struct Endpoint {
    std::string_view path;
    bool write = false;
};

inline constexpr Endpoint k_orders{"/orders/get"};
inline constexpr Endpoint k_order{"/order/get"};
inline constexpr Endpoint k_items_of_orders{"/orders/items/get"};
inline constexpr Endpoint k_items_of_order{"/order/items/get"};
inline constexpr Endpoint k_reverse_orders{"/reverse/getreverseordersforseller"};
inline constexpr Endpoint k_seller{"/seller/get"};
inline constexpr Endpoint k_sessions{"/im/session/list"};
inline constexpr Endpoint k_messages{"/im/message/list"};

// On the host for tokens.
inline constexpr std::string_view k_token_create = "/auth/token/create";
inline constexpr std::string_view k_token_refresh = "/auth/token/refresh";

}  // namespace platform::lazada
