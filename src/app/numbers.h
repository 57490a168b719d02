#pragma once

#include <memory>

#include "app/core.h"
#include "base/metrics.h"
#include "http/server.h"

namespace app {

// /metrics on a listener of its own (API-10), when the configuration names one.
class NumbersListener {
  public:
    // Null server inside when the configuration names no address.
    static base::Result<std::unique_ptr<NumbersListener>> start(Core& core);

  private:
    base::Metrics metrics_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace app
