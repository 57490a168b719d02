#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/money.h"
#include "base/result.h"
#include "base/time.h"
#include "model/conversation.h"
#include "model/order.h"
#include "platform/connector.h"

// Shopee's payloads as the product's nouns. Pure and total: any JSON gives a value or an error, never a crash.
namespace platform::shopee {

// One element of `order_list` of get_order_detail. `as_of` is when it was received: it decides "overdue" and is the
// order's collected_at. OrderId and StoreId stay empty. invalid_input (key "order.…") when there is no id, no currency
// that fits its amounts or no time: such a record is kept aside, not guessed.
// The buyer's tax number and the invoice are never read.
base::Result<model::Order> normalise_order(const base::Json& order, base::Time as_of);
// Adds all of `order_list` to `page`.
void add_orders(const base::Json& data, base::Time as_of, OrderPage& page);

// One element of `conversations`. invalid_input "conversation.id_missing".
base::Result<model::Conversation> normalise_conversation(const base::Json& conversation);

// `data.content` of push 10. `shop_ext_id`: the shop that received the push; it tells who wrote.
base::Result<model::Message> normalise_message(const base::Json& content, std::string_view shop_ext_id);

model::OrderStatus normalise_status(std::string_view raw);

// Amounts are JSON numbers: rounded to the currency's smallest unit, since a binary fraction is never exact. Missing:
// no value. "order.amount_unreadable".
base::Result<std::optional<base::Money>> amount(const base::Json& json, base::Currency currency);

// Letters and digits, up to 64 of them: the marketplace's numbers of orders, returns and parcels.
std::optional<std::string> serial(const base::Json& json);

}  // namespace platform::shopee
