#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "db/audit.h"

// What the files of the audit log share: how a leaf, its commitment and its tree are written.
namespace db::audit_rows {

base::Place payload_place(std::int64_t id, model::StoreId store);
// Hex of SHA-256("commit.v1" || salt || payload).
std::string commitment(std::string_view salt, std::string_view payload);
std::string leaf_text(const AuditEntry& entry, std::string_view commit, base::Time at);
// Root of a complete subtree, as stored; corrupt "audit.gap" where there is none.
Result<std::string> node_at(Reader& reader, int level, std::int64_t n);
// Number of leaves that have a position.
Result<std::int64_t> sequenced(Reader& reader);

}  // namespace db::audit_rows
