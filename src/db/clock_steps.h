#pragma once

#include "db/sql.h"

// The wall clock may jump (REL-13). What waits for a time is stored by the wall clock, since it has to outlive the
// process; after a jump those times are moved with it, so that nothing waits for the length of the jump and nothing
// that is under way looks old. Only moves forward what waits: in a cluster the clock of one instance does no harm to
// others.
namespace db {

// To be called after the clock went by `step` more than time did (negative: back). Moves, of what is not finished, the
// times ahead of now of polls, outgoing actions and, with SQLite, leases; and since when actions are being sent.
Result<void> follow_clock_step(Tx& tx, base::Duration step);

// The latest time any instance of this database saw; 0: none yet.
Result<base::Time> last_seen_clock(Reader& reader);
Result<void> note_clock_seen(Tx& tx);

}  // namespace db
