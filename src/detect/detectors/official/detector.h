#pragma once

#include <vector>

#include "detect/detectors.h"

namespace detect::official {

std::vector<model::Reason> on_message(const Reading& reading, const Manifest& manifest);

}  // namespace detect::official
