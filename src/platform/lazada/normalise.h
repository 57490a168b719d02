#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/conversation.h"
#include "model/order.h"
#include "platform/connector.h"
#include "platform/lazada/market.h"

// Lazada's payloads as the product's nouns. Pure and total: any JSON gives a value or an error, never a crash.
namespace platform::lazada {

// The items of orders, by order id.
using Items = std::map<std::string, std::vector<base::Json>, std::less<>>;

// Adds `data` of /orders/items/get.
void collect_items(const base::Json& data, Items& into);

// One order with its items: Lazada has one item for each unit and keeps the status there. Units of one product in the
// same state become one line. `as_of` is when it was received: it decides "overdue" and is the order's collected_at.
// OrderId and StoreId stay empty. invalid_input (key "order.…") when there is no id, no time, no items or an amount
// that cannot be read: such a record is kept aside, not guessed.
// National tax numbers are never read.
base::Result<model::Order> normalise_order(const base::Json& order, const std::vector<base::Json>& items,
                                           const Market& market, base::Time as_of);
// Orders that cannot be understood come back in `bad`. next_page_token and total stay empty.
OrderPage normalise_orders(const std::vector<base::Json>& orders, const Items& items, const Market& market,
                           base::Time as_of);

// `data` of a chat webhook. invalid_input when it has no id.
base::Result<model::Message> normalise_message(const base::Json& data);

// One element of `data.session_list`. invalid_input "conversation.id_missing".
base::Result<model::Conversation> normalise_session(const base::Json& session);

// The status of one item.
model::OrderStatus normalise_status(std::string_view raw);
// What an order with items in these states is in.
model::OrderStatus combine(const std::vector<model::OrderStatus>& items);

}  // namespace platform::lazada
