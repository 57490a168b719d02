#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "model/conversation.h"
#include "model/order.h"

// What is looked for, and its keyed hashes. Private to the room.
namespace db::search {

// Folded words of a text, cut by ICU; runs of Chinese characters also give their single characters and pairs.
std::vector<std::string> words(std::string_view text);

// Terms of a thing: "w" + word, "p" + prefix of a name, "s" + store.
std::vector<std::string> terms(const model::Order& order);
std::vector<std::string> terms(const model::Message& message);
std::string store_term(model::StoreId store);

// Each entry is a set of alternatives of which one must be there; all entries must be. Empty: the query has no word.
std::vector<std::vector<std::string>> query_terms(std::string_view query);

// HMAC-SHA-256 under the month's index key, cut to 64 bits.
std::int64_t token(const base::Secret& key, std::string_view term);

}  // namespace db::search
