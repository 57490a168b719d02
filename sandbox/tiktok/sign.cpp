#include "sandbox/tiktok/sign.h"

#include "base/crypto.h"
#include "base/encoding.h"

namespace sandbox::tiktok {

std::string request_sign(std::string_view secret, std::string_view path,
                         const std::map<std::string, std::string>& parameters, std::string_view body) {
    std::string text(secret);
    text += path;
    // std::map compares bytes, as the document asks.
    for (const auto& [name, value] : parameters)
        if (name != "sign" && name != "access_token") text.append(name).append(value);
    text.append(body).append(secret);
    return base::hex(base::hmac_sha256(base::Secret(secret), text));
}

std::string webhook_sign(std::string_view app_key, std::string_view secret, std::string_view raw_body) {
    return base::hex(base::hmac_sha256(base::Secret(secret), std::string(app_key).append(raw_body)));
}

}  // namespace sandbox::tiktok
