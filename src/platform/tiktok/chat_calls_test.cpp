#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "base/log.h"
#include "platform/tiktok/client.h"
#include "platform/tiktok/normalise.h"

namespace platform::tiktok {
namespace {

using base::HttpAnswer;
using base::HttpRequest;

// The samples of the documents.
constexpr std::string_view k_conversations_sample = R"({"next_page_token":"","conversations":[
 {"id":"7494560109732334261","participant_count":3,"can_send_message":true,"unread_count":1,"create_time":1767200000,
 "participants":[
  {"im_user_id":"7494560109732334200","user_id":"7494000000000000042","role":"BUYER","nickname":"mei","avatar":"https://cdn.example.com/a.webp"},
  {"im_user_id":"7494560109732334201","user_id":"","role":"SHOP","nickname":"Harbour Lane UK","avatar":""}],
 "latest_message":{"id":"7494560109732335001","index":"1767220900001","type":"TEXT",
  "content":"{\"content\": \"refund me outside or I post 1 star\"}","create_time":1767220900,"is_visible":true,
  "sender":{"im_user_id":"7494560109732334200","role":"BUYER","nickname":"mei","avatar":""}}}]})";
constexpr std::string_view k_messages_sample = R"({"next_page_token":"t2","unsupported_msg_tips":"","messages":[
 {"id":"7494560109732335001","index":"1767220900001","type":"TEXT",
  "content":"{\"content\": \"refund me outside or I post 1 star\"}","create_time":1767220900,"is_visible":true,
  "sender":{"im_user_id":"7494560109732334200","role":"BUYER","nickname":"mei","avatar":""}},
 {"id":"7494560109732335000","index":"1767220900000","type":"NOTIFICATION","content":"{\"content\":\"hidden\"}",
  "create_time":1767220899,"is_visible":false,"sender":{"im_user_id":"1","role":"SYSTEM"}},
 {"id":"7494560109732334999","index":"1767220899000","type":"ORDER_CARD","content":"{\"order_id\":\"576653688135258178\"}",
  "create_time":1767220890,"is_visible":true,"sender":{"im_user_id":"2","role":"CUSTOMER_SERVICE"}},
 {"index":"1","type":"TEXT","content":"{}","create_time":1767220880,"is_visible":true,"sender":{"role":"BUYER"}}]})";

struct Bench {
    Bench() {
        app.key = "6aebc123def45";
        app.api_base = "https://api.example.com";
        base::set_log_sink([](std::string_view) {});
    }
    ~Bench() { base::set_log_sink({}); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    void answer(std::string_view data, int code = 0) {
        HttpAnswer out;
        out.status = 200;
        out.body = R"({"code":)" + std::to_string(code) + R"(,"message":"m","request_id":"r1","data":)" +
                   std::string(data) + "}";
        answers.push_back(std::move(out));
    }
    StoreAccess access() { return {{app, secret}, token, cipher, "7495", "TH", egress}; }

    model::App app;
    base::Secret secret{"secret"};
    base::Secret token{"token"};
    base::Secret cipher{"ROW_cipher"};
    base::EgressProfile egress{"s_7", "", "", nullptr};
    base::FakeClock clock;
    base::SeededRandom random{7};
    std::deque<HttpAnswer> answers;
    std::vector<HttpRequest> sent;
    base::FakeHttpClient http{[this](const HttpRequest& request) {
        sent.push_back(request);
        HttpAnswer next = answers.front();
        answers.pop_front();
        return base::Result<HttpAnswer>(std::move(next));
    }};
    Client client{http, clock, random, [this](base::Duration by) { clock.advance(by); }};
};

TEST(ChatCalls, ReadsTheListOfTheDocuments) {
    Bench b;
    b.answer(k_conversations_sample);
    const auto page = b.client.chats()->conversations(b.access(), "");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->chats.size(), 1u);
    const model::Conversation& chat = page->chats[0].conversation;
    EXPECT_EQ(chat.ext_id, "7494560109732334261");
    EXPECT_EQ(chat.buyer_ext_id, "7494000000000000042") << "the number that orders name";
    EXPECT_EQ(chat.buyer_name.reveal(), "mei");
    EXPECT_EQ(chat.unread, 1);
    EXPECT_TRUE(chat.can_send);
    EXPECT_EQ(chat.last_message_at, base::Time::from_unix_seconds(1767220900));
    EXPECT_EQ(page->next_page_token, "");
    const std::string& url = b.sent.at(0).url;
    EXPECT_TRUE(url.starts_with("https://api.example.com/customer_service/202309/conversations?page_size=20&")) << url;
    EXPECT_NE(url.find("shop_cipher="), std::string::npos);
}

TEST(ChatCalls, ReadsMessagesAndKeepsWhatItCannotRead) {
    Bench b;
    b.answer(k_messages_sample);
    const auto page = b.client.chats()->messages(b.access(), "7494560109732334261", "t1");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->messages.size(), 2u) << "without the hidden one";
    EXPECT_EQ(page->messages[0].text.reveal(), "refund me outside or I post 1 star");
    EXPECT_EQ(page->messages[0].conversation_ext_id, "7494560109732334261");
    EXPECT_EQ(page->messages[0].sender, model::SenderRole::buyer);
    EXPECT_FALSE(page->messages[0].answers);
    EXPECT_EQ(page->messages[1].kind, "ORDER_CARD");
    EXPECT_TRUE(page->messages[1].answers);
    ASSERT_EQ(page->bad.size(), 1u);
    EXPECT_EQ(page->bad[0].reason, "message.id_missing");
    EXPECT_EQ(page->next_page_token, "t2");
    const std::string& url = b.sent.at(0).url;
    EXPECT_TRUE(
        url.starts_with("https://api.example.com/customer_service/202309/conversations/7494560109732334261/"
                        "messages?page_size=10&page_token=t1&"))
        << url;
}

TEST(ChatCalls, AnIdThatIsNoNumberNeverBecomesAPath) {
    Bench b;
    for (const char* id : {"", "../x", "1/2", "1?a=b"}) EXPECT_FALSE(b.client.chats()->messages(b.access(), id, ""));
    EXPECT_TRUE(b.sent.empty());
}

TEST(ChatCalls, WithoutTheScopeItSaysSo) {
    Bench b;
    b.answer("null", 105005);
    const auto page = b.client.chats()->conversations(b.access(), "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorClass::scope_missing);
}

TEST(ChatCalls, AConversationWithoutIdIsKeptAside) {
    Bench b;
    b.answer(R"({"conversations":[{"unread_count":"2"},{"id":"5","create_time":1767200000,"unread_count":-3}]})");
    const auto page = b.client.chats()->conversations(b.access(), "");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->bad.size(), 1u);
    EXPECT_EQ(page->bad[0].reason, "conversation.id_missing");
    ASSERT_EQ(page->chats.size(), 1u);
    EXPECT_EQ(page->chats[0].conversation.last_message_at, base::Time::from_unix_seconds(1767200000));
    EXPECT_EQ(page->chats[0].conversation.unread, 0);
}

}  // namespace
}  // namespace platform::tiktok
