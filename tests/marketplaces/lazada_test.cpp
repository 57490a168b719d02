#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/text.h"
#include "platform/lazada/client.h"
#include "sandbox/engine.h"
#include "sandbox/lazada/order_json.h"

namespace {

using testing::IsEmpty;
using testing::SizeIs;
namespace lazada = sandbox::lazada;

constexpr const char* k_back = "https://console.example/oauth/lazada/callback";

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
    request.peer = "127.0.0.1";
    return request;
}

// A seller in three markets, and the connector as the product uses it.
class Lazada : public testing::Test {
  protected:
    void SetUp() override {
        sandbox::EngineOptions options;
        options.shops = 1;
        options.lazada_shops = 4;
        options.history = 150;
        options.lazada_redirect_url = k_back;
        auto made = sandbox::Engine::make(options, clock);
        ASSERT_TRUE(made) << made.error().what;
        engine = std::move(*made);
        side = &engine->lazada;
        given = &side->service.registry().apps().begin()->second;
        given->webhook_url = "http://127.0.0.1:1/hooks/lazada";
        side->service.limits().calls_per_second = 1'000;
        app.platform = model::Platform::lazada;
        app.key = given->key;
        app.api_base = app.auth_base = app.consent_base = "http://lazada.example";
        secret = base::Secret(given->secret);
    }

    // The seller follows the link of the console, chooses an account and agrees.
    std::string agree(std::size_t seller) {
        base::HttpRequest open;
        open.url = client.authorisation_link({app, secret}, "state-1", k_back);
        EXPECT_EQ(engine->handle_lazada(arrived(open, app.api_base)).response.status, 200);
        http::Request form;
        form.method = http::Method::post;
        form.path = "/oauth/authorize";
        form.body = "client_id=" + app.key +
                    "&state=state-1&decision=accept&seller=" + std::to_string(side->world.sellers()[seller].open_id);
        std::string back;
        for (const auto& [name, value] : engine->handle_lazada(form).response.headers)
            if (name == "Location") back = value;
        EXPECT_TRUE(back.ends_with("&state=state-1")) << back;
        const std::size_t from = back.find("code=") + 5;
        return *base::percent_decode(back.substr(from, back.find('&', from) - from));
    }
    platform::Grant connect(std::size_t seller) {
        auto grant =
            client.exchange({app, secret}, egress, {.code = agree(seller), .shop_ext_id = {}, .main_account_id = {}});
        EXPECT_TRUE(grant) << grant.error().message;
        return grant ? std::move(*grant) : platform::Grant{};
    }
    // `token` and `shop` live longer than the result.
    platform::StoreAccess access(const base::Secret& token, const platform::Shop& shop) {
        return {{app, secret}, token, none, shop.ext_id, shop.region, egress};
    }
    sandbox::Shop& shop_of(const platform::Shop& shop) {
        const std::uint64_t id = std::stoull(shop.ext_id.substr(0, shop.ext_id.find('_')));
        return *side->world.find_shop(id);
    }
    // All webhooks that are due, as the console's inbox would see them.
    std::vector<platform::Hint> hints() {
        std::vector<platform::Hint> out;
        for (const lazada::Attempt& attempt : side->webhooks.take_due(clock.now().ms)) {
            EXPECT_TRUE(client.verify_webhook({app, secret}, attempt.body, attempt.signature, attempt.address));
            EXPECT_FALSE(client.verify_webhook({app, secret}, attempt.body + " ", attempt.signature, attempt.address));
            auto hint = client.parse_webhook(attempt.body);
            EXPECT_TRUE(hint) << attempt.body;
            out.push_back(std::move(*hint));
            side->webhooks.finished(attempt.number, 200, clock.now().ms);
        }
        return out;
    }

    base::FakeClock clock;
    std::unique_ptr<sandbox::Engine> engine;
    lazada::Side* side = nullptr;
    lazada::App* given = nullptr;
    model::App app;
    base::Secret secret;
    base::Secret none;
    base::EgressProfile egress{"s_1", "", "", nullptr};
    base::SeededRandom random{3};
    base::FakeHttpClient http{[this](const base::HttpRequest& sent) -> base::Result<base::HttpAnswer> {
        const http::Response response = engine->handle_lazada(arrived(sent, app.api_base)).response;
        base::HttpAnswer answer;
        answer.status = response.status;
        answer.body = response.body;
        return answer;
    }};
    platform::lazada::Client client{http, clock, random, [this](base::Duration by) { clock.advance(by); }};
};

TEST_F(Lazada, OneConsentConnectsAllMarketsOfTheSeller) {
    const platform::Grant grant = connect(1);
    ASSERT_THAT(grant.shops, SizeIs(3));
    EXPECT_EQ(grant.holder, platform::Holder::seller);
    EXPECT_EQ(grant.access_expires_at - clock.now(), base::days(7));
    EXPECT_EQ(grant.refresh_expires_at - clock.now(), base::days(30));
    for (const platform::Shop& shop : grant.shops) {
        EXPECT_EQ(shop.name, shop_of(shop).name);
        EXPECT_EQ(shop.region, shop_of(shop).market->region);
        EXPECT_EQ(client.shop_status(access(grant.access_token, shop), shop.ext_id)->status, model::ShopStatus::active);
    }
    EXPECT_THAT(connect(0).shops, SizeIs(1));
}

// Every order of the shop, with the state, the total and the number of units that the marketplace knows.
TEST_F(Lazada, AllOrdersAreReadInPages) {
    const platform::Grant grant = connect(1);
    const platform::Shop& shop = grant.shops.front();
    const sandbox::Shop& there = shop_of(shop);
    std::map<std::string, model::Order> read;
    platform::OrderQuery query;
    query.updated_from = clock.now() - base::days(90);
    query.page_size = 100;
    base::Time before;
    int pages = 0;
    do {
        const auto page = client.search_orders(access(grant.access_token, shop), query);
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_THAT(page->bad, IsEmpty());
        for (const model::Order& order : page->orders) {
            EXPECT_LE(before, order.updated_at);
            before = order.updated_at;
            read[order.ext_id] = order;
        }
        query.page_token = page->next_page_token;
        ++pages;
    } while (!query.page_token.empty());
    EXPECT_EQ(pages, 2);
    ASSERT_EQ(read.size(), there.orders.size());
    for (const sandbox::Order& order : there.orders) {
        ASSERT_TRUE(read.contains(std::to_string(order.id)));
        const model::Order& here = read[std::to_string(order.id)];
        EXPECT_EQ(here.total.minor, order.total());
        EXPECT_EQ(here.item_count, static_cast<std::int64_t>(order.lines.size()));
        EXPECT_EQ(here.updated_at.unix_seconds(), order.updated / 1'000);
        EXPECT_EQ(here.created_at.unix_seconds(), order.created / 1'000);
        EXPECT_NE(here.status, model::OrderStatus::unknown) << here.raw_status;
        EXPECT_EQ((here.flags & model::k_flag_cancel_requested) != 0, order.cancel_requested);
    }
}

// A window's border never hides an order: the second in which it changed is asked for as a whole.
TEST_F(Lazada, TheSecondOfTheBorderIsPartOfTheWindow) {
    const platform::Grant grant = connect(0);
    const platform::Shop& shop = grant.shops.front();
    const sandbox::Order& order = shop_of(shop).orders.front();
    platform::OrderQuery query;
    query.updated_from = base::Time::from_unix_seconds(order.updated / 1'000);
    const auto page = client.search_orders(access(grant.access_token, shop), query);
    ASSERT_TRUE(page);
    EXPECT_EQ(std::ranges::count(page->orders, std::to_string(order.id), &model::Order::ext_id), 1);
}

TEST_F(Lazada, WebhooksLeadToTheOrder) {
    const platform::Grant grant = connect(1);
    const platform::Shop& shop = grant.shops.front();
    sandbox::Shop& there = shop_of(shop);
    clock.advance(base::seconds(5));
    const sandbox::OrderRef ref = side->world.create_order(there, clock.now().ms);
    const sandbox::Order& order = side->world.order(ref);
    const auto told = hints();
    ASSERT_THAT(told, SizeIs(order.lines.size()));
    for (const platform::Hint& hint : told) {
        EXPECT_EQ(hint.kind, platform::HintKind::order);
        EXPECT_EQ(hint.shop_ext_id, shop.ext_id);
        EXPECT_EQ(hint.order_ext_ids, std::vector<std::string>{std::to_string(order.id)});
    }
    const auto page = client.orders(access(grant.access_token, shop), {told[0].order_ext_ids[0], "7"});
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_THAT(page->orders, SizeIs(1));
    EXPECT_EQ(page->orders[0].raw_status, lazada::item_status(order, 0));
    // What was just read is not newer than the webhook: it may have missed another item's change in that second.
    EXPECT_GT(told[0].object_updated_at, page->orders[0].updated_at);
}

TEST_F(Lazada, MessagesAndAClosedShopAreUnderstood) {
    const platform::Grant grant = connect(1);
    const platform::Shop& shop = grant.shops.front();
    sandbox::Shop& there = shop_of(shop);
    for (int i = 0; i < 4; ++i)
        side->world.write(there, side->world.buyer_speaking(there, "en"), "BUYER", "TEXT",
                          R"({"content":"Hi \"you\""})", clock.now().ms);
    const auto messages = hints();
    ASSERT_THAT(messages, SizeIs(4));
    for (const platform::Hint& hint : messages) {
        ASSERT_TRUE(hint.message);
        EXPECT_EQ(hint.message->text.reveal(), "Hi \"you\"");
        EXPECT_EQ(hint.message->sender, model::SenderRole::buyer);
        EXPECT_EQ(hint.message->sent_at, clock.now());
        EXPECT_EQ(hint.shop_ext_id, shop.ext_id);
    }
    there.state = sandbox::ShopState::deactivated;
    side->webhooks.seller_changed(there);
    const auto closed = hints();
    ASSERT_THAT(closed, SizeIs(1));
    EXPECT_EQ(closed[0].kind, platform::HintKind::shop_status);
    EXPECT_EQ(client.shop_status(access(grant.access_token, shop), shop.ext_id)->status, model::ShopStatus::inactive);
}

TEST_F(Lazada, TokensAreRenewedAndEnds) {
    const platform::Grant grant = connect(1);
    const platform::Shop& shop = grant.shops.front();
    clock.advance(base::days(8));
    EXPECT_EQ(client.shops(access(grant.access_token, shop)).error().kind, platform::ErrorClass::auth_expired);
    const auto renewed = client.refresh({app, secret}, egress, shop.ext_id, grant.refresh_token);
    ASSERT_TRUE(renewed) << renewed.error().message;
    EXPECT_FALSE(renewed->refresh_expires_at);
    EXPECT_TRUE(client.shops(access(renewed->access_token, shop)));
    side->service.registry().authorisations().begin()->second.void_ = true;
    EXPECT_EQ(client.shops(access(renewed->access_token, shop)).error().kind, platform::ErrorClass::auth_expired);
    EXPECT_EQ(client.refresh({app, secret}, egress, shop.ext_id, renewed->refresh_token).error().kind,
              platform::ErrorClass::auth_lost);
}

TEST_F(Lazada, LimitsAndTroubleAreOutlived) {
    const platform::Grant grant = connect(0);
    const platform::Shop& shop = grant.shops.front();
    ASSERT_TRUE(side->faults.set(
        R"({"api":[{"kind":"rate_limited","times":2,"retry_after_s":1},{"kind":"error_in_200","code":6,"times":1}]})"));
    EXPECT_TRUE(client.shops(access(grant.access_token, shop)));
    EXPECT_EQ(side->faults.injected(), 3u);
    given->text_for_booleans = true;
    platform::OrderQuery query;
    query.updated_from = clock.now() - base::days(90);
    const auto page = client.search_orders(access(grant.access_token, shop), query);
    ASSERT_TRUE(page);
    for (const model::Order& order : page->orders)
        EXPECT_EQ((order.flags & model::k_flag_cancel_requested) != 0,
                  side->world.find_order(std::stoull(order.ext_id))->cancel_requested);
}

TEST_F(Lazada, ChatsAreReadOnceAndWhoPollsLosesThem) {
    const platform::Grant grant = connect(0);
    const platform::Shop& known = grant.shops.front();
    sandbox::Shop& shop = shop_of(known);
    const auto store = access(grant.access_token, known);
    std::set<std::string> expected;
    for (std::uint32_t i = 0; i < 60; ++i) {
        clock.advance(base::seconds(1));
        expected.insert(std::to_string(
            side->world
                .write(shop, i % 25, i % 5 == 0 ? "SHOP" : "BUYER", "TEXT", R"({"content":"hello"})", clock.now().ms)
                .id));
    }
    // Not copied yet.
    ASSERT_TRUE(client.conversations(store, ""));
    EXPECT_TRUE(client.conversations(store, "").error().kind == platform::ErrorClass::scope_missing);
    given->groups.emplace("IM");
    clock.advance(base::hours(2));
    std::set<std::string> chats, found;
    std::string page;
    do {
        const auto list = client.conversations(store, page);
        ASSERT_TRUE(list) << list.error().message;
        for (const platform::ChatState& chat : list->chats) {
            EXPECT_TRUE(chats.insert(chat.conversation.ext_id).second);
            EXPECT_FALSE(chat.conversation.buyer_name.empty());
            std::string next;
            do {
                const auto messages = client.messages(store, chat.conversation.ext_id, next);
                ASSERT_TRUE(messages) << messages.error().message;
                for (const model::Message& message : messages->messages) {
                    EXPECT_TRUE(found.insert(message.ext_id).second);
                    EXPECT_EQ(message.text.reveal(), "hello");
                    EXPECT_NE(message.sender, model::SenderRole::unknown);
                }
                next = messages->next_page_token;
            } while (!next.empty());
        }
        page = list->next_page_token;
    } while (!page.empty());
    EXPECT_EQ(found, expected);
    EXPECT_EQ(chats.size(), shop.conversations.size());
    EXPECT_EQ(client.messages(store, "no_such_session", "").error().kind, platform::ErrorClass::contract);
}

TEST_F(Lazada, AllReverseOrdersAreReadAndWebhooksTellOfThem) {
    const platform::Grant grant = connect(1);
    for (const platform::Shop& shop : grant.shops) {
        sandbox::Shop& there = shop_of(shop);
        for (std::uint32_t i = 0; i < there.orders.size(); ++i)
            (void)side->world.open_return({there.number, i}, engine->clock.now_ms());
        std::size_t expected = there.returns.size();
        for (const sandbox::Order& order : there.orders) expected += order.cancel_id != 0 ? 1 : 0;
        ASSERT_GT(there.returns.size(), 50u);
        platform::OrderQuery query;
        query.updated_from = clock.now() - base::days(60);
        std::map<std::string, model::Return> found;
        do {
            const auto page =
                client.search_returns(access(grant.access_token, shop), platform::ReturnList::returns, query);
            ASSERT_TRUE(page) << page.error().message;
            EXPECT_THAT(page->bad, IsEmpty());
            for (const model::Return& one : page->returns) EXPECT_TRUE(found.emplace(one.ext_id, one).second);
            query.page_token = page->next_page_token;
        } while (!query.page_token.empty());
        EXPECT_EQ(found.size(), expected);
        for (const sandbox::Return& each : there.returns) {
            const model::Return& one = found.at(std::to_string(each.id));
            EXPECT_EQ(one.order_ext_id, std::to_string(there.orders[each.order].id));
            EXPECT_EQ(one.amount.minor, each.amount) << shop.region;
            const bool asked =
                each.state == sandbox::ReturnState::requested || each.state == sandbox::ReturnState::shipped_back;
            EXPECT_EQ(one.open(), asked) << one.raw_status;
            if (asked) {
                EXPECT_EQ(one.answer_by.ms, each.deadline);
            }
        }
        const std::string id = std::to_string(there.returns.back().id);
        EXPECT_THAT(client.find_return(access(grant.access_token, shop), platform::ReturnList::returns, id)->returns,
                    SizeIs(1));
    }
    while (!hints().empty()) {
    }
    sandbox::Shop& there = shop_of(grant.shops.front());
    const auto open = std::ranges::find(there.returns, sandbox::ReturnState::requested, &sandbox::Return::state);
    ASSERT_NE(open, there.returns.end());
    ASSERT_TRUE(side->world.step_return({there.number, static_cast<std::uint32_t>(open - there.returns.begin())},
                                        sandbox::ReturnStep::reject, engine->clock.now_ms()));
    const auto told = hints();
    ASSERT_THAT(told, SizeIs(open->lines.size()));
    EXPECT_TRUE(told[0].about_return);
    EXPECT_THAT(told[0].order_ext_ids, testing::ElementsAre(std::to_string(there.orders[open->order].id)));
}

}  // namespace
