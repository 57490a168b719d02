#pragma once

#include <string_view>

#include "base/time.h"

namespace base {

// From now on base::log() writes at most one line of this event in that time, for what fails again and again while the
// disk is full; the next line says how many were "left_out". Threads: any.
void limit_log(std::string_view event, Duration every);

}  // namespace base
