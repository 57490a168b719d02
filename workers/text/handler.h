#pragma once

#include <string>

#include "common/serve.h"
#include "model/wire.h"

namespace text {

// Sets up all libraries; before the process is closed.
void prepare();
// A common::Handler.
std::string handle(const model::ReadRequest& request, common::Answer& answer);

}  // namespace text
