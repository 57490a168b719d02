#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/ids.h"

// The audit log: one append-only Merkle log (RFC 6962 hashing) for audited actions and evidence. The
// leaf is written in the action's transaction: when it cannot be written, the action does not happen. A sequencer gives
// gapless positions within a second; head and proofs exist from then on.
namespace db {

struct AuditEntry {
    std::string actor;   // "u_7", "system", "cli"
    std::string kind;    // "sign_in.ok", "store.connected", "export.orders" …
    std::string object;  // "s_3", "o_42"; may be empty.
    model::StoreId store;
    // What is needed to understand it later, JSON; may hold personal data: the log holds only a salted commitment to
    // it, the payload is sealed apart and can be deleted without breaking the log. Empty: none.
    std::string payload;
};
// Id of the row (not its position).
Result<std::int64_t> audit(Tx& tx, const AuditEntry& entry);

struct AuditRow {
    std::int64_t id = 0;
    std::optional<std::int64_t> position;  // From 0; none until sequenced.
    std::string leaf;                      // Canonical JSON (RFC 8785).
    AuditEntry entry;                      // payload: empty when it was deleted.
    base::Time at;
};
struct AuditFilter {
    std::string actor, kind_prefix, object;
    model::StoreId store;
    base::Time from, to;
};
// Newest first, after `before_id` (0: from the newest).
Result<std::vector<AuditRow>> list_audit(Reader& reader, const AuditFilter& filter, std::int64_t before_id,
                                         std::size_t limit);

// Gives positions to what has none, in small steps; returns how many. One instance at a time, under the lease
// "sequencer".
Result<std::size_t> sequence_audit(Tx& tx, std::size_t limit = 256);

// A signed head as C2SP tlog-checkpoint note.
struct Checkpoint {
    std::int64_t size = 0;
    std::string root;  // 32 bytes
    std::string note;  // Text with signature.
    base::Time at;
};
// Signs the current head when it is newer than the last checkpoint. `host` is the part of the origin line before
// "/log/".
Result<std::optional<Checkpoint>> make_checkpoint(Tx& tx, std::string_view host);
Result<std::optional<Checkpoint>> latest_checkpoint(Reader& reader);
Result<std::vector<Checkpoint>> list_checkpoints(Reader& reader, std::size_t limit);  // Newest first.
// "name+hex(key id)+base64(0x01 || public key)"; makes the log key when there is none.
Result<std::string> log_verifier_key(Tx& tx, std::string_view host);

// Hashes from leaf `position` to the root of a log of `size` leaves (RFC 9162 2.1.3).
Result<std::vector<std::string>> inclusion_proof(Reader& reader, std::int64_t position, std::int64_t size);
Result<std::vector<std::string>> consistency_proof(Reader& reader, std::int64_t from_size, std::int64_t to_size);

// Recomputes everything from the leaves and compares it with stored nodes and checkpoints, and with `outside` when one
// is given. Reads in pieces; 1,000,000 entries take seconds.
struct AuditCheck {
    bool ok = true;
    std::int64_t size = 0;
    std::optional<std::int64_t> first_bad;  // Position.
    std::string problem;                    // Stable key: "audit.leaf_changed", "audit.gap", "audit.forked" …
};
Result<AuditCheck> check_audit(Reader& reader, const Checkpoint* outside = nullptr);

}  // namespace db
