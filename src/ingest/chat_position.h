#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "platform/chats.h"

// How far the conversations of a store were read: pure arithmetic. Times are the marketplace's.
namespace ingest {

// Of the first read after connecting: what was said before is not fetched.
inline constexpr base::Duration k_chat_history = base::days(30);
inline constexpr std::size_t k_most_first_chats = 500;
inline constexpr int k_most_first_pages = 10;  // Of one conversation.
// Webhooks bring messages late, lists show them late: every round looks this much further back.
inline constexpr base::Duration k_chat_overlap = base::minutes(10);

// One round: lists conversations, the newest activity first, down to `floor`, and reads the messages of each down to
// it.
struct ChatPosition {
    base::Time connected_at;
    base::Time since;  // All said before is here, from the history on; 0: nothing was read.
    // Of the round that is under way.
    base::Time began;
    bool open = false;
    bool first = false;  // The first round is bounded.
    base::Time floor;
    base::Time newest;    // Activity on the first page: the next round begins there. What moves while pages are read
                          // is newer.
    bool listed = false;  // Every page of the list was read.
    std::string page;     // Of the list.
    std::size_t chats = 0;
    std::int64_t found = 0;  // Messages of this round that no webhook had brought.
    struct Waiting {
        std::string ext_id;
        std::int64_t unread = 0;  // As the marketplace counts.
        std::string page;
        int pages = 0;
    };
    std::vector<Waiting> waiting;  // Conversations whose messages are to be read.
};

// Opens a round when none is open.
void open_round(ChatPosition& position, base::Time now);
// False: the marketplace sends this list in circles.
bool take_list(ChatPosition& position, const platform::ChatPage& page);
// Of the conversation that is first in `waiting`. False as above.
bool take_messages(ChatPosition& position, const platform::MessagePage& page);
// Closes the round when nothing is left of it; true then.
bool close_round(ChatPosition& position, base::Time now);
// A page token that the marketplace refuses or repeats: the round begins again.
void restart_round(ChatPosition& position);

std::string to_json(const ChatPosition& position);
// Unreadable text gives the position of the beginning: reading twice does no harm.
ChatPosition parse_chats(std::string_view text);

}  // namespace ingest
