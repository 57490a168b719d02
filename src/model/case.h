#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/finding.h"
#include "model/ids.h"

namespace model {

enum class CaseState { open, waiting, closed };

struct Case {
    CaseId id;
    StoreId store;
    std::string title;
    Category category = Category::none;
    Severity severity = Severity::none;
    CaseState state = CaseState::open;
    PersonId owner;
    std::vector<AlertId> alerts;
    base::Time opened_at;
    base::Time due_at;  // First deadline; 0: none.
    base::Time closed_at;
};

}  // namespace model
