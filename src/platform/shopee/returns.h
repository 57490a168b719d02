#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/return.h"
#include "platform/returns.h"

// Shopee's returns as the product's noun. Pure and total.
namespace platform::shopee {

// One element of `return` of get_return_list, or the whole of get_return_detail. `as_of` is when it was received.
// invalid_input (key "return.…") when there is no number, no order, no time, or an amount that cannot be read.
base::Result<model::Return> normalise_return(const base::Json& json, base::Time as_of);
void add_return(const base::Json& json, base::Time as_of, ReturnPage& page);

}  // namespace platform::shopee
