#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "sandbox/engine.h"

namespace sandbox {

// The control address: JSON for tests and the demo, on loopback only. docs/guide/sandbox.md lists the calls.
class Control {
  public:
    explicit Control(Engine& engine) : engine_(engine) {}
    http::Response handle(const http::Request& request);

  private:
    Engine& engine_;
};

}  // namespace sandbox
