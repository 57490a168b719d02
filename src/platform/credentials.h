#pragma once

#include "platform/connector.h"

namespace platform {

// Everything that was read from the database for calls in one store's name, kept alive while they run.
struct Credentials {
    model::Store store;
    model::App app;
    base::Secret app_secret;
    model::StoreSecrets secrets;
    base::EgressProfile egress;

    AppAccess app_access() const { return {app, app_secret}; }
    StoreAccess access() const {
        return {app_access(), secrets.access_token, secrets.cipher, store.ext_id, store.region, egress};
    }
};

// The way out that the store's settings demand.
base::EgressProfile egress_of(const model::Store& store, const base::Secret& proxy_password);

}  // namespace platform
