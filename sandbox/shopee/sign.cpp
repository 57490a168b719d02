#include "sandbox/shopee/sign.h"

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/secret.h"

namespace sandbox::shopee {

std::string request_sign(std::string_view partner_key, std::string_view partner_id, std::string_view path,
                         std::string_view timestamp, std::string_view token, std::string_view id) {
    std::string message(partner_id);
    for (const std::string_view part : {path, timestamp, token, id}) message.append(part);
    return base::hex(base::hmac_sha256(base::Secret(partner_key), message));
}

std::string push_sign(std::string_view partner_key, std::string_view callback_url, std::string_view body) {
    return base::hex(base::hmac_sha256(base::Secret(partner_key), std::string(callback_url) + "|" + std::string(body)));
}

}  // namespace sandbox::shopee
