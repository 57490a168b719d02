#pragma once

#include <string>
#include <vector>

#include "base/money.h"
#include "base/time.h"
#include "model/ids.h"

namespace model {

enum class ListingStatus { draft, in_review, live, deactivated, frozen, deleted, unknown };

struct Listing {
    ListingId id;
    StoreId store;
    std::string ext_id;
    std::string title;
    ListingStatus status = ListingStatus::unknown;
    std::string raw_status;
    base::Money price_from;
    std::vector<std::string> image_urls;
    base::Time updated_at;
};

}  // namespace model
