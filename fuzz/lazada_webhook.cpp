// A webhook's body: any bytes give a hint or an error, what is read is bounded, and nothing is accepted without the
// right signature.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "platform/lazada/signer.h"
#include "platform/lazada/webhook.h"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace platform;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto hint = lazada::parse_webhook(bytes)) {
        require(hint->notification_id.size() <= 200 && hint->shop_ext_id.size() <= 23);
        for (const auto& id : hint->order_ext_ids) require(!id.empty() && id.size() <= 20);
        require((hint->kind == HintKind::order) == !hint->order_ext_ids.empty());
        require((hint->kind == HintKind::message) == hint->message.has_value());
    }
    const base::Secret secret("fuzz");
    // The input's first 64 bytes as the signature of the rest.
    const std::string_view signature = bytes.substr(0, 64);
    const std::string_view body = bytes.substr(signature.size());
    require(lazada::verify_webhook("key", secret, body, signature) ==
            (lazada::sign_webhook("key", secret, body) == base::ascii_lower(signature)));
    return 0;
}
