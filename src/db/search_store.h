#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "db/postgres.h"
#include "db/search.h"

// Where search entries are kept: months of keyed-hash tokens. Private to the room.
namespace db::search {

struct Entry {
    Searched what = Searched::order;
    std::int64_t id = 0;
    model::StoreId store;
    std::vector<std::int64_t> tokens;
};
// One of each set must be there.
using TokenQuery = std::vector<std::vector<std::int64_t>>;

// Threads: any.
class Months {
  public:
    virtual ~Months() = default;
    virtual base::Result<std::vector<std::string>> months() = 0;  // Newest first.
    // Replaces entries of the same id; durable when it returns. Repeating it changes nothing.
    virtual base::Result<void> put(const std::string& month, const std::vector<Entry>& entries) = 0;
    // Newest first.
    virtual base::Result<std::vector<std::int64_t>> find(const std::string& month, Searched what,
                                                         const TokenQuery& query, std::size_t limit) = 0;
    virtual base::Result<void> drop(const std::string& month) = 0;
    // Entries of other stores than `store`, for writing the month anew; none when the store has no entry there.
    virtual base::Result<std::vector<Entry>> without_tokens(const std::string& month, model::StoreId store) = 0;
    // Puts these in place of the whole month.
    virtual base::Result<void> rewrite(const std::string& month, const std::vector<Entry>& entries) = 0;
};

// search-<yyyymm>.db in `data_dir`.
std::unique_ptr<Months> sqlite_months(std::string data_dir);
// Table search_entries.
base::Result<std::unique_ptr<Months>> postgres_months(PostgresOptions options);

}  // namespace db::search
