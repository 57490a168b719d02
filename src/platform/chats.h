#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/connector.h"

// Conversations with buyers at a marketplace: a part of a connector that not every marketplace has.
namespace platform {

// What a list of conversations tells of one.
struct ChatState {
    model::Conversation conversation;  // Without the ids and times that only this installation knows.
};

struct ChatPage {
    std::vector<ChatState> chats;  // The newest activity first.
    std::vector<BadRecord> bad;
    std::string next_page_token;  // Empty: the end.
};

struct MessagePage {
    std::vector<model::Message> messages;  // The newest first; those that a marketplace hides are left out.
    std::vector<BadRecord> bad;
    std::string next_page_token;  // Empty: the end.
};

// How a marketplace wants its conversations to be read. Sources: the connector that sets them.
struct ChatPace {
    base::Duration poll;              // Between two looks for what webhooks missed.
    base::Duration poll_at_first;     // In the first minutes of a connection.
    base::Duration first_after = {};  // Not sooner after connecting.
    bool once = false;                // After each connection only: whoever polls loses the permission.
};

// Calls block as those of Connector do. Threads: any.
class ChatCalls {
  public:
    virtual ~ChatCalls() = default;
    virtual ChatPace chat_pace() const = 0;
    virtual Answer<ChatPage> conversations(const StoreAccess& store, std::string_view page_token) = 0;
    virtual Answer<MessagePage> messages(const StoreAccess& store, std::string_view conversation_ext_id,
                                         std::string_view page_token) = 0;
};

}  // namespace platform
