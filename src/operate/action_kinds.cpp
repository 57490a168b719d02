#include "operate/action_kinds.h"

#include <algorithm>
#include <array>

namespace operate {
namespace {

using base::Json;
using platform::Answer;
using platform::Connector;
using platform::Credentials;
using platform::Receipt;
using platform::Subscription;

Subscription subscription_of(const Json& payload) {
    return {payload["topic"].string_or(), payload["address"].string_or()};
}

Answer<Receipt> subscribe(Connector& connector, const Credentials& credentials, const Json& payload) {
    return connector.subscribe(credentials.access(), subscription_of(payload));
}

Answer<bool> is_subscribed(Connector& connector, const Credentials& credentials, const Json& payload) {
    const auto known = TRY(connector.subscriptions(credentials.access()));
    return std::ranges::find(known, subscription_of(payload)) != known.end();
}

Answer<Receipt> revoke(Connector& connector, const Credentials& credentials, const Json& /*payload*/) {
    return connector.revoke(credentials.access());
}

// Done when the marketplace no longer lets us see the shop.
Answer<bool> is_revoked(Connector& connector, const Credentials& credentials, const Json& /*payload*/) {
    const auto shops = connector.shops(credentials.access());
    if (!shops) {
        if (shops.error().kind == platform::ErrorClass::auth_lost) return true;
        return std::unexpected(shops.error());
    }
    return std::ranges::find(*shops, credentials.store.ext_id, &platform::Shop::ext_id) == shops->end();
}

bool is_connected(const model::Store& store) {
    return store.connection == model::Connection::connected;
}
bool is_ended(const model::Store& store) {
    return store.connection == model::Connection::disconnected;
}

constexpr std::array k_kinds = {
    ActionKind{"webhook.subscribe", subscribe, is_subscribed, is_connected, false},
    ActionKind{"authorisation.revoke", revoke, is_revoked, is_ended, true},
};

}  // namespace

const ActionKind* find_action_kind(std::string_view name) {
    const auto* const found = std::ranges::find(k_kinds, name, &ActionKind::name);
    return found == k_kinds.end() ? nullptr : found;
}

}  // namespace operate
