#include "http/tls.h"

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <string_view>

namespace http {
namespace {

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
    static constexpr unsigned char k_http_1_1[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    const int found =
        SSL_select_next_proto(&chosen, out_size, k_http_1_1, sizeof k_http_1_1 - 1, offered, offered_size);
    if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

base::Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files) {
    namespace ssl = boost::asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    // A buffer of 32 KiB per idle connection is given back.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);

    boost::system::error_code ec;
    context->use_certificate_chain(boost::asio::buffer(files.certificate_pem), ec);
    if (ec) return base::fail(base::Code::invalid_input, "TLS certificate: " + ec.message(), "server.bad_certificate");
    context->use_private_key(boost::asio::buffer(files.key_pem), ssl::context::pem, ec);
    if (ec || SSL_CTX_check_private_key(native) != 1)
        return base::fail(base::Code::invalid_input, "TLS key does not fit the certificate or cannot be read",
                          "server.bad_key");
    return context;
}

}  // namespace http
