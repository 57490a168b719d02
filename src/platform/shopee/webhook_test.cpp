#include "platform/shopee/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace platform::shopee {
namespace {

using testing::ElementsAre;

Hint parse(std::string_view body) {
    auto hint = parse_webhook(body);
    EXPECT_TRUE(hint) << body;
    return hint ? std::move(*hint) : Hint{};
}
std::string push(int code, std::string_view data) {
    return R"({"code":)" + std::to_string(code) + R"(,"shop_id":60011111,"timestamp":1793500000,"data":)" +
           std::string(data) + "}";
}

TEST(ShopeeWebhook, OrderStatus) {
    const Hint hint =
        parse(push(3, R"({"items":[],"ordersn":"261101ABCDEFGH","status":"PROCESSED","update_time":1793499990})"));
    EXPECT_EQ(hint.kind, HintKind::order);
    EXPECT_EQ(hint.shop_ext_id, "60011111");
    EXPECT_EQ(hint.sent_at.unix_seconds(), 1793500000);
    EXPECT_THAT(hint.order_ext_ids, ElementsAre("261101ABCDEFGH"));
    EXPECT_EQ(hint.notification_id, "3/60011111/261101ABCDEFGH/PROCESSED/1793499990");
    // Whether this is the order's own version is not documented: the order is read.
    EXPECT_FALSE(hint.object_updated_at);
}

TEST(ShopeeWebhook, EveryPushAboutAnOrderNamesIt) {
    for (const std::string& body :
         {push(4, R"({"ordersn":"261101ABCDEFGH","package_number":"OFG115649873107146","tracking_no":"MYSPX0001"})"),
          push(15, R"({"ordersn":"261101ABCDEFGH","package_number":"OFG1","status":"READY"})"),
          push(29, R"({"order_sn":"261101ABCDEFGH","return_sn":"2611010TA5PM808","updated_values":[)"
                   R"({"update_field":"return_status","old_value":"REQUESTED","new_value":"JUDGING",)"
                   R"("update_time":1793500000}]})"),
          push(30, R"({"ordersn":"261101ABCDEFGH","package_number":"OFG1","fulfillment_status":"LOGISTICS_READY",)"
                   R"("update_time":1793500000})"),
          push(47, R"({"order_sn":"261101ABCDEFGH","package_number":"OFG1","changed_fields":["ship_by_date"],)"
                   R"("old":{"ship_by_date":1793500000},"new":{"ship_by_date":1793672800},)"
                   R"("update_time":1793500000})")}) {
        const Hint hint = parse(body);
        EXPECT_EQ(hint.kind, HintKind::order) << body;
        EXPECT_THAT(hint.order_ext_ids, ElementsAre("261101ABCDEFGH"));
        EXPECT_FALSE(hint.notification_id.empty()) << body;
    }
    // Without the order there is nothing to read: kept as unknown.
    EXPECT_EQ(parse(push(3, R"({"status":"PROCESSED"})")).kind, HintKind::unknown);
    EXPECT_EQ(parse(push(3, R"({"ordersn":"2611 01/..","status":"X"})")).kind, HintKind::unknown);
}

TEST(ShopeeWebhook, TheSameEventSentAgainHasTheSameKey) {
    const auto key = [](std::string_view timestamp, std::string_view status) {
        return parse(R"({"code":3,"shop_id":1,"timestamp":)" + std::string(timestamp) +
                     R"(,"data":{"ordersn":"A1","update_time":5,"status":")" + std::string(status) + "\"}}")
            .notification_id;
    };
    EXPECT_EQ(key("1793500000", "SHIPPED"), key("1793510000", "SHIPPED"));
    EXPECT_NE(key("1793500000", "SHIPPED"), key("1793500000", "COMPLETED"));
}

TEST(ShopeeWebhook, ChatMessages) {
    const auto chat = [](std::string_view more) {
        return parse(push(10, R"({"type":"message","region":"ID","content":{"message_id":"2302748948493123953",)"
                              R"("message_type":"text","content":{"text":"Baik kak"},)"
                              R"("conversation_id":709122092476686867,"created_timestamp":1726044721,)"
                              R"("from_id":165105353,)" +
                                  std::string(more) + "}}"));
    };
    Hint hint = chat(R"("from_shop_id":0,"to_shop_id":60011111,"sub_account_id":0,"sub_account_name":0)");
    EXPECT_EQ(hint.kind, HintKind::message);
    ASSERT_TRUE(hint.message);
    EXPECT_EQ(hint.message->ext_id, "2302748948493123953");
    EXPECT_EQ(hint.message->conversation_ext_id, "709122092476686867");
    EXPECT_EQ(hint.message->text.reveal(), "Baik kak");
    EXPECT_EQ(hint.message->raw_content.reveal(), R"({"text":"Baik kak"})");
    EXPECT_EQ(hint.message->sent_at.unix_seconds(), 1726044721);
    EXPECT_EQ(hint.message->sender, model::SenderRole::buyer);
    EXPECT_EQ(hint.notification_id, "10/60011111/2302748948493123953");
    EXPECT_EQ(chat(R"("from_shop_id":60011111)").message->sender, model::SenderRole::shop);
    EXPECT_EQ(chat(R"("from_shop_id":60011111,"sub_account_id":77)").message->sender, model::SenderRole::agent);
    EXPECT_EQ(chat(R"("from_shop_id":60011111,"status":"auto_reply")").message->sender, model::SenderRole::robot);
    EXPECT_EQ(chat(R"("from_shop_id":5005)").message->sender, model::SenderRole::buyer);
    // Marked as read elsewhere, or without what a message has.
    EXPECT_EQ(
        parse(push(10, R"({"type":"notification","content":{"conversation_id":"5","type":"mark_as_replied"}})")).kind,
        HintKind::other);
    EXPECT_EQ(parse(push(10, R"({"type":"message","content":{}})")).kind, HintKind::other);
}

TEST(ShopeeWebhook, EndsOfAuthorisationsNameTheShopInManyWays) {
    const auto shop = [](std::string_view data) {
        const Hint hint =
            parse(R"({"code":2,"timestamp":1793500000,"partner_id":800000,"data":)" + std::string(data) + "}");
        EXPECT_EQ(hint.kind, HintKind::deauthorised);
        return hint.shop_ext_id;
    };
    EXPECT_EQ(shop(R"({"authorize_type":"user cancel shop authorization","success":1,)"
                   R"("extra":"shop id 22000000 (VN) has been cancelled its authorization"})"),
              "22000000");
    EXPECT_EQ(shop(R"({"extra":"Shop ID 2200 is gone"})"), "2200");
    EXPECT_EQ(shop(R"({"extra":"Shop (ID: 2200) is gone"})"), "2200");
    EXPECT_EQ(shop(R"({"extra":"shops of a shopkeeper; shop id none"})"), "");
    EXPECT_EQ(shop(R"({"shopid":77,"authorize_type":"expiry"})"), "77");
    EXPECT_EQ(shop(R"({"shop_id":"78"})"), "78");
    EXPECT_EQ(shop(R"({"shop_id_list":[79,80],"main_account_id":9})"), "79");
    EXPECT_EQ(shop(R"([{"shop_id":81}])"), "81");
    EXPECT_EQ(shop(R"({})"), "");
}

TEST(ShopeeWebhook, AuthorisationsThatEndSoon) {
    const Hint hint = parse(R"({"code":12,"timestamp":1793500000,"data":{"shop_expire_soon":[60011111],)"
                            R"("merchant_expire_soon":[],"expire_before":1794100000,"page_no":1,"total_page":1}})");
    EXPECT_EQ(hint.kind, HintKind::expiring);
    EXPECT_EQ(hint.shop_ext_id, "60011111");
    EXPECT_EQ(hint.expires_at.unix_seconds(), 1794100000);
}

TEST(ShopeeWebhook, ListingsAndStock) {
    Hint hint = parse(push(8, R"({"shop_id":60011111,"item_id":18614185187,"variation_id":87912785718,)"
                              R"("changed_values":[{"name":"reserved_stock","old":4951,"new":4950}],)"
                              R"("action":"place_order","ordersn":"261101QXVJM3EX","update_time":1793500000})"));
    EXPECT_EQ(hint.kind, HintKind::stock);
    EXPECT_EQ(hint.listing_ext_id, "18614185187");
    for (const int code : {6, 16, 22}) {
        hint = parse(push(code, R"({"item_id":1861418518})"));
        EXPECT_EQ(hint.kind, HintKind::listing) << code;
        EXPECT_EQ(hint.listing_ext_id, "1861418518");
    }
}

TEST(ShopeeWebhook, OtherTypesAndUnknownOnes) {
    for (const int code : {0, 1, 5, 7, 9, 11, 13, 18, 19, 20, 21, 23, 24, 25, 27, 28, 31, 33, 34, 35, 36, 37, 38})
        EXPECT_EQ(parse(push(code, R"({"anything":1})")).kind, HintKind::other) << code;
    for (const int code : {14, 17, 26, 32, 48, 4711}) EXPECT_EQ(parse(push(code, "{}")).kind, HintKind::unknown);
    EXPECT_EQ(parse("{}").kind, HintKind::unknown);
    EXPECT_EQ(parse(R"({"code":0,"data":{"verify_info":"This is a verification message"}})").kind, HintKind::other);
    for (const char* bad : {"", "[]", "3", "{", "\xff"}) EXPECT_FALSE(parse_webhook(bad)) << bad;
}

// Whatever is in a push, reading it gives a hint or an error, and every key stays inside its bounds.
RC_GTEST_PROP(ShopeeWebhook, AnyTypeInAnyFieldIsAHintOrAnError, ()) {
    static const std::vector<std::string> k_fields = {"ordersn",        "order_sn",         "package_number", "status",
                                                      "update_time",    "content",          "type",           "extra",
                                                      "shopid",         "shop_id",          "return_sn",      "item_id",
                                                      "updated_values", "shop_expire_soon", "changed_fields"};
    static const std::vector<std::string> k_values = {"null",
                                                      "true",
                                                      "0",
                                                      "-1",
                                                      "18446744073709551615",
                                                      "1.5",
                                                      "\"\"",
                                                      "\"message\"",
                                                      "\"5\"",
                                                      "{}",
                                                      "[]",
                                                      "[{}]",
                                                      "[null,1]",
                                                      "\"shop id 99999999999999999999999999\"",
                                                      R"({"message_id":5,"content":[]})",
                                                      R"({"message_id":"\u0000","content":{"text":"a\u0000b"}})",
                                                      "\"" + std::string(300, 'x') + "\""};
    std::string data = "{";
    for (const std::string& field : k_fields) {
        if (data.size() > 1) data += ',';
        data += '"' + field + "\":" + *rc::gen::elementOf(k_values);
    }
    data += '}';
    if (*rc::gen::arbitrary<bool>()) data = "[" + data + "]";
    const auto hint =
        parse_webhook(R"({"code":)" + std::to_string(*rc::gen::inRange(-1, 50)) + R"(,"data":)" + data + "}");
    RC_ASSERT(hint.has_value());
    RC_ASSERT(hint->notification_id.size() <= 256);
    RC_ASSERT(hint->shop_ext_id.size() <= 20);
    RC_ASSERT(hint->kind != HintKind::order || hint->order_ext_ids.size() == 1);
    RC_ASSERT(hint->kind != HintKind::message || hint->message.has_value());
}

}  // namespace
}  // namespace platform::shopee
