#pragma once

#include "app/control_socket.h"
#include "base/json.h"

namespace app {

class Core;

// Verb "import": reads the file, prints one line with what would happen and one for each row that cannot be used, then
// applies all good orders and prints the result. Nothing is changed when a needed column is missing.
base::Result<void> import_file(Core& core, const base::Json& args, const Print& print);

}  // namespace app
