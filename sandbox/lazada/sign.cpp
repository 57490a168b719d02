#include "sandbox/lazada/sign.h"

#include <cctype>

#include "base/crypto.h"
#include "base/encoding.h"

namespace sandbox::lazada {

std::string request_sign(std::string_view secret, std::string_view path,
                         const std::map<std::string, std::string>& parameters, bool with_empty) {
    std::string text(path);
    // std::map compares bytes, as the document asks.
    for (const auto& [name, value] : parameters)
        if (name != "sign" && (with_empty || !value.empty())) text.append(name).append(value);
    std::string sign = base::hex(base::hmac_sha256(base::Secret(secret), text));
    for (char& c : sign) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return sign;
}

std::string webhook_sign(std::string_view app_key, std::string_view secret, std::string_view raw_body) {
    return base::hex(base::hmac_sha256(base::Secret(secret), std::string(app_key).append(raw_body)));
}

}  // namespace sandbox::lazada
