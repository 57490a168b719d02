#pragma once

#include <string_view>

#include "base/json.h"
#include "base/time.h"

// Fields as Lazada writes them: several formats for one kind of value. Pure and total.
namespace platform::lazada {

// "2026-11-01 10:00:00 +0800", "2018-02-09T22:44:30+08:00", or a number (also as text) of seconds or, from 10^11 on,
// of milliseconds. 0 when it is none of these; text without a zone is none.
base::Time time_of(const base::Json& json);

// true, "true" or 1, "1".
bool is_true(const base::Json& json);

}  // namespace platform::lazada
