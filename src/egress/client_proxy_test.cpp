#include <cstdlib>

#include "base/encoding.h"
#include "egress/test_client_fixture_test.h"

// OUT-5 to OUT-8: what goes through a store's proxy goes there and nowhere else.
namespace egress {
namespace {

using base::HttpFailure;

class ClientProxy : public ClientTest {
  protected:
    // A name that only a proxy can lead somewhere: it does not resolve here.
    static constexpr const char* k_name = "api.marketplace.invalid";

    void SetUp() override {
        certificate_ = http::make_certificate(
            {.alternative_names = "DNS:localhost,DNS:api.marketplace.invalid", .issuer = &authority_});
        serve_tls();
        options_.allowed_origins.push_back(std::string("https://") + k_name);
    }
    base::HttpRequest through(const std::string& proxy, const std::string& url) const {
        base::HttpRequest request;
        request.url = url;
        request.egress.owner = "s_1";
        request.egress.proxy = proxy;
        return request;
    }
    base::HttpRequest by_name(const std::string& proxy) const {
        return through(proxy, std::string("https://") + k_name + "/orders?secret=1");
    }
    static std::string address(const char* scheme, TestProxy& proxy) {
        return std::string(scheme) + "://" + proxy.listener().address();
    }
};

TEST_F(ClientProxy, ConnectCarriesTheNameAndNothingOfTheRequest) {
    TestProxy proxy(TestProxy::Kind::connect, server_->port());
    start();
    base::HttpRequest request = by_name(address("http", proxy));
    request.headers = {{"X-Token", "secret-token"}};
    const auto answer = client_->send(std::move(request));
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->header("x-saw-x-token"), "secret-token");
    EXPECT_EQ(answer->header("x-saw-host"), k_name);
    EXPECT_FALSE(answer->header("x-from-proxy"));
    EXPECT_EQ(proxy.targets(), std::vector<std::string>{std::string(k_name) + ":443"});
    EXPECT_FALSE(proxy.seen().contains("secret"));
    // Without the proxy the name leads nowhere: it was the proxy that looked it up.
    EXPECT_EQ(client_->send(by_name("")).error().key, key(HttpFailure::not_sent));
}

TEST_F(ClientProxy, SocksCarriesTheName) {
    TestProxy proxy(TestProxy::Kind::socks5, server_->port());
    start();
    const auto answer = client_->send(by_name(address("socks5h", proxy)));
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(proxy.targets(), std::vector<std::string>{std::string(k_name) + ":443"});
}

TEST_F(ClientProxy, CredentialsGoToTheProxyOnly) {
    TestProxy connect(TestProxy::Kind::connect, server_->port());
    TestProxy socks(TestProxy::Kind::socks5, server_->port());
    start();
    for (const std::string& proxy : {address("http", connect), address("socks5h", socks)}) {
        base::HttpRequest request = by_name(proxy);
        request.egress.proxy_user = "user";
        request.egress.proxy_password = std::make_shared<const base::Secret>("pass:wörd");
        const auto answer = client_->send(std::move(request));
        ASSERT_TRUE(answer) << answer.error().what;
        EXPECT_FALSE(answer->header("x-saw-proxy-authorization"));
        EXPECT_FALSE(answer->header("x-saw-authorization"));
    }
    EXPECT_EQ(connect.credentials(), std::vector<std::string>{base::base64("user:pass:wörd")});
    EXPECT_EQ(socks.credentials(), std::vector<std::string>{"user:pass:wörd"});
}

TEST_F(ClientProxy, OtherCredentialsAreAnotherProfile) {
    TestProxy proxy(TestProxy::Kind::connect, server_->port());
    start();
    for (const char* password : {"one", "two", "two"}) {
        base::HttpRequest request = by_name(address("http", proxy));
        request.egress.proxy_user = "user";
        request.egress.proxy_password = std::make_shared<const base::Secret>(password);
        ASSERT_TRUE(client_->send(std::move(request)));
    }
    EXPECT_EQ(proxy.listener().connections(), 2);
}

TEST_F(ClientProxy, ADeadProxyNeverMeansADirectConnection) {
    for (const char* scheme : {"http", "socks5h"}) {
        TestProxy proxy(scheme == std::string("http") ? TestProxy::Kind::connect : TestProxy::Kind::socks5,
                        server_->port());
        start();
        // The target can be reached directly, so a fallback would succeed.
        ASSERT_TRUE(client_->send(get("/")));
        const std::string through_proxy = address(scheme, proxy);
        ASSERT_TRUE(client_->send(through(through_proxy, origin() + "/")));
        const auto before = server_->counters();

        proxy.listener().stop();
        for (int i = 0; i < 5; ++i) {
            base::HttpRequest request = through(through_proxy, origin() + "/");
            if (i % 2 == 1) request.method = "POST";
            const auto answer = client_->send(std::move(request));
            ASSERT_FALSE(answer);
            EXPECT_EQ(answer.error().code, base::Code::unavailable) << answer.error().what;
        }
        EXPECT_EQ(server_->counters().connections, before.connections);
        EXPECT_EQ(server_->counters().requests, before.requests);
    }
}

TEST_F(ClientProxy, AProxyThatDiesDuringARequestLeavesItUnknown) {
    std::promise<http::Respond> asked;
    http::Handlers handlers = echo();
    handlers.handle = [&](http::Request, http::Respond respond) { asked.set_value(std::move(respond)); };
    serve_tls(std::move(handlers));
    TestProxy proxy(TestProxy::Kind::connect, server_->port());
    start();
    base::HttpRequest request = through(address("http", proxy), origin() + "/");
    request.method = "POST";
    request.body = "refund";
    auto answer = later(std::move(request));
    const http::Respond held = asked.get_future().get();
    proxy.listener().stop();
    EXPECT_EQ(answer.get().error().key, key(HttpFailure::unknown));
    EXPECT_EQ(server_->counters().connections, 1u);
    EXPECT_EQ(server_->counters().requests, 1u);
}

TEST_F(ClientProxy, AnInterceptingProxyIsRefusedAsSuch) {
    const auto stranger =
        http::make_certificate({.name = "Proxy authority", .alternative_names = "", .authority = true});
    const auto forged =
        http::make_certificate({.alternative_names = "DNS:localhost,DNS:api.marketplace.invalid", .issuer = &stranger});
    const auto interceptor = tls_server(forged, echo());
    TestProxy connect(TestProxy::Kind::connect, interceptor->port());
    TestProxy socks(TestProxy::Kind::socks5, interceptor->port());
    // Roots given for proxies are not believed for what is behind them.
    options_.proxy_roots_pem = stranger.certificate_pem;
    start();
    for (const std::string& proxy : {address("http", connect), address("socks5h", socks)}) {
        const auto answer = client_->send(by_name(proxy));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().key, key(HttpFailure::tls)) << answer.error().what;
    }
    EXPECT_EQ(interceptor->counters().requests, 0u);
}

TEST_F(ClientProxy, ARefusalByTheProxyIsNotSent) {
    TestProxy proxy(TestProxy::Kind::connect, server_->port());
    start();
    for (const int status : {302, 403, 407, 502, 503}) {
        proxy.refuse_with = status;
        const auto answer = client_->send(by_name(address("http", proxy)));
        ASSERT_FALSE(answer) << status;
        EXPECT_EQ(answer.error().key, key(HttpFailure::not_sent)) << status << answer.error().what;
    }
    EXPECT_EQ(server_->counters().connections, 0u);
}

TEST_F(ClientProxy, AProxyThatTalksNonsenseIsNotSent) {
    for (const std::string_view nonsense : {std::string_view("hello\r\n\r\n"), std::string_view("\x05\xff", 2),
                                            std::string_view("HTTP/1.1 200"), std::string_view()}) {
        Listener listener([&](Socket& socket) {
            socket.receive();
            socket.send(nonsense);
        });
        start();
        for (const char* scheme : {"http", "socks5h", "https"}) {
            const auto answer = client_->send(by_name(std::string(scheme) + "://" + listener.address()));
            ASSERT_FALSE(answer);
            EXPECT_EQ(answer.error().key, key(HttpFailure::not_sent)) << scheme << answer.error().what;
        }
    }
}

TEST_F(ClientProxy, AnHttpsProxyMustProveItself) {
    // The TLS of the proxy is ended by a server that knows no CONNECT, which is enough to see who is believed.
    const auto authority =
        http::make_certificate({.name = "Proxy authority", .alternative_names = "", .authority = true});
    const auto proxy = tls_server(http::make_certificate({.issuer = &authority}), echo());
    const std::string address = "https://localhost:" + std::to_string(proxy->port());
    start();
    EXPECT_EQ(client_->send(by_name(address)).error().key, key(HttpFailure::not_sent));
    EXPECT_EQ(proxy->counters().refused, 0u);
    options_.proxy_roots_pem = authority.certificate_pem;
    start();
    EXPECT_EQ(client_->send(by_name(address)).error().key, key(HttpFailure::not_sent));
    EXPECT_EQ(proxy->counters().refused, 1u);  // CONNECT arrived.
}

TEST_F(ClientProxy, TheEnvironmentIsNotAsked) {
    TestProxy proxy(TestProxy::Kind::connect, server_->port());
    const std::string address_text = address("http", proxy);
    for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
        ::setenv(name, address_text.c_str(), 1);
    start();
    ASSERT_TRUE(client_->send(get("/")));
    EXPECT_EQ(proxy.listener().connections(), 0);
    for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);

    ::setenv("no_proxy", "*", 1);
    ASSERT_TRUE(client_->send(through(address_text, origin() + "/")));
    ::unsetenv("no_proxy");
    EXPECT_EQ(proxy.listener().connections(), 1);
}

TEST_F(ClientProxy, AProxyThatCannotBeReadMeansNoRequest) {
    start();
    for (const char* proxy : {"socks5://127.0.0.1:1080", "nonsense", "http://127.0.0.1", "direct://"}) {
        const auto answer = client_->send(through(proxy, origin() + "/"));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().key, "egress.bad_proxy");
    }
    EXPECT_EQ(server_->counters().connections, 0u);
}

TEST_F(ClientProxy, OnlyListedHostsAreAskedThroughAProxy) {
    TestProxy proxy(TestProxy::Kind::connect, server_->port());
    start();
    const auto answer = client_->send(through(address("http", proxy), "https://elsewhere.invalid/"));
    EXPECT_EQ(answer.error().key, key(HttpFailure::refused_by_policy));
    EXPECT_EQ(proxy.listener().connections(), 0);
}

}  // namespace
}  // namespace egress
