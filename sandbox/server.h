#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/http_client.h"
#include "base/result.h"
#include "sandbox/engine.h"

namespace sandbox {

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;         // TikTok Shop.
    std::uint16_t shopee_port = 0;  // Used when the engine has shops there.
    std::uint16_t lazada_port = 0;
    std::uint16_t control_port = 0;  // Always on 127.0.0.1.
};

// The engine behind its two listeners, with the threads that drive it.
class Server {
  public:
    // precondition_failed: a port is taken.
    static base::Result<std::unique_ptr<Server>> start(const ServerOptions& options, Engine& engine,
                                                       base::HttpClient& client);
    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
    virtual std::uint16_t shopee_port() const = 0;  // 0: none.
    virtual std::uint16_t lazada_port() const = 0;
    virtual std::uint16_t control_port() const = 0;
    // Blocks; idempotent.
    virtual void stop() = 0;
};

}  // namespace sandbox
