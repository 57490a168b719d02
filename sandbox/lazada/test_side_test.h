#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/json.h"
#include "sandbox/engine.h"
#include "sandbox/lazada/sign.h"

namespace sandbox::lazada {

// A sandbox on a clock that stands still, with one connected seller of one shop in Singapore, and one who is not.
class LazadaTest : public ::testing::Test {
  protected:
    using Parameters = std::map<std::string, std::string>;
    static constexpr const char* k_back = "http://127.0.0.1:1/oauth/lazada/callback";

    void SetUp() override {
        EngineOptions options;
        options.shops = 1;
        options.history = 5;
        options.lazada_shops = 5;
        options.lazada_redirect_url = k_back;
        auto made = Engine::make(options, machine);
        ASSERT_TRUE(made) << made.error().what;
        engine = std::move(*made);
        side = &engine->lazada;
        app = &side->service.registry().apps().begin()->second;
        shop = &side->world.shops()[0];
        tokens(call_unsigned("/rest/auth/token/create", {{"code", consent(0)}}));
    }

    http::Response send(const http::Request& request) { return engine->handle_lazada(request).response; }

    http::Response decide(std::size_t seller, std::string_view decision) {
        http::Request request;
        request.method = http::Method::post;
        request.path = "/oauth/authorize";
        request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
        request.body = "client_id=" + app->key + "&state=s1&decision=" + std::string(decision) +
                       "&seller=" + std::to_string(side->world.sellers()[seller].open_id);
        return send(request);
    }
    static std::string location(const http::Response& response) {
        for (const auto& [name, value] : response.headers)
            if (name == "Location") return value;
        return {};
    }
    // The seller presses Accept; the code from the redirect.
    std::string consent(std::size_t seller) {
        const std::string to = location(decide(seller, "accept"));
        const std::size_t from = to.find("code=") + 5;
        return *base::percent_decode(to.substr(from, to.find('&', from) - from));
    }

    static base::JsonDocument parse(const http::Response& response) {
        auto document = base::JsonDocument::parse(response.body);
        EXPECT_TRUE(document) << response.body;
        return document ? std::move(*document) : *base::JsonDocument::parse("{}");
    }
    // Without an access token, else as a call has to be.
    base::JsonDocument call_unsigned(const std::string& path, Parameters parameters) {
        return parse(send(request(path, std::move(parameters))));
    }
    base::JsonDocument call(const std::string& path, Parameters parameters = {}) {
        parameters.emplace("access_token", access);
        return parse(send(request(path, std::move(parameters))));
    }
    std::string code(const std::string& path, Parameters parameters = {}) {
        return call(path, std::move(parameters))["code"].string_or();
    }
    // A right request to break one thing of.
    http::Request request(const std::string& path, Parameters parameters) {
        parameters.emplace("app_key", app->key);
        parameters.emplace("timestamp", std::to_string(machine.now().ms));
        parameters.emplace("sign_method", "sha256");
        const std::string signed_path = path.substr(path.find("/rest") + 5);
        parameters.emplace("sign", request_sign(app->secret, signed_path, parameters, true));
        http::Request made;
        made.path = path;
        made.peer = "127.0.0.1";
        for (const auto& parameter : parameters) made.query.push_back(parameter);
        return made;
    }
    void tokens(const base::JsonDocument& answer) {
        EXPECT_EQ(answer["code"].string_or(), "0");
        access = answer["access_token"].string_or();
        refresh = answer["refresh_token"].string_or();
    }

    base::FakeClock machine;
    std::unique_ptr<Engine> engine;
    Side* side = nullptr;
    App* app = nullptr;
    Shop* shop = nullptr;
    std::string access;
    std::string refresh;
};

}  // namespace sandbox::lazada
