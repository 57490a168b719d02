#pragma once

#include "base/time.h"
#include "model/ids.h"
#include "model/person.h"

namespace team {

// How far somebody is signed in. Only yes reaches anything but their own session.
enum class SignedIn {
    no,
    first_factor,  // The password was right; the second factor is asked for.
    enrolling,     // The password was right; there is no second factor yet.
    yes,
};

// Who calls, as Team::identify finds by the cookie.
struct Caller {
    SignedIn state = SignedIn::no;
    model::Person person;
    model::SessionId session;
    base::Time step_up_until;  // A fresh second factor counts until then.
    base::Time expires_at;     // The session's absolute end.
};

}  // namespace team
