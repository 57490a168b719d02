#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <ranges>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "egress/client.h"
#include "egress/test_peers_test.h"
#include "http/server.h"
#include "http/test_certificate_test.h"

namespace egress {

inline std::string key(base::HttpFailure failure) {
    return base::http_error(failure, {}).key;
}

// A TLS server on localhost that answers with what it saw, and a client that may ask it.
class ClientTest : public testing::Test {
  protected:
    static http::Handlers echo() {
        http::Handlers handlers;
        handlers.plan = [](const http::Request&) { return http::Plan{1 << 20, false}; };
        handlers.handle = [](http::Request request, http::Respond respond) {
            http::Response response;
            if (request.path == "/redirect") {
                response.status = 302;
                response.set("location", "/elsewhere").set("set-cookie", "a=b");
            }
            response.set("x-method", std::string(http::name(request.method))).set("x-target", request.target);
            for (const auto& [name, value] : request.headers) response.set("x-saw-" + name, value);
            response.body = request.body;
            respond(std::move(response));
        };
        return handlers;
    }

    std::unique_ptr<http::Server> tls_server(const http::TestCertificate& certificate, http::Handlers handlers) {
        http::Options options;
        options.tls = http::TlsFiles{certificate.certificate_pem, certificate.key_pem};
        auto server = http::Server::listen(std::move(options), std::move(handlers));
        EXPECT_TRUE(server);
        return *std::move(server);
    }
    void serve_tls(http::Handlers handlers = echo()) {
        server_ = tls_server(certificate_, std::move(handlers));
        options_.allowed_origins.push_back(origin());
        options_.roots_pem = authority_.certificate_pem;
    }
    void start() {
        auto client = Client::start(options_);
        ASSERT_TRUE(client) << client.error().what;
        client_ = *std::move(client);
    }
    std::string origin() const { return "https://localhost:" + std::to_string(server_->port()); }
    base::HttpRequest get(const std::string& target) const {
        base::HttpRequest request;
        request.url = origin() + target;
        request.egress.owner = "s_1";
        return request;
    }
    std::future<base::Result<base::HttpAnswer>> later(base::HttpRequest request) {
        auto promise = std::make_shared<std::promise<base::Result<base::HttpAnswer>>>();
        client_->send_async(std::move(request), [promise](base::Result<base::HttpAnswer> answer) {
            promise->set_value(std::move(answer));
        });
        return promise->get_future();
    }

    http::TestCertificate authority_ =
        http::make_certificate({.name = "Test authority", .alternative_names = "", .authority = true});
    http::TestCertificate certificate_ = http::make_certificate({.issuer = &authority_});
    std::unique_ptr<http::Server> server_;
    Options options_;
    std::unique_ptr<Client> client_;
};

}  // namespace egress
