#pragma once

#include <string>

#include "base/time.h"
#include "model/ids.h"

namespace model {

// Something that leaves for a marketplace.
// planned -> approved -> sending -> confirmed | refused | unknown -> (read back) -> confirmed | planned; needs_person
// ends what the machine may not decide.
enum class ActionState { planned, approved, sending, confirmed, refused, unknown, needs_person };
std::string_view name(ActionState state);

struct OutgoingAction {
    ActionId id;
    StoreId store;
    std::string object;   // What it acts on: actions on one object leave in order.
    std::string kind;     // "webhook.subscribe", "authorisation.revoke", later "order.ship" …
    std::string intent;   // Unique with (store, object, kind): the same intent is never planned twice.
    std::string payload;  // JSON; encrypted at rest.
    ActionState state = ActionState::planned;
    std::int64_t attempt = 0;
    std::int64_t fence = 0;  // Number of the lease that sent it last.
    std::string outcome;     // Stable key of the result or refusal.
    base::Time planned_at;
    base::Time next_at;  // Not before.
    base::Time sent_at;
    base::Time finished_at;
    PersonId by;  // 0: a rule.
};

}  // namespace model
