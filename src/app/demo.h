#pragma once

#include <string>

#include "base/result.h"

namespace app {

class Core;

// Connects the stores of a sandbox as the demo fleet, by the same authorisation that real stores go through: an app of
// its own, the consent page, the code exchange. Does nothing when a demo fleet is there already, or when the owner has
// left it. `control`: the sandbox's control address, "127.0.0.1:8889".
base::Result<void> set_up_demo(Core& core, const std::string& control);

// Removes the demo stores with everything that belongs to them and the demo app; people and settings stay. Remembered,
// so that a restart does not bring them back.
base::Result<void> leave_demo(Core& core);

}  // namespace app
