#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/time.h"
#include "model/ids.h"

namespace model {

enum class SenderRole { buyer, shop, agent, system, robot, unknown };
std::string_view name(SenderRole role);

struct Conversation {
    ConversationId id;
    StoreId store;
    std::string ext_id;
    std::string buyer_ext_id;
    base::PiiText buyer_name;
    std::int64_t unread = 0;
    bool can_send = true;
    base::Time last_message_at;
};

struct Message {
    MessageId id;
    StoreId store;
    std::string ext_id;
    std::string conversation_ext_id;
    SenderRole sender = SenderRole::unknown;
    std::string sender_ext_id;
    std::string kind;           // Raw: TEXT, IMAGE, ORDER_CARD …
    base::PiiText text;         // Empty where the kind has none.
    base::PiiText raw_content;  // As received.
    base::Time sent_at;
};

}  // namespace model
