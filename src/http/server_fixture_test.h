#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "http/server.h"
#include "http/test_client_test.h"

namespace http {

// A server whose handler says method, path and body; it takes bodies of at most 1,024 bytes.
class ServerTest : public testing::Test {
  protected:
    void serve(Options options = {}, Handlers handlers = {}) {
        if (!handlers.plan) handlers.plan = [](const Request&) { return Plan{1024, false}; };
        if (!handlers.handle) {
            handlers.handle = [](Request request, Respond respond) {
                Response response;
                response.set("content-type", "text/plain");
                response.body = std::string(name(request.method)) + " " + request.path + " " + request.body;
                respond(std::move(response));
            };
        }
        auto server = Server::listen(std::move(options), std::move(handlers));
        ASSERT_TRUE(server) << server.error().what;
        server_ = *std::move(server);
    }
    TestClient connect() { return TestClient(server_->port()); }

    std::unique_ptr<Server> server_;
};

}  // namespace http
