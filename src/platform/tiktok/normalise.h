#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/money.h"
#include "base/result.h"
#include "base/time.h"
#include "model/conversation.h"
#include "model/order.h"
#include "platform/connector.h"
#include "platform/fields.h"

// TikTok Shop's payloads as the product's nouns. Pure and total: any JSON gives a value or an error, never a crash.
namespace platform::tiktok {

// One element of `data.orders`. `as_of` is when it was received: it decides "overdue" and is the order's collected_at.
// OrderId and StoreId stay empty. invalid_input (key "order.…") when there is no id, no currency that fits its amounts
// or no time: such a record is kept aside, not guessed.
// National tax numbers (cpf, cpf_name) are never read.
base::Result<model::Order> normalise_order(const base::Json& order, base::Time as_of);
// All of `data.orders`.
OrderPage normalise_orders(const base::Json& data, base::Time as_of);

// `data` of webhook 14, or one element of `data.messages` with its conversation id missing.
base::Result<model::Message> normalise_message(const base::Json& message);

// One element of `data.conversations`. buyer_ext_id is the number that orders name. invalid_input
// "conversation.id_missing".
base::Result<model::Conversation> normalise_conversation(const base::Json& conversation);

model::OrderStatus normalise_status(std::string_view raw);

// Amounts are decimal strings; some versions of the API sent integers. Missing or empty: no value.
// "order.amount_unreadable".
base::Result<std::optional<base::Money>> amount(const base::Json& json, base::Currency currency);

}  // namespace platform::tiktok
