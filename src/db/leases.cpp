#include "db/leases.h"

namespace db {

Result<base::Time> lease_clock(Reader& reader) {
    if (reader.dialect() == Dialect::sqlite) return reader.now();
    return base::Time{
        TRY(reader.integer("SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)", {}))};
}

namespace {

base::Error lost(const Lease& lease) {
    return {Code::conflict, "lease " + lease.name + " is no longer held", "lease.lost", {}};
}

}  // namespace

Result<std::optional<Lease>> take_lease(Tx& tx, std::string_view name, std::string_view owner,
                                        base::Duration for_time) {
    const base::Time now = TRY(lease_clock(tx));
    return tx.one(
        "INSERT INTO leases (name, owner, fence, expires_at) VALUES (?1, ?2, 1, ?3) ON CONFLICT (name) DO UPDATE SET "
        "fence = CASE WHEN leases.owner = excluded.owner THEN leases.fence ELSE leases.fence + 1 END, "
        "owner = excluded.owner, expires_at = excluded.expires_at "
        "WHERE leases.owner = excluded.owner OR leases.expires_at <= ?4 RETURNING fence, expires_at",
        {name, owner, now + for_time, now},
        [&](const Row& row) { return Lease{std::string(name), std::string(owner), row.integer(0), row.time(1)}; });
}

Result<Lease> renew_lease(Tx& tx, const Lease& lease, base::Duration for_time) {
    const base::Time now = TRY(lease_clock(tx));
    const auto rows = TRY(tx.exec("UPDATE leases SET expires_at = ?4 WHERE name = ?1 AND owner = ?2 AND fence = ?3",
                                  {lease.name, lease.owner, lease.fence, now + for_time}));
    if (rows == 0) return std::unexpected(lost(lease));
    Lease renewed = lease;
    renewed.expires_at = now + for_time;
    return renewed;
}

Result<void> check_lease(Tx& tx, const Lease& lease) {
    const base::Time now = TRY(lease_clock(tx));
    const auto held =
        TRY(tx.integer("SELECT 1 FROM leases WHERE name = ?1 AND owner = ?2 AND fence = ?3 AND expires_at > ?4",
                       {lease.name, lease.owner, lease.fence, now}));
    if (held == 0) return std::unexpected(lost(lease));
    return {};
}

Result<void> release_lease(Tx& tx, const Lease& lease) {
    // The row stays: its fence must go on growing.
    TRY_VOID(tx.exec("UPDATE leases SET owner = '', expires_at = 0 WHERE name = ?1 AND owner = ?2 AND fence = ?3",
                     {lease.name, lease.owner, lease.fence}));
    return {};
}

Result<std::vector<Lease>> list_leases(Reader& reader) {
    return reader.all("SELECT name, owner, fence, expires_at FROM leases WHERE owner <> '' ORDER BY name", {},
                      [](const Row& row) { return Lease{row.string(0), row.string(1), row.integer(2), row.time(3)}; });
}

}  // namespace db
