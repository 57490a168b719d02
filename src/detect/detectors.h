#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "detect/reading.h"
#include "detect/rules.h"
#include "model/finding.h"

namespace detect {

// A message detector: a pure function of what was read. It may give only reasons that its manifest names, with their
// points; facts that speak against a scam have negative points.
using MessageDetector = std::vector<model::Reason> (*)(const Reading& reading, const Manifest& manifest);

struct DetectorEntry {
    std::string_view id;  // As in its manifest.
    MessageDetector run = nullptr;
    bool weighed = false;  // Its points come from weights that are fitted to the other detectors' points.
};

// All message detectors. To add one: a folder with its manifest and cases, and a line in detectors.cpp.
std::span<const DetectorEntry> message_detectors();

// The detector of a manifest that has only signals: words near each other.
std::vector<model::Reason> phrases(const Reading& reading, const Manifest& manifest);

// A reason of `code` with the points that the manifest gives it.
model::Reason reason(const Manifest& manifest, std::string_view code, std::map<std::string, std::string> args = {},
                     std::optional<model::Place> at = {});

}  // namespace detect
