#pragma once

#include <string>
#include <vector>

#include "detect/rules.h"
#include "model/finding.h"

namespace detect {

struct DetectorReasons {
    std::string detector;
    std::vector<model::Reason> reasons;
};

// Reasons → points → score, level, verdict, category. Of equal codes the strongest counts; a detector adds no more than
// its cap. Pure. Sets score, severity, verdict, category, reasons (strongest first), against and detector.
model::Finding combine(const Rules& rules, std::vector<DetectorReasons> all);

}  // namespace detect
