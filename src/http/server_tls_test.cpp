#include <openssl/ssl.h>

#include "http/server_fixture_test.h"
#include "http/test_certificate_test.h"

namespace http {
namespace {

// A TLS client on a plain connection of its own.
class TlsClient {
  public:
    TlsClient(std::uint16_t port, const TestCertificate& trusted, int version = 0, const char* protocol = nullptr)
        : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
        if (version != 0) {
            SSL_CTX_set_security_level(context_.get(), 0);
            SSL_CTX_set_min_proto_version(context_.get(), version);
            SSL_CTX_set_max_proto_version(context_.get(), version);
        }
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), trusted.x509.get());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        BIO* const bio = BIO_new_ssl_connect(context_.get());
        bio_.reset(bio, BIO_free_all);
        SSL* ssl = nullptr;
        BIO_get_ssl(bio, &ssl);
        SSL_set1_host(ssl, "localhost");
        if (protocol)
            SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(protocol),
                                static_cast<unsigned>(std::string_view(protocol).size()));
        BIO_set_conn_hostname(bio, ("127.0.0.1:" + std::to_string(port)).c_str());
        connected_ = BIO_do_connect(bio) == 1;
        ssl_ = ssl;
    }
    bool connected() const { return connected_; }
    std::string version() const { return SSL_get_version(ssl_); }
    void send(std::string_view bytes) { BIO_write(bio_.get(), bytes.data(), static_cast<int>(bytes.size())); }
    std::string read_all() {
        std::string all;
        char bytes[4096];
        for (int got = 0; (got = BIO_read(bio_.get(), bytes, sizeof bytes)) > 0;)
            all.append(bytes, static_cast<std::size_t>(got));
        return all;
    }

  private:
    std::shared_ptr<SSL_CTX> context_;
    std::shared_ptr<BIO> bio_;
    SSL* ssl_ = nullptr;
    bool connected_ = false;
};

class ServerTls : public ServerTest {
  protected:
    void serve_tls(Options options = {}, Handlers handlers = {}) {
        options.tls = TlsFiles{certificate_.certificate_pem, certificate_.key_pem};
        serve(std::move(options), std::move(handlers));
    }
    TestCertificate certificate_ = make_certificate();
};

constexpr std::string_view k_last_get = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

TEST_F(ServerTls, AnswersOverBothVersions) {
    serve_tls();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(server_->port(), certificate_, version, "\x02h2\x08http/1.1");
        ASSERT_TRUE(client.connected());
        client.send("POST /y HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
        client.send(k_last_get);
        const std::string all = client.read_all();
        EXPECT_TRUE(all.contains("\r\n\r\nPOST /y hi")) << all;
        EXPECT_TRUE(all.ends_with("\r\n\r\nGET /x ")) << all;
    }
}

TEST_F(ServerTls, OldVersionsAndOtherProtocolsAreRefused) {
    serve_tls();
    EXPECT_FALSE(TlsClient(server_->port(), certificate_, TLS1_VERSION).connected());
    EXPECT_FALSE(TlsClient(server_->port(), certificate_, TLS1_1_VERSION).connected());
    EXPECT_FALSE(TlsClient(server_->port(), certificate_, TLS1_3_VERSION, "\x02h2").connected());
    // The client verifies: another certificate is not believed, so the tests above mean something.
    EXPECT_FALSE(TlsClient(server_->port(), make_certificate()).connected());
}

TEST_F(ServerTls, SendsLargeAnswersAndSaysThatTlsIsUsed) {
    const std::string large(3'000'000, 'x');
    Handlers handlers;
    handlers.handle = [&](Request request, Respond respond) {
        respond(Response{200, {}, request.tls ? large : "", {}});
    };
    serve_tls({}, std::move(handlers));
    TlsClient client(server_->port(), certificate_);
    ASSERT_TRUE(client.connected());
    client.send(k_last_get);
    EXPECT_TRUE(client.read_all().ends_with("\r\n\r\n" + large));
}

TEST_F(ServerTls, SendsStreams) {
    struct Three final : Stream {
        void start(std::function<bool(std::string chunk)> write) override {
            for (const char* piece : {"one", "two", "three", ""}) write(piece);
        }
    };
    Handlers handlers;
    handlers.handle = [](Request, Respond respond) {
        Response response;
        response.stream = std::make_shared<Three>();
        respond(std::move(response));
    };
    serve_tls({}, std::move(handlers));
    TlsClient client(server_->port(), certificate_);
    ASSERT_TRUE(client.connected());
    client.send(k_last_get);
    const std::string all = client.read_all();
    EXPECT_TRUE(all.ends_with("0\r\n\r\n")) << all;
    EXPECT_TRUE(all.contains("one")) << all;
}

TEST_F(ServerTls, PlainHttpOnTheTlsPortEndsQuietly) {
    serve_tls();
    TestClient client = connect();
    client.send(k_last_get);
    EXPECT_EQ(client.read_answer().status, 0);
}

TEST_F(ServerTls, AKeyThatDoesNotFitIsSaid) {
    Options options;
    options.tls = TlsFiles{certificate_.certificate_pem, make_certificate().key_pem};
    EXPECT_EQ(Server::listen(options, {}).error().key, "server.bad_key");
    options.tls = TlsFiles{"nonsense", certificate_.key_pem};
    EXPECT_EQ(Server::listen(options, {}).error().key, "server.bad_certificate");
}

}  // namespace
}  // namespace http
