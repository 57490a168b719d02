#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "base/log.h"
#include "platform/lazada/client.h"

namespace platform::lazada {
namespace {

using base::HttpAnswer;
using base::HttpRequest;

// The samples of the documents.
constexpr std::string_view k_sessions_sample =
    R"({"code":"0","request_id":"r","success":true,"err_code":"0","err_message":"SUCCESS","data":{"has_more":true,)"
    R"("next_start_time":1793499917434,"last_session_id":"100094063_2_1011822749_1_103","session_list":[{)"
    R"("session_id":"100094063_2_1011822749_1_103","buyer_id":1011822749,"title":"buyer name",)"
    R"("head_url":"https://img.example.test/h.jpg","summary":"hello","unread_count":2,)"
    R"("last_message_id":"23hR7YH0BtkiN00001","last_message_time":1793499917434,"self_position":1793499917434,)"
    R"("to_position":1793499917434,"site_id":"SG","tags":["official"]}]}})";
constexpr std::string_view k_messages_sample =
    R"({"code":"0","request_id":"r","success":true,"err_code":"0","err_message":"SUCCESS","data":{"has_more":false,)"
    R"("next_start_time":1793499917435,"last_message_id":"24jFlAu0BtRbP47190","message_list":[{)"
    R"("message_id":"23hR5b20BtRbT00001","session_id":"100094063_2_1011822749_1_103",)"
    R"("from_account_id":"1011822749","from_account_type":1,"to_account_id":"100094063","to_account_type":2,)"
    R"("template_id":1,"type":1,"content":"{\"txt\":\"pay me outside the platform\"}","send_time":1793499917435,)"
    R"("status":0,"process_msg":"","auto_reply":false,"site_id":"SG"}]}})";

struct Bench {
    Bench() {
        app.platform = model::Platform::lazada;
        app.key = "123456";
        app.api_base = "https://api.example.com";
        base::set_log_sink([](std::string_view) {});
    }
    ~Bench() { base::set_log_sink({}); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    StoreAccess access() { return {{app, secret}, token, cipher, "100094063_sg", "SG", egress}; }
    void answer(std::string_view body) {
        HttpAnswer out;
        out.status = 200;
        out.body = body;
        answers.push_back(std::move(out));
    }

    model::App app;
    base::Secret secret{"secret"};
    base::Secret token{"token"};
    base::Secret cipher;
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

TEST(LazadaChats, ReadsTheSamplesOfTheDocuments) {
    Bench b;
    b.answer(k_sessions_sample);
    const auto list = b.client.chats()->conversations(b.access(), "");
    ASSERT_TRUE(list);
    ASSERT_EQ(list->chats.size(), 1u);
    const model::Conversation& chat = list->chats[0].conversation;
    EXPECT_EQ(chat.ext_id, "100094063_2_1011822749_1_103");
    EXPECT_EQ(chat.buyer_ext_id, "1011822749");
    EXPECT_EQ(chat.buyer_name.reveal(), "buyer name");
    EXPECT_EQ(chat.unread, 2);
    EXPECT_EQ(chat.last_message_at, base::Time{1793499917434});
    EXPECT_EQ(list->next_page_token, "1793499917434/100094063_2_1011822749_1_103");

    b.answer(k_messages_sample);
    const auto page = b.client.chats()->messages(b.access(), chat.ext_id, list->next_page_token);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->messages.size(), 1u);
    EXPECT_EQ(page->messages[0].text.reveal(), "pay me outside the platform");
    EXPECT_EQ(page->messages[0].sender, model::SenderRole::buyer);
    EXPECT_EQ(page->next_page_token, "");
    EXPECT_NE(b.sent.at(1).url.find("start_time=1793499917434"), std::string::npos) << b.sent.at(1).url;
    EXPECT_NE(b.sent.at(1).url.find("last_message_id=100094063_2_1011822749_1_103"), std::string::npos);
}

// Both spellings of the documents, inside an answer that is right as such.
TEST(LazadaChats, ARefusalInsideTheAnswerIsOne) {
    for (const char* name : {"err_code", "error_code"}) {
        Bench b;
        b.answer(std::string(R"({"code":"0","request_id":"r","success":false,")") + name + R"(":"-22"})");
        const auto list = b.client.chats()->conversations(b.access(), "");
        ASSERT_FALSE(list);
        EXPECT_EQ(list.error().kind, ErrorClass::contract);
        EXPECT_EQ(list.error().message, "chat: -22");
    }
}

}  // namespace
}  // namespace platform::lazada
