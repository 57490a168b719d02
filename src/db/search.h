#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/orders.h"
#include "model/ids.h"

// Search over encrypted text: only keyed-hash tokens are stored (docs/adr/0005-keys-and-search-tokens.md). Text is
// folded, cut into words (Chinese also into pairs), names also into prefixes of 1 to 6, phones into whole and last
// four; each token is HMAC-SHA-256 cut to 64 bits under the month's index key. One index a month: a file
// search-<yyyymm>.db, or with PostgreSQL rows of that month. It follows the event log as consumer "search", so a change
// is found about a second after it.
namespace db {

class Database;

enum class Searched { order, message };

class Search {
  public:
    virtual ~Search() = default;

    // Ids of things that hold all words of `query`, newest first by when they were made; at most `limit`. Stores empty:
    // all. A word of at most 6 letters also finds names that begin with it.
    virtual base::Result<std::vector<std::int64_t>> find(Searched what, std::string_view query,
                                                         const std::vector<model::StoreId>& stores,
                                                         std::size_t limit) = 0;
    // Reads news until there are none, or about `limit` events; returns how many. Called by the Database's own thread;
    // tests call it.
    virtual base::Result<std::size_t> catch_up(std::size_t limit) = 0;
    // Drops months before `month` ("202608") with their keys.
    virtual base::Result<std::size_t> drop_months_before(std::string_view month) = 0;
    // Removes a store's entries; rewrites the months that had any.
    virtual base::Result<void> forget_store(model::StoreId store) = 0;
};

}  // namespace db
