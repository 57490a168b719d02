#pragma once

#include <string>

#include "base/secret.h"
#include "base/time.h"
#include "model/ids.h"

namespace model {

struct Review {
    ReviewId id;
    StoreId store;
    std::string ext_id;
    std::string order_ext_id;
    std::string product_ext_id;
    std::string buyer_ext_id;
    int stars = 0;  // 1 to 5.
    base::PiiText text;
    base::PiiText reply;
    base::Time created_at;
    base::Time updated_at;
};

}  // namespace model
