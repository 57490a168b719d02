#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/return.h"
#include "platform/returns.h"

// TikTok Shop's returns and cancellations as the product's noun. Pure and total.
namespace platform::tiktok {

// One element of `data.return_orders` or `data.cancellations`. `as_of` is when it was received. invalid_input (key
// "return.…") when there is no id, no order, no time, or an amount that cannot be read.
base::Result<model::Return> normalise_return(const base::Json& json, ReturnList list, base::Time as_of);
// All of them.
ReturnPage normalise_returns(const base::Json& data, ReturnList list, base::Time as_of);

// Without what the seller is asked for, which decides over it.
model::ReturnStatus normalise_return_status(std::string_view raw);

}  // namespace platform::tiktok
