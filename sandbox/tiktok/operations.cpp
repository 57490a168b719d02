#include <array>
#include <charconv>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/text.h"
#include "sandbox/tiktok/call.h"

namespace sandbox::tiktok {
namespace {

using http::Method;

constexpr std::array<std::string_view, 1> k_202309 = {"202309"};
constexpr std::array<std::string_view, 1> k_202312 = {"202312"};
constexpr std::array<std::string_view, 1> k_202403 = {"202403"};
constexpr std::array<std::string_view, 1> k_202407 = {"202407"};
constexpr std::array<std::string_view, 1> k_202507 = {"202507"};
constexpr std::array<std::string_view, 1> k_202508 = {"202508"};
constexpr std::array<std::string_view, 1> k_202601 = {"202601"};

constexpr std::array k_operations = {
    Operation{"shops.get", Method::get, "authorization", "/shops", k_202309, k_scope_authorization, Cipher::forbidden,
              get_shops},
    Operation{"shops.remove", Method::del, "authorization", "/shops", k_202403, k_scope_authorization, Cipher::required,
              remove_shop},
    Operation{"seller.shops", Method::get, "seller", "/shops", k_202309, k_scope_shop, Cipher::forbidden,
              get_active_shops},
    Operation{"seller.permissions", Method::get, "seller", "/permissions", k_202309, k_scope_shop, Cipher::forbidden,
              get_seller_permissions},
    Operation{"seller.status", Method::get, "seller", "/status", k_202508, k_scope_shop, Cipher::forbidden,
              get_seller_status},
    Operation{"product.prerequisites", Method::get, "product", "/prerequisites", k_202312, k_scope_product,
              Cipher::required, get_prerequisites},
    Operation{"webhooks.get", Method::get, "event", "/webhooks", k_202309, k_scope_authorization, Cipher::required,
              get_webhooks},
    Operation{"webhooks.put", Method::put, "event", "/webhooks", k_202309, k_scope_authorization, Cipher::required,
              put_webhook},
    Operation{"webhooks.delete", Method::del, "event", "/webhooks", k_202309, k_scope_authorization, Cipher::required,
              delete_webhook},
    Operation{"orders.search", Method::post, "order", "/orders/search", k_202309, k_scope_order, Cipher::required,
              search_orders},
    Operation{"orders.detail", Method::get, "order", "/orders", k_202309, k_scope_order, Cipher::required,
              get_orders_202309},
    Operation{"orders.detail", Method::get, "order", "/orders", k_202507, k_scope_order, Cipher::required,
              get_orders_202507},
    Operation{"orders.price_detail", Method::get, "order", "/orders/{}/price_detail", k_202407, k_scope_order,
              Cipher::required, get_price_detail},
    Operation{"returns.search", Method::post, "return_refund", "/returns/search", k_202309, k_scope_return,
              Cipher::required, search_returns},
    Operation{"cancellations.search", Method::post, "return_refund", "/cancellations/search", k_202309, k_scope_return,
              Cipher::required, search_cancellations},
    Operation{"conversations.list", Method::get, "customer_service", "/conversations", k_202309,
              k_scope_customer_service, Cipher::required, get_conversations},
    Operation{"conversations.get", Method::get, "customer_service", "/conversations/{}", k_202601,
              k_scope_customer_service, Cipher::optional, get_conversation},
    Operation{"messages.list", Method::get, "customer_service", "/conversations/{}/messages", k_202309,
              k_scope_customer_service, Cipher::required, get_messages},
};

std::string token_mac(std::string_view key, std::string_view filter, std::string_view position) {
    const std::string text = std::string(filter) + '\n' + std::string(position);
    return base::hmac_sha256(base::Secret(key), text).substr(0, 16);
}

}  // namespace

std::span<const Operation> operations() {
    return k_operations;
}

std::optional<Answer> read_page_size(const Call& call, std::int64_t most, std::int64_t& size) {
    const auto text = call.parameter("page_size");
    if (!text) return refused(36009004, "param query.page_size is missing");
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size);
    if (error != std::errc{} || end != text->data() + text->size() || size < 1 || size > most)
        return refused(36009004, "param query.page_size is invalid: out of range");
    return std::nullopt;
}

bool read_time(const Call& call, std::string_view name, std::optional<std::int64_t>& value) {
    const base::Json field = call.body_field(name);
    if (!field.present()) return true;
    value = field.integer();
    return value.has_value();
}

std::string write_page_token(std::string_view key, std::string_view filter, std::string_view position) {
    return base::base64url(token_mac(key, filter, position) + std::string(position));
}

std::optional<std::string> read_page_token(std::string_view key, std::string_view filter, std::string_view token) {
    const auto bytes = base::parse_base64url(token);
    if (!bytes || bytes->size() <= 16) return std::nullopt;
    std::string position = bytes->substr(16);
    if (!base::constant_time_equal(token_mac(key, filter, position), std::string_view(*bytes).substr(0, 16)))
        return std::nullopt;
    return position;
}

}  // namespace sandbox::tiktok
