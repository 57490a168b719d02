#include "db/audit.h"

#include <array>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/merkle.h"
#include "db/audit_rows.h"
#include "db/columns.h"
#include "db/keys.h"

namespace db {
namespace {

constexpr std::size_t k_salt_bytes = 32;

// Names and ids of our own; anything else in a leaf would be a way to hide text in it.
Result<void> check_plain(std::string_view text) {
    for (const char c : text)
        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') return fail(Code::internal, "audit entry is no plain name");
    return {};
}

}  // namespace

namespace audit_rows {

base::Place payload_place(std::int64_t id, model::StoreId store) {
    return {column::audit_payload, std::to_string(id), store ? store.text() : ""};
}

std::string commitment(std::string_view salt, std::string_view payload) {
    return base::hex(base::sha256(std::string("commit.v1").append(salt).append(payload)));
}

// RFC 8785: names sorted, no white space; the values need no escapes (check_plain).
std::string leaf_text(const AuditEntry& entry, std::string_view commit, base::Time at) {
    std::string leaf = "{\"actor\":" + base::json_quote(entry.actor) + ",\"commit\":" + base::json_quote(commit) +
                       ",\"kind\":" + base::json_quote(entry.kind);
    if (!entry.object.empty()) leaf += ",\"obj\":" + base::json_quote(entry.object);
    if (entry.store) leaf += ",\"store\":" + base::json_quote(entry.store.text());
    return leaf + ",\"ts\":" + base::json_quote(base::iso8601(at)) + ",\"v\":1}";
}

Result<std::string> node_at(Reader& reader, int level, std::int64_t n) {
    const auto read = [](const Row& row) { return std::string(row.blob(0)); };
    auto found = level == 0
                     ? TRY(reader.one("SELECT leaf_hash FROM audit_log WHERE position = ?1", {n}, read))
                     : TRY(reader.one("SELECT hash FROM audit_nodes WHERE level = ?1 AND n = ?2", {level, n}, read));
    if (!found) return fail(Code::corrupt, "audit tree has a hole", "audit.gap");
    return std::move(*found);
}

Result<std::int64_t> sequenced(Reader& reader) {
    return TRY(reader.integer("SELECT coalesce(max(position), -1) + 1 FROM audit_log", {}));
}

}  // namespace audit_rows

namespace {

base::MerkleNodeAt nodes_of(Reader& reader) {
    return [&reader](int level, std::int64_t n) { return audit_rows::node_at(reader, level, n); };
}

}  // namespace

Result<std::int64_t> audit(Tx& tx, const AuditEntry& entry) {
    for (const std::string* text : {&entry.actor, &entry.kind, &entry.object}) TRY_VOID(check_plain(*text));
    if (entry.kind.empty()) return fail(Code::internal, "audit entry without a kind");
    const std::int64_t id = TRY(tx.draw_id("audit"));
    const base::Time at = tx.now();
    std::array<std::byte, k_salt_bytes> random_bytes{};
    tx.random().fill(random_bytes);
    const std::string salt(reinterpret_cast<const char*>(random_bytes.data()), random_bytes.size());
    const std::string leaf = audit_rows::leaf_text(entry, audit_rows::commitment(salt, entry.payload), at);
    const std::string hash = base::merkle_leaf(leaf);
    TRY_VOID(
        tx.exec("INSERT INTO audit_log (id, position, leaf, leaf_hash, actor, kind, object, store_id, at) VALUES "
                "(?1, NULL, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                {id, leaf, Blob{hash}, entry.actor, entry.kind, entry.object, entry.store, at}));
    const std::string sealed = TRY(
        tx.keys().seal(purpose::audit, base::utc_month(at), audit_rows::payload_place(id, entry.store), entry.payload));
    TRY_VOID(tx.exec("INSERT INTO audit_payloads (audit_id, salt, payload) VALUES (?1, ?2, ?3)",
                     {id, Blob{salt}, Blob{sealed}}));
    return id;
}

Result<std::vector<AuditRow>> list_audit(Reader& reader, const AuditFilter& filter, std::int64_t before_id,
                                         std::size_t limit) {
    const auto read = [&](const Row& row) -> Result<AuditRow> {
        AuditRow out;
        out.id = row.integer(0);
        if (!row.is_null(1)) out.position = row.integer(1);
        out.leaf = row.string(2);
        out.entry = {row.string(3), row.string(4), row.string(5), row.id<model::StoreId>(6), {}};
        out.at = row.time(7);
        const std::string_view sealed = row.blob(8);
        if (sealed.empty()) return out;
        auto payload = reader.keys().open(sealed, audit_rows::payload_place(out.id, out.entry.store));
        // Its month's key is gone: deleted by plan. Anything else is damage.
        if (!payload && payload.error().key != "db.key_destroyed") return std::unexpected(payload.error());
        if (payload) out.entry.payload = std::move(*payload);
        return out;
    };
#define AUDIT_SELECT                                                                                              \
    "SELECT l.id, l.position, l.leaf, l.actor, l.kind, l.object, l.store_id, l.at, p.payload FROM audit_log l "   \
    "LEFT JOIN audit_payloads p ON p.audit_id = l.id WHERE l.id < ?1 AND substr(l.kind, 1, length(?2)) = ?2 AND " \
    "l.at >= ?3 AND l.at < ?4 AND (?5 = 0 OR l.store_id = ?5) "
#define AUDIT_ORDER "ORDER BY l.id DESC LIMIT ?6"
    const std::int64_t before = before_id > 0 ? before_id : INT64_MAX;
    const base::Time to = filter.to ? filter.to : base::Time{INT64_MAX};
    const auto rows = static_cast<std::int64_t>(limit);
    // A text for each index: a filter by actor or object must not walk the whole log.
    if (!filter.actor.empty())
        return reader.all(
            AUDIT_SELECT "AND l.actor = ?7 AND (?8 = '' OR l.object = ?8) " AUDIT_ORDER,
            {before, filter.kind_prefix, filter.from, to, filter.store, rows, filter.actor, filter.object}, read);
    if (!filter.object.empty())
        return reader.all(AUDIT_SELECT "AND l.object = ?7 AND l.object <> '' " AUDIT_ORDER,
                          {before, filter.kind_prefix, filter.from, to, filter.store, rows, filter.object}, read);
    return reader.all(AUDIT_SELECT AUDIT_ORDER, {before, filter.kind_prefix, filter.from, to, filter.store, rows},
                      read);
}

Result<std::size_t> sequence_audit(Tx& tx, std::size_t limit) {
    struct Waiting {
        std::int64_t id = 0;
        std::string hash;
    };
    const auto waiting =
        TRY(tx.all("SELECT id, leaf_hash FROM audit_log WHERE position IS NULL ORDER BY id LIMIT ?1", {limit},
                   [](const Row& row) { return Waiting{row.integer(0), std::string(row.blob(1))}; }));
    if (waiting.empty()) return 0;
    auto edge = TRY(base::MerkleEdge::of(TRY(audit_rows::sequenced(tx)), nodes_of(tx)));
    for (const Waiting& leaf : waiting) {
        TRY_VOID(tx.exec("UPDATE audit_log SET position = ?1 WHERE id = ?2", {edge.size(), leaf.id}));
        for (const auto& done : edge.add(leaf.hash))
            if (done.level > 0)
                TRY_VOID(tx.exec("INSERT INTO audit_nodes (level, n, hash) VALUES (?1, ?2, ?3)",
                                 {done.level, done.n, Blob{done.hash}}));
    }
    return waiting.size();
}

Result<std::vector<std::string>> inclusion_proof(Reader& reader, std::int64_t position, std::int64_t size) {
    if (size > TRY(audit_rows::sequenced(reader))) return fail(Code::invalid_input, "size beyond the log");
    return base::merkle_inclusion(position, size, nodes_of(reader));
}

Result<std::vector<std::string>> consistency_proof(Reader& reader, std::int64_t from_size, std::int64_t to_size) {
    if (to_size > TRY(audit_rows::sequenced(reader))) return fail(Code::invalid_input, "size beyond the log");
    return base::merkle_consistency(from_size, to_size, nodes_of(reader));
}

}  // namespace db
