#include "platform/lazada/webhook.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cctype>

#include "platform/lazada/signer.h"

namespace platform::lazada {
namespace {

const std::string k_order =
    R"({"seller_id":"1234567","message_type":0,"data":{"order_status":"unpaid","trade_order_id":"260422900198363",)"
    R"("trade_order_line_id":"260422900298363","status_update_time":1603698638},"timestamp":1603766859530,)"
    R"("site":"lazada_vn"})";
const std::string k_order_signature = "59e04e1b1f307b7180fd58126161907cd20d33ac17cbce90ec2ae19907e701e6";

const std::string k_message =
    R"({"seller_id":"1000042284","message_type":2,"data":{"session_id":"100094063_2_1011822749_1_103",)"
    R"("message_id":"1zYOS7N0cuIqw96026","content":"{\"txt\":\"hello\"}","from_account_id":"1011822749",)"
    R"("from_account_type":1,"to_account_id":"100094063","to_account_type":2,"template_id":1,"type":1,)"
    R"("send_time":1793500000323,"site_id":"SG","status":0,"auto_reply":false},"timestamp":1793500000400,)"
    R"("site":"lazada_sg"})";

TEST(LazadaWebhook, Vector) {
    const base::Secret secret("3412gyo124goi3124");
    ASSERT_EQ(k_order.size(), 225u);
    EXPECT_TRUE(verify_webhook("123456", secret, k_order, k_order_signature));
    std::string upper = k_order_signature;
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_TRUE(verify_webhook("123456", secret, k_order, upper));
}

TEST(LazadaWebhook, RefusesEverythingElse) {
    const base::Secret secret("3412gyo124goi3124");
    for (const std::string& bad : {std::string(), k_order_signature + "0", k_order_signature.substr(1),
                                   "Bearer " + k_order_signature, std::string(64, '0')})
        EXPECT_FALSE(verify_webhook("123456", secret, k_order, bad)) << bad;
    EXPECT_FALSE(verify_webhook("123457", secret, k_order, k_order_signature));
    EXPECT_FALSE(verify_webhook("123456", base::Secret("3412"), k_order, k_order_signature));
    EXPECT_FALSE(verify_webhook("123456", secret, k_order + " ", k_order_signature));
    // Whoever knows the key only cannot sign for an app whose secret is missing here.
    EXPECT_FALSE(verify_webhook("123456", base::Secret(), k_order, sign_webhook("123456", base::Secret(), k_order)));
}

TEST(LazadaWebhook, EveryFlippedBitIsRefused) {
    const base::Secret secret("3412gyo124goi3124");
    for (std::size_t i = 0; i < k_order.size() * 8; ++i) {
        std::string changed = k_order;
        changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
        ASSERT_FALSE(verify_webhook("123456", secret, changed, k_order_signature)) << i;
    }
}

TEST(LazadaWebhook, OrderStatus) {
    const auto hint = parse_webhook(k_order);
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->kind, HintKind::order);
    EXPECT_EQ(hint->type, 0);
    EXPECT_EQ(hint->shop_ext_id, "1234567_vn");
    EXPECT_EQ(hint->seller_ext_id, "1234567");
    EXPECT_EQ(hint->order_ext_ids, std::vector<std::string>{"260422900198363"});
    EXPECT_EQ(hint->sent_at.ms, 1603766859530);
    // What was read in the very second of the change may lack it.
    EXPECT_EQ(hint->object_updated_at.unix_seconds(), 1603698639);
    EXPECT_EQ(hint->notification_id, "0/1234567_vn/260422900298363/unpaid/1603698638");
}

// The same event sent once more has the same key, also with another time of sending; another item has its own.
TEST(LazadaWebhook, KeysTellEventsNotAttempts) {
    const auto changed = [](std::string_view from, std::string_view to) {
        std::string body = k_order;
        body.replace(body.find(from), from.size(), to);
        return parse_webhook(body)->notification_id;
    };
    const std::string key = parse_webhook(k_order)->notification_id;
    EXPECT_EQ(changed("1603766859530", "1603768659530"), key);
    EXPECT_NE(changed("260422900298363", "260422900298364"), key);
    EXPECT_NE(changed("\"unpaid\"", "\"pending\""), key);
    EXPECT_NE(changed("lazada_vn", "lazada_ph"), key);
    EXPECT_EQ(changed("\"trade_order_line_id\":\"260422900298363\"", "\"x\":1"), "");
}

TEST(LazadaWebhook, SitesAreWrittenInManyWays) {
    for (const char* site : {"lazada_sg", "lazada-sg", "LAZADA_SG", "SG", "sg"})
        EXPECT_EQ(parse_webhook(R"({"seller_id":"7","message_type":13,"data":{"status":"close"},"site":")" +
                                std::string(site) + "\"}")
                      ->shop_ext_id,
                  "7_sg")
            << site;
    for (const char* site : {"", "g", "lazada_xx", "null"})
        EXPECT_EQ(parse_webhook(R"({"seller_id":"7","message_type":13,"data":{"status":"close"},"site":")" +
                                std::string(site) + "\"}")
                      ->shop_ext_id,
                  "")
            << site;
}

TEST(LazadaWebhook, Message) {
    const auto hint = parse_webhook(k_message);
    ASSERT_TRUE(hint);
    ASSERT_TRUE(hint->message);
    EXPECT_EQ(hint->kind, HintKind::message);
    EXPECT_EQ(hint->message->text.reveal(), "hello");
    EXPECT_EQ(hint->message->kind, "TEXT");
    EXPECT_EQ(hint->message->sender, model::SenderRole::buyer);
    EXPECT_EQ(hint->message->ext_id, "1zYOS7N0cuIqw96026");
    EXPECT_EQ(hint->message->sent_at.ms, 1793500000323);
    EXPECT_EQ(hint->conversation_ext_id, "100094063_2_1011822749_1_103");
    EXPECT_EQ(hint->shop_ext_id, "1000042284_sg");
}

// The official samples of chats have neither time nor site, and a number for the seller.
TEST(LazadaWebhook, MessageWithoutTimeAndSite) {
    const auto hint = parse_webhook(
        R"({"seller_id":1000042284,"message_type":2,"data":{"message_id":"m","session_id":"s","site_id":"SG",)"
        R"("send_time":1793500000323,"content":{"txt":"hi"},"from_account_type":"2","auto_reply":"true"}})");
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->shop_ext_id, "1000042284_sg");
    EXPECT_EQ(hint->sent_at.ms, 1793500000323);
    ASSERT_TRUE(hint->message);
    EXPECT_EQ(hint->message->text.reveal(), "hi");
    EXPECT_EQ(hint->message->sender, model::SenderRole::robot);
    const auto session = parse_webhook(
        R"({"seller_id":1000042284,"message_type":19,"data":{"session_id":"s","site_id":"SG","unread_count":1}})");
    EXPECT_EQ(session->kind, HintKind::conversation);
    EXPECT_EQ(session->conversation_ext_id, "s");
    EXPECT_EQ(session->shop_ext_id, "1000042284_sg");
}

TEST(LazadaWebhook, PicturesHaveNoText) {
    std::string body = k_message;
    const std::string_view text = R"("content":"{\"txt\":\"hello\"}")";
    body.replace(body.find(text), text.size(), R"("content":"{\"imgUrl\":\"https://x.example/1.jpg\"}")");
    body.replace(body.find("\"template_id\":1"), 15, "\"template_id\":3");
    const auto hint = parse_webhook(body);
    ASSERT_TRUE(hint->message);
    EXPECT_EQ(hint->message->kind, "IMAGE");
    EXPECT_EQ(hint->message->text.reveal(), "");
    EXPECT_EQ(hint->message->raw_content.reveal(), R"({"imgUrl":"https://x.example/1.jpg"})");
}

TEST(LazadaWebhook, ARecalledMessageIsAnotherEvent) {
    std::string recalled = k_message;
    recalled.replace(recalled.find("\"status\":0"), 10, "\"status\":1");
    EXPECT_NE(parse_webhook(recalled)->notification_id, parse_webhook(k_message)->notification_id);
    EXPECT_EQ(parse_webhook(recalled)->message->ext_id, parse_webhook(k_message)->message->ext_id);
}

TEST(LazadaWebhook, TokenEnding) {
    const auto hint = parse_webhook(
        R"({"seller_id":"null","message_type":8,"data":{"app_key":"123456","auth_expiry_time":1793672800,)"
        R"("seller_id":"1000165972"},"timestamp":1793500000,"site":"lazada_ph"})");
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->kind, HintKind::expiring);
    EXPECT_EQ(hint->shop_ext_id, "1000165972_ph");
    EXPECT_EQ(hint->expires_at.unix_seconds(), 1793672800);
    EXPECT_EQ(hint->sent_at.unix_seconds(), 1793500000);
}

TEST(LazadaWebhook, TheSellersStatusIsToBeLookedAt) {
    const auto hint = parse_webhook(
        R"({"seller_id":"100053528","message_type":13,"data":{"status":"close"},"timestamp":1793500000,"site":"lazada_sg"})");
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->kind, HintKind::shop_status);
    EXPECT_EQ(hint->shop_ext_id, "100053528_sg");
}

TEST(LazadaWebhook, ReturnsAndPackagesAskForTheirOrder) {
    const auto reverse = parse_webhook(
        R"({"seller_id":"1000143772","message_type":10,"data":{"reverse_order_id":658960600102006,)"
        R"("reverse_status":"RTM_INIT","trade_order_id":416557324702006,"extraParams":{},)"
        R"("trade_order_line_id":416557324802006,"buyer_id":100112802006,"seller_id":1000143772,)"
        R"("reverse_order_line_id":663790000102006,"status_update_time":1793500000},"timestamp":1793500010,)"
        R"("site":"lazada_sg"})");
    ASSERT_TRUE(reverse);
    EXPECT_EQ(reverse->kind, HintKind::order);
    EXPECT_EQ(reverse->order_ext_ids, std::vector<std::string>{"416557324702006"});
    EXPECT_FALSE(reverse->object_updated_at);
    const auto package = parse_webhook(
        R"({"seller_id":"1","message_type":14,"data":{"trade_order_id":"5","buyer_id":"2","status":"DELIVERED",)"
        R"("fulfillment_package_id":"FP1","status_update_time":1793500000},"timestamp":1793500010,"site":"lazada_my"})");
    EXPECT_EQ(package->kind, HintKind::order);
    EXPECT_EQ(package->order_ext_ids, std::vector<std::string>{"5"});
    EXPECT_EQ(package->notification_id, "14/1_my/FP1/DELIVERED");
}

TEST(LazadaWebhook, ProductsAndStock) {
    const auto quality = parse_webhook(
        R"({"seller_id":"500176629136","message_type":1,"data":{"date":1793500000614,"itemId":232611001,)"
        R"("reason":"Prohibited product policy","seller_id":500176629136,"status":"Lock"},"timestamp":1793500000,)"
        R"("site":"lazada_ph"})");
    EXPECT_EQ(quality->kind, HintKind::listing);
    EXPECT_EQ(quality->listing_ext_id, "232611001");
    const auto stock =
        parse_webhook(R"({"seller_id":"1000008313","message_type":6,"data":{"seller_sku":"TOTE","withhold_quantity":0,)"
                      R"("sku_id":356805001,"real_quantity":5,"warehouse":"dropshipping","occupy_quantity":2,)"
                      R"("pre_order_quantity":0},"timestamp":1793500000,"site":"lazada_sg"})");
    EXPECT_EQ(stock->kind, HintKind::stock);
    EXPECT_EQ(stock->notification_id, "6/1000008313_sg/356805001/dropshipping/1793500000");
    // Two fields stand beside `data` in the sample of type 3.
    const auto created = parse_webhook(
        R"({"seller_id":"1","message_type":3,"action":"PUBLISHED","status_update_time":9,"data":{"item_id":8},)"
        R"("site":"lazada_sg"})");
    EXPECT_EQ(created->kind, HintKind::listing);
    EXPECT_EQ(created->notification_id, "3/1_sg/8/PUBLISHED/9");
}

TEST(LazadaWebhook, WhatIsNoneOfOurBusinessIsKnown) {
    for (const char* type : {"7", "12", "21", "35", "46"})
        EXPECT_EQ(parse_webhook(R"({"message_type":)" + std::string(type) + R"(,"data":{"id":1}})")->kind,
                  HintKind::other)
            << type;
    const auto promotion = parse_webhook(
        R"({"promotionId":5,"promotionType":"SELLER_VOUCHER","sellerId":1000042284,"notifyTime":1793500000000,)"
        R"("expireTime":1793759200000})");
    EXPECT_EQ(promotion->kind, HintKind::other);
    EXPECT_EQ(promotion->type, 11);
    EXPECT_EQ(promotion->seller_ext_id, "1000042284");
    EXPECT_EQ(promotion->sent_at.ms, 1793500000000);
}

TEST(LazadaWebhook, UnknownTypesAndMissingObjectsAreUnknown) {
    for (const char* body : {R"({"message_type":999,"data":{}})", R"({"message_type":0})",
                             R"({"message_type":0,"data":{"trade_order_id":null}})", R"({"message_type":2,"data":[]})",
                             R"({})", R"({"message_type":"x"})", R"({"data":{"trade_order_id":"5"}})"})
        EXPECT_EQ(parse_webhook(body)->kind, HintKind::unknown) << body;
}

TEST(LazadaWebhook, OnlyObjectsAreHints) {
    for (const char* body : {"", "[]", "1", "null", "{", "<html></html>", "{\"message_type\":1}x", "{\"a\":\"\xff\"}"})
        EXPECT_FALSE(parse_webhook(body)) << body;
}

TEST(LazadaWebhook, CutAtEveryByteIsRefusedNotGuessed) {
    for (std::size_t n = 0; n < k_message.size(); ++n)
        ASSERT_FALSE(parse_webhook(std::string_view(k_message).substr(0, n))) << n;
}

RC_GTEST_PROP(LazadaWebhook, AnyTypeInAnyFieldIsAHint, ()) {
    static const std::vector<std::string> k_fields = {"trade_order_id", "trade_order_line_id",
                                                      "order_status",   "status_update_time",
                                                      "message_id",     "session_id",
                                                      "content",        "template_id",
                                                      "send_time",      "site_id",
                                                      "itemId",         "auth_expiry_time"};
    static const std::vector<std::string> k_values = {"null",
                                                      "true",
                                                      "0",
                                                      "-1",
                                                      "9223372036854775808",
                                                      "1.5",
                                                      "\"\"",
                                                      "\"x\"",
                                                      "\"5\"",
                                                      "{}",
                                                      "[]",
                                                      "[null,1]",
                                                      R"("{\"txt\":5}")",
                                                      R"("{\"txt\":\"\\u0000\"}")"};
    std::string data = "{";
    for (const std::string& field : k_fields) {
        if (data.size() > 1) data += ',';
        data += '"' + field + "\":" + *rc::gen::elementOf(k_values);
    }
    const int type = *rc::gen::inRange(-1, 50);
    const auto hint = parse_webhook(R"({"seller_id":)" + *rc::gen::elementOf(k_values) + R"(,"message_type":)" +
                                    std::to_string(type) + R"(,"site":)" + *rc::gen::elementOf(k_values) +
                                    R"(,"timestamp":)" + *rc::gen::elementOf(k_values) + R"(,"data":)" + data + "}}");
    RC_ASSERT(hint);
    RC_ASSERT((hint->kind == HintKind::message) == hint->message.has_value());
    RC_ASSERT((hint->kind == HintKind::order) == !hint->order_ext_ids.empty());
}

}  // namespace
}  // namespace platform::lazada
