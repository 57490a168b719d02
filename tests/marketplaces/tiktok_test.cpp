#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/text.h"
#include "platform/tiktok/client.h"
#include "sandbox/engine.h"

namespace {

using testing::IsEmpty;
using testing::SizeIs;

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

// One connected shop with a history, and the connector as the product uses it.
class TikTok : public testing::Test {
  protected:
    void SetUp() override {
        sandbox::EngineOptions options;
        options.shops = 1;
        options.history = 1'500;
        options.redirect_url = "http://127.0.0.1:1/oauth/tiktok_shop/callback";
        auto made = sandbox::Engine::make(options, machine);
        ASSERT_TRUE(made) << made.error().what;
        engine = std::move(*made);
        auto* const given = engine->tiktok.registry().apps().front();
        given->webhook_url = "http://127.0.0.1:1/hooks/tiktok_shop";
        shop = &engine->world.shops()[0];
        app.key = given->key;
        app.service_id = given->service_id;
        app.api_base = app.auth_base = app.consent_base = "http://tiktok.example";
        secret = base::Secret(given->secret);
        http::Request form;
        form.method = http::Method::post;
        form.path = "/open/authorize";
        form.body = "service_id=" + app.service_id +
                    "&state=s1&decision=accept&seller=" + std::to_string(engine->world.sellers()[0].open_id);
        std::string back;
        for (const auto& [name, value] : engine->handle(form).response.headers)
            if (name == "Location") back = value;
        const std::size_t from = back.find("code=") + 5;
        auto grant = client.exchange({app, secret}, egress,
                                     {.code = *base::percent_decode(back.substr(from, back.find('&', from) - from)),
                                      .shop_ext_id = {},
                                      .main_account_id = {}});
        ASSERT_TRUE(grant) << grant.error().message;
        token = std::move(grant->access_token);
        cipher = base::Secret(engine->tiktok.registry().cipher(*given, *shop));
    }
    platform::StoreAccess access() { return {{app, secret}, token, cipher, "", "", egress}; }
    std::map<std::string, model::Return> all(platform::ReturnList list) {
        std::map<std::string, model::Return> found;
        platform::OrderQuery query;
        query.updated_from = machine.now() - base::days(90);
        do {
            const auto page = client.search_returns(access(), list, query);
            EXPECT_TRUE(page) << page.error().message;
            if (!page) break;
            EXPECT_THAT(page->bad, IsEmpty());
            for (const model::Return& one : page->returns) EXPECT_TRUE(found.emplace(one.ext_id, one).second);
            query.page_token = page->next_page_token;
        } while (!query.page_token.empty());
        return found;
    }

    base::FakeClock machine;
    base::SeededRandom random{3};
    std::unique_ptr<sandbox::Engine> engine;
    sandbox::Shop* shop = nullptr;
    model::App app;
    base::Secret secret, token, cipher;
    base::EgressProfile egress{"s_1", "", "", nullptr};
    base::FakeHttpClient http{[this](const base::HttpRequest& sent) -> base::Result<base::HttpAnswer> {
        const http::Response response = engine->handle(arrived(sent, app.api_base)).response;
        base::HttpAnswer answer;
        answer.status = response.status;
        answer.body = response.body;
        return answer;
    }};
    platform::tiktok::Client client{http, machine, random, [this](base::Duration by) { machine.advance(by); }};
};

TEST_F(TikTok, EveryReturnAndCancellationIsFoundWithItsContent) {
    const auto returns = all(platform::ReturnList::returns);
    ASSERT_GT(returns.size(), 20u);
    EXPECT_EQ(returns.size(), shop->returns.size());
    for (const sandbox::Return& there : shop->returns) {
        const model::Return& one = returns.at(std::to_string(there.id));
        EXPECT_EQ(one.order_ext_id, std::to_string(shop->orders[there.order].id));
        EXPECT_EQ(one.amount.minor, there.amount);
        EXPECT_EQ(one.item_count, static_cast<std::int64_t>(there.lines.size()));
        EXPECT_NE(one.status, model::ReturnStatus::unknown) << one.raw_status;
        const bool asked =
            there.state == sandbox::ReturnState::requested || there.state == sandbox::ReturnState::shipped_back;
        EXPECT_EQ(one.open(), asked) << one.raw_status;
        EXPECT_EQ(one.answer_by.unix_seconds(), asked ? there.deadline / 1'000 : 0);
        EXPECT_EQ(one.updated_at.unix_seconds(), there.updated / 1'000);
    }
    std::set<std::string> expected, found;
    for (const sandbox::Order& order : shop->orders)
        if (order.cancel_id != 0) expected.insert(std::to_string(order.id));
    for (const auto& [id, one] : all(platform::ReturnList::cancellations)) {
        found.insert(one.order_ext_id);
        EXPECT_NE(one.status, model::ReturnStatus::unknown) << one.raw_status;
        EXPECT_TRUE(one.is_cancellation());
    }
    ASSERT_GT(expected.size(), 20u);
    EXPECT_EQ(found, expected);
}

TEST_F(TikTok, AWebhookOfAReturnAsksForTheLists) {
    (void)engine->webhooks.take_due(engine->clock.now_ms());
    std::optional<sandbox::ReturnRef> ref;
    for (std::uint32_t i = 0; !ref && i < shop->orders.size(); ++i)
        ref = engine->world.open_return({0, i}, engine->clock.now_ms());
    ASSERT_TRUE(ref);
    const sandbox::Order& order = shop->orders[engine->world.one_return(*ref).order];
    const auto attempts = engine->webhooks.take_due(engine->clock.now_ms());
    ASSERT_THAT(attempts, SizeIs(1));
    EXPECT_TRUE(client.verify_webhook({app, secret}, attempts[0].body, attempts[0].signature, ""));
    const auto hint = client.parse_webhook(attempts[0].body);
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->kind, platform::HintKind::order);
    EXPECT_TRUE(hint->about_return);
    EXPECT_THAT(hint->order_ext_ids, testing::ElementsAre(std::to_string(order.id)));
    const std::string id = std::to_string(engine->world.one_return(*ref).id);
    const auto page = client.find_return(access(), platform::ReturnList::returns, id);
    ASSERT_TRUE(page);
    ASSERT_THAT(page->returns, SizeIs(1));
    EXPECT_TRUE(page->returns[0].open());
}

}  // namespace
