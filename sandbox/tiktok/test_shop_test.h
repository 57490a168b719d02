#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/json.h"
#include "sandbox/engine.h"
#include "sandbox/tiktok/sign.h"

namespace sandbox::tiktok {

// A sandbox on a clock that stands still, with one connected seller of two shops.
class ShopTest : public ::testing::Test {
  protected:
    using Parameters = std::map<std::string, std::string>;

    void SetUp() override {
        EngineOptions options;
        options.history = 5;
        make(options);
    }
    void make(EngineOptions options) {
        options.redirect_url = "http://127.0.0.1:1/oauth/tiktok_shop/callback";
        auto made = Engine::make(options, machine);
        ASSERT_TRUE(made) << made.error().what;
        engine = std::move(*made);
        app = engine->tiktok.registry().apps().front();
        access = token("get", {{"auth_code", consent()}, {"grant_type", "authorized_code"}})["data"]["access_token"]
                     .string_or();
        shop = &engine->world.shops()[0];
        cipher = engine->tiktok.registry().cipher(*app, *shop);
    }

    http::Response send(http::Request request) { return engine->handle(request).response; }

    // The seller presses Accept; the code from the redirect.
    std::string consent(std::size_t seller = 0) {
        http::Request request;
        request.method = http::Method::post;
        request.path = "/open/authorize";
        request.body = "service_id=" + app->service_id +
                       "&state=s1&decision=accept&seller=" + std::to_string(engine->world.sellers()[seller].open_id);
        const http::Response response = send(request);
        for (const auto& [name, value] : response.headers) {
            if (name != "Location") continue;
            const std::size_t from = value.find("code=") + 5;
            return *base::percent_decode(value.substr(from, value.find('&', from) - from));
        }
        return {};
    }

    base::JsonDocument parse(const http::Response& response) {
        status = response.status;
        auto document = base::JsonDocument::parse(response.body);
        EXPECT_TRUE(document) << response.body;
        return document ? std::move(*document) : *base::JsonDocument::parse("{}");
    }

    base::JsonDocument token(const std::string& which, Parameters query) {
        http::Request request;
        request.path = "/api/v2/token/" + which;
        query.emplace("app_key", app->key);
        query.emplace("app_secret", app->secret);
        for (const auto& parameter : query) request.query.push_back(parameter);
        return parse(send(request));
    }

    // A right request to break one thing of.
    http::Request request(http::Method method, std::string path, Parameters query = {}, std::string body = {}) {
        http::Request made;
        made.method = method;
        made.path = std::move(path);
        made.body = std::move(body);
        made.peer = "127.0.0.1";
        query.emplace("app_key", app->key);
        query.emplace("timestamp", std::to_string(machine.now().unix_seconds()));
        for (const auto& parameter : query) made.query.push_back(parameter);
        made.headers = {{"content-type", "application/json"}, {"x-tts-access-token", access}};
        return made;
    }
    http::Request with_cipher(http::Method method, std::string path, Parameters query = {}, std::string body = {}) {
        query.emplace("shop_cipher", cipher);
        return request(method, std::move(path), std::move(query), std::move(body));
    }
    http::Request sign(http::Request made) {
        Parameters query(made.query.begin(), made.query.end());
        made.query.emplace_back("sign", request_sign(app->secret, made.path, query, made.body));
        return made;
    }
    base::JsonDocument call(http::Request made) { return parse(send(sign(std::move(made)))); }
    std::int64_t code(http::Request made) { return call(std::move(made))["code"].integer_or(-1); }

    http::Request search(Parameters query = {}, std::string body = "{}") {
        query.emplace("page_size", "20");
        return with_cipher(http::Method::post, "/order/202309/orders/search", std::move(query), std::move(body));
    }

    base::FakeClock machine;
    std::unique_ptr<Engine> engine;
    App* app = nullptr;
    std::string access;
    Shop* shop = nullptr;
    std::string cipher;
    int status = 0;
};

}  // namespace sandbox::tiktok
