#include "platform/tiktok/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "base/encoding.h"
#include "base/log.h"
#include "platform/http_date.h"
#include "platform/page_guard.h"

namespace platform::tiktok {
namespace {

using base::HttpAnswer;
using base::HttpFailure;
using base::HttpRequest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

HttpAnswer json(std::string body, int status = 200) {
    HttpAnswer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}
HttpAnswer ok(std::string_view data = "{}") {
    return json(R"({"code":0,"message":"Success","request_id":"r1","data":)" + std::string(data) + "}");
}
HttpAnswer error(std::int64_t code, std::string_view message = "m", int status = 200) {
    return json(R"({"code":)" + std::to_string(code) + R"(,"message":")" + std::string(message) +
                    R"(","request_id":"r2","data":null})",
                status);
}

// Answers in order; the last one repeats. Time passes only by pausing.
struct Bench {
    Bench() {
        app.key = "6aebc123def45";
        app.service_id = "73";
        app.api_base = "https://api.example.com";
        app.auth_base = "https://auth.example.com";
        app.consent_base = "https://consent.example.com";
        base::set_log_sink([this](std::string_view line) { log += std::string(line) + "\n"; });
    }
    ~Bench() { base::set_log_sink({}); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    StoreAccess access() { return {{app, secret}, token, cipher, "7495", "TH", egress}; }

    model::App app;
    base::Secret secret{"canary-secret"};
    base::Secret token{"canary-token"};
    base::Secret cipher{"ROW_cipher=+"};
    base::EgressProfile egress{"s_7", "socks5h://proxy.example:1080", "u", nullptr};
    base::FakeClock clock;
    base::SeededRandom random{7};
    std::string log;
    std::deque<base::Result<HttpAnswer>> answers;
    std::vector<HttpRequest> sent;
    std::vector<std::int64_t> pauses;
    base::FakeHttpClient http{[this](const HttpRequest& request) {
        sent.push_back(request);
        auto answer = answers.front();
        if (answers.size() > 1) answers.pop_front();
        return answer;
    }};
    Client client{http, clock, random, [this](base::Duration by) {
                      pauses.push_back(by.ms);
                      clock.advance(by);
                  }};
};

TEST(Client, SignsWhatItSends) {
    Bench b;
    b.answers = {ok(R"({"orders":[],"next_page_token":""})")};
    ASSERT_TRUE(b.client.search_orders(
        b.access(), {base::Time::from_unix_seconds(100), base::Time::from_unix_seconds(200), 50, "to/ken=="}));
    const HttpRequest& request = b.sent.at(0);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.body, R"({"update_time_ge":100,"update_time_lt":200})");
    const std::string signature = sign(b.secret, "/order/202309/orders/search",
                                       {{"page_size", "50"},
                                        {"sort_field", "update_time"},
                                        {"sort_order", "ASC"},
                                        {"page_token", "to/ken=="},
                                        {"app_key", "6aebc123def45"},
                                        {"timestamp", "1767225600"},
                                        {"shop_cipher", "ROW_cipher=+"}},
                                       request.body, "application/json");
    EXPECT_EQ(
        request.url,
        "https://api.example.com/order/202309/orders/search?page_size=50&sort_field=update_time&sort_order=ASC"
        "&page_token=to%2Fken%3D%3D&app_key=6aebc123def45&timestamp=1767225600&shop_cipher=ROW_cipher%3D%2B&sign=" +
            signature);
    EXPECT_THAT(request.headers,
                testing::Contains(std::pair<std::string, std::string>("x-tts-access-token", "canary-token")));
    EXPECT_THAT(request.headers,
                testing::Contains(std::pair<std::string, std::string>("content-type", "application/json")));
}

TEST(Client, EveryCallGoesOutThroughTheStoresProfile) {
    Bench b;
    b.answers = {ok(R"({"shops":[]})")};
    (void)b.client.shops(b.access());
    (void)b.client.orders(b.access(), {"1"});
    (void)b.client.search_orders(b.access(), {});
    (void)b.client.subscriptions(b.access());
    (void)b.client.subscribe(b.access(), {"T", "https://x.example/h"});
    (void)b.client.unsubscribe(b.access(), "T");
    (void)b.client.revoke(b.access());
    (void)b.client.exchange({b.app, b.secret}, b.egress, {.code = "c", .shop_ext_id = {}, .main_account_id = {}});
    (void)b.client.refresh({b.app, b.secret}, b.egress, "7495", b.token);
    (void)b.client.shop_status(b.access(), "1");
    ASSERT_GE(b.sent.size(), 10u);
    for (const HttpRequest& request : b.sent) {
        EXPECT_EQ(request.egress.owner, "s_7");
        EXPECT_EQ(request.egress.proxy, "socks5h://proxy.example:1080");
        const bool list = request.url.contains("/authorization/202309/") || request.url.contains("/seller/");
        const bool token = request.url.contains("/api/v2/token/");
        EXPECT_EQ(request.url.contains("shop_cipher="), !list && !token) << request.url;
    }
}

TEST(Client, ConsentLink) {
    Bench b;
    EXPECT_EQ(b.client.authorisation_link({b.app, b.secret}, "a b", ""),
              "https://consent.example.com/open/authorize?service_id=73&state=a%20b");
}

TEST(Client, ExchangesACode) {
    Bench b;
    b.answers = {
        ok(R"({"access_token":"ROW_a","access_token_expire_in":1767830400,"refresh_token":"ROW_r",)"
           R"("refresh_token_expire_in":1798761600,"open_id":"7010736057180325637","seller_name":"Harbour",)"
           R"("seller_base_region":"GB","user_type":0,"granted_scopes":["seller.shop.info","seller.order.info"]})")};
    const auto grant =
        b.client.exchange({b.app, b.secret}, b.egress, {.code = "co/de", .shop_ext_id = {}, .main_account_id = {}});
    ASSERT_TRUE(grant);
    EXPECT_EQ(b.sent.at(0).method, "GET");
    EXPECT_EQ(
        b.sent.at(0).url,
        "https://auth.example.com/api/v2/token/get?app_key=6aebc123def45&app_secret=canary-secret&auth_code=co%2Fde"
        "&grant_type=authorized_code");
    EXPECT_EQ(grant->access_token.reveal(), "ROW_a");
    EXPECT_EQ(grant->access_expires_at, base::Time::from_unix_seconds(1767830400));
    EXPECT_EQ(grant->holder, Holder::seller);
    EXPECT_THAT(*grant->scopes, ElementsAre("seller.order.info", "seller.shop.info"));
}

TEST(Client, RefreshSendsItsOwnGrantType) {
    Bench b;
    b.answers = {error(36004001, "rt has expired")};
    const auto grant = b.client.refresh({b.app, b.secret}, b.egress, "7495", base::Secret("old"));
    ASSERT_FALSE(grant);
    EXPECT_THAT(b.sent.at(0).url, HasSubstr("refresh_token=old&grant_type=refresh_token"));
    EXPECT_EQ(grant.error().kind, ErrorClass::auth_lost);
    EXPECT_EQ(reaction(grant.error().kind, false), Reaction::reconnect);
}

TEST(Client, LostRefreshAnswerIsNotALostAuthorisation) {
    Bench b;
    b.answers = {std::unexpected(base::http_error(HttpFailure::unknown, "cut"))};
    const auto grant = b.client.refresh({b.app, b.secret}, b.egress, "7495", base::Secret("old"));
    EXPECT_EQ(grant.error().kind, ErrorClass::no_answer);
    EXPECT_EQ(b.sent.size(), 1u);
    b.answers = {json("<html>Bad gateway</html>", 502)};
    EXPECT_EQ(b.client.refresh({b.app, b.secret}, b.egress, "7495", base::Secret("old")).error().kind,
              ErrorClass::transient);
}

TEST(Client, UserTypes) {
    const auto holder = [](std::string_view type) {
        Bench b;
        b.answers = {ok(R"({"access_token":"a","access_token_expire_in":1767830400,"refresh_token":"r")" +
                        std::string(type) + "}")};
        return b.client.exchange({b.app, b.secret}, b.egress, {.code = "c", .shop_ext_id = {}, .main_account_id = {}})
            ->holder;
    };
    EXPECT_EQ(holder(R"(,"user_type":0)"), Holder::seller);
    EXPECT_EQ(holder(R"(,"user_type":4)"), Holder::confirm);
    EXPECT_EQ(holder(R"(,"user_type":5)"), Holder::confirm);
    for (const char* type : {R"(,"user_type":1)", R"(,"user_type":2)", R"(,"user_type":3)", R"(,"user_type":77)", ""})
        EXPECT_EQ(holder(type), Holder::not_a_seller) << type;
}

TEST(Client, GrantWithoutTokensIsRefused) {
    Bench b;
    b.answers = {ok(R"({"access_token":"","refresh_token":"r","access_token_expire_in":1767830400})")};
    EXPECT_EQ(b.client.exchange({b.app, b.secret}, b.egress, {.code = "c", .shop_ext_id = {}, .main_account_id = {}})
                  .error()
                  .kind,
              ErrorClass::contract);
}

TEST(Client, SecretsAndAddressesNeverReachTheLog) {
    Bench b;
    b.answers = {error(105001, "token canary-token invalid")};
    (void)b.client.exchange({b.app, b.secret}, b.egress,
                            {.code = "canary-code", .shop_ext_id = {}, .main_account_id = {}});
    (void)b.client.refresh({b.app, b.secret}, b.egress, "7495", base::Secret("canary-refresh"));
    (void)b.client.shops(b.access());
    EXPECT_THAT(b.log, HasSubstr("platform.call_failed"));
    EXPECT_THAT(b.log, Not(HasSubstr("canary")));
    EXPECT_THAT(b.log, Not(HasSubstr("https://")));
    EXPECT_THAT(b.log, HasSubstr("r2"));
}

TEST(Client, ErrorClasses) {
    struct Row {
        std::int64_t code;
        const char* message;
        int status;
        ErrorClass kind;
    };
    for (const Row& row : {Row{105002, "", 401, ErrorClass::auth_expired},
                           Row{105001, "", 401, ErrorClass::auth_lost},
                           Row{36009005, "", 401, ErrorClass::auth_lost},
                           Row{36004001, "", 200, ErrorClass::auth_lost},
                           Row{36004005, "", 200, ErrorClass::auth_lost},
                           Row{105005, "you should apply auth pkg for this api", 200, ErrorClass::scope_missing},
                           Row{101000, "", 200, ErrorClass::mismatch},
                           Row{106013, "", 200, ErrorClass::mismatch},
                           Row{36009004, "unexpected identifier: shop_cipher", 200, ErrorClass::mismatch},
                           Row{36009004, "detail:shop_id is invalid", 200, ErrorClass::mismatch},
                           Row{106001, "", 401, ErrorClass::signature},
                           Row{36009004, "timestamp is invalid", 200, ErrorClass::signature},
                           Row{36009004, "sign is empty", 200, ErrorClass::signature},
                           Row{36009004, "param body.address is missing", 200, ErrorClass::contract},
                           Row{36009004, "assigned page_size", 200, ErrorClass::contract},
                           Row{36009033, "", 200, ErrorClass::ip_blocked},
                           Row{36009002, "", 200, ErrorClass::rate},
                           Row{36009002, "", 429, ErrorClass::rate},
                           Row{123, "", 429, ErrorClass::rate},
                           Row{45101004, "", 200, ErrorClass::rate},
                           Row{45111012, "", 200, ErrorClass::rate},
                           Row{36009003, "", 200, ErrorClass::transient},
                           Row{36009007, "", 200, ErrorClass::transient},
                           Row{123, "", 503, ErrorClass::transient},
                           Row{123, "Please TRY AGAIN later", 200, ErrorClass::transient},
                           Row{12052700, "", 200, ErrorClass::seller_inactive},
                           Row{12019114, "", 200, ErrorClass::seller_inactive},
                           Row{12009014, "", 200, ErrorClass::seller_inactive},
                           Row{10006402, "", 200, ErrorClass::seller_inactive},
                           Row{25020005, "", 200, ErrorClass::seller_inactive},
                           Row{25001046, "", 200, ErrorClass::platform_risk},
                           Row{36009009, "", 200, ErrorClass::contract},
                           Row{36009010, "", 200, ErrorClass::contract},
                           Row{36009014, "", 200, ErrorClass::contract},
                           Row{36009021, "", 200, ErrorClass::contract},
                           Row{36009022, "", 200, ErrorClass::contract},
                           Row{36009023, "", 200, ErrorClass::contract},
                           Row{99999999, "", 200, ErrorClass::contract}})
        EXPECT_EQ(classify(row.code, row.status, row.message), row.kind) << row.code << ' ' << row.message;
}

TEST(Client, WhatEachClassAsksFor) {
    EXPECT_EQ(reaction(ErrorClass::auth_expired, false), Reaction::refresh);
    EXPECT_EQ(reaction(ErrorClass::no_answer, false), Reaction::retry);
    EXPECT_EQ(reaction(ErrorClass::no_answer, true), Reaction::read_back);
    EXPECT_EQ(reaction(ErrorClass::transient, true), Reaction::read_back);
    EXPECT_EQ(reaction(ErrorClass::unreachable, true), Reaction::retry);
    EXPECT_EQ(reaction(ErrorClass::contract, false), Reaction::ask_person);
    EXPECT_EQ(to_error({ErrorClass::rate, 36009002, 429, "", "", 7}).retry_after_s, 7);
    EXPECT_EQ(to_error({ErrorClass::auth_lost, 105001, 401, "", "", {}}).key, "platform.auth_lost");
    EXPECT_EQ(to_error({ErrorClass::no_answer, 0, 0, "", "", {}}).code, base::Code::timeout);
}

TEST(Client, ReadsAreTriedFiveTimesAndSignedAfresh) {
    Bench b;
    b.answers = {error(36009003), json("<html>503</html>", 503), error(36009007), json("{\"cut", 200),
                 ok(R"({"shops":[]})")};
    ASSERT_TRUE(b.client.shops(b.access()));
    ASSERT_EQ(b.sent.size(), 5u);
    EXPECT_EQ(b.pauses.size(), 4u);
    EXPECT_NE(b.sent[0].url, b.sent[4].url);

    Bench never;
    never.answers = {error(36009003)};
    EXPECT_EQ(never.client.shops(never.access()).error().kind, ErrorClass::transient);
    EXPECT_EQ(never.sent.size(), 5u);

    for (const HttpFailure failure : {HttpFailure::unknown, HttpFailure::not_sent}) {
        Bench silent;
        silent.answers = {std::unexpected(base::http_error(failure, ""))};
        EXPECT_FALSE(silent.client.shops(silent.access()));
        EXPECT_EQ(silent.sent.size(), 2u);
    }
}

TEST(Client, WritesWithUnknownOutcomeAreSentOnce) {
    for (const base::Result<HttpAnswer>& answer :
         {base::Result<HttpAnswer>(error(36009003)), base::Result<HttpAnswer>(json("", 200)),
          base::Result<HttpAnswer>(std::unexpected(base::http_error(HttpFailure::unknown, "")))}) {
        Bench b;
        b.answers = {answer};
        const auto receipt = b.client.subscribe(b.access(), {"T", "https://x.example/h"});
        ASSERT_FALSE(receipt);
        EXPECT_EQ(reaction(receipt.error().kind, true), Reaction::read_back);
        EXPECT_EQ(b.sent.size(), 1u);
    }
    Bench b;
    b.answers = {std::unexpected(base::http_error(HttpFailure::not_sent, "")), ok()};
    EXPECT_TRUE(b.client.subscribe(b.access(), {"T", "https://x.example/h"}));
    EXPECT_EQ(b.sent.at(1).body, R"({"address":"https://x.example/h","event_type":"T"})");
}

TEST(Client, NoRetryWhereItCannotHelp) {
    for (const std::int64_t code : {105001, 105002, 105005, 101000, 106001, 36009033, 36009014, 12052700}) {
        Bench b;
        b.answers = {error(code)};
        EXPECT_FALSE(b.client.shops(b.access()));
        EXPECT_EQ(b.sent.size(), 1u) << code;
    }
    Bench b;
    b.answers = {std::unexpected(base::http_error(HttpFailure::tls, ""))};
    EXPECT_EQ(b.client.shops(b.access()).error().kind, ErrorClass::intercepted);
    EXPECT_EQ(b.sent.size(), 1u);
}

TEST(Client, RetryAfterIsHonoured) {
    Bench b;
    HttpAnswer throttled = error(36009002, "slow down", 429);
    throttled.headers.emplace("retry-after", "4");
    b.answers = {throttled, ok(R"({"shops":[]})")};
    ASSERT_TRUE(b.client.shops(b.access()));
    EXPECT_GE(b.pauses.at(0), 4'000);

    Bench far;
    throttled.headers.clear();
    throttled.headers.emplace("retry-after", "120");
    far.answers = {throttled};
    const auto refused = far.client.shops(far.access());
    EXPECT_EQ(refused.error().kind, ErrorClass::rate);
    EXPECT_GE(refused.error().retry_after_s.value(), 120);
    EXPECT_EQ(far.sent.size(), 1u);
    // The next call does not even leave before that.
    EXPECT_EQ(far.client.shops(far.access()).error().kind, ErrorClass::rate);
    EXPECT_EQ(far.sent.size(), 1u);
    // Other stores are not held up.
    far.egress.owner = "s_8";
    far.answers = {ok(R"({"shops":[]})")};
    EXPECT_TRUE(far.client.shops(far.access()));
}

TEST(Client, DailyQuotaWaitsForTheNextUtcDay) {
    Bench b;
    b.clock.set_wall(base::Time::from_unix_seconds(1'767'225'600 + 80'000));
    b.answers = {error(45101004)};
    EXPECT_GE(b.client.shops(b.access()).error().retry_after_s.value(), 6'400);
}

TEST(Client, AWrongClockIsMendedOnceFromTheDateHeader) {
    Bench b;
    HttpAnswer refused = error(36009004, "timestamp is invalid");
    refused.headers.emplace("date", "Thu, 01 Jan 2026 01:00:00 GMT");
    b.answers = {refused, ok(R"({"shops":[]})")};
    ASSERT_TRUE(b.client.shops(b.access()));
    EXPECT_THAT(b.sent.at(0).url, HasSubstr("timestamp=1767225600"));
    EXPECT_THAT(b.sent.at(1).url, HasSubstr("timestamp=1767229200"));
    EXPECT_EQ(b.client.now(b.app).unix_seconds(), 1767229200);

    Bench still;
    still.answers = {refused};
    EXPECT_EQ(still.client.shops(still.access()).error().kind, ErrorClass::signature);
    EXPECT_EQ(still.sent.size(), 2u);
}

TEST(Client, HttpDates) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT")->unix_seconds(), 784'111'777);
    for (const char* bad : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 40 Nov 1994 08:49:37 GMT"})
        EXPECT_FALSE(parse_http_date(bad)) << bad;
}

TEST(Client, CutAnswersAreNeverTaken) {
    const std::string whole = ok(R"({"shops":[{"id":"7495540735365777507","cipher":"c","name":"n"}]})").body;
    for (std::size_t n = 0; n < whole.size(); ++n) {
        const auto opened = open_envelope(json(whole.substr(0, n)), {});
        ASSERT_FALSE(opened) << n;
        ASSERT_EQ(opened.error().kind, ErrorClass::no_answer) << n;
    }
}

TEST(Client, AnswersThatAreNoEnvelope) {
    for (const char* body :
         {"", "<html>login</html>", "[]", "null", "{}", R"({"code":"x"})", R"({"code":0.5})", "\xff\xfe"}) {
        EXPECT_EQ(open_envelope(json(body, 200), {}).error().kind, ErrorClass::no_answer) << body;
        EXPECT_EQ(open_envelope(json(body, 502), {}).error().kind, ErrorClass::transient) << body;
        EXPECT_EQ(open_envelope(json(body, 429), {}).error().kind, ErrorClass::rate) << body;
    }
    // Success is the code, not the status; data may be missing.
    EXPECT_TRUE(open_envelope(json(R"({"code":0})", 200), {}));
    EXPECT_FALSE(open_envelope(json(R"({"code":36009003,"data":{}})", 200), {}));
    EXPECT_FALSE(open_envelope(json(R"({"code":1,"code":0,"message":"duplicate"})", 200), {}));
}

TEST(Client, OrderDetailTakesFiftyIdsAtMost) {
    Bench b;
    b.answers = {ok(R"({"orders":[{"id":"2","update_time":5}]})")};
    const auto page = b.client.orders(b.access(), {"1", "2"});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->orders.size(), 1u);
    EXPECT_THAT(b.sent.at(0).url, HasSubstr("ids=1%2C2&"));
    EXPECT_FALSE(b.client.orders(b.access(), {}));
    EXPECT_FALSE(b.client.orders(b.access(), std::vector<std::string>(51, "1")));
    EXPECT_EQ(b.sent.size(), 1u);
}

// Answers by path, for the probes.
struct StatusBench : Bench {
    model::ShopStatus ask(HttpAnswer active, HttpAnswer status, HttpAnswer prerequisites) {
        answers = {ok(R"({"shops":[{"id":"12","cipher":"c2","name":"New name"}]})"), std::move(active),
                   std::move(status), std::move(prerequisites)};
        report = client.shop_status(access(), "12");
        return report ? report->status : model::ShopStatus::unknown;
    }
    Answer<StatusReport> report;
};

TEST(ShopStatus, TheWorstAnswerCounts) {
    using enum model::ShopStatus;
    const HttpAnswer listed = ok(R"({"shops":[{"id":"12","region":"GB"}]})");
    const HttpAnswer not_listed = ok(R"({"shops":[{"id":"13"}]})");
    const HttpAnswer denied = error(105005);
    const HttpAnswer fine = ok(R"({"check_results":[{"check_item":"Shop_Status","is_failed":false}]})");
    const HttpAnswer failed = ok(
        R"({"check_results":[{"check_item":"SHOP_STATUS","is_failed":true,"fail_reasons":["Shop is deactivated"]}]})");
    const HttpAnswer deactivated =
        ok(R"({"seller_status_data":{"shop_statuses":[{"shop_id":"12","shop_status":"3"}]}})");
    const auto ask = [](const HttpAnswer& a, const HttpAnswer& s, const HttpAnswer& p) {
        return StatusBench().ask(a, s, p);
    };
    EXPECT_EQ(ask(listed, denied, fine), active);
    EXPECT_EQ(ask(denied, denied, fine), active);
    EXPECT_EQ(ask(not_listed, denied, fine), inactive);
    EXPECT_EQ(ask(listed, deactivated, fine), inactive);
    EXPECT_EQ(ask(listed, denied, failed), restricted);
    EXPECT_EQ(ask(listed, error(36009009), error(12052700)), restricted);
    EXPECT_EQ(ask(listed, denied, error(66006600)), restricted);
    EXPECT_EQ(ask(denied, denied, denied), unknown);
    EXPECT_EQ(ask(denied, denied, error(33001002)), unknown);
    EXPECT_EQ(ask(ok("{}"), ok("{}"), ok("{}")), unknown);

    StatusBench named;
    named.ask(listed, denied, failed);
    EXPECT_EQ(named.report->source, "product.prerequisites");
    EXPECT_EQ(named.report->reason, "Shop is deactivated");
    EXPECT_EQ(named.report->shops.at(0).cipher.reveal(), "c2");
}

TEST(ShopStatus, AShopThatLeftTheListIsNoLongerAuthorised) {
    Bench b;
    b.answers = {ok(R"({"shops":[]})")};
    const auto report = b.client.shop_status(b.access(), "12");
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->authorised);
    EXPECT_EQ(report->status, model::ShopStatus::inactive);
}

TEST(ShopStatus, LostAuthorisationIsAnErrorNotAStatus) {
    StatusBench b;
    b.ask(error(105001), ok(), ok());
    EXPECT_EQ(b.report.error().kind, ErrorClass::auth_lost);
}

TEST(RateLimiter, StartsAtFiveReadsASecondPerStoreAndCall) {
    base::FakeClock clock;
    RateLimiter limiter(clock);
    int went = 0;
    for (int i = 0; i < 20; ++i) went += limiter.take("s_1", "a", false) == 0;
    EXPECT_EQ(went, 5);
    EXPECT_EQ(limiter.take("s_1", "b", false), 0);
    EXPECT_EQ(limiter.take("s_2", "a", false), 0);
    const auto wait = limiter.take("s_1", "a", false);
    EXPECT_EQ(wait, 200);
    clock.advance(base::milliseconds(wait));
    EXPECT_EQ(limiter.take("s_1", "a", false), 0);
    EXPECT_EQ(limiter.take("s_1", "w", true), 0);
    EXPECT_EQ(limiter.take("s_1", "w", true), 1'000);
}

TEST(RateLimiter, HalvesWhenThrottledAndRecovers) {
    base::FakeClock clock;
    RateLimiter limiter(clock);
    limiter.throttled("s_1", "a", false, 3'000);
    EXPECT_EQ(limiter.take("s_1", "a", false), 3'000);
    clock.advance(base::seconds(3));
    EXPECT_EQ(limiter.take("s_1", "a", false), 0);
    EXPECT_EQ(limiter.take("s_1", "a", false), 400);  // 2.5/s
    for (int i = 0; i < 100; ++i) limiter.succeeded("s_1", "a", false);
    clock.advance(base::seconds(10));
    int went = 0;
    for (int i = 0; i < 20; ++i) went += limiter.take("s_1", "a", false) == 0;
    EXPECT_EQ(went, 5);
    for (int i = 0; i < 40; ++i) limiter.throttled("s_1", "a", false, 0);
    EXPECT_EQ(limiter.take("s_1", "a", false), 0);
    EXPECT_EQ(limiter.take("s_1", "a", false), 20'000);
}

TEST(PageGuard, StopsCirclesAndEndlessScans) {
    PageGuard guard(3);
    EXPECT_TRUE(guard.admit("a"));
    EXPECT_TRUE(guard.admit("b"));
    EXPECT_FALSE(guard.admit("a"));
    EXPECT_TRUE(guard.admit("c"));
    EXPECT_FALSE(guard.admit("d"));
}

TEST(Client, ReturnsAndCancellationsAreSearchedByUpdateTimeInPagesOfTenToFifty) {
    Bench b;
    b.answers = {ok(R"({"return_orders":[],"cancellations":[],"next_page_token":"n"})")};
    OrderQuery query;
    query.updated_from = base::Time::from_unix_seconds(1'767'000'000);
    query.updated_before = base::Time::from_unix_seconds(1'767'100'000);
    query.page_size = 100;
    query.page_token = "a=b";
    const auto page = b.client.search_returns(b.access(), ReturnList::returns, query);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next_page_token, "n");
    EXPECT_THAT(b.sent[0].url, HasSubstr("/return_refund/202309/returns/search?"));
    EXPECT_THAT(b.sent[0].url, HasSubstr("page_size=50&"));
    EXPECT_THAT(b.sent[0].url, HasSubstr("sort_field=update_time&"));
    EXPECT_THAT(b.sent[0].url, HasSubstr("sort_order=ASC&"));
    EXPECT_THAT(b.sent[0].url, HasSubstr("page_token=a%3Db&"));
    EXPECT_EQ(b.sent[0].body, R"({"update_time_ge":1767000000,"update_time_lt":1767100000})");
    query = {.updated_from = query.updated_from, .updated_before = {}, .page_size = 3, .page_token = {}};
    ASSERT_TRUE(b.client.search_returns(b.access(), ReturnList::cancellations, query));
    EXPECT_THAT(b.sent[1].url, HasSubstr("/return_refund/202309/cancellations/search?"));
    EXPECT_THAT(b.sent[1].url, HasSubstr("page_size=10&"));
    EXPECT_EQ(b.sent[1].body, R"({"update_time_ge":1767000000})");
}

TEST(Client, OneReturnIsFoundByItsIdAndNoOtherIsTaken) {
    Bench b;
    b.answers = {ok(R"({"return_orders":[{"return_id":"7","order_id":"2","update_time":5,"return_status":"X"},)"
                    R"({"return_id":"8","order_id":"2","update_time":5,"return_status":"X"}]})")};
    const auto page = b.client.find_return(b.access(), ReturnList::returns, "8");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->returns.size(), 1u);
    EXPECT_EQ(page->returns[0].ext_id, "8");
    EXPECT_EQ(b.sent[0].body, R"({"return_ids":["8"]})");
}

}  // namespace
}  // namespace platform::tiktok
