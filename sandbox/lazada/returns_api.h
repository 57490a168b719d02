#pragma once

#include "sandbox/lazada/service.h"

namespace sandbox::lazada {

// The key of webhook 10 and the state of a line.
std::string_view reverse_status(const Return& one);

// /reverse/getreverseordersforseller
Answer get_reverse_orders(Service& service, const Call& call);

}  // namespace sandbox::lazada
