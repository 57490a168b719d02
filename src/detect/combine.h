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

// Sum of the points: of equal codes the strongest counts; a detector adds no more than its cap. Pure.
double sum_points(const Rules& rules, const std::vector<DetectorReasons>& all);

// Reasons → points → score, level, verdict, category. Pure. Sets score, severity, verdict, category, reasons (strongest
// first, those about wording last), against and detector.
model::Finding combine(const Rules& rules, Kind kind, std::vector<DetectorReasons> all);

}  // namespace detect
