#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/search.h"
#include "db/search_store.h"
#include "db/sql.h"

// Private to the room.
namespace db::search {

class Engine final : public Search {
  public:
    Engine(Database& database, Keys& keys, std::unique_ptr<Months> months)
        : database_(database), keys_(keys), months_(std::move(months)) {}

    base::Result<std::vector<std::int64_t>> find(Searched what, std::string_view query,
                                                 const std::vector<model::StoreId>& stores, std::size_t limit) override;
    base::Result<std::size_t> catch_up(std::size_t limit) override;
    base::Result<std::size_t> drop_months_before(std::string_view month) override;
    base::Result<void> forget_store(model::StoreId store) override;

  private:
    struct Placed {
        std::string month;
        Entry entry;
    };
    base::Result<std::optional<Placed>> place(Reader& reader, Searched what, std::int64_t id);
    base::Result<std::size_t> index_batch(model::StoreId store);

    Database& database_;
    Keys& keys_;
    std::unique_ptr<Months> months_;
    std::mutex mutex_;  // One at a time changes the index.
};

}  // namespace db::search
