#include "platform/connector.h"

namespace platform {

std::string_view name(HintKind kind) {
    switch (kind) {
        case HintKind::order:
            return "order";
        case HintKind::message:
            return "message";
        case HintKind::conversation:
            return "conversation";
        case HintKind::deauthorised:
            return "deauthorised";
        case HintKind::expiring:
            return "expiring";
        case HintKind::shop_status:
            return "shop_status";
        case HintKind::listing:
            return "listing";
        case HintKind::stock:
            return "stock";
        case HintKind::other:
            return "other";
        case HintKind::unknown:
            return "unknown";
    }
    return "unknown";
}

Answer<LostWebhooks> Connector::lost_webhooks(const StoreAccess& /*store*/) {
    return LostWebhooks{};
}

Answer<Receipt> Connector::confirm_lost(const StoreAccess& /*store*/, std::string_view /*up_to*/) {
    return Receipt{};
}

}  // namespace platform
