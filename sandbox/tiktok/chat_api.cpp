#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "sandbox/tiktok/service.h"

// Customer service, reading only.
namespace sandbox::tiktok {
namespace {

namespace json = boost::json;

constexpr std::int64_t k_most_conversations = 20;
constexpr std::int64_t k_most_messages = 10;

json::object sender(const Shop& shop, const Conversation& conversation, const Message& message) {
    const Buyer& buyer = shop.buyers[conversation.buyer];
    const bool from_buyer = message.role == "BUYER";
    return {{"im_user_id", std::to_string(from_buyer ? buyer.im_user_id : shop.im_user_id)},
            {"role", message.role},
            {"nickname", from_buyer ? buyer.name.nickname : shop.name},
            {"avatar", ""}};
}

json::object message_json(const Shop& shop, const Conversation& conversation, const Message& message) {
    return {{"id", std::to_string(message.id)},
            {"index", std::to_string(message.index)},
            {"type", message.type},
            {"content", message.content},
            {"create_time", message.created / 1'000},
            {"is_visible", true},
            {"sender", sender(shop, conversation, message)}};
}

json::array participants(const Shop& shop, const Conversation& conversation) {
    const Buyer& buyer = shop.buyers[conversation.buyer];
    return {json::object{{"im_user_id", std::to_string(buyer.im_user_id)},
                         {"user_id", std::to_string(buyer.user_id)},
                         {"role", "BUYER"},
                         {"nickname", buyer.name.nickname},
                         {"avatar", ""}},
            json::object{{"im_user_id", std::to_string(shop.im_user_id)},
                         {"user_id", ""},
                         {"role", "SHOP"},
                         {"nickname", shop.name},
                         {"avatar", ""}}};
}

json::object conversation_json(const Shop& shop, const Conversation& conversation) {
    std::int64_t unread = 0;
    for (auto message = conversation.messages.rbegin();
         message != conversation.messages.rend() && message->role == "BUYER"; ++message)
        ++unread;
    return {{"id", std::to_string(conversation.id)},
            {"participant_count", 2},
            {"unread_count", unread},
            {"create_time", conversation.created / 1'000},
            {"participants", participants(shop, conversation)}};
}

// A list position in a token: the offset.
std::optional<Answer> read_offset(Service& service, const Call& call, std::string_view bound_to, std::size_t& offset) {
    const auto token = call.parameter("page_token");
    if (!token || token->empty()) return std::nullopt;
    const auto text = read_page_token(service.page_key(), bound_to, *token);
    if (!text) return refused(36009004, "param query.page_token is invalid");
    std::from_chars(text->data(), text->data() + text->size(), offset);
    return std::nullopt;
}

// The call's path names the conversation; nullptr when this shop has none of that id.
const Conversation* find_conversation(const Shop& shop, const Call& call) {
    const auto found = std::ranges::find_if(
        shop.conversations, [&](const Conversation& c) { return std::to_string(c.id) == call.path_values.front(); });
    return found == shop.conversations.end() ? nullptr : &*found;
}

}  // namespace

Answer get_conversations(Service& service, Call& call) {
    std::int64_t page_size = 0;
    if (auto refusal = read_page_size(call, k_most_conversations, page_size)) return *refusal;
    const Shop& shop = *call.shop;
    const std::string bound_to = fmt::format("conversations\n{}", shop.id);
    std::size_t offset = 0;
    if (auto refusal = read_offset(service, call, bound_to, offset)) return *refusal;
    // Newest activity first.
    std::vector<const Conversation*> all;
    all.reserve(shop.conversations.size());
    for (const Conversation& conversation : shop.conversations) all.push_back(&conversation);
    std::ranges::sort(all, std::greater<>(),
                      [](const Conversation* c) { return std::pair(c->messages.back().created, c->id); });
    json::array out;
    for (; offset < all.size() && static_cast<std::int64_t>(out.size()) < page_size; ++offset) {
        json::object item = conversation_json(shop, *all[offset]);
        item["can_send_message"] = true;
        item["latest_message"] = message_json(shop, *all[offset], all[offset]->messages.back());
        out.push_back(std::move(item));
    }
    const std::string next =
        offset < all.size() ? write_page_token(service.page_key(), bound_to, std::to_string(offset)) : "";
    return success(json::serialize(json::object{{"next_page_token", next}, {"conversations", std::move(out)}}));
}

Answer get_conversation(Service& service, Call& call) {
    // Without a cipher the seller's shops are looked through.
    for (const std::uint32_t number : service.world().sellers()[call.caller.seller].shops) {
        const Shop& shop = service.world().shops()[number];
        if (!call.caller.authorisation->shops.contains(shop.id) || (call.shop != nullptr && call.shop != &shop))
            continue;
        if (const Conversation* conversation = find_conversation(shop, call))
            return success(json::serialize(json::object{{"conversation", conversation_json(shop, *conversation)}}));
    }
    return refused(45101003, "No access to this conversation.");
}

Answer get_messages(Service& service, Call& call) {
    std::int64_t page_size = 0;
    if (auto refusal = read_page_size(call, k_most_messages, page_size)) return *refusal;
    const std::string sort_order = call.parameter("sort_order").value_or("DESC");
    const std::string sort_field = call.parameter("sort_field").value_or("create_time");
    if (sort_order != "ASC" && sort_order != "DESC") return refused(36009004, "param query.sort_order is invalid");
    if (sort_field != "create_time" && sort_field != "index")
        return refused(36009004, "param query.sort_field is invalid");
    const Conversation* conversation = find_conversation(*call.shop, call);
    if (conversation == nullptr) return refused(45101003, "No access to this conversation.");
    const std::string bound_to = fmt::format("messages\n{}\n{}\n{}", conversation->id, sort_order, sort_field);
    // Messages only grow at the end, so a place from the beginning stays what it is; newest first it is fixed by the
    // number of messages at the first page.
    std::size_t place = sort_order == "ASC" ? 0 : conversation->messages.size();
    if (auto refusal = read_offset(service, call, bound_to, place)) return *refusal;
    json::array out;
    while (static_cast<std::int64_t>(out.size()) < page_size &&
           (sort_order == "ASC" ? place < conversation->messages.size() : place > 0)) {
        const Message& message = conversation->messages[sort_order == "ASC" ? place++ : --place];
        out.push_back(message_json(*call.shop, *conversation, message));
    }
    const bool more = sort_order == "ASC" ? place < conversation->messages.size() : place > 0;
    const std::string next = more ? write_page_token(service.page_key(), bound_to, std::to_string(place)) : "";
    return success(json::serialize(
        json::object{{"next_page_token", next}, {"unsupported_msg_tips", ""}, {"messages", std::move(out)}}));
}

}  // namespace sandbox::tiktok
