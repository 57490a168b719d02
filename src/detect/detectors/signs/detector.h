#pragma once

#include <vector>

#include "detect/detectors.h"

namespace detect::signs {

std::vector<model::Reason> on_message(const Reading& reading, const Manifest& manifest);

}  // namespace detect::signs
