#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/world/world.h"

namespace sandbox::shopee {

// An order's number as Shopee writes it: capital letters and digits.
std::string order_sn(std::uint64_t id);
std::optional<std::uint64_t> parse_order_sn(std::string_view text);

// PENDING shows only to those who ask for it.
std::string_view order_status(const Order& order, bool pending);

// One element of get_order_detail. `optional`: the names of response_optional_fields, between commas.
std::string order_detail(const Shop& shop, const Order& order, std::string_view optional, bool pending);

}  // namespace sandbox::shopee
