#include "platform/credentials.h"

#include <memory>

namespace platform {

base::EgressProfile egress_of(const model::Store& store, const base::Secret& proxy_password) {
    base::EgressProfile egress;
    egress.owner = store.id.text();
    egress.proxy = store.proxy;
    egress.proxy_user = store.proxy_user;
    if (!proxy_password.empty()) egress.proxy_password = std::make_shared<const base::Secret>(proxy_password.copy());
    return egress;
}

}  // namespace platform
