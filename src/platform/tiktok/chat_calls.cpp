#include "base/text.h"
#include "platform/tiktok/client.h"
#include "platform/tiktok/normalise.h"

// Customer service (partner.tiktokshop.com, "Customer service API overview").
namespace platform::tiktok {

using base::Json;

namespace {

constexpr std::string_view k_most_conversations = "20";
constexpr std::string_view k_most_messages = "10";

BadRecord bad_record(const Json& json, std::string reason) {
    return {id_or_text(json["id"]), std::move(reason), base::PiiText(std::string(base::shorten(json.dump(), 65'536)))};
}

}  // namespace

base::Result<model::Conversation> normalise_conversation(const Json& json) {
    model::Conversation chat;
    chat.ext_id = id_or_text(json["id"]);
    if (chat.ext_id.empty())
        return base::fail(base::Code::invalid_input, "conversation has no id", "conversation.id_missing");
    // user_id is the one that orders name; messages name im_user_id only.
    for (const Json& participant : json["participants"].items()) {
        if (participant["role"].string() != "BUYER") continue;
        chat.buyer_ext_id = id_or_text(participant["user_id"]);
        chat.buyer_name = base::PiiText(text(participant["nickname"]));
    }
    chat.unread = std::max<std::int64_t>(0, json["unread_count"].loose_integer().value_or(0));
    chat.can_send = json["can_send_message"].boolean_or(true);
    chat.last_message_at = unix_time(json["latest_message"]["create_time"]);
    if (!chat.last_message_at) chat.last_message_at = unix_time(json["create_time"]);
    return chat;
}

// 10,000 customer service calls a day and shop.
ChatPace Client::chat_pace() const {
    return {.poll = base::minutes(5), .poll_at_first = base::minutes(1)};
}

Answer<ChatPage> Client::conversations(const StoreAccess& store, std::string_view page_token) {
    Call request{k_conversations, {{"page_size", std::string(k_most_conversations)}}};
    if (!page_token.empty()) request.params.emplace_back("page_token", page_token);
    const Envelope answer = TRY(call(store, request));
    ChatPage page;
    for (const Json& json : answer.data()["conversations"].items()) {
        auto chat = normalise_conversation(json);
        if (chat)
            page.chats.push_back({std::move(*chat)});
        else
            page.bad.push_back(bad_record(json, chat.error().key));
    }
    page.next_page_token = answer.data()["next_page_token"].string_or();
    return page;
}

Answer<MessagePage> Client::messages(const StoreAccess& store, std::string_view conversation_ext_id,
                                     std::string_view page_token) {
    // The id becomes a part of the path.
    if (conversation_ext_id.empty() || conversation_ext_id.find_first_not_of("0123456789") != std::string_view::npos)
        return std::unexpected(CallError{ErrorClass::contract, 0, 0, "no id of a conversation", {}, {}});
    Call request{k_messages, {{"page_size", std::string(k_most_messages)}}};
    request.path = std::string(k_conversations.path) + "/" + std::string(conversation_ext_id) + "/messages";
    if (!page_token.empty()) request.params.emplace_back("page_token", page_token);
    const Envelope answer = TRY(call(store, request));
    MessagePage page;
    for (const Json& json : answer.data()["messages"].items()) {
        // The marketplace's own bookkeeping.
        if (!json["is_visible"].boolean_or(true)) continue;
        auto message = normalise_message(json);
        if (!message) {
            page.bad.push_back(bad_record(json, message.error().key));
            continue;
        }
        message->conversation_ext_id = conversation_ext_id;
        page.messages.push_back(std::move(*message));
    }
    page.next_page_token = answer.data()["next_page_token"].string_or();
    return page;
}

}  // namespace platform::tiktok
