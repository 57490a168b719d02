#include "platform/tiktok/signer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "platform/tiktok/webhook.h"

// The vectors are the marketplace's own (A, W1) and such as four independent implementations agree on.
namespace platform::tiktok {
namespace {

const std::string k_json = "application/json";

std::string sign_common(std::string_view path, Params params, std::string_view body, std::string_view content_type) {
    params.emplace_back("app_key", "6aebc123def45");
    params.emplace_back("timestamp", "1767225600");
    params.emplace_back("shop_cipher", "ROW_p1XqUgAAAAD9k3vT7mZc2Rf8");
    return sign(base::Secret("7c9e2f4ab1d04c6e8f5a3b2c1d0e9f87"), path, params, body, content_type);
}

TEST(Signer, VectorA) {
    EXPECT_EQ(sign(base::Secret("e59af819cc"), "/authorization/202309/shops",
                   {{"timestamp", "1623812664"}, {"app_key", "29a39d"}}, "", k_json),
              "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8");
}

TEST(Signer, VectorB) {
    EXPECT_EQ(
        sign_common("/order/202309/orders/search",
                    {{"page_size", "50"}, {"sort_field", "update_time"}, {"sort_order", "ASC"}},
                    R"({"order_status":"UNPAID","update_time_ge":1767139200,"update_time_lt":1767225600})", k_json),
        "e14549e90543676ab2ad42a2307ee2c183da047278f3fa99f0c39a4595dd1142");
}

TEST(Signer, VectorC) {
    EXPECT_EQ(sign_common("/order/202507/orders", {{"ids", "576653688135258178,576653688135258179"}}, "", k_json),
              "d86ac38d10a96b845e6a734eceab0b0c4a26fc1e0c53cae8c9b98ca20b4af7ce");
}

TEST(Signer, VectorD) {
    EXPECT_EQ(
        sign_common("/customer_service/202309/images/upload", {}, "--x\r\nanything", "multipart/form-data; boundary=x"),
        "bf4bfb624e2b91aad99d9990394b2b974224a8ca73fb917f8210d56303d1b163");
}

TEST(Signer, VectorE) {
    EXPECT_EQ(sign_common("/customer_service/202309/conversations/7494560109732334261/messages", {},
                          R"({"type":"TEXT","content":"{\"content\":\"Xin chào 👋\"}"})", k_json),
              "81d1576376d888b788b0e9df7099effac426e1a430607ec2ba4fdf58f03edaae");
}

TEST(Signer, VectorF) {
    EXPECT_EQ(
        sign_common("/event/202309/webhooks", {},
                    R"({"address":"https://hooks.example.com/tiktok","event_type":"ORDER_STATUS_CHANGE"})", k_json),
        "fff10919f97a28faee4b7e2b2358082636c3c8c62e398b6de89a0e0c93384abe");
}

TEST(Signer, SkipsSignAndAccessToken) {
    const Params without = {{"a", "1"}};
    const Params with = {{"sign", "x"}, {"a", "1"}, {"access_token", "y"}};
    EXPECT_EQ(sign(base::Secret("s"), "/p", without, "", k_json), sign(base::Secret("s"), "/p", with, "", k_json));
}

RC_GTEST_PROP(Signer, OrderOfParametersDoesNotMatter, (std::map<std::string, std::string> by_name, std::string body)) {
    const Params params(by_name.begin(), by_name.end());
    Params shuffled(params.rbegin(), params.rend());
    std::ranges::rotate(shuffled, shuffled.begin() + static_cast<std::ptrdiff_t>(shuffled.size() / 2));
    RC_ASSERT(sign(base::Secret("k"), "/p", params, body, k_json) ==
              sign(base::Secret("k"), "/p", shuffled, body, k_json));
}

RC_GTEST_PROP(Signer, AnyOtherBodyHasAnotherSignature, (std::string body, std::string other)) {
    RC_PRE(body != other);
    RC_ASSERT(sign(base::Secret("k"), "/p", {}, body, k_json) != sign(base::Secret("k"), "/p", {}, other, k_json));
}

const std::string k_w1 =
    R"({"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507","timestamp":1718305585,)"
    R"("data":{"is_on_hold_order":true,"order_id":"576653688135258178","order_status":"UNPAID","update_time":1718305585}})";
const std::string k_w2 =
    R"({"type":14,"tts_notification_id":"7591000000000000014","shop_id":"7495540735365777507","timestamp":1767225600,)"
    R"("data":{"content":"{\"content\":\"Xin chào 👋\"}","conversation_id":"7494560109732334261",)"
    R"("create_time":1767225599,"is_visible":true,"message_id":"7591000000000000099","index":"1767225599000",)"
    R"("type":"TEXT","sender":{"im_user_id":"7494560109732334200","role":"BUYER"}}})";
const std::string k_w1_signature = "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05";
const std::string k_w2_signature = "0e7f7e5f23e5df9cd807aa65a7043fdf541eb4b18e43e3c4765fb609f3c8c9b8";

TEST(Webhook, VectorsW1AndW2) {
    EXPECT_TRUE(verify_webhook("abcdef", base::Secret("123"), k_w1, k_w1_signature));
    EXPECT_TRUE(
        verify_webhook("6aebc123def45", base::Secret("7c9e2f4ab1d04c6e8f5a3b2c1d0e9f87"), k_w2, k_w2_signature));
}

TEST(Webhook, RefusesEverythingElse) {
    const base::Secret secret("123");
    std::string upper = k_w1_signature;
    std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    for (const std::string& bad : {std::string(), upper, k_w1_signature + "0", k_w1_signature.substr(1),
                                   "Bearer " + k_w1_signature, k_w2_signature})
        EXPECT_FALSE(verify_webhook("abcdef", secret, k_w1, bad)) << bad;
    EXPECT_FALSE(verify_webhook("abcdeg", secret, k_w1, k_w1_signature));
    EXPECT_FALSE(verify_webhook("abcdef", base::Secret("124"), k_w1, k_w1_signature));
    EXPECT_FALSE(verify_webhook("abcdef", secret, k_w1 + " ", k_w1_signature));
    // Whoever knows the key only cannot sign for an app whose secret is missing here.
    EXPECT_FALSE(verify_webhook("abcdef", base::Secret(), k_w1, sign_webhook("abcdef", base::Secret(), k_w1)));
}

TEST(Webhook, EveryFlippedBitIsRefused) {
    const base::Secret secret("123");
    for (std::size_t i = 0; i < k_w1.size() * 8; ++i) {
        std::string changed = k_w1;
        changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
        ASSERT_FALSE(verify_webhook("abcdef", secret, changed, k_w1_signature)) << i;
    }
}

TEST(Webhook, OrderStatus) {
    const auto hint = parse_webhook(k_w1);
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->kind, HintKind::order);
    EXPECT_EQ(hint->type, 1);
    EXPECT_EQ(hint->shop_ext_id, "7495540735365777507");
    EXPECT_EQ(hint->notification_id, "7380066284010030890");
    EXPECT_EQ(hint->sent_at, base::Time::from_unix_seconds(1718305585));
    EXPECT_EQ(hint->order_ext_ids, std::vector<std::string>{"576653688135258178"});
    EXPECT_EQ(hint->object_updated_at, base::Time::from_unix_seconds(1718305585));
}

TEST(Webhook, Message) {
    const auto hint = parse_webhook(k_w2);
    ASSERT_TRUE(hint);
    ASSERT_TRUE(hint->message);
    EXPECT_EQ(hint->kind, HintKind::message);
    EXPECT_EQ(hint->message->text.reveal(), "Xin chào 👋");
    EXPECT_EQ(hint->message->sender, model::SenderRole::buyer);
    EXPECT_EQ(hint->message->ext_id, "7591000000000000099");
    EXPECT_EQ(hint->message->conversation_ext_id, "7494560109732334261");
}

TEST(Webhook, InvisibleMessageIsNotShown) {
    std::string body = k_w2;
    body.replace(body.find("\"is_visible\":true"), 17, "\"is_visible\":false");
    EXPECT_EQ(parse_webhook(body)->kind, HintKind::other);
}

TEST(Webhook, SellerWithoutShop) {
    const auto hint = parse_webhook(R"({"type":19,"seller_open_id":"7010736057180325637","timestamp":1,"data":{}})");
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->shop_ext_id, "");
    EXPECT_EQ(hint->seller_ext_id, "7010736057180325637");
    EXPECT_EQ(hint->kind, HintKind::other);
    EXPECT_EQ(parse_webhook(R"({"type":35,"data":{"tts_shop_id":"12"}})")->shop_ext_id, "12");
}

TEST(Webhook, FlatType68) {
    const auto hint = parse_webhook(
        R"({"event_id":"e-1","occurred_at":"2026-01-01T00:00:00.123456789Z","seller_id":7010736057180325637,)"
        R"("product_id":"1729382256910200001","sku_id":"1","quantity_snapshot_after_change":{}})");
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->type, 68);
    EXPECT_EQ(hint->kind, HintKind::stock);
    EXPECT_EQ(hint->notification_id, "e-1");
    EXPECT_EQ(hint->seller_ext_id, "7010736057180325637");
    EXPECT_EQ(hint->listing_ext_id, "1729382256910200001");
    EXPECT_EQ(hint->sent_at.unix_seconds(), 1767225600);
}

TEST(Webhook, IdsAsNumbersAreExact) {
    const auto hint =
        parse_webhook(R"({"type":5,"shop_id":9223372036854775807,"data":{"product_id":18446744073709551615}})");
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->kind, HintKind::listing);
    EXPECT_EQ(hint->shop_ext_id, "9223372036854775807");
    EXPECT_EQ(hint->listing_ext_id, "18446744073709551615");
}

TEST(Webhook, PackagesNameTheirOrdersOnce) {
    const auto hint = parse_webhook(
        R"({"type":4,"data":{"package_list":[{"order_id_list":["12","11"]},{"order_id_list":["12",null,"x"]}]}})");
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->kind, HintKind::order);
    EXPECT_EQ(hint->order_ext_ids, (std::vector<std::string>{"11", "12"}));
}

TEST(Webhook, AuthorisationTypes) {
    EXPECT_EQ(parse_webhook(R"({"type":6,"shop_id":"1","data":{"message":"m"}})")->kind, HintKind::deauthorised);
    const auto expiring = parse_webhook(R"({"type":7,"shop_id":"1","data":{"expiration_time":"1798761600"}})");
    EXPECT_EQ(expiring->kind, HintKind::expiring);
    EXPECT_EQ(expiring->expires_at.unix_seconds(), 1798761600);
}

TEST(Webhook, UnknownTypesAndMissingObjectsAreUnknown) {
    for (const char* body : {R"({"type":999,"data":{}})", R"({"type":1})", R"({"type":1,"data":{"order_id":null}})",
                             R"({"type":14,"data":[]})", R"({})", R"({"type":"x"})"})
        EXPECT_EQ(parse_webhook(body)->kind, HintKind::unknown) << body;
}

TEST(Webhook, OnlyObjectsAreHints) {
    for (const char* body : {"", "[]", "1", "null", "{", "<html></html>", "{\"type\":1}x", "{\"a\":\"\xff\"}"})
        EXPECT_FALSE(parse_webhook(body)) << body;
}

TEST(Webhook, CutAtEveryByteIsRefusedNotGuessed) {
    for (std::size_t n = 0; n < k_w2.size(); ++n) ASSERT_FALSE(parse_webhook(std::string_view(k_w2).substr(0, n))) << n;
}

}  // namespace
}  // namespace platform::tiktok
