#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/random.h"
#include "db/database.h"
#include "platform/connectors.h"

namespace ingest {

// What every part of this room works with. Made once; lives longer than they.
struct Context {
    db::Database& database;
    const platform::Connectors& connectors;
    const base::Clock& clock;
    base::Random& random;
    // Owner of leases: new at each start of the process.
    std::string instance;
    // Where marketplaces reach us, e.g. "https://console.example.com"; empty: nowhere, polling only.
    std::string public_url;
    // The way out for what is no marketplace's call (the address service).
    base::HttpClient& http;
    // Sleeps, and returns early when the process stops; tests move a clock instead.
    std::function<void(base::Duration)> pause;
};

// Where a marketplace sends its webhooks to, and the seller's browser after consent. Empty without a public address.
inline std::string webhook_address(const Context& context, model::Platform platform) {
    return context.public_url.empty() ? "" : context.public_url + "/hooks/" + std::string(model::name(platform));
}
inline std::string callback_address(const Context& context, model::Platform platform) {
    return context.public_url + "/oauth/" + std::string(model::name(platform)) + "/callback";
}

}  // namespace ingest
