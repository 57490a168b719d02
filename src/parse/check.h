#pragma once

#include "base/result.h"
#include "model/features.h"
#include "model/wire.h"

namespace parse {

// Whether a worker's answer is one that an honest worker can give: sizes within the limits, valid UTF-8, unique part
// names, places inside their parts and on character borders. A worker that was taken over by what it read can at most
// say something untrue about that one message.
base::Result<void> check(const model::Features& features, const model::ReadLimits& limits);
base::Result<void> check(const model::TableRows& rows, const model::ReadLimits& limits);

}  // namespace parse
