#pragma once

#include <string>

#include "base/time.h"
#include "model/ids.h"

namespace model {

// The founding guide's seven checks.
enum class CheckKind { store_status, orders, messages, stock, account_risk, reviews, sub_accounts };
// could_not_verify is its own result: missing data are never fine.
enum class CheckResult { ok, needs_person, trouble, could_not_verify };

struct Check {
    CheckKind kind = CheckKind::store_status;
    StoreId store;
    CheckResult result = CheckResult::could_not_verify;
    std::string source;  // api, import, mail, person
    std::string detail_key;
    base::Time checked_at;
    PersonId checked_by;  // 0: the console itself.
};

}  // namespace model
