#include "platform/connectors.h"

#include "platform/lazada/client.h"
#include "platform/shopee/client.h"
#include "platform/tiktok/client.h"

namespace platform {

Connectors make_connectors(base::HttpClient& http, const base::Clock& clock, base::Random& random,
                           const std::function<void(base::Duration)>& pause) {
    Connectors all;
    all.add(model::Platform::tiktok_shop, std::make_unique<tiktok::Client>(http, clock, random, pause));
    all.add(model::Platform::shopee, std::make_unique<shopee::Client>(http, clock, random, pause));
    all.add(model::Platform::lazada, std::make_unique<lazada::Client>(http, clock, random, pause));
    return all;
}

}  // namespace platform
