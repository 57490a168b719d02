#include "platform/shopee/signer.h"

#include "base/crypto.h"
#include "base/encoding.h"

namespace platform::shopee {

std::string sign(const base::Secret& partner_key, std::string_view partner_id, std::string_view path,
                 std::int64_t unix_seconds, const Owner& owner) {
    const std::string timestamp = std::to_string(unix_seconds);
    std::string message;
    // Reserved at once: growing would leave copies of the token in freed memory.
    message.reserve(partner_id.size() + path.size() + timestamp.size() + owner.access_token.size() +
                    owner.shop_id.size());
    message += partner_id;
    message += path;
    message += timestamp;
    message += owner.access_token;
    message += owner.shop_id;
    std::string signature = base::hex(base::hmac_sha256(partner_key, message));
    base::wipe(message);
    return signature;
}

std::string sign_webhook(const base::Secret& partner_key, std::string_view address, std::string_view raw_body) {
    std::string message;
    message.reserve(address.size() + 1 + raw_body.size());
    message += address;
    message += '|';
    message += raw_body;
    return base::hex(base::hmac_sha256(partner_key, message));
}

}  // namespace platform::shopee
