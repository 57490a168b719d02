#pragma once

#include <optional>

#include "base/result.h"
#include "model/ids.h"
#include "model/permission.h"
#include "team/caller.h"

namespace team {

// The gate before every route (AUTHZ-1), deny by default: is the caller far enough signed in (`least`; open_public and
// webhook ask for nothing), may their role do this to this store, and is the second factor fresh where the action or
// the route wants it? Pure. Errors, in this order: unauthenticated session.required, session.code_required,
// session.enrol_required; forbidden permission.denied; forbidden step_up_required.
base::Result<void> authorise(const Caller& caller, model::Action action, std::optional<model::StoreId> store,
                             base::Time now, SignedIn least = SignedIn::yes);

// Fresh second factor, for what asks for it inside a handler (replacing the second factor).
base::Result<void> require_step_up(const Caller& caller, base::Time now);

}  // namespace team
