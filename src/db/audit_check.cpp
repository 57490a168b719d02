#include <map>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/merkle.h"
#include "db/audit.h"
#include "db/audit_rows.h"
#include "db/checkpoint_note.h"
#include "db/keys.h"

namespace db {
namespace {

// Leaves read at a time; a power of two, so that the subtrees of a piece lie together.
constexpr std::int64_t k_piece = 1'024;
constexpr int k_piece_levels = 10;

struct Leaf {
    std::int64_t id = 0;
    std::int64_t position = 0;
    std::string leaf, hash;
    AuditEntry entry;
    base::Time at;
    bool has_payload = false;
    std::string salt, payload;  // payload: sealed.
};

Result<std::vector<Leaf>> read_piece(Reader& reader, std::int64_t from) {
    return reader.all(
        "SELECT l.id, l.position, l.leaf, l.leaf_hash, l.actor, l.kind, l.object, l.store_id, l.at, p.salt, p.payload "
        "FROM audit_log l LEFT JOIN audit_payloads p ON p.audit_id = l.id WHERE l.position >= ?1 ORDER BY l.position "
        "LIMIT ?2",
        {from, k_piece}, [](const Row& row) {
            Leaf leaf;
            leaf.id = row.integer(0);
            leaf.position = row.integer(1);
            leaf.leaf = row.string(2);
            leaf.hash = row.blob(3);
            leaf.entry = {row.string(4), row.string(5), row.string(6), row.id<model::StoreId>(7), {}};
            leaf.at = row.time(8);
            leaf.has_payload = !row.is_null(9);
            leaf.salt = row.blob(9);
            leaf.payload = row.blob(10);
            return leaf;
        });
}

// Stored subtree roots that a piece completes, but for those of the levels above it.
Result<std::map<std::pair<int, std::int64_t>, std::string>> stored_nodes(Reader& reader, std::int64_t from) {
    std::map<std::pair<int, std::int64_t>, std::string> nodes;
    for (int level = 1; level <= k_piece_levels; ++level)
        TRY_VOID(reader.each("SELECT n, hash FROM audit_nodes WHERE level = ?1 AND n >= ?2 AND n < ?3",
                             {level, from >> level, (from + k_piece) >> level},
                             [&](const Row& row) { nodes[{level, row.integer(0)}] = row.blob(1); }));
    return nodes;
}

// Why this row is not what was written; empty: it is.
Result<std::string> problem_of(Reader& reader, const Leaf& leaf) {
    const auto document = base::JsonDocument::parse(leaf.leaf);
    if (!document) return "audit.leaf_changed";
    const std::string commit = (*document)["commit"].string_or();
    if (audit_rows::leaf_text(leaf.entry, commit, leaf.at) != leaf.leaf || base::merkle_leaf(leaf.leaf) != leaf.hash)
        return "audit.leaf_changed";
    // The payload may be deleted by plan, alone or with its month's key; changed it must not be.
    if (!leaf.has_payload) return "";
    std::string payload;
    if (!leaf.payload.empty()) {
        auto opened = reader.keys().open(leaf.payload, audit_rows::payload_place(leaf.id, leaf.entry.store));
        if (!opened && opened.error().key == "db.key_destroyed") return "";
        if (!opened)
            return opened.error().code == Code::corrupt ? Result<std::string>("audit.payload_changed")
                                                        : std::unexpected(opened.error());
        payload = std::move(*opened);
    }
    return audit_rows::commitment(leaf.salt, payload) == commit ? "" : "audit.payload_changed";
}

class Check {
  public:
    explicit Check(Reader& reader) : reader_(reader) {}

    Result<AuditCheck> run(const Checkpoint* outside) {
        TRY_VOID(read_checkpoints(outside));
        for (std::int64_t from = 0;; from += k_piece) {
            const auto leaves = TRY(read_piece(reader_, from));
            const auto nodes = TRY(stored_nodes(reader_, from));
            for (const Leaf& leaf : leaves) TRY_VOID(look_at(leaf, nodes));
            if (!result_.ok || leaves.size() < static_cast<std::size_t>(k_piece)) break;
        }
        result_.size = edge_.size();
        if (result_.ok) TRY_VOID(look_at_the_end());
        return result_;
    }

  private:
    struct Expected {
        std::string root;
        const char* problem;
    };

    void bad(std::int64_t position, std::string problem) {
        if (!result_.ok) return;
        result_ = {false, 0, position, std::move(problem)};
    }

    Result<void> read_checkpoints(const Checkpoint* outside) {
        const auto public_key = TRY(reader_.one("SELECT public_key FROM signing_keys WHERE name = 'log'", {},
                                                [](const Row& row) { return std::string(row.blob(0)); }));
        TRY_VOID(reader_.each("SELECT size, root, note, at FROM checkpoints ORDER BY size", {}, [&](const Row& row) {
            const Checkpoint stored{row.integer(0), std::string(row.blob(1)), row.string(2), row.time(3)};
            if (!public_key || !checkpoint_note::good(stored, reader_.keys(), *public_key))
                bad(stored.size - 1, "audit.checkpoint_changed");
            expected_[stored.size].push_back({stored.root, "audit.checkpoint_differs"});
        }));
        if (outside != nullptr) expected_[outside->size].push_back({outside->root, "audit.forked"});
        return {};
    }

    Result<void> look_at(const Leaf& leaf, const std::map<std::pair<int, std::int64_t>, std::string>& nodes) {
        if (!result_.ok) return {};
        const std::int64_t position = edge_.size();
        // Ids are drawn inside the transaction and positions given in their order: neither has gaps.
        if (leaf.position != position || leaf.id != position + 1) {
            bad(position, "audit.gap");
            return {};
        }
        if (std::string problem = TRY(problem_of(reader_, leaf)); !problem.empty()) {
            bad(position, std::move(problem));
            return {};
        }
        for (const auto& done : edge_.add(leaf.hash)) {
            if (done.level == 0) continue;
            std::string stored;
            if (done.level <= k_piece_levels) {
                if (const auto found = nodes.find({done.level, done.n}); found != nodes.end()) stored = found->second;
            } else if (auto found = audit_rows::node_at(reader_, done.level, done.n)) {
                stored = std::move(*found);
            }
            if (stored != done.hash) bad(position, "audit.tree_changed");
        }
        if (const auto heads = expected_.find(edge_.size()); heads != expected_.end())
            for (const Expected& head : heads->second)
                if (head.root != edge_.root()) bad(position, head.problem);
        return {};
    }

    Result<void> look_at_the_end() {
        if (!expected_.empty() && expected_.rbegin()->first > edge_.size()) {
            bad(edge_.size(), "audit.truncated");
            return {};
        }
        const auto rows = TRY(reader_.integer("SELECT count(*) FROM audit_log", {}));
        const auto drawn = TRY(reader_.integer("SELECT last FROM id_numbers WHERE kind = 'audit'", {}));
        if (rows != drawn) bad(edge_.size(), "audit.truncated");
        return {};
    }

    Reader& reader_;
    base::MerkleEdge edge_;
    std::map<std::int64_t, std::vector<Expected>> expected_;  // By size.
    AuditCheck result_;
};

}  // namespace

Result<AuditCheck> check_audit(Reader& reader, const Checkpoint* outside) {
    return Check(reader).run(outside);
}

}  // namespace db
