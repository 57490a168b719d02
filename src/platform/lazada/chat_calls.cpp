#include <algorithm>

#include "base/text.h"
#include "platform/fields.h"
#include "platform/lazada/client.h"
#include "platform/lazada/fields.h"
#include "platform/lazada/normalise.h"

// Chats (open.lazada.com, "IM API"). Lists must not be polled: the permission is withdrawn at once. They are read once
// after each authorisation; webhooks bring the rest.
namespace platform::lazada {

using base::Json;

namespace {

constexpr std::string_view k_most = "20";

BadRecord bad_record(std::string ext_id, std::string reason, const Json& json) {
    return {std::move(ext_id), std::move(reason), base::PiiText(std::string(base::shorten(json.dump(), 65'536)))};
}

// "milliseconds/last id": both lead to the next page.
std::string token_of(const Json& data, std::string_view last) {
    if (!is_true(data["has_more"])) return {};
    return id_or_text(data["next_start_time"]) + "/" + id_or_text(data[last]);
}

void add_page(Params& params, std::string_view token, std::string_view last, base::Time now) {
    const std::size_t slash = token.find('/');
    params.emplace_back("start_time", token.empty() ? std::to_string(now.ms) : std::string(token.substr(0, slash)));
    if (slash != std::string_view::npos) params.emplace_back(std::string(last), std::string(token.substr(slash + 1)));
    params.emplace_back("page_size", std::string(k_most));
}

// The chats' own yes or no, inside an answer that is right as such. Two names are documented.
std::optional<CallError> refusal_of(const Envelope& answer) {
    const Json root = answer.document.root();
    if (root["success"].boolean_or(true)) return std::nullopt;
    std::string message = "chat: ";
    message += id_or_text(root["err_code"].present() ? root["err_code"] : root["error_code"]);
    return CallError{ErrorClass::contract, 0, 200, std::move(message), answer.request_id, {}};
}

}  // namespace

base::Result<model::Conversation> normalise_session(const Json& json) {
    model::Conversation chat;
    chat.ext_id = id_or_text(json["session_id"]);
    if (chat.ext_id.empty())
        return base::fail(base::Code::invalid_input, "conversation has no id", "conversation.id_missing");
    chat.buyer_ext_id = id_or_text(json["buyer_id"]);
    chat.buyer_name = base::PiiText(text(json["title"]));
    chat.unread = std::max<std::int64_t>(0, json["unread_count"].loose_integer().value_or(0));
    chat.last_message_at = time_of(json["last_message_time"]);
    return chat;
}

// Before 10 to 15 minutes after the authorisation the platform has not copied the history.
ChatPace Client::chat_pace() const {
    return {.poll = base::days(1), .poll_at_first = base::days(1), .first_after = base::minutes(15), .once = true};
}

Answer<ChatPage> Client::conversations(const StoreAccess& store, std::string_view page_token) {
    Call request{k_sessions};
    add_page(request.params, page_token, "last_session_id", now(store.app.app));
    const Envelope answer = TRY(call(store, request));
    if (auto refusal = refusal_of(answer)) return std::unexpected(std::move(*refusal));
    ChatPage page;
    for (const Json& json : answer.data()["session_list"].items()) {
        auto chat = normalise_session(json);
        if (chat)
            page.chats.push_back({std::move(*chat)});
        else
            page.bad.push_back(bad_record({}, chat.error().key, json));
    }
    page.next_page_token = token_of(answer.data(), "last_session_id");
    return page;
}

Answer<MessagePage> Client::messages(const StoreAccess& store, std::string_view conversation_ext_id,
                                     std::string_view page_token) {
    Call request{k_messages, {{"session_id", std::string(conversation_ext_id)}}};
    add_page(request.params, page_token, "last_message_id", now(store.app.app));
    const Envelope answer = TRY(call(store, request));
    if (auto refusal = refusal_of(answer)) return std::unexpected(std::move(*refusal));
    MessagePage page;
    for (const Json& json : answer.data()["message_list"].items()) {
        auto message = normalise_message(json);
        if (!message) {
            page.bad.push_back(bad_record({}, message.error().key, json));
            continue;
        }
        message->conversation_ext_id = conversation_ext_id;
        page.messages.push_back(std::move(*message));
    }
    page.next_page_token = token_of(answer.data(), "last_message_id");
    return page;
}

}  // namespace platform::lazada
