#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/json.h"
#include "sandbox/lazada/service.h"

// Chats, reading only (open.lazada.com, "IM API").
namespace sandbox::lazada {
namespace {

namespace json = boost::json;

constexpr std::int64_t k_most = 20;
// Earlier after the authorisation the platform has not copied the history.
constexpr std::int64_t k_copied_after_s = 600;
// How soon reading the list from its start again counts as polling is not published.
constexpr std::int64_t k_polling_s = 3'600;

std::optional<std::int64_t> number(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

Answer in_frame(const json::object& data) {
    return {"0", {}, {}, R"("success":true,"err_code":"0","err_message":"SUCCESS","data":)" + json::serialize(data)};
}

Answer not_done(std::string_view code, std::string_view message) {
    return {"0", {}, {}, fmt::format(R"("success":false,"err_code":"{}","err_message":"{}")", code, message)};
}

bool from_buyer(const Message& message) {
    return message.role == "BUYER";
}

std::string text_of(const Message& message) {
    const auto inner = base::JsonDocument::parse(message.content);
    return inner ? (*inner)["content"].string_or() : std::string();
}

// As the webhooks write it: seller account, 2 for a seller, buyer account, 1 for a buyer, channel.
std::string session_id(const Shop& shop, const Conversation& chat) {
    return fmt::format("{}_2_{}_1_103", shop.im_user_id, shop.buyers[chat.buyer].im_user_id);
}

std::string message_id(const Message& message) {
    return fmt::format("{}", message.id);
}

// Start and size of a page; a refusal where one is missing or wrong.
struct Page {
    std::int64_t before_ms = 0;
    std::int64_t size = 0;
};
std::optional<Answer> read_page(const Call& call, Page& page) {
    const auto start = number(call.parameter("start_time"));
    const auto size = number(call.parameter("page_size"));
    if (!start) return refused("ISV", "MissingParameter", "The input parameter 'start_time' that is mandatory");
    if (!size || *size < 1 || *size > k_most)
        return refused("ISV", "InvalidParameter", "The input parameter 'page_size' is not valid");
    page = {*start, *size};
    return std::nullopt;
}

json::object session_json(const Shop& shop, const Conversation& chat) {
    const Buyer& buyer = shop.buyers[chat.buyer];
    const Message& last = chat.messages.back();
    const auto unread =
        std::ranges::find_if_not(chat.messages.rbegin(), chat.messages.rend(), from_buyer) - chat.messages.rbegin();
    return {{"session_id", session_id(shop, chat)},
            {"buyer_id", buyer.im_user_id},
            {"title", buyer.name.nickname},
            {"head_url", ""},
            {"summary", text_of(last)},
            {"unread_count", unread},
            {"last_message_id", message_id(last)},
            {"last_message_time", last.created},
            {"self_position", last.created},
            {"to_position", last.created},
            {"site_id", shop.market->region},
            {"tags", json::array{}}};
}

json::object message_json(const Shop& shop, const Conversation& chat, const Message& message) {
    const bool incoming = from_buyer(message);
    const std::string buyer = std::to_string(shop.buyers[chat.buyer].im_user_id);
    const std::string seller = std::to_string(shop.im_user_id);
    return {{"message_id", message_id(message)},
            {"session_id", session_id(shop, chat)},
            {"from_account_id", incoming ? buyer : seller},
            {"from_account_type", incoming ? 1 : 2},
            {"to_account_id", incoming ? seller : buyer},
            {"to_account_type", incoming ? 2 : 1},
            {"template_id", 1},
            {"type", 1},
            {"content", json::serialize(json::object{{"txt", text_of(message)}})},
            {"send_time", message.created},
            {"status", 0},
            {"process_msg", ""},
            {"auto_reply", false},
            {"site_id", shop.market->region}};
}

}  // namespace

Answer get_sessions(Service& service, const Call& call) {
    Page page;
    if (auto refusal = read_page(call, page)) return *refusal;
    const std::string last_id = call.parameter("last_session_id");
    const std::int64_t now_s = call.now_ms / 1'000;
    Authorisation& authorisation = *call.caller.authorisation;
    if (last_id.empty()) {
        std::int64_t& read_s = authorisation.chats_read_s[call.shop->id];
        if (read_s != 0 && now_s - read_s < k_polling_s) {
            call.caller.app->groups.erase(std::string(k_group_chat));
            service.ledger().add(call.now_ms, "effect", "lazada.chat_permission_withdrawn",
                                 fmt::format(R"("shop":"{}")", call.shop->id));
            return refused("ISV", "InsufficientPermission", "The chat lists must not be polled");
        }
        read_s = now_s;
    }
    std::vector<const Conversation*> all;
    if (now_s - authorisation.since_s >= k_copied_after_s)
        for (const Conversation& chat : call.shop->conversations) all.push_back(&chat);
    std::ranges::sort(all, std::greater<>(),
                      [](const Conversation* c) { return std::pair(c->messages.back().created, c->id); });
    auto next = last_id.empty() ? all.begin() : std::ranges::find(all, last_id, [&](const Conversation* c) {
        return session_id(*call.shop, *c);
    });
    if (!last_id.empty() && next != all.end()) ++next;
    json::array out;
    std::string last;
    std::int64_t at = 0;
    for (; next != all.end() && static_cast<std::int64_t>(out.size()) < page.size; ++next) {
        if ((*next)->messages.back().created > page.before_ms) continue;
        out.push_back(session_json(*call.shop, **next));
        last = session_id(*call.shop, **next);
        at = (*next)->messages.back().created;
    }
    return in_frame({{"has_more", next != all.end()},
                     {"next_start_time", at},
                     {"last_session_id", last},
                     {"session_list", std::move(out)}});
}

Answer get_session_messages(Service& /*service*/, const Call& call) {
    Page page;
    if (auto refusal = read_page(call, page)) return *refusal;
    const auto& chats = call.shop->conversations;
    const auto chat = std::ranges::find(chats, call.parameter("session_id"),
                                        [&](const Conversation& c) { return session_id(*call.shop, c); });
    if (chat == chats.end()) return not_done("-1", "session not found");
    const std::string last_id = call.parameter("last_message_id");
    auto next = chat->messages.rbegin();
    if (!last_id.empty()) {
        next = std::find_if(chat->messages.rbegin(), chat->messages.rend(),
                            [&](const Message& m) { return message_id(m) == last_id; });
        if (next != chat->messages.rend()) ++next;
    }
    json::array out;
    std::string last;
    std::int64_t at = 0;
    for (; next != chat->messages.rend() && static_cast<std::int64_t>(out.size()) < page.size; ++next) {
        if (next->created > page.before_ms) continue;
        out.push_back(message_json(*call.shop, *chat, *next));
        last = message_id(*next);
        at = next->created;
    }
    return in_frame({{"has_more", next != chat->messages.rend()},
                     {"next_start_time", at},
                     {"last_message_id", last},
                     {"message_list", std::move(out)}});
}

}  // namespace sandbox::lazada
