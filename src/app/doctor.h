#pragma once

#include "app/control_socket.h"
#include "base/json.h"

namespace app {

class Core;

// Verb "doctor": one line a check, {"check":…,"ok":…,"detail":…}; an error when any is not ok.
base::Result<void> run_doctor(Core& core, const base::Json& args, const Print& print);

// Verb "keys.rotate-kek": a new key-encryption key in the key file; every key is wrapped again. The old file's content
// is not kept.
base::Result<void> rotate_kek(Core& core, const base::Json& args, const Print& print);

}  // namespace app
