#pragma once

#include "app/core.h"
#include "app/jobs.h"

namespace app {

// The slow, regular work: positions and checkpoints of the audit log, its hourly self-check, retention, expired
// sessions, a nightly recount.
void start_upkeep(Core& core, Jobs& jobs);

}  // namespace app
