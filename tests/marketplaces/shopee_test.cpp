#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/text.h"
#include "platform/shopee/client.h"
#include "sandbox/engine.h"
#include "sandbox/shopee/order_json.h"

namespace {

using testing::IsEmpty;
using testing::SizeIs;
namespace shopee = sandbox::shopee;

// A request as it would arrive over HTTP.
http::Request arrived(const base::HttpRequest& sent, std::string_view base) {
    http::Request request;
    request.method = sent.method == "POST" ? http::Method::post : http::Method::get;
    const std::string_view target = std::string_view(sent.url).substr(base.size());
    const std::size_t question = std::min(target.find('?'), target.size());
    request.path = target.substr(0, question);
    if (question < target.size())
        for (const std::string_view pair : base::split(target.substr(question + 1), '&')) {
            const std::size_t equals = std::min(pair.find('='), pair.size());
            request.query.emplace_back(*base::percent_decode(pair.substr(0, equals)),
                                       *base::percent_decode(pair.substr(std::min(equals + 1, pair.size()))));
        }
    request.headers = sent.headers;
    request.body = sent.body;
    return request;
}

class Shopee : public testing::Test {
  protected:
    void SetUp() override {
        sandbox::EngineOptions options;
        options.shops = 1;
        options.shopee_shops = 4;
        options.history = 400;
        auto made = sandbox::Engine::make(options, machine);
        ASSERT_TRUE(made) << made.error().what;
        engine = std::move(*made);
        market = engine->shopee.get();
        market->service.set_calls_per_second(1'000);
        partner = &market->service.registry().app();
        app.platform = model::Platform::shopee;
        app.key = partner->partner_id;
        app.api_base = app.auth_base = app.consent_base = "http://shopee.example";
        secret = base::Secret(partner->key);
    }

    // The seller follows the link of the console, chooses an account and agrees.
    platform::Consent agree(const std::string& account) {
        base::HttpRequest open;
        open.url = client.authorisation_link({app, secret}, "state-1", "https://console.example/oauth/shopee/callback");
        EXPECT_EQ(engine->handle_shopee(arrived(open, app.api_base)).response.status, 200);
        http::Request form;
        form.method = http::Method::post;
        form.path = "/auth";
        form.body = "partner_id=" + partner->partner_id +
                    "&redirect=" + base::percent_encode("https://console.example/oauth/shopee/callback?state=state-1") +
                    "&decision=accept&account=" + base::percent_encode(account);
        std::string back;
        for (const auto& [name, value] : engine->handle_shopee(form).response.headers)
            if (name == "Location") back = value;
        const auto parameter = [&](const std::string& name) {
            const std::size_t at = back.find(name + "=");
            if (at == std::string::npos) return std::string();
            const std::size_t from = at + name.size() + 1;
            return *base::percent_decode(back.substr(from, back.find('&', from) - from));
        };
        EXPECT_EQ(parameter("state"), "state-1");
        return {.code = parameter("code"),
                .shop_ext_id = parameter("shop_id"),
                .main_account_id = parameter("main_account_id")};
    }
    static std::string id_of(const sandbox::Shop& shop) { return std::to_string(shopee::Registry::shop_id(shop)); }
    platform::Grant connect(const sandbox::Shop& shop) {
        auto grant = client.exchange({app, secret}, egress, agree("shop:" + id_of(shop)));
        EXPECT_TRUE(grant) << grant.error().message;
        return grant ? std::move(*grant) : platform::Grant{};
    }
    // Both live longer than the result.
    platform::StoreAccess access(const base::Secret& token, const std::string& shop) {
        return {{app, secret}, token, none, shop, "", egress};
    }

    base::FakeClock machine;
    base::SeededRandom random{3};
    std::unique_ptr<sandbox::Engine> engine;
    shopee::Market* market = nullptr;
    shopee::App* partner = nullptr;
    model::App app;
    base::Secret secret;
    base::Secret none;
    base::EgressProfile egress{"s_1", "", "", nullptr};
    base::FakeHttpClient http{[this](const base::HttpRequest& sent) -> base::Result<base::HttpAnswer> {
        const http::Response response = engine->handle_shopee(arrived(sent, app.api_base)).response;
        base::HttpAnswer answer;
        answer.status = response.status;
        answer.body = response.body;
        return answer;
    }};
    platform::shopee::Client client{http, machine, random, [this](base::Duration by) { machine.advance(by); }};
};

TEST_F(Shopee, AShopConnectsAndItsTokensAreRenewed) {
    const sandbox::Shop& shop = market->world.shops()[0];
    const platform::Grant grant = connect(shop);
    ASSERT_THAT(grant.shops, SizeIs(1));
    EXPECT_EQ(grant.shops[0].ext_id, id_of(shop));
    EXPECT_EQ(grant.shops[0].name, shop.name);
    EXPECT_EQ(grant.shops[0].region, shop.market->region);
    EXPECT_EQ(grant.refresh_expires_at.unix_seconds(), machine.now().unix_seconds() + 365 * 86'400);
    const auto renewed = client.refresh({app, secret}, egress, id_of(shop), grant.refresh_token);
    ASSERT_TRUE(renewed);
    EXPECT_EQ(client.shop_status(access(renewed->access_token, id_of(shop)), id_of(shop))->status,
              model::ShopStatus::active);
    // Good once.
    EXPECT_EQ(client.refresh({app, secret}, egress, id_of(shop), grant.refresh_token).error().kind,
              platform::ErrorClass::auth_lost);
    machine.advance(base::hours(4));
    EXPECT_EQ(client.shops(access(renewed->access_token, id_of(shop))).error().kind,
              platform::ErrorClass::auth_expired);
}

TEST_F(Shopee, AMainAccountBringsAllItsShopsAndEachRenewsForItself) {
    const auto grant = client.exchange({app, secret}, egress, agree("main:1"));
    ASSERT_TRUE(grant);
    ASSERT_THAT(grant->shops, SizeIs(3));
    for (const platform::Shop& shop : grant->shops) {
        EXPECT_FALSE(shop.name.empty());
        EXPECT_TRUE(client.refresh({app, secret}, egress, shop.ext_id, grant->refresh_token)) << shop.ext_id;
    }
}

TEST_F(Shopee, ACodeOfSomebodyElseIsRefused) {
    platform::Consent consent = agree("shop:" + id_of(market->world.shops()[0]));
    consent.shop_ext_id = id_of(market->world.shops()[3]);
    EXPECT_EQ(client.exchange({app, secret}, egress, consent).error().kind, platform::ErrorClass::contract);
}

TEST_F(Shopee, AllOrdersOfNinetyDaysAreFoundWithTheirContent) {
    sandbox::Shop& shop = market->world.shops()[0];
    const platform::Grant grant = connect(shop);
    // A rush on top of what there was.
    for (int i = 0; i < 230; ++i) market->world.create_order(shop, engine->clock.now_ms());
    std::set<std::string> expected;
    const std::int64_t from_ms = machine.now().ms - base::days(90).ms;
    for (const sandbox::Order& order : shop.orders)
        if (order.updated >= from_ms) expected.insert(shopee::order_sn(order.id));
    ASSERT_GT(expected.size(), 230u);
    platform::OrderQuery query;
    query.updated_from = {from_ms};
    query.page_size = 100;
    std::set<std::string> found;
    do {
        const auto page = client.search_orders(access(grant.access_token, id_of(shop)), query);
        ASSERT_TRUE(page) << page.error().code_name << page.error().message;
        EXPECT_THAT(page->bad, IsEmpty());
        for (const model::Order& order : page->orders) {
            EXPECT_TRUE(found.insert(order.ext_id).second) << order.ext_id;
            EXPECT_NE(order.status, model::OrderStatus::unknown) << order.raw_status;
            const sandbox::Order* const there = market->world.find_order(*shopee::parse_order_sn(order.ext_id));
            ASSERT_NE(there, nullptr);
            EXPECT_EQ(order.total.minor, there->total());
            EXPECT_EQ(order.item_count, static_cast<std::int64_t>(there->lines.size()));
            EXPECT_EQ(order.updated_at.unix_seconds(), there->updated / 1'000);
        }
        query.page_token = page->next_page_token;
    } while (!query.page_token.empty());
    EXPECT_EQ(found, expected);
}

TEST_F(Shopee, PushesAreUnderstoodAndLostOnesAreFetched) {
    sandbox::Shop& shop = market->world.shops()[0];
    const platform::Grant grant = connect(shop);
    const std::string id = id_of(shop);
    const auto store = access(grant.access_token, id);
    const std::string address = "http://127.0.0.1:9/hooks/shopee";
    EXPECT_THAT(*client.subscriptions(store), IsEmpty());
    ASSERT_TRUE(client.subscribe(store, {"push", address}));
    EXPECT_EQ(*client.subscriptions(store), (std::vector<platform::Subscription>{{"push", address}}));

    const auto ref = market->world.create_order(shop, engine->clock.now_ms());
    const std::string number = shopee::order_sn(market->world.order(ref).id);
    (void)market->world.write(shop, 0, "BUYER", "TEXT", R"({"content":"is it new?"})", engine->clock.now_ms());
    ASSERT_TRUE(market->service.deauthorise(shop));
    bool order = false;
    bool message = false;
    bool ended = false;
    for (const shopee::PushAttempt& push : market->pushes.take_due(engine->clock.now_ms())) {
        EXPECT_TRUE(client.verify_webhook({app, secret}, push.body, push.signature, address)) << push.body;
        EXPECT_FALSE(client.verify_webhook({app, secret}, push.body + " ", push.signature, address));
        const auto hint = client.parse_webhook(push.body);
        ASSERT_TRUE(hint);
        EXPECT_NE(hint->kind, platform::HintKind::unknown) << push.body;
        order = order || (hint->kind == platform::HintKind::order && hint->order_ext_ids.front() == number);
        if (hint->kind == platform::HintKind::message) {
            message = true;
            EXPECT_EQ(hint->message->text.reveal(), "is it new?");
            EXPECT_EQ(hint->message->sender, model::SenderRole::buyer);
        }
        if (hint->kind == platform::HintKind::deauthorised) {
            ended = true;
            EXPECT_EQ(hint->shop_ext_id, id_of(shop));
        }
        market->pushes.finished(push.number, 500, engine->clock.now_ms());
    }
    EXPECT_TRUE(order && message && ended);
    // Nobody takes them, until the marketplace gives up.
    for (const std::int64_t seconds : {1'000, 2'000, 11'000}) {
        engine->clock.advance(seconds * 1'000);
        for (const shopee::PushAttempt& push : market->pushes.take_due(engine->clock.now_ms()))
            market->pushes.finished(push.number, 0, engine->clock.now_ms());
    }
    const auto lost = client.lost_webhooks(store);
    ASSERT_TRUE(lost);
    EXPECT_GE(lost->bodies.size(), 3u);
    EXPECT_TRUE(std::ranges::any_of(lost->bodies, [&](const std::string& body) { return body.contains(number); }));
    ASSERT_TRUE(client.confirm_lost(store, lost->up_to));
    EXPECT_THAT(client.lost_webhooks(store)->bodies, IsEmpty());
}

TEST_F(Shopee, AnEndedOrFrozenShopIsFoundOut) {
    sandbox::Shop& shop = market->world.shops()[0];
    const platform::Grant grant = connect(shop);
    const std::string id = id_of(shop);
    const auto store = access(grant.access_token, id);
    shop.state = sandbox::ShopState::deactivated;
    EXPECT_EQ(client.shop_status(store, id_of(shop))->status, model::ShopStatus::inactive);
    shop.state = sandbox::ShopState::refused_by_gateway;
    EXPECT_EQ(client.shop_status(store, id_of(shop))->status, model::ShopStatus::inactive);
    shop.state = sandbox::ShopState::active;
    ASSERT_TRUE(market->service.deauthorise(shop));
    EXPECT_EQ(client.shop_status(store, id_of(shop)).error().kind, platform::ErrorClass::auth_lost);
    EXPECT_EQ(client.refresh({app, secret}, egress, id_of(shop), grant.refresh_token).error().kind,
              platform::ErrorClass::auth_lost);
}

TEST_F(Shopee, ConversationsAndMessagesArePagedWithoutLoss) {
    sandbox::Shop& shop = market->world.shops()[0];
    const platform::Grant grant = connect(shop);
    const std::string id = id_of(shop);
    const auto store = access(grant.access_token, id);
    std::set<std::string> expected;
    for (std::uint32_t i = 0; i < 130; ++i) {
        machine.advance(base::seconds(1));
        const auto& message = market->world.write(shop, i % 70, i % 5 == 0 ? "SHOP" : "BUYER", "TEXT",
                                                  R"({"content":"hello"})", engine->clock.now_ms());
        expected.insert(std::to_string(message.id));
    }
    std::set<std::string> chats, found;
    std::string page;
    do {
        const auto list = client.conversations(store, page);
        ASSERT_TRUE(list) << list.error().message;
        EXPECT_THAT(list->bad, IsEmpty());
        for (const platform::ChatState& chat : list->chats) {
            EXPECT_FALSE(chat.conversation.buyer_ext_id.empty());
            EXPECT_FALSE(chat.conversation.buyer_name.empty());
            // Pages overlap by one.
            if (!chats.insert(chat.conversation.ext_id).second) continue;
            std::string next;
            do {
                const auto messages = client.messages(store, chat.conversation.ext_id, next);
                ASSERT_TRUE(messages) << messages.error().message;
                EXPECT_THAT(messages->bad, IsEmpty());
                for (const model::Message& message : messages->messages) {
                    EXPECT_TRUE(found.insert(message.ext_id).second);
                    EXPECT_EQ(message.text.reveal(), "hello");
                    EXPECT_NE(message.sender, model::SenderRole::unknown);
                    EXPECT_EQ(message.conversation_ext_id, chat.conversation.ext_id);
                }
                next = messages->next_page_token;
            } while (!next.empty());
        }
        page = list->next_page_token;
    } while (!page.empty());
    EXPECT_EQ(found, expected);
    EXPECT_EQ(chats.size(), shop.conversations.size());
}

TEST_F(Shopee, AnAppThatMayNotChatIsToldSo) {
    const sandbox::Shop& shop = market->world.shops()[0];
    const platform::Grant grant = connect(shop);
    partner->chat_allowed = false;
    const std::string id = id_of(shop);
    EXPECT_EQ(client.conversations(access(grant.access_token, id), "").error().kind,
              platform::ErrorClass::scope_missing);
}

TEST_F(Shopee, AllReturnsAreFoundWithTheirContentAndAPushTellsOfThem) {
    sandbox::Shop& shop = market->world.shops()[0];
    const platform::Grant grant = connect(shop);
    // More in one second than a page holds.
    for (std::uint32_t i = 0; i < shop.orders.size(); ++i)
        (void)market->world.open_return({0, i}, engine->clock.now_ms());
    ASSERT_GT(shop.returns.size(), 100u);
    const std::string id = id_of(shop);
    platform::OrderQuery query;
    query.updated_from = machine.now() - base::days(60);
    std::map<std::string, model::Return> found;
    do {
        const auto page = client.search_returns(access(grant.access_token, id), platform::ReturnList::returns, query);
        ASSERT_TRUE(page) << page.error().code_name << page.error().message;
        EXPECT_THAT(page->bad, IsEmpty());
        for (const model::Return& one : page->returns) EXPECT_TRUE(found.emplace(one.ext_id, one).second);
        query.page_token = page->next_page_token;
    } while (!query.page_token.empty());
    EXPECT_EQ(found.size(), shop.returns.size());
    for (const sandbox::Return& there : shop.returns) {
        const model::Return& one = found.at(shopee::order_sn(there.id));
        EXPECT_EQ(one.order_ext_id, shopee::order_sn(shop.orders[there.order].id));
        EXPECT_EQ(one.amount.minor, there.amount);
        const bool asked =
            there.state == sandbox::ReturnState::requested || there.state == sandbox::ReturnState::shipped_back;
        EXPECT_EQ(one.open(), asked) << one.raw_status;
        if (asked) {
            EXPECT_EQ(one.answer_by.unix_seconds(), there.deadline / 1'000);
        }
    }
    const std::string number = shopee::order_sn(shop.returns.back().id);
    const auto one = client.find_return(access(grant.access_token, id), platform::ReturnList::returns, number);
    ASSERT_TRUE(one);
    ASSERT_THAT(one->returns, SizeIs(1));
    EXPECT_THAT(
        client.find_return(access(grant.access_token, id), platform::ReturnList::returns, "26110100000")->returns,
        IsEmpty());

    const std::string address = "http://127.0.0.1:9/hooks/shopee";
    ASSERT_TRUE(client.subscribe(access(grant.access_token, id), {"push", address}));
    (void)market->pushes.take_due(engine->clock.now_ms());
    const auto open = std::ranges::find(shop.returns, sandbox::ReturnState::requested, &sandbox::Return::state);
    ASSERT_NE(open, shop.returns.end());
    ASSERT_TRUE(market->world.step_return({0, static_cast<std::uint32_t>(open - shop.returns.begin())},
                                          sandbox::ReturnStep::reject, engine->clock.now_ms()));
    const auto pushes = market->pushes.take_due(engine->clock.now_ms());
    ASSERT_THAT(pushes, SizeIs(1));
    const auto hint = client.parse_webhook(pushes[0].body);
    ASSERT_TRUE(hint);
    EXPECT_TRUE(hint->about_return);
    EXPECT_THAT(hint->order_ext_ids, testing::ElementsAre(shopee::order_sn(shop.orders[open->order].id)));
}

}  // namespace
