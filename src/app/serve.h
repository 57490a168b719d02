#pragma once

#include "app/config.h"
#include "base/result.h"

namespace app {

// Runs the console until SIGTERM or SIGINT: listeners, background loops, control socket. Prints the address, and at the
// first start the one-time set-up link, on stdout.
base::Result<void> serve(const Config& config);

}  // namespace app
