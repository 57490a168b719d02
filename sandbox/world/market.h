#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/money.h"

namespace sandbox {

// A country with a marketplace, and what is typical of buying there. The factor is a fixed rate of the sandbox (about
// the rates of 2026), not a current one; it only has to give believable prices.
struct Market {
    std::string_view region;            // ISO 3166 alpha-2
    std::string_view currency;          // ISO 4217
    std::int64_t units_per_100_pounds;  // Whole units of the currency for GBP 100.
    std::string_view language;          // Of most buyers: an index into the name lists of people.h.
    int utc_offset_minutes;
    int cash_on_delivery_percent;   // Orders that are paid at the door.
    std::string_view phone_prefix;  // "+66"
    // Recipients are shown in clear also when the platform ships (elsewhere they are masked then).
    bool recipient_in_clear;
};

// All markets that the sandbox knows, in a fixed order.
std::span<const Market> markets();
// nullptr when there is none.
const Market* find_market(std::string_view region);

base::Currency currency_of(const Market& market);
// A price of the excerpt (pence) as a believable price of the market, in minor units: rounded as shops there write
// prices.
std::int64_t local_price(const Market& market, std::int64_t pence);

}  // namespace sandbox
