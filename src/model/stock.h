#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "model/ids.h"

namespace model {

struct StockItem {
    StockItemId id;
    StoreId store;
    std::string sku_ext_id;
    std::string seller_sku;
    std::string warehouse_ext_id;
    std::int64_t available = 0;
    std::int64_t reserved = 0;
    base::Time updated_at;
};

}  // namespace model
