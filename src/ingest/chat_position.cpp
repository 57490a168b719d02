#include "ingest/chat_position.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"

namespace ingest {

using base::Time;

void open_round(ChatPosition& position, Time now) {
    if (position.open) return;
    // A clock that was wrong must not hide what is said until it is right again.
    if (position.since > now + k_chat_overlap) position.since = now - base::days(1);
    position.open = true;
    position.began = now;
    position.first = !position.since;
    position.floor = position.first ? now - k_chat_history : position.since - k_chat_overlap;
    position.newest = {};
    position.listed = false;
    position.page.clear();
    position.chats = 0;
    position.waiting.clear();
}

bool take_list(ChatPosition& position, const platform::ChatPage& page) {
    const bool first_page = position.page.empty();
    bool reached_floor = false, sorted = true;
    Time before{INT64_MAX};
    for (const platform::ChatState& chat : page.chats) {
        const Time at = chat.conversation.last_message_at;
        if (at > before) sorted = false;
        before = at;
        if (first_page) position.newest = std::max(position.newest, at);
        if (at && at < position.floor) {
            reached_floor = true;
            continue;
        }
        ++position.chats;
        position.waiting.push_back({chat.conversation.ext_id, chat.conversation.unread, {}, 0});
    }
    const bool enough = position.first && position.chats >= k_most_first_chats;
    // That the newest comes first is what marketplaces do, not what they promise.
    position.listed = (reached_floor && sorted) || enough || page.next_page_token.empty();
    if (!position.listed && page.next_page_token == position.page) return false;
    position.page = position.listed ? std::string() : page.next_page_token;
    return true;
}

bool take_messages(ChatPosition& position, const platform::MessagePage& page) {
    ChatPosition::Waiting& chat = position.waiting.front();
    ++chat.pages;
    const bool reached_floor = std::ranges::any_of(
        page.messages, [&](const model::Message& m) { return m.sent_at && m.sent_at < position.floor; });
    const bool enough = position.first && chat.pages >= k_most_first_pages;
    if (reached_floor || enough || page.next_page_token.empty()) {
        position.waiting.erase(position.waiting.begin());
        return true;
    }
    if (page.next_page_token == chat.page) return false;
    chat.page = page.next_page_token;
    return true;
}

bool close_round(ChatPosition& position, Time now) {
    if (!position.open || !position.listed || !position.waiting.empty()) return false;
    // What the list showed, and all that was said so long before it that it must have shown it.
    position.since = std::max({position.since, std::min(position.newest, now), position.began - k_chat_overlap});
    position.open = false;
    return true;
}

void restart_round(ChatPosition& position) {
    position.open = false;
    position.waiting.clear();
    position.page.clear();
}

std::string to_json(const ChatPosition& position) {
    boost::json::array waiting;
    for (const auto& chat : position.waiting)
        waiting.push_back(boost::json::object{
            {"id", chat.ext_id}, {"unread", chat.unread}, {"page", chat.page}, {"pages", chat.pages}});
    return boost::json::serialize(boost::json::object{{"connected_at", position.connected_at.ms},
                                                      {"since", position.since.ms},
                                                      {"began", position.began.ms},
                                                      {"open", position.open},
                                                      {"first", position.first},
                                                      {"floor", position.floor.ms},
                                                      {"newest", position.newest.ms},
                                                      {"listed", position.listed},
                                                      {"page", position.page},
                                                      {"chats", position.chats},
                                                      {"found", position.found},
                                                      {"waiting", std::move(waiting)}});
}

ChatPosition parse_chats(std::string_view text) {
    ChatPosition position;
    const auto document = base::JsonDocument::parse(text);
    if (!document) return position;
    const base::JsonDocument& json = *document;
    position.connected_at.ms = json["connected_at"].integer_or(0);
    position.since.ms = json["since"].integer_or(0);
    position.began.ms = json["began"].integer_or(0);
    position.open = json["open"].boolean_or(false);
    position.first = json["first"].boolean_or(false);
    position.floor.ms = json["floor"].integer_or(0);
    position.newest.ms = json["newest"].integer_or(0);
    position.listed = json["listed"].boolean_or(false);
    position.page = json["page"].string_or();
    position.chats = static_cast<std::size_t>(std::max<std::int64_t>(0, json["chats"].integer_or(0)));
    position.found = json["found"].integer_or(0);
    for (const base::Json& chat : json["waiting"].items())
        position.waiting.push_back({chat["id"].string_or(), chat["unread"].integer_or(0), chat["page"].string_or(),
                                    static_cast<int>(chat["pages"].integer_or(0))});
    return position;
}

}  // namespace ingest
