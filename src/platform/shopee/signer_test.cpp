#include "platform/shopee/signer.h"

#include <gtest/gtest.h>

#include "platform/shopee/endpoints.h"
#include "platform/shopee/webhook.h"

// The vectors were made with independent implementations.
namespace platform::shopee {
namespace {

const base::Secret k_key("5368706574657374706172746e65726b657931323334353637383930616263");
constexpr std::string_view k_partner = "2001887";
constexpr std::int64_t k_at = 1655714431;

TEST(ShopeeSigner, CallInAShopsName) {
    EXPECT_EQ(sign(k_key, k_partner, k_shop_info.path, k_at, {"59777174636562737266615546704c6d", "14701711"}),
              "dea3f1dd4efac0d8ba1e1874977e1f13158daeb9da3601c81efac2364b63b1f3");
}

TEST(ShopeeSigner, CallOfTheAppItself) {
    EXPECT_EQ(sign(k_key, k_partner, "/api/v2/public/get_shops_by_partner", k_at, {}),
              "814f4cbc73d171aa0e8971066207c8cb96e25cf07bcf4015b15378a5056f8363");
}

TEST(ShopeeSigner, CallInAMerchantsNameIsMadeTheSameWay) {
    EXPECT_EQ(sign(k_key, k_partner, "/api/v2/global_product/get_category", k_at,
                   {"09777174636962737266615546704c6d", "1000000"}),
              "5bb37ad10bb35ae4a50f378fac60bb7f7138da285197d5d571fb0d4ee8fc3972");
}

TEST(ShopeeSigner, ConsentPage) {
    EXPECT_EQ(sign(k_key, k_partner, k_consent, k_at, {}),
              "73a66a982945c347c003d43ebcaa79a4408bbf792430febc9baa1c6ec1abf604");
}

TEST(ShopeeSigner, CodeExchange) {
    EXPECT_EQ(sign(k_key, k_partner, k_token_get.path, k_at, {}),
              "a6651b7c59efb6135a91637c0ab2d9cf4e018f4686ab9743e3e1950537da6c03");
}

constexpr std::string_view k_address = "https://console.example.test/hooks/shopee";
constexpr std::string_view k_push =
    R"({"data":{"items":[],"ordersn":"220810QSK8S7BX","status":"PROCESSED","completed_scenario":"",)"
    R"("update_time":1660123127},"shop_id":727720655,"code":3,"timestamp":1660123127})";
constexpr std::string_view k_signed = "165edbef3976bb20b950fb4b397e591a62c2a7c83494c1774d77e717310595f6";

TEST(ShopeeSigner, Pushes) {
    EXPECT_EQ(k_push.size(), 170u);
    EXPECT_EQ(sign_webhook(k_key, k_address, k_push), k_signed);
    constexpr std::string_view k_chat =
        R"({"data":{"type":"message","region":"ID","content":{"message_id":"2302748948493123953",)"
        R"("from_id":165105353,"to_id":947151379,"message_type":"text","content":{"text":"Baik kak .. 🤗"},)"
        R"("conversation_id":"709122092476686867","created_timestamp":1726044721}},"shop_id":947042923,"code":10,)"
        R"("timestamp":1726044722})";
    EXPECT_EQ(k_chat.size(), 309u);
    EXPECT_EQ(sign_webhook(k_key, k_address, k_chat),
              "adce308fab7aa211a99178493da09809c96ccd915c3991704873b40999b05b7f");
}

TEST(ShopeeSigner, WhatIsNotSignedForThisAddressIsRefused) {
    EXPECT_TRUE(verify_webhook(k_key, k_address, k_push, k_signed));
    EXPECT_FALSE(verify_webhook(k_key, std::string(k_address) + "/", k_push, k_signed));
    EXPECT_FALSE(verify_webhook(k_key, "http://console.example.test/hooks/shopee", k_push, k_signed));
    EXPECT_FALSE(verify_webhook(k_key, k_address, std::string(k_push) + " ", k_signed));
    EXPECT_FALSE(verify_webhook(base::Secret("other"), k_address, k_push, k_signed));
    EXPECT_FALSE(verify_webhook(k_key, k_address, k_push, ""));
    EXPECT_FALSE(verify_webhook(k_key, k_address, k_push, "SHA256 " + std::string(k_signed)));
    // Nobody's secret, and nobody's address: not even what fits them.
    EXPECT_FALSE(verify_webhook(base::Secret(), k_address, k_push, sign_webhook(base::Secret(), k_address, k_push)));
    EXPECT_FALSE(verify_webhook(k_key, "", k_push, sign_webhook(k_key, "", k_push)));
}

}  // namespace
}  // namespace platform::shopee
