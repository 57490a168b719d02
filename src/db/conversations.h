#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "db/orders.h"
#include "db/sql.h"
#include "model/conversation.h"

namespace db {

// Written by (store, ext_id); id is ignored. Returns the id and whether it is new.
struct ConversationUpsert {
    model::ConversationId id;
    bool created = false;
};
Result<ConversationUpsert> upsert_conversation(Tx& tx, const model::Conversation& conversation);

// A message is written once: the second time nothing changes. Its conversation is made when there is none, and its
// last_message_at moves on.
struct MessageUpsert {
    model::MessageId id;
    bool created = false;
    bool conversation_created = false;
};
Result<MessageUpsert> add_message(Tx& tx, const model::Message& message);

Result<model::Conversation> find_conversation(Reader& reader, model::ConversationId id);  // Or not_found.
Result<model::Message> find_message(Reader& reader, model::MessageId id);                 // Or not_found.

// When the message reached us: decides its key and its month of the search index.
Result<base::Time> message_collected_at(Reader& reader, model::MessageId id);

struct ConversationPage {
    std::vector<model::Conversation> rows;
    PageKey next;
};
// Newest message first. `stores` empty: all.
Result<ConversationPage> list_conversations(Reader& reader, const std::vector<model::StoreId>& stores, PageKey after,
                                            std::size_t limit);
struct MessagePage {
    std::vector<model::Message> rows;
    PageKey next;
};
// Newest first.
Result<MessagePage> list_messages(Reader& reader, model::ConversationId conversation, PageKey after, std::size_t limit);
// What was written in the same conversation before this message, not before `since`; the newest `limit`, oldest first.
Result<std::vector<model::Message>> messages_before(Reader& reader, const model::Message& message, base::Time since,
                                                    std::size_t limit);

// Retention, as forget_order_buyers: texts of messages collected before `before`.
Result<std::vector<model::MessageId>> forget_message_texts(Tx& tx, model::StoreId store, base::Time before,
                                                           std::size_t limit);
// Names of buyers last collected before `before`; how many.
Result<std::size_t> forget_conversation_buyers(Tx& tx, model::StoreId store, base::Time before, std::size_t limit);

}  // namespace db
