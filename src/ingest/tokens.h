#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "ingest/context.h"
#include "model/store.h"
#include "platform/credentials.h"

namespace ingest {

// Keeps the tokens of all stores alive. Tokens belong to the authorising seller: a refresh renews those of all stores
// of that seller and app, and there is one refresh at a time for each seller, in this process by a mutex and across
// instances by a lease with its fence. Threads: any.
class Tokens {
  public:
    explicit Tokens(const Context& context) : context_(context) {}

    // Renews when less than k_renew_before is left.
    base::Result<void> keep_fresh(model::StoreId id);
    // Renews unless somebody else has since `refused` was in use. Errors:
    //   unauthenticated "platform.auth_lost"  the marketplace ended it; stores are marked, people are told
    //   unavailable, timeout, rate_limited    not now; the old tokens stay, also when the answer was lost
    //   conflict "lease.lost"                 another instance is at it: read again later
    base::Result<void> renew(model::StoreId id, const base::Secret& refused);
    // A call was refused with a token that had just been renewed: the authorisation is gone.
    base::Result<void> note_lost(model::StoreId id);

    static constexpr base::Duration k_renew_before = base::hours(24);

  private:
    // Longer than a refresh can take: connect and answer time-outs together.
    static constexpr base::Duration k_lease_time = base::seconds(90);
    // How long new tokens are held in memory and offered to a database that refuses them; the old ones may be spent.
    static constexpr int k_save_tries = 60;

    base::Result<void> renew_locked(const platform::Credentials& credentials);
    base::Result<void> save(const platform::Credentials& used, const platform::Grant& grant);
    base::Result<void> lost(const platform::Credentials& credentials);
    std::shared_ptr<std::mutex> mutex_of(const std::string& seller);

    const Context& context_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<std::mutex>> by_seller_;
};

// All stores whose tokens are those of `store`: same app and seller. Contains `store` itself.
base::Result<std::vector<model::Store>> stores_of_seller(db::Reader& reader, const model::Store& store);

}  // namespace ingest
