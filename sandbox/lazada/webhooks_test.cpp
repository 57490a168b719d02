#include "sandbox/lazada/webhooks.h"

#include "sandbox/lazada/test_side_test.h"

namespace sandbox::lazada {
namespace {

class PushTest : public LazadaTest {
  protected:
    void SetUp() override {
        LazadaTest::SetUp();
        app->webhook_url = "http://127.0.0.1:1/hooks/lazada";
    }
    std::vector<Attempt> due() { return side->webhooks.take_due(machine.now().ms); }
    OrderRef new_order() { return side->world.create_order(*shop, machine.now().ms); }
};

TEST_F(PushTest, EachItemIsToldOfAndSigned) {
    const OrderRef ref = new_order();
    const Order& order = side->world.order(ref);
    const auto attempts = due();
    ASSERT_EQ(attempts.size(), order.lines.size());
    for (const Attempt& attempt : attempts) {
        EXPECT_EQ(attempt.address, app->webhook_url);
        EXPECT_EQ(attempt.signature, webhook_sign(app->key, app->secret, attempt.body));
        const auto body = base::JsonDocument::parse(attempt.body);
        ASSERT_TRUE(body);
        EXPECT_EQ((*body)["message_type"].integer_or(-1), 0);
        EXPECT_EQ((*body)["seller_id"].string_or(), std::to_string(shop->id));
        EXPECT_EQ((*body)["data"]["trade_order_id"].string_or(), std::to_string(order.id));
        EXPECT_EQ((*body)["timestamp"].integer_or(0), machine.now().ms);
        EXPECT_EQ((*body)["site"].string_or(), "lazada_sg");
    }
}

TEST_F(PushTest, TwelveRetriesEachHalfAnHourWithTheNewestState) {
    const OrderRef ref = new_order();
    const std::size_t lines = side->world.order(ref).lines.size();
    int rounds = 0;
    for (auto attempts = due(); !attempts.empty(); attempts = due()) {
        ++rounds;
        ASSERT_EQ(attempts.size(), lines);
        for (const Attempt& attempt : attempts)
            side->webhooks.finished(attempt.number, rounds % 2 == 0 ? 0 : 503, machine.now().ms);
        machine.advance(base::seconds(1'799));
        EXPECT_TRUE(due().empty());
        machine.advance(base::seconds(1));
    }
    EXPECT_EQ(rounds, 13);
    EXPECT_EQ(side->webhooks.all().front().delivery, Delivery::given_up);

    const OrderRef paid = new_order();
    for (const Attempt& attempt : due()) side->webhooks.finished(attempt.number, 503, machine.now().ms);
    ASSERT_TRUE(side->world.step(paid, side->world.order(paid).cash_on_delivery ? Step::hold_over : Step::pay,
                                 machine.now().ms));
    for (const Attempt& attempt : due()) side->webhooks.finished(attempt.number, 200, machine.now().ms);
    machine.advance(base::minutes(30));
    const auto repeated = due();
    ASSERT_FALSE(repeated.empty());
    EXPECT_NE(repeated.front().body.find(R"("order_status":"pending")"), std::string::npos);
}

TEST_F(PushTest, NothingIsSentForASellerWhoDidNotAgreeOrNoLongerDoes) {
    side->world.create_order(side->world.shops()[1], machine.now().ms);
    EXPECT_TRUE(due().empty());
    side->service.registry().authorisations().begin()->second.void_ = true;
    new_order();
    EXPECT_TRUE(due().empty());
}

TEST_F(PushTest, MessagesSellersAndEnds) {
    for (int i = 0; i < 2; ++i)
        side->world.write(*shop, side->world.buyer_speaking(*shop, "en"), "BUYER", "TEXT", R"({"content":"a \"b\""})",
                          machine.now().ms);
    int without_site = 0;
    for (const Attempt& attempt : due()) {
        const auto body = *base::JsonDocument::parse(attempt.body);
        EXPECT_EQ(body["message_type"].integer_or(-1), 2);
        EXPECT_EQ((*base::JsonDocument::parse(body["data"]["content"].string_or()))["txt"].string_or(), "a \"b\"");
        EXPECT_EQ(body["data"]["site_id"].string_or(), "SG");
        if (!body["site"].present()) {
            ++without_site;
            EXPECT_TRUE(body["seller_id"].integer());
        }
    }
    EXPECT_LE(without_site, 2);

    shop->state = ShopState::deactivated;
    side->webhooks.seller_changed(*shop);
    EXPECT_NE(due().at(0).body.find(R"("message_type":13,"data":{"status":"close"})"), std::string::npos);

    machine.advance(base::days(28) + base::hours(1));
    side->webhooks.warn_of_expiry(machine.now().ms);
    side->webhooks.warn_of_expiry(machine.now().ms);
    const auto warned = due();
    ASSERT_EQ(warned.size(), 1u);
    EXPECT_TRUE(warned[0].body.starts_with(R"({"seller_id":"null","message_type":8,)")) << warned[0].body;
}

TEST_F(PushTest, FaultsOnRequest) {
    ASSERT_TRUE(side->faults.set(R"({"webhooks":[{"kind":"forge"}]})"));
    const std::size_t lines = side->world.order(new_order()).lines.size();
    const auto both = due();
    ASSERT_EQ(both.size(), 2 * lines);
    EXPECT_NE(both[0].signature, webhook_sign(app->key, app->secret, both[0].body));
    EXPECT_EQ(both[1].signature, webhook_sign(app->key, app->secret, both[1].body));
    ASSERT_TRUE(
        side->faults.set(R"({"webhooks":[{"kind":"drop"}],"api":[{"kind":"rate_limited","retry_after_s":7}]})"));
    new_order();
    EXPECT_TRUE(due().empty());
    const auto limited = call("/sg/rest/seller/get");
    EXPECT_EQ(limited["code"].string_or(), "ApiCallLimit");
    EXPECT_NE(limited["message"].string_or().find("last 7 seconds"), std::string::npos);
    side->faults.clear();
    EXPECT_EQ(code("/sg/rest/seller/get"), "0");
}

}  // namespace
}  // namespace sandbox::lazada
