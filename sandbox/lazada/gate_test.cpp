#include "sandbox/lazada/test_side_test.h"

// What is refused, and how.
namespace sandbox::lazada {
namespace {

// The marketplace's worked example, and its sample of a webhook (signed by its rule).
TEST(LazadaSign, Vectors) {
    EXPECT_EQ(request_sign("helloworld", "/order/get",
                           {{"app_key", "123456"},
                            {"access_token", "test"},
                            {"timestamp", "1517820392000"},
                            {"sign_method", "sha256"},
                            {"order_id", "1234"}},
                           true),
              "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A");
    EXPECT_EQ(webhook_sign("123456", "3412gyo124goi3124",
                           R"({"seller_id":"1234567","message_type":0,"data":{"order_status":"unpaid",)"
                           R"("trade_order_id":"260422900198363","trade_order_line_id":"260422900298363",)"
                           R"("status_update_time":1603698638},"timestamp":1603766859530,"site":"lazada_vn"})"),
              "59e04e1b1f307b7180fd58126161907cd20d33ac17cbce90ec2ae19907e701e6");
}

TEST_F(LazadaTest, WhatIsMissingOrWrongIsRefusedByName) {
    const auto broken = [&](std::string_view name, std::optional<std::string> value) {
        http::Request made = request("/sg/rest/seller/get", {{"access_token", access}});
        std::erase_if(made.query, [&](const auto& parameter) { return parameter.first == name; });
        if (value) made.query.emplace_back(name, *value);
        const http::Response response = send(made);
        EXPECT_EQ(response.status, 200);
        return parse(response)["code"].string_or();
    };
    EXPECT_EQ(code("/sg/rest/seller/get"), "0");
    for (const char* name : {"app_key", "timestamp", "sign_method", "sign"})
        EXPECT_EQ(broken(name, {}), "MissingParameter") << name;
    EXPECT_EQ(broken("app_key", "1"), "InvalidAppKey");
    EXPECT_EQ(broken("sign", std::string(64, 'A')), "IncompleteSignature");
    EXPECT_EQ(broken("sign_method", "hmac"), "IncompleteSignature");
    EXPECT_EQ(broken("timestamp", "soon"), "InvalidTimestamp");
    EXPECT_EQ(broken("timestamp", std::to_string(machine.now().ms - 7'201'000)), "InvalidTimestamp");
    EXPECT_EQ(broken("extra", "1"), "IncompleteSignature");
    EXPECT_EQ(code("/sg/rest/no/such/call"), "InvalidApiPath");
    EXPECT_EQ(code("/sg/rest/seller/get", {{"access_token", "50000x"}}), "IllegalAccessToken");
    EXPECT_EQ(call_unsigned("/sg/rest/seller/get", {})["code"].string_or(), "MissingParameter");
    // The seller has no store there.
    EXPECT_EQ(code("/vn/rest/seller/get"), "IllegalAccessToken");
    app->groups.erase("Seller");
    EXPECT_EQ(code("/sg/rest/seller/get"), "InsufficientPermission");
    app->allowed_addresses.insert("10.0.0.1");
    EXPECT_EQ(code("/sg/rest/seller/get"), "AppWhiteIpLimit");
}

// Query, form, JSON and multipart are one set of parameters.
TEST_F(LazadaTest, ParametersMayStandAnywhere) {
    const http::Request query = request("/sg/rest/seller/get", {{"access_token", access}});
    http::Request form = query;
    form.method = http::Method::post;
    form.query.clear();
    form.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    for (const auto& [name, value] : query.query) form.body += name + "=" + base::percent_encode(value) + "&";
    EXPECT_EQ(parse(send(form))["code"].string_or(), "0");
    http::Request json = form;
    json.headers = {{"content-type", "application/json"}};
    json.body.clear();
    for (const auto& [name, value] : query.query)
        json.body += (json.body.empty() ? "{" : ",") + base::json_quote(name) + ":" + base::json_quote(value);
    json.body += "}";
    EXPECT_EQ(parse(send(json))["code"].string_or(), "0");
    http::Request parts = form;
    parts.headers = {{"content-type", "multipart/form-data; boundary=b1"}};
    parts.body.clear();
    for (const auto& [name, value] : query.query)
        parts.body += "--b1\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    parts.body += "--b1\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n\x01\x02\r\n--b1--";
    EXPECT_EQ(parse(send(parts))["code"].string_or(), "0");
    parts.body = "--b1\r\nbroken";
    EXPECT_NE(parse(send(parts))["code"].string_or(), "0");
}

TEST_F(LazadaTest, TooManyCallsAreRefusedForASecond) {
    side->service.limits().calls_per_second = 3;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(code("/sg/rest/seller/get"), "0");
    const auto refused = call("/sg/rest/seller/get");
    EXPECT_EQ(refused["code"].string_or(), "ApiCallLimit");
    EXPECT_NE(refused["message"].string_or().find("last 1 seconds"), std::string::npos);
    machine.advance(base::seconds(1));
    EXPECT_EQ(code("/sg/rest/seller/get"), "0");
}

TEST_F(LazadaTest, ACodeIsGoodOnceAndForHalfAnHour) {
    const std::string good = consent(1);
    const auto first = call_unsigned("/rest/auth/token/create", {{"code", good}});
    EXPECT_EQ(first["country"].string_or(), "cb");
    EXPECT_EQ(first["country_user_info"].items().size(), 3u);
    EXPECT_EQ(call_unsigned("/rest/auth/token/create", {{"code", good}})["code"].string_or(), "InvalidCode");
    const std::string late = consent(1);
    machine.advance(base::minutes(31));
    EXPECT_EQ(call_unsigned("/auth/rest/auth/token/create", {{"code", late}})["code"].string_or(), "InvalidCode");
}

TEST_F(LazadaTest, ARefreshMovesTheAccessEndOnly) {
    const std::string old_access = access;
    const std::string old_refresh = refresh;
    machine.advance(base::days(6));
    const auto renewed = call_unsigned("/rest/auth/token/refresh", {{"refresh_token", refresh}});
    tokens(renewed);
    EXPECT_EQ(renewed["refresh_expires_in"].integer_or(0), 24 * 86'400);
    EXPECT_EQ(renewed["expires_in"].integer_or(0), 7 * 86'400);
    EXPECT_EQ(renewed["country_user_info_list"].items().size(), 1u);
    EXPECT_EQ(code("/sg/rest/seller/get"), "0");
    EXPECT_EQ(code("/sg/rest/seller/get", {{"access_token", old_access}}), "IllegalAccessToken");
    const auto spent = call_unsigned("/rest/auth/token/refresh", {{"refresh_token", old_refresh}});
    EXPECT_EQ(spent["code"].string_or(), "IllegalRefreshToken");
    machine.advance(base::days(7));
    EXPECT_EQ(code("/sg/rest/seller/get"), "IllegalAccessToken");
    machine.advance(base::days(17));
    EXPECT_EQ(call_unsigned("/rest/auth/token/refresh", {{"refresh_token", refresh}})["code"].string_or(),
              "IllegalRefreshToken");
}

TEST_F(LazadaTest, TokensOfTheServiceMarketCannotBeRefreshed) {
    app->market_only = true;
    EXPECT_EQ(call_unsigned("/rest/auth/token/refresh", {{"refresh_token", refresh}})["code"].string_or(),
              "AUTH_TYPE_UNSUPPORTED");
}

TEST_F(LazadaTest, TheConsentPageAsksForTheRegisteredAddress) {
    http::Request page;
    page.path = "/oauth/authorize";
    page.query = {{"response_type", "code"}, {"client_id", app->key}, {"redirect_uri", k_back}, {"state", "s"}};
    EXPECT_EQ(send(page).status, 200);
    http::Request elsewhere = page;
    elsewhere.query[2].second = "https://elsewhere.example/";
    EXPECT_EQ(send(elsewhere).status, 400);
    http::Request token = page;
    token.query[0].second = "token";
    EXPECT_EQ(send(token).status, 400);
    EXPECT_EQ(location(decide(0, "refuse")), std::string(k_back) + "?error=access_denied&state=s1");
    EXPECT_EQ(decide(0, "perhaps").status, 400);
}

}  // namespace
}  // namespace sandbox::lazada
