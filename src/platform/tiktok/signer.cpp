#include "platform/tiktok/signer.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/text.h"

namespace platform::tiktok {
namespace {

bool is_multipart(std::string_view content_type) {
    return base::ascii_iequals(base::trim(content_type.substr(0, content_type.find(';'))), "multipart/form-data");
}

}  // namespace

std::string sign(const base::Secret& app_secret, std::string_view path, const Params& params, std::string_view body,
                 std::string_view content_type) {
    std::vector<const Params::value_type*> sorted;
    for (const auto& param : params)
        if (param.first != "sign" && param.first != "access_token") sorted.push_back(&param);
    std::ranges::sort(sorted, {}, [](const auto* param) -> const std::string& { return param->first; });

    // Reserved at once: growing would leave copies of the secret in freed memory.
    std::size_t size = 2 * app_secret.size() + path.size() + body.size();
    for (const auto* param : sorted) size += param->first.size() + param->second.size();
    std::string message;
    message.reserve(size);
    message += app_secret.reveal();
    message += path;
    for (const auto* param : sorted) {
        message += param->first;
        message += param->second;
    }
    if (!is_multipart(content_type)) message += body;
    message += app_secret.reveal();
    const std::string signature = base::hex(base::hmac_sha256(app_secret, message));
    base::wipe(message);
    return signature;
}

std::string sign_webhook(std::string_view app_key, const base::Secret& app_secret, std::string_view raw_body) {
    std::string message(app_key);
    message += raw_body;
    return base::hex(base::hmac_sha256(app_secret, message));
}

}  // namespace platform::tiktok
