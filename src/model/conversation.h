#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/time.h"
#include "model/finding.h"
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
    std::int64_t unread = 0;  // Messages from outside since somebody read or answered, here or at the marketplace.
    bool can_send = true;
    base::Time last_message_at;
    MessageId last_message;            // 0: none is known.
    base::Time waiting_since;          // The oldest message from outside that nobody has answered; 0: none.
    Severity danger = Severity::none;  // The worst that a detector found in its messages.
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
    // Written by a person for the store: it ends the buyer's wait. An automatic reply does not; where a marketplace
    // does not tell them apart (TikTok Shop's SHOP), it does not count. Not stored.
    bool answers = false;
};

// What came in and is judged and answered. A sender that nobody told us the role of counts as one from outside.
inline bool from_outside(SenderRole role) {
    return role == SenderRole::buyer || role == SenderRole::unknown;
}

}  // namespace model
