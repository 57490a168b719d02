#pragma once

#include <memory>

#include "base/result.h"
#include "http/server.h"

namespace boost::asio::ssl {
class context;
}

namespace http {

// TLS 1.2 and 1.3 with forward secrecy and AEAD ciphers only, HTTP/1.1 by ALPN. invalid_input when the certificate or
// the key cannot be read, or they do not belong together.
base::Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files);

}  // namespace http
