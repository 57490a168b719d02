#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/return.h"
#include "platform/lazada/market.h"
#include "platform/returns.h"

// Lazada's reverse orders (returns, refunds, cancellations) as the product's noun. Pure and total.
namespace platform::lazada {

// One element of `result.items`, with its lines as one return: what the seller must do first decides. `as_of` is when
// it was received. invalid_input (key "return.…") when there is no id, no order, no time or no lines.
base::Result<model::Return> normalise_return(const base::Json& json, const Market& market, base::Time as_of);
ReturnPage normalise_returns(const base::Json& result, const Market& market, base::Time as_of);

// Of one line. `to_warehouse`: Lazada looks into the parcel and decides.
model::ReturnStatus normalise_return_status(std::string_view raw, bool to_warehouse);

}  // namespace platform::lazada
