#include <set>

#include "sandbox/lazada/test_side_test.h"

namespace sandbox::lazada {
namespace {

TEST_F(LazadaTest, OrdersComeByTimeOfChange) {
    const std::string path = "/sg/rest/orders/get";
    EXPECT_EQ(code(path), "MissingParameter");
    EXPECT_EQ(code(path, {{"update_after", "yesterday"}}), "17");
    const std::string since = "2020-01-01T00:00:00+08:00";
    for (const auto& [name, value, wanted] : {std::tuple{"status", "asleep", "36"},
                                              {"sort_by", "price", "75"},
                                              {"sort_direction", "up", "74"},
                                              {"offset", "5001", "14"},
                                              {"offset", "-1", "14"},
                                              {"limit", "101", "19"},
                                              {"limit", "0", "19"}})
        EXPECT_EQ(code(path, {{"update_after", since}, {name, value}}), wanted) << name;
    const auto all = call(path, {{"update_after", since}, {"sort_by", "updated_at"}, {"sort_direction", "ASC"}});
    EXPECT_EQ(all["data"]["countTotal"].integer_or(0), 5);
    std::string before;
    std::set<std::string> ids;
    for (const base::Json& order : all["data"]["orders"].items()) {
        EXPECT_LE(before, order["updated_at"].string_or());
        before = order["updated_at"].string_or();
        EXPECT_TRUE(before.ends_with(" +0800")) << before;
        ids.insert(order["order_id"].string_or());
    }
    EXPECT_EQ(ids.size(), 5u);
    std::set<std::string> paged;
    for (int offset = 0; offset < 5; offset += 2) {
        const auto page = call(path, {{"update_after", since}, {"limit", "2"}, {"offset", std::to_string(offset)}});
        for (const base::Json& order : page["data"]["orders"].items()) paged.insert(order["order_id"].string_or());
    }
    EXPECT_EQ(paged, ids);
    EXPECT_EQ(call(path, {{"update_after", "2100-01-01T00:00:00Z"}})["data"]["countTotal"].integer_or(-1), 0);
}

TEST_F(LazadaTest, EachUnitIsAnItem) {
    const Order& order = shop->orders.front();
    const std::string id = std::to_string(order.id);
    const auto one = call("/sg/rest/order/get", {{"order_id", id}});
    EXPECT_EQ(one["data"]["order_id"].id_text(), id);
    EXPECT_NE(one["data"]["updated_at"].string_or().find("T"), std::string::npos);
    const auto items = call("/sg/rest/order/items/get", {{"order_id", id}});
    ASSERT_EQ(items["data"].items().size(), order.lines.size());
    EXPECT_EQ(items["data"].at(0)["order_item_id"].id_text(), std::to_string(order.lines[0].id));
    EXPECT_EQ(items["data"].at(0)["currency"].string_or(), "SGD");
    const auto many = call("/sg/rest/orders/items/get", {{"order_ids", "[" + id + "]"}});
    EXPECT_EQ(many["data"].at(0)["order_items"].items().size(), order.lines.size());
    EXPECT_EQ(code("/sg/rest/order/get", {{"order_id", "7"}}), "16");
    // Of another seller's shop.
    const std::string foreign = std::to_string(side->world.shops()[1].orders.front().id);
    EXPECT_EQ(code("/sg/rest/order/get", {{"order_id", foreign}}), "16");
    EXPECT_EQ(code("/sg/rest/orders/items/get", {{"order_ids", "[" + id + "," + foreign + "]"}}), "37");
    EXPECT_EQ(code("/sg/rest/orders/items/get", {{"order_ids", id}}), "56");
    EXPECT_EQ(code("/sg/rest/orders/items/get", {{"order_ids", "[]"}}), "39");
    std::string fifty_one = id;
    for (int i = 0; i < 50; ++i) fifty_one += "," + id;
    EXPECT_EQ(code("/sg/rest/orders/items/get", {{"order_ids", "[" + fifty_one + "]"}}), "38");
}

TEST_F(LazadaTest, AClosedShopSaysSo) {
    EXPECT_EQ(call("/sg/rest/seller/get")["data"]["status"].string_or(), "ACTIVE");
    shop->state = ShopState::deactivated;
    EXPECT_EQ(call("/sg/rest/seller/get")["data"]["status"].string_or(), "INACTIVE");
    shop->state = ShopState::refused_by_gateway;
    EXPECT_EQ(code("/sg/rest/seller/get"), "SellerNotVerified");
}

}  // namespace
}  // namespace sandbox::lazada
