#include "api/gate.h"

#include "api/session_json.h"
#include "team/authorise.h"
#include "team/team.h"
#include "team/token.h"

namespace api {

Identify identify_by_cookie(team::Team& team) {
    return [&team](const http::Request& request) { return team.identify(request.cookie(team::k_cookie)); };
}

Authorise authorise_by_team(team::Team& team) {
    return [&team](const Caller& caller, const Route& route, std::optional<model::StoreId> store,
                   const http::Request& request) -> base::Result<void> {
        auto allowed = team::authorise(caller, route.action, store, team.clock().now(), route.least);
        if (!allowed && allowed.error().key == "permission.denied")
            TRY_VOID(team.note_denied(caller, route.operation, allowed.error().key, store.value_or(model::StoreId{}),
                                      visitor_of(request)));
        return allowed;
    };
}

}  // namespace api
