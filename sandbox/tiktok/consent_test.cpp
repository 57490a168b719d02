#include "sandbox/tiktok/test_shop_test.h"

// Consent and tokens.
namespace sandbox::tiktok {
namespace {

using http::Method;
using Consent = ShopTest;

TEST_F(Consent, ThePageNamesTheScopesAndTheSellers) {
    http::Request asked;
    asked.path = "/open/authorize";
    asked.query = {{"service_id", app->service_id}, {"state", "\"><script>"}};
    const http::Response page = send(asked);
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find("seller.order.info"), std::string::npos);
    EXPECT_NE(page.body.find(engine->world.sellers()[0].name), std::string::npos);
    EXPECT_EQ(page.body.find("\"><script>"), std::string::npos);
    asked.path = "/oauth/authorize";
    asked.query = {{"app_key", app->key}};
    EXPECT_EQ(send(asked).status, 200);
    asked.query = {{"app_key", "unknown"}};
    EXPECT_EQ(send(asked).status, 400);
}

TEST_F(Consent, RefusalComesBackAsTheDocumentsSay) {
    http::Request pressed;
    pressed.method = Method::post;
    pressed.path = "/open/authorize";
    pressed.body = "service_id=" + app->service_id + "&decision=refuse&state=s1";
    const http::Response response = send(pressed);
    EXPECT_EQ(response.status, 302);
    EXPECT_EQ(response.headers.back().second, app->redirect_url + "?code=null&error=auth_denied");
}

TEST_F(Consent, ACodeWorksOnce) {
    const std::string fresh = consent();
    EXPECT_EQ(token("get", {{"auth_code", fresh}, {"grant_type", "authorized_code"}})["code"].integer_or(-1), 0);
    EXPECT_EQ(token("get", {{"auth_code", fresh}, {"grant_type", "authorized_code"}})["code"].integer_or(-1), 36004004);
}

TEST_F(Consent, ACodeLivesThirtyMinutes) {
    const std::string fresh = consent();
    engine->clock.advance(30 * 60'000);
    EXPECT_EQ(token("get", {{"auth_code", fresh}, {"grant_type", "authorized_code"}})["code"].integer_or(-1), 36004004);
}

TEST_F(Consent, ACodeOfAnotherAppIsNoCode) {
    App& other = engine->tiktok.registry().add_app("");
    const std::string fresh = consent();
    const auto answer = token("get", {{"auth_code", fresh},
                                      {"grant_type", "authorized_code"},
                                      {"app_key", other.key},
                                      {"app_secret", other.secret}});
    EXPECT_EQ(answer["code"].integer_or(-1), 36004004);
    EXPECT_EQ(token("get", {{"auth_code", fresh}, {"grant_type", "authorized_code"}})["code"].integer_or(-1), 0);
}

TEST_F(Consent, SecretKeyAndGrantTypeAreChecked) {
    const std::string fresh = consent();
    EXPECT_EQ(token("get", {{"auth_code", fresh}, {"grant_type", "authorization_code"}})["code"].integer_or(-1),
              36009004);
    EXPECT_EQ(
        token("get", {{"auth_code", fresh}, {"grant_type", "authorized_code"}, {"app_secret", "x"}})["code"].integer_or(
            -1),
        36009004);
    EXPECT_EQ(
        token("get", {{"auth_code", fresh}, {"grant_type", "authorized_code"}, {"app_key", "x"}})["code"].integer_or(
            -1),
        36009004);
    EXPECT_EQ(token("get", {{"auth_code", fresh}, {"grant_type", "authorized_code"}})["code"].integer_or(-1), 0);
}

TEST_F(Consent, TheAnswerHasAbsoluteExpiries) {
    const auto answer = token("get", {{"auth_code", consent()}, {"grant_type", "authorized_code"}});
    const std::int64_t now = machine.now().unix_seconds();
    EXPECT_EQ(answer["data"]["access_token_expire_in"].integer_or(0), now + 7 * 86'400);
    EXPECT_EQ(answer["data"]["refresh_token_expire_in"].integer_or(0), now + 358 * 86'400);
    EXPECT_EQ(answer["data"]["open_id"].string_or(), std::to_string(engine->world.sellers()[0].open_id));
    EXPECT_EQ(answer["data"]["user_type"].integer_or(-1), 0);
    EXPECT_EQ(answer["data"]["granted_scopes"].items().size(), app->scopes.size());
}

class Refresh : public Consent {
  protected:
    void SetUp() override {
        Consent::SetUp();
        first = token("get", {{"auth_code", consent()}, {"grant_type", "authorized_code"}})["data"]["refresh_token"]
                    .string_or();
    }
    std::int64_t refresh(const std::string& with, const std::string& grant = "refresh_token") {
        const auto answer = token("refresh", {{"refresh_token", with}, {"grant_type", grant}});
        access = answer["data"]["access_token"].string_or();
        next = answer["data"]["refresh_token"].string_or();
        return answer["code"].integer_or(-1);
    }
    std::string first;
    std::string next;
};

TEST_F(Refresh, GivesANewPairAndSpendsTheOld) {
    ASSERT_EQ(refresh(first), 0);
    EXPECT_EQ(code(search()), 0);
    EXPECT_EQ(refresh(first), 36004005);
}

TEST_F(Refresh, NeedsTheDocumentedGrantType) {
    EXPECT_EQ(refresh(first, "authorized_code"), 36009004);
    EXPECT_EQ(refresh(first), 0);
}

TEST_F(Refresh, AnAccessTokenIsNoRefreshToken) {
    EXPECT_EQ(refresh(access), 36004005);
}

TEST_F(Refresh, ExpiresAfterItsLife) {
    engine->clock.advance(358 * 86'400'000ll);
    EXPECT_EQ(refresh(first), 36004001);
}

TEST_F(Refresh, OldTokenMayBeSparedUntilTheNewOneIsUsed) {
    app->old_refresh_token = OldRefreshToken::until_new_is_used;
    ASSERT_EQ(refresh(first), 0);
    ASSERT_EQ(refresh(first), 0) << "as if the first answer had been lost";
    EXPECT_EQ(code(search()), 0);
    EXPECT_EQ(refresh(first), 36004005);
    EXPECT_EQ(refresh(next), 36004005);
}

TEST_F(Refresh, WithdrawnConsent) {
    ASSERT_TRUE(engine->tiktok.deauthorise(*app, 0));
    EXPECT_EQ(code(search()), 105001);
    EXPECT_EQ(refresh(first), 36004005);
    access =
        token("get", {{"auth_code", consent()}, {"grant_type", "authorized_code"}})["data"]["access_token"].string_or();
    EXPECT_EQ(code(search()), 0) << "the seller agreed again";
}

TEST_F(Refresh, ASandboxWithTheSameSeedKnowsTheTokensOfTheOneBefore) {
    const std::string old_access = access;
    const std::string old_key = app->key;
    auto again = Engine::make({}, machine);
    ASSERT_TRUE(again);
    engine = std::move(*again);
    app = engine->tiktok.registry().apps().front();
    ASSERT_EQ(app->key, old_key);
    access = old_access;
    EXPECT_EQ(code(search()), 0);
    EXPECT_EQ(refresh(first), 0);
}

TEST_F(Refresh, ASandboxWithAnotherSeedDoesNot) {
    EngineOptions options;
    options.seed = 2;
    auto again = Engine::make(options, machine);
    ASSERT_TRUE(again);
    engine = std::move(*again);
    app = engine->tiktok.registry().apps().front();
    EXPECT_EQ(code(search()), 105001);
}

TEST_F(Consent, RemovingOneShopLeavesTheOthers) {
    EXPECT_EQ(code(with_cipher(Method::del, "/authorization/202403/shops")), 0);
    EXPECT_EQ(code(search()), 101000);
    const auto shops = call(request(Method::get, "/authorization/202309/shops"));
    ASSERT_EQ(shops["data"]["shops"].items().size(), 1u);
    EXPECT_EQ(code(search({{"shop_cipher", shops["data"]["shops"].at(0)["cipher"].string_or()}})), 0);
    EXPECT_EQ(code(with_cipher(Method::del, "/authorization/202403/shops",
                               {{"shop_cipher", shops["data"]["shops"].at(0)["cipher"].string_or()}})),
              0);
    EXPECT_EQ(code(request(Method::get, "/authorization/202309/shops")), 105001) << "nothing is left of the consent";
}

}  // namespace
}  // namespace sandbox::tiktok
