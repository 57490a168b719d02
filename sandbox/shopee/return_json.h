#pragma once

#include <string>
#include <string_view>

#include "sandbox/world/world.h"

// Returns as Shopee writes them. Their numbers are made as those of orders.
namespace sandbox::shopee {

std::string_view return_status(const Return& one);
std::string return_json(const Shop& shop, const Return& one);

}  // namespace sandbox::shopee
