#include "sandbox/tiktok/sign.h"

#include <gtest/gtest.h>

namespace sandbox::tiktok {
namespace {

// Vectors that were computed with Python and OpenSSL; those called TikTok's own stand on its pages
// sign-your-api-request and tts-webhooks-overview.
constexpr const char* k_secret = "7c9e2f4ab1d04c6e8f5a3b2c1d0e9f87";

std::map<std::string, std::string> common() {
    return {{"app_key", "6aebc123def45"}, {"shop_cipher", "ROW_p1XqUgAAAAD9k3vT7mZc2Rf8"}, {"timestamp", "1767225600"}};
}

TEST(RequestSign, TikToksOwnExample) {
    EXPECT_EQ(request_sign("e59af819cc", "/authorization/202309/shops",
                           {{"app_key", "29a39d"}, {"timestamp", "1623812664"}}, ""),
              "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8");
}

TEST(RequestSign, QueryAndBody) {
    auto query = common();
    query["page_size"] = "50";
    query["sort_field"] = "update_time";
    query["sort_order"] = "ASC";
    EXPECT_EQ(request_sign(k_secret, "/order/202309/orders/search", query,
                           R"({"order_status":"UNPAID","update_time_ge":1767139200,"update_time_lt":1767225600})"),
              "e14549e90543676ab2ad42a2307ee2c183da047278f3fa99f0c39a4595dd1142");
}

TEST(RequestSign, CommasOfAListStayBare) {
    auto query = common();
    query["ids"] = "576653688135258178,576653688135258179";
    EXPECT_EQ(request_sign(k_secret, "/order/202507/orders", query, ""),
              "d86ac38d10a96b845e6a734eceab0b0c4a26fc1e0c53cae8c9b98ca20b4af7ce");
}

TEST(RequestSign, MultipartBodiesAreLeftOut) {
    EXPECT_EQ(request_sign(k_secret, "/customer_service/202309/images/upload", common(), ""),
              "bf4bfb624e2b91aad99d9990394b2b974224a8ca73fb917f8210d56303d1b163");
}

TEST(RequestSign, BodiesAreBytes) {
    EXPECT_EQ(request_sign(k_secret, "/customer_service/202309/conversations/7494560109732334261/messages", common(),
                           R"({"type":"TEXT","content":"{\"content\":\"Xin chào 👋\"}"})"),
              "81d1576376d888b788b0e9df7099effac426e1a430607ec2ba4fdf58f03edaae");
    EXPECT_EQ(request_sign(k_secret, "/event/202309/webhooks", common(),
                           R"({"address":"https://hooks.example.com/tiktok","event_type":"ORDER_STATUS_CHANGE"})"),
              "fff10919f97a28faee4b7e2b2358082636c3c8c62e398b6de89a0e0c93384abe");
}

TEST(RequestSign, SignAndAccessTokenAreLeftOut) {
    auto query = common();
    const std::string plain = request_sign(k_secret, "/p", query, "");
    query["sign"] = "x";
    query["access_token"] = "y";
    EXPECT_EQ(request_sign(k_secret, "/p", query, ""), plain);
}

TEST(WebhookSign, TikToksOwnExample) {
    EXPECT_EQ(
        webhook_sign(
            "abcdef", "123",
            R"({"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507","timestamp":1718305585,"data":{"is_on_hold_order":true,"order_id":"576653688135258178","order_status":"UNPAID","update_time":1718305585}})"),
        "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05");
}

TEST(WebhookSign, BodiesAreBytes) {
    EXPECT_EQ(
        webhook_sign(
            "6aebc123def45", k_secret,
            R"({"type":14,"tts_notification_id":"7591000000000000014","shop_id":"7495540735365777507","timestamp":1767225600,"data":{"content":"{\"content\":\"Xin chào 👋\"}","conversation_id":"7494560109732334261","create_time":1767225599,"is_visible":true,"message_id":"7591000000000000099","index":"1767225599000","type":"TEXT","sender":{"im_user_id":"7494560109732334200","role":"BUYER"}}})"),
        "0e7f7e5f23e5df9cd807aa65a7043fdf541eb4b18e43e3c4765fb609f3c8c9b8");
}

}  // namespace
}  // namespace sandbox::tiktok
