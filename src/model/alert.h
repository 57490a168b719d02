#pragma once

#include <string>

#include "base/time.h"
#include "model/finding.h"
#include "model/ids.h"

namespace model {

enum class AlertState { open, snoozed, closed };
std::string_view name(AlertState state);

// Findings of one identity inside a time window, for people to act on.
struct Alert {
    AlertId id;
    StoreId store;
    std::string identity;
    std::string kind;  // Detector or check that raised it; also "store.disconnected" …
    Category category = Category::none;
    Severity severity = Severity::none;
    AlertState state = AlertState::open;
    std::string close_reason;  // "done", "false_alarm"; empty while open.
    std::int64_t count = 1;    // Findings grouped.
    FindingId latest;          // Its reasons are shown.
    PersonId assignee;
    base::Time first_at;
    base::Time last_at;
    base::Time closed_at;
    std::int64_t version = 0;
};

}  // namespace model
