#include "platform/shopee/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "base/log.h"
#include "platform/order_slice.h"

namespace platform::shopee {
namespace {

using base::HttpAnswer;
using base::HttpRequest;
using base::Time;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

HttpAnswer json(std::string body, int status = 200) {
    HttpAnswer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}
// `fields`: what comes beside the frame, e.g. `"response":{}`.
HttpAnswer ok(std::string_view fields = R"("response":{})") {
    return json(R"({"request_id":"r1","error":"","message":"",)" + std::string(fields) + "}");
}
HttpAnswer error(std::string_view code, std::string_view message = "m", int status = 200) {
    return json(
        R"({"request_id":"r2","error":")" + std::string(code) + R"(","message":")" + std::string(message) + "\"}",
        status);
}

// Answers in order; the last one repeats. Time passes only by pausing.
struct Bench {
    Bench() {
        app.key = "2001887";
        app.api_base = "https://api.example.com";
        app.auth_base = app.api_base;
        app.consent_base = "https://consent.example.com";
        base::set_log_sink([this](std::string_view line) { log += std::string(line) + "\n"; });
    }
    ~Bench() { base::set_log_sink({}); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    AppAccess app_access() { return {app, secret}; }
    StoreAccess access() { return {app_access(), token, none, "14701711", "SG", egress}; }

    model::App app;
    base::Secret secret{"canary-secret"};
    base::Secret token{"canary-token"};
    base::Secret none;
    base::EgressProfile egress{"s_7", "socks5h://proxy.example:1080", "u", nullptr};
    base::FakeClock clock;  // Begins at 2026-01-01T00:00:00Z, 1767225600.
    base::SeededRandom random{7};
    std::string log;
    std::deque<base::Result<HttpAnswer>> answers;
    std::function<HttpAnswer(const HttpRequest&)> on_request;
    std::vector<HttpRequest> sent;
    base::FakeHttpClient http{[this](const HttpRequest& request) -> base::Result<HttpAnswer> {
        sent.push_back(request);
        if (on_request) return on_request(request);
        auto answer = answers.front();
        if (answers.size() > 1) answers.pop_front();
        return answer;
    }};
    Client client{http, clock, random, [this](base::Duration by) { clock.advance(by); }};
};

constexpr std::string_view k_tokens = R"("access_token":"canary-a","refresh_token":"canary-r","expire_in":14400)";

TEST(ShopeeClient, SignsWhatItSends) {
    Bench b;
    b.answers = {ok(R"("shop_name":"Demo MY","region":"MY","status":"NORMAL")")};
    const auto shops = b.client.shops(b.access());
    ASSERT_TRUE(shops);
    ASSERT_THAT(*shops, SizeIs(1));
    EXPECT_EQ(shops->front().ext_id, "14701711");
    EXPECT_EQ(shops->front().name, "Demo MY");
    EXPECT_EQ(b.sent.at(0).method, "GET");
    EXPECT_EQ(b.sent.at(0).url,
              "https://api.example.com/api/v2/shop/get_shop_info?partner_id=2001887&timestamp=1767225600&sign=" +
                  sign(b.secret, "2001887", "/api/v2/shop/get_shop_info", 1767225600, {"canary-token", "14701711"}) +
                  "&access_token=canary-token&shop_id=14701711");
}

TEST(ShopeeClient, CallsOfTheAppCarryNoToken) {
    Bench b;
    b.answers = {ok(R"("response":{"callback_url":"https://x.example/h","live_push_status":"Normal",)"
                    R"("push_config_on_list":[1,2,3],"push_config_off_list":[]})")};
    const auto subscriptions = b.client.subscriptions(b.access());
    ASSERT_TRUE(subscriptions);
    EXPECT_THAT(*subscriptions, ElementsAre(Subscription{"push", "https://x.example/h"}));
    EXPECT_THAT(b.sent.at(0).url, Not(HasSubstr("canary-token")));
    EXPECT_THAT(b.sent.at(0).url, Not(HasSubstr("shop_id")));
}

TEST(ShopeeClient, BothFormsOfTheConsentPage) {
    Bench b;
    EXPECT_EQ(b.client.authorisation_link(b.app_access(), "a b", "https://x.example/back"),
              "https://consent.example.com/auth?auth_type=seller&partner_id=2001887"
              "&redirect_uri=https%3A%2F%2Fx.example%2Fback&response_type=code&state=a%20b");
    b.app.consent_base = b.app.api_base;
    EXPECT_EQ(b.client.authorisation_link(b.app_access(), "a b", "https://x.example/back"),
              "https://api.example.com/api/v2/shop/auth_partner?partner_id=2001887&timestamp=1767225600&sign=" +
                  sign(b.secret, "2001887", k_consent, 1767225600, {}) +
                  "&redirect=https%3A%2F%2Fx.example%2Fback%3Fstate%3Da%2520b");
}

TEST(ShopeeClient, ACodeOfOneShop) {
    Bench b;
    b.answers = {ok(k_tokens), ok(R"("shop_name":"Demo MY","region":"MY","is_cb":true,"expire_time":1798761600)")};
    const auto grant =
        b.client.exchange(b.app_access(), b.egress, {.code = "c\"1", .shop_ext_id = "600000", .main_account_id = {}});
    ASSERT_TRUE(grant);
    EXPECT_EQ(b.sent.at(0).method, "POST");
    EXPECT_EQ(b.sent.at(0).body, R"({"code":"c\"1","partner_id":2001887,"shop_id":600000})");
    EXPECT_THAT(b.sent.at(0).url, HasSubstr("/api/v2/auth/token/get?partner_id=2001887&timestamp=1767225600&sign="));
    EXPECT_THAT(b.sent.at(1).url, HasSubstr("access_token=canary-a&shop_id=600000"));
    EXPECT_EQ(grant->access_token.reveal(), "canary-a");
    EXPECT_EQ(grant->access_expires_at, Time::from_unix_seconds(1767225600 + 14400));
    EXPECT_EQ(grant->refresh_expires_at, Time::from_unix_seconds(1798761600));
    EXPECT_EQ(grant->holder, Holder::seller);
    ASSERT_THAT(grant->shops, SizeIs(1));
    EXPECT_EQ(grant->shops[0].ext_id, "600000");
    EXPECT_EQ(grant->shops[0].name, "Demo MY");
    EXPECT_EQ(grant->shops[0].region, "MY");
    EXPECT_EQ(grant->shops[0].seller_type, "CROSS_BORDER");
}

TEST(ShopeeClient, AMainAccountsShopsAreListedAlsoWhenOneCannotBeRead) {
    Bench b;
    b.on_request = [](const HttpRequest& request) {
        if (request.url.contains("token/get")) return ok(std::string(k_tokens) + R"(,"shop_id_list":[11,12,11,0])");
        return request.url.contains("shop_id=11") ? error("error_permission") : ok(R"("shop_name":"B","region":"TH")");
    };
    const auto grant =
        b.client.exchange(b.app_access(), b.egress, {.code = "c", .shop_ext_id = {}, .main_account_id = "99"});
    ASSERT_TRUE(grant);
    EXPECT_EQ(b.sent.at(0).body, R"({"code":"c","partner_id":2001887,"main_account_id":99})");
    ASSERT_THAT(grant->shops, SizeIs(2));
    EXPECT_EQ(grant->shops[0].ext_id, "11");
    EXPECT_EQ(grant->shops[0].name, "");
    EXPECT_EQ(grant->shops[1].name, "B");
}

TEST(ShopeeClient, RefreshIsForOneShopAndSentOnce) {
    Bench b;
    b.answers = {ok(std::string(k_tokens) + R"(,"shop_id":600000)")};
    const auto grant = b.client.refresh(b.app_access(), b.egress, "600000", base::Secret("old"));
    ASSERT_TRUE(grant);
    EXPECT_EQ(b.sent.at(0).body, R"({"refresh_token":"old","partner_id":2001887,"shop_id":600000})");
    EXPECT_THAT(grant->shops, IsEmpty());
    for (const char* code :
         {"refresh_token_expired", "error_shop_refresh_token", "shop_access_expired", "shop_no_linked"}) {
        b.answers = {error(code, "x", 403)};
        EXPECT_EQ(b.client.refresh(b.app_access(), b.egress, "600000", base::Secret("old")).error().kind,
                  ErrorClass::auth_lost)
            << code;
    }
    b.sent.clear();
    b.answers = {json("<html>", 502)};
    EXPECT_EQ(b.client.refresh(b.app_access(), b.egress, "600000", base::Secret("old")).error().kind,
              ErrorClass::transient);
    EXPECT_THAT(b.sent, SizeIs(1));
    b.answers = {ok(R"("access_token":"","refresh_token":"r","expire_in":14400)")};
    EXPECT_EQ(b.client.refresh(b.app_access(), b.egress, "600000", base::Secret("old")).error().kind,
              ErrorClass::contract);
    // An id that is no number never gets into a body.
    EXPECT_FALSE(b.client.refresh(b.app_access(), b.egress, "1,\"x\":2", base::Secret("old")));
}

TEST(ShopeeClient, AWrongClockIsMendedOnce) {
    Bench b;
    HttpAnswer late = error("error_param", "timestamp expired", 403);
    late.headers.emplace("date", "Thu, 01 Jan 2026 01:00:00 GMT");
    b.answers = {late, ok(k_tokens)};
    ASSERT_TRUE(b.client.refresh(b.app_access(), b.egress, "600000", base::Secret("old")));
    EXPECT_THAT(b.sent.at(1).url, HasSubstr("timestamp=1767229200"));
    b.answers = {error("error_sign", "Wrong sign.", 403)};
    b.sent.clear();
    EXPECT_EQ(b.client.shops(b.access()).error().kind, ErrorClass::signature);
    EXPECT_THAT(b.sent, SizeIs(1));
}

TEST(ShopeeClient, SecretsNeverReachTheLogOrAnError) {
    Bench b;
    b.answers = {error("error_auth", "token canary-token is invalid", 403)};
    (void)b.client.exchange(b.app_access(), b.egress,
                            {.code = "canary-code", .shop_ext_id = "1", .main_account_id = {}});
    (void)b.client.refresh(b.app_access(), b.egress, "1", base::Secret("canary-refresh"));
    const auto shops = b.client.shops(b.access());
    EXPECT_THAT(b.log, HasSubstr("platform.call_failed"));
    EXPECT_THAT(b.log, HasSubstr("error_auth"));
    EXPECT_THAT(b.log, Not(HasSubstr("canary")));
    EXPECT_THAT(b.log, Not(HasSubstr("https://")));
    EXPECT_THAT(to_error(shops.error()).what, Not(HasSubstr("canary")));
    EXPECT_THAT(to_error(shops.error()).what, HasSubstr("error_auth"));
    // A code that quotes something is no code.
    b.answers = {error("canary-token is <b>bad</b>", "m", 403)};
    EXPECT_EQ(b.client.shops(b.access()).error().code_name, "");
}

TEST(ShopeeClient, ErrorClasses) {
    struct Row {
        const char* code;
        const char* message;
        ErrorClass kind;
        int status = 200;
    };
    for (const Row& row : {Row{"error_param", "no timestamp", ErrorClass::signature},
                           Row{"error_param", "timestamp expired", ErrorClass::signature},
                           Row{"error_param", "no sign", ErrorClass::signature},
                           Row{"error_param", "no partner_id", ErrorClass::signature},
                           Row{"error_param", "invalid shop_id", ErrorClass::mismatch},
                           Row{"error_param", "Wrong parameters, detail: page_size", ErrorClass::contract},
                           Row{"error_sign", "Wrong sign.", ErrorClass::signature},
                           Row{"error_auth", "partner_id is invalid", ErrorClass::signature},
                           Row{"error_auth", "Invalid access_token.", ErrorClass::auth_expired},
                           Row{"error_auth", "No permission to current api", ErrorClass::scope_missing},
                           Row{"invalid_partner_id", "", ErrorClass::signature},
                           Row{"invalid_acceess_token", "", ErrorClass::auth_expired},
                           Row{"error_permission", "", ErrorClass::scope_missing},
                           Row{"error_api_permission", "", ErrorClass::scope_missing},
                           Row{"error_ashop_api_permission", "", ErrorClass::scope_missing},
                           Row{"error_api_call_restricted", "", ErrorClass::platform_risk},
                           Row{"api_suspended", "", ErrorClass::platform_risk},
                           Row{"error_limit", "reached the daily API call limit", ErrorClass::rate},
                           Row{"error_limit", "Core server error", ErrorClass::contract},
                           Row{"error_rate_limit", "", ErrorClass::rate},
                           Row{"source_ip_undeclared", "", ErrorClass::ip_blocked},
                           Row{"error_partner_key_expired", "", ErrorClass::signature},
                           Row{"shop_no_linked", "", ErrorClass::auth_lost},
                           Row{"partner_shop_no_link", "", ErrorClass::auth_lost},
                           Row{"shop_access_expired", "", ErrorClass::auth_lost},
                           Row{"merchant_access_expired", "", ErrorClass::auth_lost},
                           Row{"shop_banned", "", ErrorClass::seller_inactive},
                           Row{"error_kyc_auth", "", ErrorClass::seller_inactive},
                           Row{"error_shop", "shopid is invalid", ErrorClass::mismatch},
                           Row{"error_not_found", "Wrong parameters", ErrorClass::contract},
                           Row{"error_server", "", ErrorClass::transient},
                           Row{"error_network", "", ErrorClass::transient},
                           Row{"error_inner", "", ErrorClass::transient},
                           Row{"error_data", "", ErrorClass::transient},
                           Row{"error_system_busy", "", ErrorClass::transient},
                           Row{"system_busy", "", ErrorClass::transient},
                           Row{"error_busy", "", ErrorClass::transient},
                           Row{"invalid_code", "", ErrorClass::contract},
                           Row{"order.order_list_invalid_time", "", ErrorClass::contract},
                           Row{"something_new", "", ErrorClass::contract},
                           Row{"something_new", "", ErrorClass::rate, 429},
                           Row{"something_new", "", ErrorClass::transient, 503}})
        EXPECT_EQ(classify(row.code, row.status, row.message), row.kind) << row.code << ' ' << row.message;
}

TEST(ShopeeClient, EnvelopesOfAllShapes) {
    const auto opened = [](std::string body, int status = 200) {
        return open_envelope(json(std::move(body), status), Time::from_unix_seconds(1767225600));
    };
    EXPECT_TRUE(opened(R"({"error":"-","request_id":"r"})"));
    EXPECT_TRUE(opened(R"({"error":" ","message":"success"})"));
    EXPECT_TRUE(opened(R"({"request_id":"r","response":[1]})")->data().is_array());
    EXPECT_EQ(opened("{}").error().kind, ErrorClass::no_answer);
    EXPECT_EQ(opened("[]").error().kind, ErrorClass::no_answer);
    EXPECT_EQ(opened("<html>", 503).error().kind, ErrorClass::transient);
    EXPECT_EQ(opened("", 429).error().kind, ErrorClass::rate);
    EXPECT_EQ(opened(R"({"error":"x","mesage":"spelt so"})").error().message, "spelt so");
    // 2026-01-01 08:00 in UTC+8: sixteen hours to the next quota.
    EXPECT_EQ(opened(R"({"error":"error_limit","message":"Daily limit"})").error().retry_after_s, 16 * 3600);
}

TEST(ShopeeClient, ShopStatus) {
    Bench b;
    const auto status = [&](std::string_view shop, const HttpAnswer& punishments) {
        b.answers = {ok(shop), punishments};
        return b.client.shop_status(b.access(), "14701711");
    };
    const HttpAnswer none = ok(R"("response":{"punishment_list":[],"total_count":0})");
    auto report = status(R"("shop_name":"A","status":"NORMAL")", none);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->status, model::ShopStatus::active);
    EXPECT_EQ(report->source, "shop.get_shop_info");
    EXPECT_TRUE(report->authorised);
    EXPECT_EQ(report->shops.at(0).name, "A");
    EXPECT_EQ(status(R"("status":"FROZEN")", none)->status, model::ShopStatus::restricted);
    EXPECT_EQ(status(R"("status":"BANNED")", none)->status, model::ShopStatus::inactive);
    EXPECT_EQ(status(R"("status":"")", none)->status, model::ShopStatus::unknown);
    report = status(R"("status":"NORMAL")", ok(R"("response":{"punishment_list":[{"punishment_type":104},)"
                                               R"({"punishment_type":109}]})"));
    EXPECT_EQ(report->status, model::ShopStatus::inactive);
    EXPECT_EQ(report->reason, "punishment_type 109");
    EXPECT_EQ(status(R"("status":"NORMAL")", error("error_permission"))->status, model::ShopStatus::active);
    b.answers = {error("shop_banned", "x", 403)};
    EXPECT_EQ(b.client.shop_status(b.access(), "14701711")->status, model::ShopStatus::inactive);
    b.answers = {error("shop_no_linked", "x", 403)};
    EXPECT_EQ(b.client.shop_status(b.access(), "14701711").error().kind, ErrorClass::auth_lost);
}

// A marketplace with orders by second of change, which gives them newest first, `page` at a time, by row number.
struct OrderTable {
    std::multimap<std::int64_t, std::string> by_time;
    std::size_t lists = 0;
    std::size_t details = 0;

    static std::string parameter(const std::string& url, const std::string& name) {
        const std::size_t at = url.find("&" + name + "=");
        if (at == std::string::npos) return {};
        const std::size_t from = at + name.size() + 2;
        return url.substr(from, url.find('&', from) - from);
    }
    HttpAnswer operator()(const HttpRequest& request) {
        if (request.url.contains("get_order_detail")) return detail(parameter(request.url, "order_sn_list"));
        ++lists;
        const std::int64_t from = std::stoll(parameter(request.url, "time_from"));
        const std::int64_t to = std::stoll(parameter(request.url, "time_to"));
        if (to - from > 15 * 86'400) return error("order.order_list_invalid_time");
        std::vector<std::string> found;
        for (auto row = by_time.rbegin(); row != by_time.rend(); ++row)
            if (row->first >= from && row->first <= to) found.push_back(row->second);
        const std::string cursor = parameter(request.url, "cursor");
        std::size_t at = cursor.empty() ? 0 : std::stoul(cursor);
        std::string list;
        const std::size_t end = std::min(found.size(), at + 100);
        for (; at < end; ++at) list += (list.empty() ? "" : ",") + (R"({"order_sn":")" + found[at] + "\"}");
        const bool more = at < found.size();
        return ok(R"("response":{"more":)" + std::string(more ? "true" : "false") + R"(,"next_cursor":")" +
                  (more ? std::to_string(at) : "") + R"(","order_list":[)" + list + "]}");
    }
    HttpAnswer detail(std::string ids) {
        ++details;
        std::string list;
        for (std::size_t at = 0; at < ids.size();) {
            std::size_t end = ids.find("%2C", at);
            if (end == std::string::npos) end = ids.size();
            const std::string id = ids.substr(at, end - at);
            at = end + 3;
            if (id.starts_with("NONE")) return error("error_not_found", "Wrong parameters, detail: order_sn");
            list += (list.empty() ? "" : ",") + (R"({"order_sn":")" + id + R"(","update_time":1767000000})");
        }
        return ok(R"("response":{"order_list":[)" + list + "]}");
    }
};

TEST(ShopeeClient, AScanFindsEveryOrderWhateverTheirOrderAndNumber) {
    Bench b;
    OrderTable table;
    const std::int64_t begin = 1767000000;
    // A quiet month, a busy hour, and one second with more orders than a page holds.
    for (int i = 0; i < 40; ++i) table.by_time.emplace(begin + i * 60'000, "Q" + std::to_string(i));
    for (int i = 0; i < 900; ++i) table.by_time.emplace(begin + 700'000 + i * 4, "B" + std::to_string(i));
    for (int i = 0; i < 250; ++i) table.by_time.emplace(begin + 900'000, "S" + std::to_string(i));
    b.on_request = [&](const HttpRequest& request) { return table(request); };
    OrderQuery query{Time::from_unix_seconds(begin), Time::from_unix_seconds(begin + 40 * 60'000), 100, ""};
    std::multiset<std::string> seen;
    std::set<std::string> tokens;
    int pages = 0;
    do {
        const auto page = b.client.search_orders(b.access(), query);
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_FALSE(page->oldest_first);
        EXPECT_THAT(page->bad, IsEmpty());
        for (const model::Order& order : page->orders) seen.insert(order.ext_id);
        query.page_token = page->next_page_token;
        ASSERT_TRUE(query.page_token.empty() || tokens.insert(query.page_token).second);
        ASSERT_LT(++pages, 100);
    } while (!query.page_token.empty());
    EXPECT_THAT(seen, SizeIs(table.by_time.size()));
    for (const auto& [time, id] : table.by_time) EXPECT_EQ(seen.count(id), 1u) << id;
    // Narrowing costs calls, but not many.
    EXPECT_LT(table.lists, 4 * table.by_time.size() / 50);
}

TEST(ShopeeClient, AnOrderThatLeavesTheListWhileItIsReadHidesNoOther) {
    Bench b;
    OrderTable table;
    for (int i = 0; i < 150; ++i) table.by_time.emplace(1767000000 + i, "A" + std::to_string(i));
    bool moved = false;
    b.on_request = [&](const HttpRequest& request) {
        HttpAnswer answer = table(request);
        // After the first details, the newest orders change: they go out of the span.
        if (!moved && table.details == 1) {
            moved = true;
            for (int i = 140; i < 150; ++i) {
                table.by_time.erase(1767000000 + i);
                table.by_time.emplace(1767100000 + i, "A" + std::to_string(i));
            }
        }
        return answer;
    };
    OrderQuery query{Time::from_unix_seconds(1767000000), Time::from_unix_seconds(1767000200), 100, ""};
    std::set<std::string> seen;
    do {
        const auto page = b.client.search_orders(b.access(), query);
        ASSERT_TRUE(page);
        for (const model::Order& order : page->orders) seen.insert(order.ext_id);
        query.page_token = page->next_page_token;
    } while (!query.page_token.empty());
    EXPECT_TRUE(moved);
    for (int i = 0; i < 140; ++i) EXPECT_TRUE(seen.contains("A" + std::to_string(i))) << i;
}

TEST(ShopeeClient, ListedButNotShownIsKept) {
    Bench b;
    b.answers = {ok(R"("response":{"more":false,"order_list":[{"order_sn":"A1"},{"order_sn":"A2"}]})"),
                 ok(R"("response":{"order_list":[{"order_sn":"A1","update_time":1767000000}]})")};
    const auto page = b.client.search_orders(b.access(), {Time::from_unix_seconds(1767000000), {}, 100, ""});
    ASSERT_TRUE(page);
    EXPECT_THAT(page->orders, SizeIs(1));
    ASSERT_THAT(page->bad, SizeIs(1));
    EXPECT_EQ(page->bad[0].ext_id, "A2");
    EXPECT_EQ(page->bad[0].reason, "order.detail_missing");
    for (const char* token : {"x", "1/0/", "1/2", "-1/2/", "99999999999999/1/"})
        EXPECT_FALSE(b.client.search_orders(b.access(), {Time::from_unix_seconds(1), {}, 100, token})) << token;
}

TEST(ShopeeClient, OneUnknownNumberDoesNotSpoilTheOthers) {
    Bench b;
    OrderTable table;
    b.on_request = [&](const HttpRequest& request) { return table(request); };
    const auto page = b.client.orders(b.access(), {"A1", "A2", "NONE", "A3"});
    ASSERT_TRUE(page);
    EXPECT_THAT(page->orders, SizeIs(3));
    EXPECT_FALSE(b.client.orders(b.access(), {}));
    EXPECT_FALSE(b.client.orders(b.access(), std::vector<std::string>(51, "A")));
}

TEST(ShopeeClient, SubscribesOnceForTheWholeApp) {
    Bench b;
    const std::string address = "https://x.example/hooks/shopee";
    b.answers = {ok(R"("response":{"callback_url":"","push_config_on_list":[],"push_config_off_list":[1,2,3,4,12]})"),
                 ok(R"("response":{"result":"success"})")};
    ASSERT_TRUE(b.client.subscribe(b.access(), {"push", address}));
    // Chat is not offered to this kind of app.
    EXPECT_EQ(b.sent.at(1).body,
              R"({"callback_url":"https://x.example/hooks/shopee","set_push_config_on":[1,2,3,4,12]})");
    b.sent.clear();
    b.answers = {ok(R"("response":{"callback_url":"https://x.example/hooks/shopee","live_push_status":"Normal",)"
                    R"("push_config_on_list":[1,2,3,4,12],"push_config_off_list":[13]})")};
    ASSERT_TRUE(b.client.subscribe(b.access(), {"push", address}));
    EXPECT_THAT(b.sent, SizeIs(1));
    b.answers = {ok(R"("response":{"callback_url":"https://x.example/hooks/shopee","live_push_status":"Suspended",)"
                    R"("push_config_on_list":[1,2,3,4,12],"push_config_off_list":[]})")};
    EXPECT_THAT(*b.client.subscriptions(b.access()), IsEmpty());
}

TEST(ShopeeClient, LostPushes) {
    Bench b;
    b.answers = {ok(R"("response":{"push_message_list":[{"shop_id":1,"code":3,"timestamp":5,)"
                    R"("data":"{\"code\":3,\"shop_id\":1}"},{"code":12,"data":{"code":12}}],)"
                    R"("has_next_page":true,"last_message_id":9007199254740995})")};
    const auto lost = b.client.lost_webhooks(b.access());
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->bodies, ElementsAre(R"({"code":3,"shop_id":1})", R"({"code":12})"));
    EXPECT_EQ(lost->up_to, "9007199254740995");
    EXPECT_TRUE(lost->more);
    b.answers = {ok()};
    ASSERT_TRUE(b.client.confirm_lost(b.access(), lost->up_to));
    EXPECT_EQ(b.sent.back().body, R"({"last_message_id":9007199254740995})");
}

TEST(ShopeeClient, EveryCallGoesOutThroughTheStoresProfile) {
    Bench b;
    b.answers = {ok(std::string(k_tokens) + R"(,"response":{})")};
    (void)b.client.shops(b.access());
    (void)b.client.orders(b.access(), {"A1"});
    (void)b.client.search_orders(b.access(), {Time::from_unix_seconds(1767225000), {}, 100, ""});
    (void)b.client.subscriptions(b.access());
    (void)b.client.subscribe(b.access(), {"push", "https://x.example/h"});
    (void)b.client.unsubscribe(b.access(), "push");
    (void)b.client.lost_webhooks(b.access());
    (void)b.client.confirm_lost(b.access(), "1");
    (void)b.client.exchange(b.app_access(), b.egress, {.code = "c", .shop_ext_id = "1", .main_account_id = {}});
    (void)b.client.refresh(b.app_access(), b.egress, "1", b.token);
    (void)b.client.shop_status(b.access(), "1");
    const std::size_t before = b.sent.size();
    EXPECT_FALSE(b.client.revoke(b.access()));
    EXPECT_EQ(b.sent.size(), before);
    ASSERT_GE(before, 11u);
    for (const HttpRequest& request : b.sent) {
        EXPECT_EQ(request.egress.owner, "s_7");
        EXPECT_EQ(request.egress.proxy, "socks5h://proxy.example:1080");
    }
}

}  // namespace
}  // namespace platform::shopee
