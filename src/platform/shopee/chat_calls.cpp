#include <algorithm>

#include "base/text.h"
#include "platform/fields.h"
#include "platform/shopee/client.h"
#include "platform/shopee/normalise.h"

// Chats. The marketplace shows their pages to the apps that may use them only; fields and limits are those on which
// three published clients agree.
namespace platform::shopee {

using base::Json;

namespace {

// More than 60 are refused.
constexpr std::string_view k_most_conversations = "50";
constexpr std::string_view k_most_messages = "50";
constexpr std::int64_t k_ns_per_ms = 1'000'000;

BadRecord bad_record(std::string ext_id, std::string reason, const Json& json) {
    return {std::move(ext_id), std::move(reason), base::PiiText(std::string(base::shorten(json.dump(), 65'536)))};
}

// The key was seen under two names; the first is the one of the clients that agree.
std::vector<Json> list_of(const Json& data, std::string_view name, std::string_view other) {
    return data[name].is_array() ? data[name].items() : data[other].items();
}

}  // namespace

base::Result<model::Conversation> normalise_conversation(const Json& json) {
    model::Conversation chat;
    chat.ext_id = id_or_text(json["conversation_id"]);
    if (chat.ext_id.empty())
        return base::fail(base::Code::invalid_input, "conversation has no id", "conversation.id_missing");
    chat.buyer_ext_id = id_or_text(json["to_id"]);
    chat.buyer_name = base::PiiText(text(json["to_name"]));
    chat.unread = std::max<std::int64_t>(0, json["unread_count"].loose_integer().value_or(0));
    chat.last_message_at.ms =
        std::max<std::int64_t>(0, json["last_message_timestamp"].loose_integer().value_or(0)) / k_ns_per_ms;
    return chat;
}

ChatPace Client::chat_pace() const {
    return {.poll = base::minutes(10), .poll_at_first = base::minutes(2)};
}

Answer<ChatPage> Client::conversations(const StoreAccess& store, std::string_view page_token) {
    Call request{k_conversation_list,
                 {{"direction", page_token.empty() ? "latest" : "older"},
                  {"type", "all"},
                  {"page_size", std::string(k_most_conversations)}}};
    if (!page_token.empty()) request.params.emplace_back("next_timestamp_nano", std::string(page_token));
    const Envelope answer = TRY(call(store, request));
    ChatPage page;
    for (const Json& json : list_of(answer.data(), "conversations", "conversation_list")) {
        auto chat = normalise_conversation(json);
        if (!chat) {
            page.bad.push_back(bad_record({}, chat.error().key, json));
            continue;
        }
        // Shops there cannot write by the API.
        chat->can_send = store.region != "TW";
        page.chats.push_back({std::move(*chat)});
    }
    const Json result = answer.data()["page_result"];
    if (result["more"].boolean_or(false))
        page.next_page_token = id_or_text(result["next_cursor"]["next_message_time_nano"]);
    return page;
}

Answer<MessagePage> Client::messages(const StoreAccess& store, std::string_view conversation_ext_id,
                                     std::string_view page_token) {
    Call request{k_messages,
                 {{"conversation_id", std::string(conversation_ext_id)}, {"page_size", std::string(k_most_messages)}}};
    if (!page_token.empty()) request.params.emplace_back("offset", std::string(page_token));
    const Envelope answer = TRY(call(store, request));
    MessagePage page;
    for (const Json& json : list_of(answer.data(), "messages", "message_list")) {
        auto message = normalise_message(json, store.shop_ext_id);
        if (!message) {
            page.bad.push_back(bad_record(id_or_text(json["message_id"]), message.error().key, json));
            continue;
        }
        message->conversation_ext_id = conversation_ext_id;
        page.messages.push_back(std::move(*message));
    }
    if (!page.messages.empty()) page.next_page_token = id_or_text(answer.data()["page_result"]["next_offset"]);
    return page;
}

}  // namespace platform::shopee
