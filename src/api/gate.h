#pragma once

#include "api/router.h"

namespace team {
class Team;
}

// The router's two questions, answered by the team room.
namespace api {

// By the session cookie.
Identify identify_by_cookie(team::Team& team);
// By role, stores, how far somebody is signed in, and step-up. What a role does not allow goes into the audit log
// (LOG-1).
Authorise authorise_by_team(team::Team& team);

}  // namespace api
