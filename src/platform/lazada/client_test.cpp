#include "platform/lazada/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "base/encoding.h"
#include "base/log.h"

namespace platform::lazada {
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
    return json(R"({"code":"0","request_id":"r1","data":)" + std::string(data) + "}");
}
HttpAnswer error(std::string_view code, std::string_view message = "m", int status = 200) {
    return json(R"({"type":"ISV","code":")" + std::string(code) + R"(","message":")" + std::string(message) +
                    R"(","request_id":"r2"})",
                status);
}

const std::string k_tokens =
    R"({"access_token":"canary-access","country":"cb","refresh_token":"canary-refresh","code":"0","request_id":"r",)"
    R"("account_platform":"seller_center","refresh_expires_in":4320000,"expires_in":"864000","account":"s@x.example",)"
    R"("account_id":"100001","country_user_info":[)"
    R"({"country":"sg","user_id":"1001","seller_id":"1000042284","short_code":"SG1015W"},)"
    R"({"country":"my","user_id":"1002","seller_id":"1000042285","short_code":"MY1015W"}]})";

// Answers in order; the last one repeats. Time passes only by pausing.
struct Bench {
    Bench() {
        app.key = "123456";
        app.api_base = std::string(k_official_api);
        app.auth_base = "https://auth.example.com";
        app.consent_base = "https://consent.example.com";
        base::set_log_sink([this](std::string_view line) { log += std::string(line) + "\n"; });
    }
    ~Bench() { base::set_log_sink({}); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    StoreAccess access() { return {{app, secret}, token, cipher, "1000042284_sg", region, egress}; }
    Answer<Grant> exchange() {
        return client.exchange({app, secret}, egress,
                               {.code = "canary-code", .shop_ext_id = {}, .main_account_id = {}});
    }

    model::App app;
    base::Secret secret{"canary-secret"};
    base::Secret token{"canary-token"};
    base::Secret cipher;
    std::string region = "SG";
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

// The parameters of a query or form, decoded, without the signature; that is compared with what they must give.
Params checked_params(const base::Secret& secret, std::string_view path, std::string_view encoded) {
    Params params;
    std::string signature;
    while (!encoded.empty()) {
        const std::string_view pair = encoded.substr(0, encoded.find('&'));
        encoded.remove_prefix(std::min(encoded.size(), pair.size() + 1));
        const auto at = pair.find('=');
        std::string value = *base::percent_decode(pair.substr(at + 1));
        if (pair.substr(0, at) == "sign")
            signature = value;
        else
            params.emplace_back(pair.substr(0, at), value);
    }
    EXPECT_EQ(signature, sign(secret, path, params));
    return params;
}

TEST(LazadaClient, SignsWhatItSendsToTheMarketsHost) {
    Bench b;
    b.region = "MY";
    b.answers = {ok(R"({"orders":[],"count":0,"countTotal":0})")};
    ASSERT_TRUE(b.client.search_orders(b.access(), {base::Time::from_unix_seconds(1'767'225'600),
                                                    base::Time::from_unix_seconds(1'767'229'200), 50, "100"}));
    const HttpRequest& request = b.sent.at(0);
    EXPECT_EQ(request.method, "GET");
    const std::string before = "https://api.lazada.com.my/rest/orders/get?";
    ASSERT_TRUE(request.url.starts_with(before)) << request.url;
    using P = Params::value_type;
    EXPECT_THAT(checked_params(b.secret, "/orders/get", std::string_view(request.url).substr(before.size())),
                testing::UnorderedElementsAre(
                    P("update_after", "2025-12-31T23:59:59+00:00"), P("update_before", "2026-01-01T01:00:00+00:00"),
                    P("sort_by", "updated_at"), P("sort_direction", "ASC"), P("offset", "100"), P("limit", "50"),
                    P("access_token", "canary-token"), P("app_key", "123456"), P("timestamp", "1767225600000"),
                    P("sign_method", "sha256")));
    EXPECT_THAT(request.url, HasSubstr("23%3A59%3A59%2B00%3A00"));
}

TEST(LazadaClient, MarketsHaveHostsAndAnotherAddressHasFolders) {
    model::App app;
    app.api_base = std::string(k_official_api);
    app.auth_base = "https://auth.lazada.com";
    const std::vector<std::pair<std::string, std::string>> hosts = {
        {"SG", "https://api.lazada.sg"}, {"MY", "https://api.lazada.com.my"}, {"TH", "https://api.lazada.co.th"},
        {"VN", "https://api.lazada.vn"}, {"PH", "https://api.lazada.com.ph"}, {"id", "https://api.lazada.co.id"}};
    Bench b;
    const auto origins = b.client.origins(app);
    EXPECT_EQ(origins.size(), 7u);
    for (const auto& [region, host] : hosts) {
        EXPECT_EQ(market_base(app, *find_market(region)), host);
        EXPECT_THAT(origins, testing::Contains(host));
    }
    app.api_base = "http://127.0.0.1:9002";
    EXPECT_EQ(market_base(app, *find_market("TH")), "http://127.0.0.1:9002/th");
    EXPECT_THAT(b.client.origins(app), ElementsAre("https://auth.lazada.com", "http://127.0.0.1:9002"));
    EXPECT_EQ(find_market("TW"), nullptr);
}

TEST(LazadaClient, AStoreOutsideTheMarketsIsNotCalled) {
    Bench b;
    b.region = "TW";
    b.answers = {ok()};
    EXPECT_EQ(b.client.shops(b.access()).error().kind, ErrorClass::contract);
    EXPECT_TRUE(b.sent.empty());
}

TEST(LazadaClient, EveryCallGoesOutThroughTheStoresProfile) {
    Bench b;
    b.answers = {ok(R"({"orders":[{"order_id":"1"}]})")};
    (void)b.client.shops(b.access());
    (void)b.client.shop_status(b.access(), "1000042284_sg");
    (void)b.client.orders(b.access(), {"1"});
    (void)b.client.search_orders(b.access(), {});
    (void)b.exchange();
    (void)b.client.refresh({b.app, b.secret}, b.egress, "1000042284_sg", b.token);
    ASSERT_GE(b.sent.size(), 8u);
    for (const HttpRequest& request : b.sent) {
        EXPECT_EQ(request.egress.owner, "s_7");
        EXPECT_EQ(request.egress.proxy, "socks5h://proxy.example:1080");
    }
}

TEST(LazadaClient, ConsentLink) {
    Bench b;
    EXPECT_EQ(b.client.authorisation_link({b.app, b.secret}, "a b", "https://c.example/oauth/lazada/callback"),
              "https://consent.example.com/oauth/authorize?response_type=code&force_auth=true&redirect_uri="
              "https%3A%2F%2Fc.example%2Foauth%2Flazada%2Fcallback&client_id=123456&state=a%20b");
}

TEST(LazadaClient, ExchangesACodeForAllMarketsOfTheSeller) {
    Bench b;
    b.answers = {json(k_tokens), ok(R"({"seller_id":1000042284,"name":"Harbour SG","status":"ACTIVE"})"),
                 error("ServiceTimeout")};
    const auto grant = b.exchange();
    ASSERT_TRUE(grant);
    EXPECT_EQ(b.sent.at(0).method, "POST");
    EXPECT_EQ(b.sent.at(0).url, "https://auth.example.com/rest/auth/token/create");
    const Params params = checked_params(b.secret, "/auth/token/create", b.sent.at(0).body);
    EXPECT_THAT(params, testing::Contains(Params::value_type("code", "canary-code")));
    EXPECT_EQ(grant->holder, Holder::seller);
    EXPECT_EQ(grant->seller_ext_id, "100001");
    EXPECT_EQ(grant->access_expires_at - b.clock.now(), base::seconds(864'000));
    EXPECT_EQ(grant->refresh_expires_at - b.clock.now(), base::seconds(4'320'000));
    ASSERT_EQ(grant->shops.size(), 2u);
    EXPECT_EQ(grant->shops[0].ext_id, "1000042284_sg");
    EXPECT_EQ(grant->shops[0].region, "SG");
    EXPECT_EQ(grant->shops[0].code, "SG1015W");
    EXPECT_EQ(grant->shops[0].seller_type, "CROSS_BORDER");
    EXPECT_EQ(grant->shops[0].name, "Harbour SG");
    // A name that cannot be read does not stop the connection, nor make the seller wait for tries.
    EXPECT_EQ(grant->shops[1].ext_id, "1000042285_my");
    EXPECT_EQ(grant->shops[1].name, "");
    ASSERT_EQ(b.sent.size(), 3u);
    EXPECT_THAT(b.sent[1].url, HasSubstr("https://api.lazada.sg/rest/seller/get?access_token=canary-access&"));
    EXPECT_THAT(b.sent[2].url, HasSubstr("https://api.lazada.com.my/rest/seller/get?"));
}

TEST(LazadaClient, RefreshDoesNotMoveTheEndOfTheAuthorisation) {
    Bench b;
    std::string answer = k_tokens;
    answer.replace(answer.find("country_user_info"), 17, "country_user_info_list");
    answer.replace(answer.find("\"100001\""), 8, "null");
    b.answers = {json(answer)};
    const auto grant = b.client.refresh({b.app, b.secret}, b.egress, "x", base::Secret("old"));
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->shops.size(), 2u);
    EXPECT_EQ(grant->seller_ext_id, "1000042284");
    EXPECT_FALSE(grant->refresh_expires_at);
    ASSERT_EQ(b.sent.size(), 1u);
    EXPECT_THAT(checked_params(b.secret, "/auth/token/refresh", b.sent[0].body),
                testing::Contains(Params::value_type("refresh_token", "old")));
}

TEST(LazadaClient, ATokenThatCannotBeRefreshedEndsTheAuthorisationWithIt) {
    Bench b;
    std::string answer = k_tokens;
    answer.replace(answer.find("4320000"), 7, "\"0\"");
    b.answers = {json(answer), ok()};
    const auto grant = b.exchange();
    EXPECT_EQ(grant->refresh_expires_at, grant->access_expires_at);
    for (const char* lacking : {"\"expires_in\"", "\"access_token\"", "\"refresh_token\""}) {
        std::string without = k_tokens;
        without.replace(without.find(lacking), std::string_view(lacking).size(), "\"x\"");
        b.answers = {json(without)};
        EXPECT_EQ(b.exchange().error().kind, ErrorClass::contract) << lacking;
    }
}

TEST(LazadaClient, LostAndRefusedTokenCalls) {
    Bench b;
    b.answers = {std::unexpected(base::http_error(HttpFailure::unknown, "cut"))};
    EXPECT_EQ(b.client.refresh({b.app, b.secret}, b.egress, "x", base::Secret("o")).error().kind,
              ErrorClass::no_answer);
    EXPECT_EQ(b.sent.size(), 1u);
    b.answers = {error("AUTH_TYPE_UNSUPPORTED")};
    EXPECT_EQ(b.client.refresh({b.app, b.secret}, b.egress, "x", base::Secret("o")).error().kind,
              ErrorClass::auth_lost);
    b.answers = {error("InvalidCode")};
    EXPECT_EQ(b.exchange().error().kind, ErrorClass::auth_lost);
}

// All codes that the marketplace's tables name for every call and for the calls made here.
TEST(LazadaClient, ErrorClasses) {
    using enum ErrorClass;
    struct Case {
        const char* code;
        ErrorClass kind;
    };
    for (const Case& row : {Case{"MissingParameter", contract},
                            {"IncompleteSignature", signature},
                            {"InvalidCode", auth_lost},
                            {"IllegalAccessToken", auth_expired},
                            {"IllegalRefreshToken", auth_lost},
                            {"AUTH_TYPE_UNSUPPORTED", auth_lost},
                            {"InvalidAppKey", signature},
                            {"APP_KEY_INVALID", signature},
                            {"InvalidTimestamp", signature},
                            {"AppWhiteIpLimit", ip_blocked},
                            {"ApiCallLimit", rate},
                            {"AppCallLimit", rate},
                            {"SellerCallLimit", rate},
                            {"ServiceCurrentlimit", rate},
                            {"IopSystemFlowlimit", rate},
                            {"TRAFFIC_CONTROL", rate},
                            {"901", rate},
                            {"ServiceTimeout", transient},
                            {"UnknownRuntimeException", transient},
                            {"6", transient},
                            {"1000", transient},
                            {"513", transient},
                            {"21", transient},
                            {"InvalidApi", contract},
                            {"InvalidApiPath", contract},
                            {"InsufficientPermission", scope_missing},
                            {"AppNotSubscribed", scope_missing},
                            {"SellerNotVerified", seller_inactive},
                            {"Mp3SellerApiLimit", scope_missing},
                            {"14", contract},
                            {"16", contract},
                            {"17", contract},
                            {"19", contract},
                            {"20", contract},
                            {"35", contract},
                            {"36", contract},
                            {"37", contract},
                            {"38", contract},
                            {"39", contract},
                            {"56", contract},
                            {"74", contract},
                            {"75", contract},
                            {"SomethingNew", contract}}) {
        const auto opened = open_envelope(error(row.code));
        ASSERT_FALSE(opened) << row.code;
        EXPECT_EQ(opened.error().kind, row.kind) << row.code;
        EXPECT_EQ(opened.error().message, std::string(row.code) + ": m");
    }
    EXPECT_EQ(open_envelope(error("901")).error().code, 901);
    EXPECT_EQ(open_envelope(json(R"({"code":16,"message":"Invalid Order ID"})")).error().code, 16);
    EXPECT_EQ(open_envelope(error("X", "your timestamp is out of range")).error().kind, signature);
    EXPECT_EQ(open_envelope(error("X", "Please TRY AGAIN later")).error().kind, transient);
    EXPECT_EQ(open_envelope(error("X", "m", 429)).error().kind, rate);
    EXPECT_EQ(open_envelope(error("X", "m", 503)).error().kind, transient);
    EXPECT_EQ(open_envelope(json(R"({"type":"SYSTEM","code":"X"})")).error().kind, transient);
}

TEST(LazadaClient, AnswersThatAreNoEnvelope) {
    for (const char* body : {"", "<html>login</html>", "[]", "null", "{}", R"({"code":null})", R"({"code":""})",
                             R"({"code":0.5})", R"({"code":-1})", "\xff\xfe"}) {
        EXPECT_EQ(open_envelope(json(body, 200)).error().kind, ErrorClass::no_answer) << body;
        EXPECT_EQ(open_envelope(json(body, 502)).error().kind, ErrorClass::transient) << body;
        EXPECT_EQ(open_envelope(json(body, 429)).error().kind, ErrorClass::rate) << body;
    }
    EXPECT_TRUE(open_envelope(json(R"({"code":"0"})")));
    EXPECT_TRUE(open_envelope(json(R"({"code":0})")));
    const std::string whole = ok(R"({"seller_id":1})").body;
    for (std::size_t n = 0; n < whole.size(); ++n)
        ASSERT_EQ(open_envelope(json(whole.substr(0, n))).error().kind, ErrorClass::no_answer) << n;
}

TEST(LazadaClient, ABanIsWaitedFor) {
    Bench b;
    b.answers = {error("ApiCallLimit", "Api access frequency exceeds the limit. this ban will last 4 seconds"), ok()};
    ASSERT_TRUE(b.client.shops(b.access()));
    EXPECT_GE(b.pauses.at(0), 4'000);
    Bench far;
    far.answers = {error("ApiCallLimit", "this ban will last 120 seconds")};
    EXPECT_GE(far.client.shops(far.access()).error().retry_after_s.value(), 120);
    EXPECT_EQ(far.sent.size(), 1u);
    EXPECT_EQ(open_envelope(error("901", "limit")).error().retry_after_s, std::nullopt);
}

TEST(LazadaClient, ReadsAreTriedAgainAndSignedAfresh) {
    Bench b;
    b.answers = {error("ServiceTimeout"), json("<html>503</html>", 503), ok()};
    ASSERT_TRUE(b.client.shops(b.access()));
    ASSERT_EQ(b.sent.size(), 3u);
    EXPECT_NE(b.sent[0].url, b.sent[2].url);
    for (const char* code : {"IllegalAccessToken", "IncompleteSignature", "InsufficientPermission", "AppWhiteIpLimit",
                             "InvalidApiPath", "SellerNotVerified"}) {
        Bench once;
        once.answers = {error(code)};
        EXPECT_FALSE(once.client.shops(once.access()));
        EXPECT_EQ(once.sent.size(), 1u) << code;
    }
}

TEST(LazadaClient, AWrongClockIsMendedOnceFromTheDateHeader) {
    HttpAnswer refused = error("InvalidTimestamp", "timestamp is more than 7200 seconds off");
    refused.headers.emplace("date", "Thu, 01 Jan 2026 04:00:00 GMT");
    Bench b;
    b.answers = {refused, ok()};
    ASSERT_TRUE(b.client.shops(b.access()));
    EXPECT_THAT(b.sent.at(0).url, HasSubstr("timestamp=1767225600000"));
    EXPECT_THAT(b.sent.at(1).url, HasSubstr("timestamp=1767240000000"));
    EXPECT_EQ(b.client.now(b.app).unix_seconds(), 1767240000);

    Bench still;
    still.answers = {refused};
    EXPECT_EQ(still.client.shops(still.access()).error().kind, ErrorClass::signature);
    EXPECT_EQ(still.sent.size(), 2u);

    // A code is not spent by a refusal of the time.
    Bench first;
    first.answers = {refused, json(k_tokens), ok()};
    ASSERT_TRUE(first.exchange());
    EXPECT_EQ(first.sent.size(), 4u);
    // Lives are counted by our own clock, which also decides when to renew.
    EXPECT_EQ(first.clock.now().unix_seconds(), 1767225600);
}

TEST(LazadaClient, SecretsAndAddressesNeverReachTheLogOrAnError) {
    Bench b;
    b.answers = {error("IllegalAccessToken", "The specified access token is invalid or expired")};
    const auto exchanged = b.exchange();
    const auto refreshed = b.client.refresh({b.app, b.secret}, b.egress, "x", base::Secret("canary-refresh"));
    const auto shops = b.client.shops(b.access());
    b.answers = {std::unexpected(base::http_error(HttpFailure::unknown, "canary-of-the-transport"))};
    const auto cut = b.client.shops(b.access());
    EXPECT_THAT(b.log, HasSubstr("platform.call_failed"));
    EXPECT_THAT(b.log, HasSubstr("platform.token_call_failed"));
    EXPECT_THAT(b.log, HasSubstr("r2"));
    for (const CallError& failed : {exchanged.error(), refreshed.error(), shops.error(), cut.error()}) {
        EXPECT_THAT(to_error(failed).what, Not(HasSubstr("canary")));
        EXPECT_THAT(failed.message, Not(HasSubstr("canary")));
    }
    EXPECT_THAT(b.log, Not(HasSubstr("canary")));
    EXPECT_THAT(b.log, Not(HasSubstr("https://")));
}

TEST(LazadaClient, OrdersComeWithTheirItems) {
    Bench b;
    b.answers = {
        ok(R"({"count":2,"countTotal":3,"orders":[{"order_id":"11","updated_at":"2026-11-01 10:00:00 +0800"},)"
           R"({"order_id":"12","updated_at":"2026-11-01 10:00:01 +0800"}]})"),
        ok(R"([{"order_id":11,"order_items":[{"order_item_id":1,"status":"pending"}]},)"
           R"({"order_id":12,"order_items":[{"order_item_id":2,"status":"shipped"},{"order_item_id":3,"status":"shipped"}]}])")};
    const auto page = b.client.search_orders(b.access(), {base::Time::from_unix_seconds(100), {}, 100, ""});
    ASSERT_TRUE(page);
    ASSERT_EQ(page->orders.size(), 2u);
    EXPECT_EQ(page->orders[1].status, model::OrderStatus::in_transit);
    EXPECT_EQ(page->total, 3);
    EXPECT_EQ(page->next_page_token, "2");
    EXPECT_THAT(b.sent.at(1).url, HasSubstr("order_ids=%5B11%2C12%5D&"));
    // The end is reached when nothing more is counted.
    b.answers = {ok(R"({"count":1,"countTotal":3,"orders":[{"order_id":"13"}]})"), ok("[]")};
    const auto last = b.client.search_orders(b.access(), {base::Time::from_unix_seconds(100), {}, 100, "2"});
    EXPECT_EQ(last->next_page_token, "");
    EXPECT_EQ(last->bad.at(0).reason, "order.items_missing");
    EXPECT_EQ(b.client.search_orders(b.access(), {{}, {}, 100, "5001"}).error().kind, ErrorClass::contract);
}

TEST(LazadaClient, ItemsAreAskedForFiftyOrdersAtOnce) {
    Bench b;
    std::string orders;
    for (int i = 1; i <= 100; ++i)
        orders += (orders.empty() ? "" : ",") + (R"({"order_id":")" + std::to_string(i) + R"("})");
    b.answers = {ok(R"({"orders":[)" + orders + "]}"), ok("[]")};
    const auto page = b.client.search_orders(b.access(), {{}, {}, 100, ""});
    ASSERT_TRUE(page);
    EXPECT_EQ(b.sent.size(), 3u);
    EXPECT_EQ(page->next_page_token, "100");
}

// One id that the marketplace refuses must not hide the others of its batch.
TEST(LazadaClient, ARefusedBatchIsReadOneByOne) {
    Bench b;
    b.answers = {ok(R"({"orders":[{"order_id":"11","updated_at":5},{"order_id":"12","updated_at":6}]})"),
                 error("37", "wrong order list"), ok(R"([{"order_item_id":1,"status":"pending"}])"), error("16")};
    const auto page = b.client.search_orders(b.access(), {{}, {}, 100, ""});
    ASSERT_TRUE(page);
    ASSERT_EQ(page->orders.size(), 1u);
    EXPECT_EQ(page->orders[0].ext_id, "11");
    EXPECT_EQ(page->bad.at(0).ext_id, "12");
    // Whatever else goes wrong is no statement about an order.
    b.answers = {ok(R"({"orders":[{"order_id":"11"}]})"), error("IllegalAccessToken")};
    EXPECT_EQ(b.client.search_orders(b.access(), {{}, {}, 100, ""}).error().kind, ErrorClass::auth_expired);
}

TEST(LazadaClient, SingleOrders) {
    Bench b;
    b.answers = {ok(R"({"order_id":11,"updated_at":"2026-11-01 10:00:00 +0800"})"), error("16", "Invalid Order ID"),
                 ok(R"([{"order_id":11,"order_items":[{"order_item_id":1,"status":"pending"}]}])")};
    const auto page = b.client.orders(b.access(), {"11", "12"});
    ASSERT_TRUE(page);
    ASSERT_EQ(page->orders.size(), 1u);
    EXPECT_TRUE(page->bad.empty());
    EXPECT_THAT(b.sent.at(2).url, HasSubstr("order_ids=%5B11%5D&"));
    b.answers = {error("35")};
    EXPECT_TRUE(b.client.orders(b.access(), {"13"})->orders.empty());
    b.answers = {error("AppWhiteIpLimit")};
    EXPECT_EQ(b.client.orders(b.access(), {"13"}).error().kind, ErrorClass::ip_blocked);
    EXPECT_FALSE(b.client.orders(b.access(), {}));
    EXPECT_FALSE(b.client.orders(b.access(), std::vector<std::string>(51, "1")));
}

TEST(LazadaClient, ShopStatus) {
    const auto ask = [](HttpAnswer answer) {
        Bench b;
        b.answers = {std::move(answer)};
        return *b.client.shop_status(b.access(), "1000042284_sg");
    };
    const StatusReport active =
        ask(ok(R"({"seller_id":1000042284,"name":"Harbour","short_code":"SG1","status":"ACTIVE","verified":"true"})"));
    EXPECT_EQ(active.status, model::ShopStatus::active);
    EXPECT_EQ(active.source, "seller.get");
    ASSERT_EQ(active.shops.size(), 1u);
    EXPECT_EQ(active.shops[0].name, "Harbour");
    EXPECT_EQ(ask(ok(R"({"seller_id":"1000042284","status":"INACTIVE"})")).status, model::ShopStatus::inactive);
    EXPECT_EQ(ask(ok(R"({"seller_id":"1000042284","status":"deleted"})")).status, model::ShopStatus::inactive);
    EXPECT_EQ(ask(ok(R"({"seller_id":"1000042284","status":"NEW"})")).status, model::ShopStatus::unknown);
    EXPECT_EQ(ask(ok("{}")).status, model::ShopStatus::unknown);
    EXPECT_TRUE(ask(ok("{}")).authorised);
    EXPECT_EQ(ask(error("SellerNotVerified")).status, model::ShopStatus::restricted);
    // Another seller's token: this store is no longer given to us.
    const StatusReport other = ask(ok(R"({"seller_id":"5","status":"ACTIVE"})"));
    EXPECT_FALSE(other.authorised);
    EXPECT_EQ(other.status, model::ShopStatus::unknown);
    Bench b;
    b.answers = {error("IllegalAccessToken")};
    EXPECT_EQ(b.client.shop_status(b.access(), "x").error().kind, ErrorClass::auth_expired);
}

}  // namespace
}  // namespace platform::lazada
