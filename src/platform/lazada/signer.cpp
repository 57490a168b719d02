#include "platform/lazada/signer.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/encoding.h"

namespace platform::lazada {

std::string sign(const base::Secret& app_secret, std::string_view path, const Params& params) {
    std::vector<const Params::value_type*> sorted;
    for (const auto& param : params)
        if (param.first != "sign") sorted.push_back(&param);
    std::ranges::sort(sorted, {}, [](const auto* param) -> const std::string& { return param->first; });

    // Reserved at once: growing would leave copies of the access token in freed memory.
    std::size_t size = path.size();
    for (const auto* param : sorted) size += param->first.size() + param->second.size();
    std::string message;
    message.reserve(size);
    message += path;
    for (const auto* param : sorted) {
        message += param->first;
        message += param->second;
    }
    std::string signature = base::hex(base::hmac_sha256(app_secret, message));
    base::wipe(message);
    std::ranges::transform(signature, signature.begin(),
                           [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    return signature;
}

std::string sign_webhook(std::string_view app_key, const base::Secret& app_secret, std::string_view raw_body) {
    std::string message(app_key);
    message += raw_body;
    return base::hex(base::hmac_sha256(app_secret, message));
}

}  // namespace platform::lazada
