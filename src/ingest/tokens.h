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

// Keeps the tokens of all stores alive. Tokens belong to the authorising seller, at some marketplaces to the shop: a
// refresh renews those of all stores that share them, and there is one refresh at a time for each owner of tokens, in
// this process by a mutex and across instances by a lease with its fence. Threads: any.
class Tokens {
  public:
    explicit Tokens(const Context& context) : context_(context) {}

    // Renews when less than the marketplace's renew_before is left. Returns when to look again.
    base::Result<base::Duration> keep_fresh(model::StoreId id);
    // Renews unless somebody else has since `refused` was in use. Errors:
    //   unauthenticated "platform.auth_lost"  the marketplace ended it; stores are marked, people are told
    //   unavailable, timeout, rate_limited    not now; the old tokens stay, also when the answer was lost
    //   conflict "lease.lost"                 another instance is at it: read again later
    base::Result<void> renew(model::StoreId id, const base::Secret& refused);
    // A call was refused with a token that had just been renewed: the authorisation is gone.
    base::Result<void> note_lost(model::StoreId id);
    // A token that had just been renewed was refused as expired for this store: its owner must authorise again, while
    // the token may be good for other stores of the seller.
    base::Result<void> note_refused(model::StoreId id);

    // Between two looks at a token, whatever its end.
    static constexpr base::Duration k_look_at_most = base::hours(6);
    static constexpr base::Duration k_look_at_least = base::minutes(1);

  private:
    // Longer than a refresh can take: connect and answer time-outs together.
    static constexpr base::Duration k_lease_time = base::seconds(90);
    // How long new tokens are held in memory and offered to a database that refuses them; the old ones may be spent.
    static constexpr int k_save_tries = 60;

    base::Result<void> renew_locked(const platform::Credentials& credentials);
    base::Result<void> save(const platform::Credentials& used, const platform::Grant& grant);
    base::Result<void> lost(const platform::Credentials& credentials);
    base::Result<std::vector<model::Store>> sharing(db::Reader& reader, const model::Store& store) const;
    std::shared_ptr<std::mutex> mutex_of(const std::string& owner);

    const Context& context_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<std::mutex>> by_owner_;
};

}  // namespace ingest
