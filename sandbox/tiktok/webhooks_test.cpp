#include "sandbox/tiktok/webhooks.h"

#include <set>

#include "sandbox/tiktok/test_shop_test.h"

namespace sandbox::tiktok {
namespace {

using http::Method;

class WebhooksTest : public ShopTest {
  protected:
    void SetUp() override {
        ShopTest::SetUp();
        app->webhook_url = "http://127.0.0.1:1/hooks/all";
    }
    std::int64_t now() { return engine->clock.now_ms(); }
    OrderRef order() { return engine->world.create_order(*shop, now()); }
    std::vector<Attempt> take() { return engine->webhooks.take_due(now()); }
    const Notification& first() { return engine->webhooks.all().front(); }
    void faults(const std::string& json) { ASSERT_TRUE(engine->faults.set(json)); }
};

TEST_F(WebhooksTest, AnOrderTellsItsStateAndIsSignedOverTheBody) {
    const OrderRef ref = order();
    const auto attempts = take();
    ASSERT_EQ(attempts.size(), 1u);
    EXPECT_EQ(attempts[0].address, app->webhook_url);
    EXPECT_EQ(attempts[0].signature, webhook_sign(app->key, app->secret, attempts[0].body));
    const auto body = base::JsonDocument::parse(attempts[0].body);
    ASSERT_TRUE(body);
    EXPECT_EQ((*body)["type"].integer_or(0), 1);
    EXPECT_EQ((*body)["shop_id"].string_or(), std::to_string(shop->id));
    EXPECT_EQ((*body)["timestamp"].integer_or(0), now() / 1'000);
    EXPECT_EQ((*body)["tts_notification_id"].string_or(), first().id);
    EXPECT_EQ((*body)["data"]["order_id"].string_or(), std::to_string(engine->world.order(ref).id));
}

TEST_F(WebhooksTest, OnlyConnectedShopsTell) {
    engine->world.create_order(engine->world.shops()[engine->world.sellers()[1].shops[0]], now());
    EXPECT_TRUE(take().empty());
}

TEST_F(WebhooksTest, ATopicsOwnAddressGoesBeforeTheApps) {
    const std::string body = R"({"address":"http://127.0.0.1:2/orders","event_type":"ORDER_STATUS_CHANGE"})";
    ASSERT_EQ(code(with_cipher(Method::put, "/event/202309/webhooks", {}, body)), 0);
    order();
    EXPECT_EQ(take()[0].address, "http://127.0.0.1:2/orders");
    ASSERT_EQ(code(with_cipher(Method::del, "/event/202309/webhooks", {}, R"({"event_type":"ORDER_STATUS_CHANGE"})")),
              0);
    EXPECT_EQ(call(with_cipher(Method::get, "/event/202309/webhooks"))["data"]["total_count"].integer_or(-1), 0);
    app->webhook_url.clear();
    order();
    EXPECT_TRUE(take().empty());
}

TEST_F(WebhooksTest, EventApiChecksItsBody) {
    const auto put = [&](const std::string& body) {
        return code(with_cipher(Method::put, "/event/202309/webhooks", {}, body));
    };
    EXPECT_EQ(put(R"({"event_type":"ORDER_STATUS_CHANGE"})"), 36009004);
    EXPECT_EQ(put(R"({"address":"https://a.example/x"})"), 36009004);
    EXPECT_EQ(put(R"({"address":"https://a.example/x","event_type":"NOTHING"})"), 36009004);
    EXPECT_EQ(put(R"({"address":"http://a.example/x","event_type":"NEW_MESSAGE"})"), 36009004);
    EXPECT_EQ(put(R"({"address":"http://127.0.0.1.a.example/x","event_type":"NEW_MESSAGE"})"), 36009004);
    EXPECT_EQ(put(R"({"address":"https://a.example/)" + std::string(250, 'a') + R"(","event_type":"NEW_MESSAGE"})"),
              36009004);
    EXPECT_EQ(put(R"({"address":"https://a.example/x","event_type":"NEW_MESSAGE"})"), 0);
}

TEST_F(WebhooksTest, FailuresClimbTheLadderAndThenEnd) {
    order();
    const std::string body = take()[0].body;
    for (const base::Duration pause : {base::minutes(2), base::minutes(30), base::hours(3), base::hours(12)}) {
        engine->webhooks.finished(0, 500, now());
        EXPECT_EQ(first().delivery, Delivery::waiting);
        machine.advance(pause - base::milliseconds(1));
        EXPECT_TRUE(take().empty());
        machine.advance(base::milliseconds(1));
        const auto again = take();
        ASSERT_EQ(again.size(), 1u);
        EXPECT_EQ(again[0].body, body);
    }
    engine->webhooks.finished(0, 0, now());
    EXPECT_EQ(first().delivery, Delivery::given_up);
    EXPECT_EQ(first().attempts, 5);
    machine.advance(base::days(30));
    EXPECT_TRUE(take().empty());
    EXPECT_EQ(engine->ledger.count("webhook", "1.failed"), 5u);
}

TEST_F(WebhooksTest, AcceptedAndRefusedAreBothAnswers) {
    order();
    take();
    engine->webhooks.finished(0, 200, now());
    EXPECT_EQ(first().delivery, Delivery::accepted);
    order();
    take();
    engine->webhooks.finished(1, 401, now());
    EXPECT_EQ(engine->webhooks.all()[1].delivery, Delivery::refused);
    machine.advance(base::days(1));
    EXPECT_TRUE(take().empty());
}

TEST_F(WebhooksTest, SpeedShortensTheLadder) {
    EngineOptions options;
    options.speed = 60;
    options.history = 0;
    make(options);
    app->webhook_url = "http://127.0.0.1:1/";
    order();
    take();
    engine->webhooks.finished(0, 503, now());
    machine.advance(base::seconds(2));
    EXPECT_EQ(take().size(), 1u);
}

TEST_F(WebhooksTest, CancellationSaysCancelAndSendsType11) {
    const OrderRef ref = order();
    ASSERT_TRUE(engine->world.step(ref, Step::buyer_cancels, now()));
    std::multiset<int> types;
    for (const Notification& n : engine->webhooks.all()) types.insert(n.type);
    EXPECT_EQ(types, (std::multiset<int>{1, 1, 11}));
    EXPECT_EQ(engine->webhooks.all()[1].status, "CANCEL");
}

TEST_F(WebhooksTest, WithdrawalSendsType6AndThenSilence) {
    ASSERT_TRUE(engine->tiktok.deauthorise(*app, 0));
    EXPECT_EQ(take().size(), 2u) << "one for each shop";
    EXPECT_EQ(first().type, 6);
    order();
    EXPECT_TRUE(take().empty());
}

TEST_F(WebhooksTest, ExpiryIsAnnouncedDailyFromThirtyDaysBefore) {
    engine->clock.advance(327 * 86'400'000ll);
    engine->webhooks.warn_of_expiry(now());
    EXPECT_TRUE(take().empty());
    engine->clock.advance(86'400'000ll);
    engine->webhooks.warn_of_expiry(now());
    engine->webhooks.warn_of_expiry(now());
    EXPECT_EQ(take().size(), 2u);
    EXPECT_EQ(first().type, 7);
    engine->clock.advance(86'400'000ll);
    engine->webhooks.warn_of_expiry(now());
    EXPECT_EQ(take().size(), 2u);
}

TEST_F(WebhooksTest, Duplicates) {
    faults(R"({"webhooks":[{"kind":"duplicate","copies":3,"delay_s":10}]})");
    order();
    machine.advance(base::seconds(10));
    const auto attempts = take();
    ASSERT_EQ(attempts.size(), 4u);
    for (const Attempt& attempt : attempts) EXPECT_EQ(attempt.body, attempts[0].body);
}

TEST_F(WebhooksTest, Drops) {
    faults(R"({"webhooks":[{"kind":"drop","times":1}]})");
    order();
    EXPECT_TRUE(take().empty());
    EXPECT_EQ(first().delivery, Delivery::dropped);
    order();
    EXPECT_EQ(take().size(), 1u);
}

TEST_F(WebhooksTest, ForgeriesCarryAWrongSignature) {
    faults(R"({"webhooks":[{"kind":"forge"}]})");
    order();
    const auto attempts = take();
    ASSERT_EQ(attempts.size(), 2u);
    int right = 0;
    for (const Attempt& attempt : attempts)
        right += attempt.signature == webhook_sign(app->key, app->secret, attempt.body) ? 1 : 0;
    EXPECT_EQ(right, 1);
}

TEST_F(WebhooksTest, LateDelayedAndNameless) {
    faults(R"({"webhooks":[{"kind":"late","delay_s":61200},{"kind":"delay","delay_s":5},{"kind":"no_id"}]})");
    order();
    EXPECT_TRUE(take().empty());
    machine.advance(base::seconds(5));
    const auto attempts = take();
    ASSERT_EQ(attempts.size(), 1u);
    const auto body = base::JsonDocument::parse(attempts[0].body);
    ASSERT_TRUE(body);
    EXPECT_EQ((*body)["timestamp"].integer_or(0), now() / 1'000 - 5 - 61'200);
    EXPECT_FALSE((*body)["tts_notification_id"].present());
    EXPECT_EQ(attempts[0].signature, webhook_sign(app->key, app->secret, attempts[0].body));
}

TEST_F(WebhooksTest, AMessageRefersToAConversationThatCanBeRead) {
    const auto id = engine->stories.stage(*shop, "phishing", "th", true, now());
    ASSERT_TRUE(id);
    const auto body = base::JsonDocument::parse(take()[0].body);
    ASSERT_TRUE(body);
    EXPECT_EQ((*body)["type"].integer_or(0), 14);
    const std::string conversation = (*body)["data"]["conversation_id"].string_or();
    const auto read = call(with_cipher(
        Method::get, "/customer_service/202309/conversations/" + conversation + "/messages", {{"page_size", "10"}}));
    ASSERT_EQ(read["data"]["messages"].items().size(), 1u);
    EXPECT_EQ(read["data"]["messages"].at(0)["content"].string_or(), (*body)["data"]["content"].string_or());
    const auto inner = base::JsonDocument::parse(read["data"]["messages"].at(0)["content"].string_or());
    ASSERT_TRUE(inner);
    EXPECT_NE((*inner)["content"].string_or().find("TikTok Shop"), std::string::npos);
}

TEST_F(WebhooksTest, AttemptsGoThroughTheClient) {
    order();
    std::vector<base::HttpRequest> sent;
    base::FakeHttpClient client([&](const base::HttpRequest& asked) {
        sent.push_back(asked);
        base::HttpAnswer answer;
        answer.status = 200;
        return answer;
    });
    engine->tick(client);
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].method, "POST");
    EXPECT_EQ(sent[0].total_timeout_ms, 3'000);
    EXPECT_EQ(first().delivery, Delivery::accepted);
}

}  // namespace
}  // namespace sandbox::tiktok
