#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "platform/connector.h"
#include "platform/lazada/market.h"

// Reading of the small answers. Pure and total.
namespace platform::lazada {

// A token answer; the stores are without names. `now`: our time, to which the answer's spans are added. contract when a
// token or the access token's life is missing.
Answer<Grant> read_grant(const base::Json& answer, const std::string& request_id, base::Time now);

// `data` of /seller/get, asked in `market`. ext_id is empty when the answer has none.
Shop read_seller(const base::Json& data, const Market& market);
// The same answer as a status of the store `shop_ext_id`.
StatusReport read_status(const base::Json& data, const Market& market, std::string_view shop_ext_id);

}  // namespace platform::lazada
