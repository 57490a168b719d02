#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "db/orders.h"
#include "db/sql.h"
#include "model/conversation.h"
#include "model/platform.h"

namespace db {

// Written by (store, ext_id); id is ignored. Returns the id and whether it is new. What is unread is counted from the
// messages: only a new conversation takes it from here.
struct ConversationUpsert {
    model::ConversationId id;
    bool created = false;
};
Result<ConversationUpsert> upsert_conversation(Tx& tx, const model::Conversation& conversation);

// A message is written once: the second time nothing changes. Its conversation is made when there is none; what is
// last, unread and unanswered in it follows, in whatever order messages arrive.
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

// Somebody read at the marketplace: at most so many are unread.
Result<void> lower_unread(Tx& tx, model::StoreId store, std::string_view ext_id, std::int64_t most);

// What a detector found in one of its messages; the worst stays. Nothing happens without such a message.
Result<void> note_danger(Tx& tx, model::MessageId message, model::Severity severity);

enum class ConversationTab { all, unread, waiting, danger };
struct ConversationFilter {
    std::vector<model::StoreId> stores = {};  // Empty: all. The caller intersects with what the person may see.
    std::optional<model::Platform> platform = {};
    ConversationTab tab = ConversationTab::all;
};
struct ConversationRow {
    model::Conversation conversation;
    std::optional<model::Message> last;
};
struct ConversationPage {
    std::vector<ConversationRow> rows;
    PageKey next;
};
// Newest message first.
Result<ConversationPage> list_conversations(Reader& reader, const ConversationFilter& filter, PageKey after,
                                            std::size_t limit);
// How many conversations of these stores (empty: all) a tab has; counting ends at k_counted_conversations.
inline constexpr std::int64_t k_counted_conversations = 1'000;
struct ConversationCounts {
    std::int64_t unread = 0, waiting = 0, danger = 0;
};
Result<ConversationCounts> count_conversations(Reader& reader, const std::vector<model::StoreId>& stores);
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
