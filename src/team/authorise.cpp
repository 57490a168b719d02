#include "team/authorise.h"

namespace team {

base::Result<void> require_step_up(const Caller& caller, base::Time now) {
    if (caller.state == SignedIn::yes && now < caller.step_up_until) return {};
    return base::fail(base::Code::forbidden, "second factor is not fresh", "step_up_required");
}

base::Result<void> authorise(const Caller& caller, model::Action action, std::optional<model::StoreId> store,
                             base::Time now, SignedIn least) {
    if (action == model::Action::open_public || action == model::Action::webhook) return {};
    // Nothing but one's own session is open to half a sign-in, whatever a route asks for (AUTH-1).
    const bool half_is_enough = action == model::Action::own_session && least != SignedIn::yes;
    switch (caller.state) {
        case SignedIn::yes:
            break;
        case SignedIn::no:
            return base::fail(base::Code::unauthenticated, "no session", "session.required");
        case SignedIn::first_factor:
            if (half_is_enough && least == SignedIn::first_factor) return {};
            return base::fail(base::Code::unauthenticated, "second factor is missing", "session.code_required");
        case SignedIn::enrolling:
            if (half_is_enough) return {};
            return base::fail(base::Code::unauthenticated, "second factor is not set up", "session.enrol_required");
    }
    if (caller.person.disabled || !model::may(caller.person.role, caller.person.stores, action, store))
        return base::fail(base::Code::forbidden, "role or store limit", "permission.denied");
    if (model::needs_step_up(action)) return require_step_up(caller, now);
    return {};
}

}  // namespace team
