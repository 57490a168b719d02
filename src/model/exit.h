#pragma once

#include <string>

#include "base/time.h"
#include "model/ids.h"

namespace model {

// Where a store's calls leave from, as an address service outside saw it.
struct Exit {
    StoreId store;
    std::string proxy;    // The store's way out when it was looked at; empty: direct.
    std::string address;  // IPv4 or IPv6; empty: never seen.
    std::string country;  // ISO 3166 alpha-2, upper case; empty: the service does not tell.
    base::Time seen_at;   // When `address` was seen last; 0: never.
    // The one before, and when it changed; empty and 0 while there was only one.
    std::string previous_address;
    std::string previous_country;
    base::Time changed_at;
    base::Time tried_at;
    std::string error_key;  // Of the last try; empty when it succeeded.
};

}  // namespace model
