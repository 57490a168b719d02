#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/store.h"

// Lazada's six markets. One seller's token is good in each of the seller's markets, at that market's own host.
namespace platform::lazada {

struct Market {
    std::string_view region;    // ISO 3166 alpha-2, upper case.
    std::string_view code;      // As Lazada writes it in answers and webhooks.
    std::string_view host;      // Scheme and host of its API.
    std::string_view currency;  // ISO 4217.
    std::string_view country;   // As addresses write it.
};

// What an app's api_base is when each market is called at its official host.
inline constexpr std::string_view k_official_api = "https://api.lazada.sg";

// "SG" or "sg"; nullptr: not one of Lazada's markets.
const Market* find_market(std::string_view region);
std::span<const Market> markets();

// Where the calls of a market go, without "/rest": the official host, or, under an address of one's own (sandbox),
// a folder for each market.
std::string market_base(const model::App& app, const Market& market);

// The id under which a store is known here: seller ids are unique within a market only.
std::string store_ext_id(std::string_view seller_id, const Market& market);

}  // namespace platform::lazada
