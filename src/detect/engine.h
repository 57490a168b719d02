#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "detect/combine.h"
#include "detect/detectors.h"
#include "detect/message.h"
#include "detect/patterns.h"
#include "detect/rules.h"
#include "detect/signs.h"
#include "model/finding.h"

namespace detect {

// Rules with their compiled patterns and the list of detectors that are on. Immutable: swap the whole engine when the
// rules change. Threads: any.
// What weights are fitted on: the signs of a message, and the points of all other reasons.
struct Evidence {
    SignBits signs;
    double points = 0;
};

class Engine {
  public:
    // Compiling can take seconds; `cache_folder` (may be empty) keeps the result for the next start. Errors: rules that
    // do not load, a detector without manifest, a manifest without detector.
    static base::Result<std::shared_ptr<const Engine>> make(const RuleFiles& files, const std::string& cache_folder);

    const Rules& rules() const { return *rules_; }
    // Windows that the detectors need in all: "buyer_30d".
    std::set<std::string> windows() const;

    // One finding about a message, also when nothing is wrong with it: score, verdict, reasons and what speaks against.
    // A message of which some could not be read is never clean (IN-2). Pure: no clock, no network, no files.
    model::Finding judge(const MessageView& message, const Window& window, base::Time as_of) const;

    // Without history. Threads: any.
    Evidence evidence(const MessageView& message) const;

  private:
    std::vector<DetectorReasons> reasons_of(const Reading& reading, bool signs) const;

    Engine(std::shared_ptr<const Rules> rules, Patterns patterns);
    std::shared_ptr<const Rules> rules_;
    Patterns patterns_;
};

// What is said about bytes that no worker could read: "unreadable", never clean. `why` is a stable key.
model::Finding unreadable(const Rules& rules, const std::string& why);

}  // namespace detect
