#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sql.h"

// The right of one instance to do a job for a while. The fence grows with every change of owner: work that carries an
// old fence is refused. Expiry is by the database's time in PostgreSQL (a skewed instance is harmless) and by the
// process clock in SQLite, where there is one process.
namespace db {

struct Lease {
    std::string name;   // "store:s_7", "sequencer" …
    std::string owner;  // Id of the instance, new at each start.
    std::int64_t fence = 0;
    base::Time expires_at;
};

// The clock that leases expire by.
Result<base::Time> lease_clock(Reader& reader);

// The lease, when it is free, expired, or already the owner's (then it is prolonged and the fence stays). None: another
// has it.
Result<std::optional<Lease>> take_lease(Tx& tx, std::string_view name, std::string_view owner, base::Duration for_time);
// Prolongs; conflict "lease.lost" when it is no longer held with this fence.
Result<Lease> renew_lease(Tx& tx, const Lease& lease, base::Duration for_time);
// To be called inside a transaction that records results: conflict "lease.lost" unless held and not expired.
Result<void> check_lease(Tx& tx, const Lease& lease);
Result<void> release_lease(Tx& tx, const Lease& lease);
Result<std::vector<Lease>> list_leases(Reader& reader);

}  // namespace db
