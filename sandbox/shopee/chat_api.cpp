#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "sandbox/shopee/service.h"

// Chats, reading only. Fields and refusals are those on which the published clients agree.
namespace sandbox::shopee {
namespace {

constexpr std::int64_t k_most = 60;
constexpr std::int64_t k_ns_per_ms = 1'000'000;

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

Answer wrong(std::string_view detail) {
    return refused("param_error", fmt::format("Wrong parameters, detail: {}.", detail));
}

std::string text_of(const Message& message) {
    const auto inner = base::JsonDocument::parse(message.content);
    return inner ? (*inner)["content"].string_or() : std::string();
}

bool from_buyer(const Message& message) {
    return message.role == "BUYER";
}

std::string conversation_json(const Shop& shop, const Conversation& chat) {
    const Buyer& buyer = shop.buyers[chat.buyer];
    const Message& last = chat.messages.back();
    const auto unread =
        std::ranges::find_if_not(chat.messages.rbegin(), chat.messages.rend(), from_buyer) - chat.messages.rbegin();
    return fmt::format(
        R"({{"conversation_id":"{}","to_id":{},"to_name":{},"to_avatar":"","shop_id":{},"unread_count":{},)"
        R"("pinned":false,"mute":false,"last_read_message_id":"","latest_message_id":"{}",)"
        R"("latest_message_type":"text","latest_message_content":{{"text":{}}},"latest_message_from_id":{},)"
        R"("last_message_timestamp":{},"last_message_option":0,"max_general_option_hide_time":"0"}})",
        chat.id, buyer.user_id, base::json_quote(buyer.name.nickname), Registry::shop_id(shop), unread, last.id,
        base::json_quote(text_of(last)), from_buyer(last) ? buyer.user_id : shop.im_user_id,
        last.created * k_ns_per_ms);
}

std::string message_json(const Shop& shop, const Conversation& chat, const Message& message) {
    const std::uint64_t buyer = shop.buyers[chat.buyer].user_id;
    const std::uint64_t id = Registry::shop_id(shop);
    const bool incoming = from_buyer(message);
    return fmt::format(
        R"({{"message_id":"{}","message_type":"text","from_id":{},"from_shop_id":{},"to_id":{},"to_shop_id":{},)"
        R"("conversation_id":"{}","created_timestamp":{},"region":"{}","status":"normal","source":"web",)"
        R"("content":{{"text":{}}},"message_option":0,"source_content":{{}}}})",
        message.id, incoming ? buyer : shop.im_user_id, incoming ? 0 : id, incoming ? shop.im_user_id : buyer,
        incoming ? id : 0, chat.id, message.created / 1'000, shop.market->region, base::json_quote(text_of(message)));
}

}  // namespace

Answer Service::get_conversation_list(Call& call) {
    if (!registry_.app().chat_allowed) return refused("error_permission", "No permission to current api.", 403);
    const std::string direction = call.parameter("direction");
    if (direction != "latest" && direction != "older") return wrong("direction");
    const std::string type = call.parameter("type");
    if (type != "all" && type != "pinned" && type != "unread") return wrong("type");
    const auto size = number(call.parameter("page_size"));
    if (!size || *size < 1 || *size > k_most) return wrong("page_size");
    const auto before = number(call.parameter("next_timestamp_nano"));
    if (direction == "older" && !before) return wrong("next_timestamp_nano");
    std::vector<const Conversation*> all;
    for (const Conversation& chat : call.shop->conversations) {
        // Neighbouring pages overlap by one conversation, as seen at the real one.
        if (direction == "older" && chat.messages.back().created * k_ns_per_ms > *before) continue;
        if (type == "pinned" || (type == "unread" && !from_buyer(chat.messages.back()))) continue;
        all.push_back(&chat);
    }
    std::ranges::sort(all, std::greater<>(),
                      [](const Conversation* c) { return std::pair(c->messages.back().created, c->id); });
    const bool more = all.size() > static_cast<std::size_t>(*size);
    if (more) all.resize(static_cast<std::size_t>(*size));
    std::string rows;
    for (const Conversation* chat : all) rows += (rows.empty() ? "" : ",") + conversation_json(*call.shop, *chat);
    const std::string next =
        all.empty() ? std::string("0") : std::to_string(all.back()->messages.back().created * k_ns_per_ms);
    return success(fmt::format(
        R"({{"page_result":{{"page_size":{},"next_cursor":{{"next_message_time_nano":"{}","conversation_id":"{}"}},)"
        R"("more":{}}},"conversations":[{}]}})",
        *size, next, all.empty() ? 0 : all.back()->id, more, rows));
}

Answer Service::get_message(Call& call) {
    if (!registry_.app().chat_allowed) return refused("error_permission", "No permission to current api.", 403);
    const auto& chats = call.shop->conversations;
    const auto chat = std::ranges::find(chats, call.parameter("conversation_id"),
                                        [](const Conversation& c) { return std::to_string(c.id); });
    if (chat == chats.end()) return wrong("conversation_id");
    const auto size = number(call.parameter("page_size").empty() ? "25" : call.parameter("page_size"));
    if (!size || *size < 1 || *size > k_most) return wrong("page_size");
    // The offset is the id of the last message of the page before; newest first.
    const std::string offset = call.parameter("offset");
    auto next = chat->messages.rbegin();
    if (!offset.empty()) {
        next = std::find_if(chat->messages.rbegin(), chat->messages.rend(),
                            [&](const Message& m) { return std::to_string(m.id) == offset; });
        if (next == chat->messages.rend()) return wrong("offset");
        ++next;
    }
    std::string rows, last;
    for (std::int64_t i = 0; i < *size && next != chat->messages.rend(); ++i, ++next) {
        rows += (rows.empty() ? "" : ",") + message_json(*call.shop, *chat, *next);
        last = std::to_string(next->id);
    }
    return success(fmt::format(R"({{"messages":[{}],"page_result":{{"next_offset":"{}","page_size":{}}}}})", rows,
                               next == chat->messages.rend() ? "" : last, *size));
}

}  // namespace sandbox::shopee
