#include "db/audit.h"

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/merkle.h"
#include "db/backends.h"
#include "db/keys.h"

namespace db {
namespace {

using test::TestDatabase;

constexpr std::string_view k_host = "console.example";

std::int64_t add(TestDatabase& db, std::string kind, std::string payload = "{\"name\":\"Anna\"}") {
    return db->write(Lane::interactive, [&](Tx& tx) { return audit(tx, {"u_7", kind, "o_1", {3}, payload}); }).value();
}

std::size_t sequence(TestDatabase& db) {
    return db->write(Lane::bulk, [](Tx& tx) { return sequence_audit(tx); }).value();
}

void fill(TestDatabase& db, int entries) {
    for (int i = 0; i < entries; ++i) add(db, "test.entry" + std::to_string(i));
    while (sequence(db) > 0) {
    }
}

std::optional<Checkpoint> head(TestDatabase& db) {
    return db->write(Lane::bulk, [](Tx& tx) { return make_checkpoint(tx, k_host); }).value();
}

AuditCheck check(TestDatabase& db, const Checkpoint* outside = nullptr) {
    return db->read([&](Reader& reader) { return check_audit(reader, outside); }).value();
}

void tamper(TestDatabase& db, std::string_view sql) {
    ASSERT_GE(db->write(Lane::interactive, [&](Tx& tx) { return tx.exec(sql, std::initializer_list<Arg>{}); }).value(),
              1)
        << sql;
}

struct AuditTest : test::DatabaseTest {};
ON_EVERY_DATABASE(AuditTest);

TEST_P(AuditTest, LeafIsCanonicalAndHidesThePayload) {
    add(db, "store.connected");
    const auto rows = db->read([](Reader& reader) { return list_audit(reader, {}, 0, 10); }).value();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].entry.payload, "{\"name\":\"Anna\"}");
    EXPECT_FALSE(rows[0].position);
    const auto document = base::JsonDocument::parse(rows[0].leaf).value();
    const std::string commit = document["commit"].string_or();
    EXPECT_EQ(rows[0].leaf, "{\"actor\":\"u_7\",\"commit\":\"" + commit +
                                "\",\"kind\":\"store.connected\",\"obj\":\"o_1\",\"store\":\"s_3\",\"ts\":\"" +
                                base::iso8601(db.clock.now()) + "\",\"v\":1}");
    EXPECT_EQ(commit.size(), 64u);
    const auto stored = db->read([](Reader& reader) {
        return reader.one("SELECT payload FROM audit_payloads", {},
                          [](const Row& row) { return std::string(row.blob(0)); });
    });
    EXPECT_FALSE((*stored)->contains("Anna"));
}

TEST_P(AuditTest, ARolledBackActionLeavesNoLeafAndNoGap) {
    add(db, "first");
    const auto failed = db->write(Lane::interactive, [](Tx& tx) -> Result<void> {
        (void)TRY(audit(tx, {"u_7", "second", "", {}, ""}));
        return fail(Code::conflict, "the action did not happen");
    });
    EXPECT_FALSE(failed);
    add(db, "third");
    fill(db, 0);
    head(db);
    const AuditCheck checked = check(db);
    EXPECT_TRUE(checked.ok) << checked.problem;
    EXPECT_EQ(checked.size, 2);
}

TEST_P(AuditTest, ListsNewestFirstByFilterAndPage) {
    fill(db, 5);
    db.clock.advance(base::hours(1));
    const base::Time later = db.clock.now();
    ASSERT_TRUE(db->write(Lane::interactive, [](Tx& tx) { return audit(tx, {"u_8", "sign_in.ok", "ss_1", {}, ""}); }));
    const auto list = [&](const AuditFilter& filter, std::int64_t before = 0, std::size_t limit = 10) {
        std::vector<std::int64_t> ids;
        const auto rows = db->read([&](Reader& reader) { return list_audit(reader, filter, before, limit); }).value();
        for (const AuditRow& row : rows) ids.push_back(row.id);
        return ids;
    };
    using Ids = std::vector<std::int64_t>;
    EXPECT_EQ(list({}, 0, 3), (Ids{6, 5, 4}));
    EXPECT_EQ(list({}, 4, 3), (Ids{3, 2, 1}));
    AuditFilter by;
    by.actor = "u_8";
    EXPECT_EQ(list(by), Ids{6});
    by = {};
    by.kind_prefix = "test.";
    EXPECT_EQ(list(by), (Ids{5, 4, 3, 2, 1}));
    by = {};
    by.object = "o_1";
    by.kind_prefix = "test.entry4";
    EXPECT_EQ(list(by), Ids{5});
    by = {};
    by.store = {3};
    EXPECT_EQ(list(by).size(), 5u);
    by = {};
    by.from = later;
    EXPECT_EQ(list(by), Ids{6});
    by = {};
    by.to = later;
    EXPECT_EQ(list(by).size(), 5u);
}

TEST_P(AuditTest, PositionsHaveNoGapsAndProofsHold) {
    fill(db, 300);  // More than one step of the sequencer.
    const auto checkpoint = head(db);
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(checkpoint->size, 300);
    EXPECT_FALSE(head(db));  // Nothing new.
    const auto rows = db->read([](Reader& reader) { return list_audit(reader, {}, 0, 400); }).value();
    for (const std::int64_t position : {0, 1, 131, 255, 256, 299}) {
        const auto proof = db->read([&](Reader& reader) { return inclusion_proof(reader, position, 300); }).value();
        const AuditRow& row = rows[static_cast<std::size_t>(299 - position)];
        EXPECT_EQ(row.position, position);
        EXPECT_TRUE(base::merkle_included(base::merkle_leaf(row.leaf), position, 300, proof, checkpoint->root));
    }
    fill(db, 45);
    const auto next = head(db);
    const auto proof = db->read([](Reader& reader) { return consistency_proof(reader, 300, 345); }).value();
    EXPECT_TRUE(base::merkle_consistent(300, checkpoint->root, 345, next->root, proof));
    EXPECT_TRUE(check(db, &*checkpoint).ok);
}

TEST_P(AuditTest, CheckpointIsASignedNote) {
    fill(db, 3);
    const auto checkpoint = head(db);
    const std::string name = "console.example/log/" + db->keys().installation();
    const std::string body = name + "\n3\n" + base::base64(checkpoint->root) + "\n";
    ASSERT_TRUE(checkpoint->note.starts_with(body + "\n\u2014 " + name + " "));
    const std::string key = db->write(Lane::bulk, [](Tx& tx) { return log_verifier_key(tx, k_host); }).value();
    ASSERT_TRUE(key.starts_with(name + "+"));
    const std::string public_key =
        base::parse_base64(key.substr(key.rfind('+', key.size() - 45) + 1)).value().substr(1);
    const std::size_t from = checkpoint->note.rfind(' ') + 1;
    const std::string signature =
        base::parse_base64(std::string_view(checkpoint->note).substr(from, checkpoint->note.size() - from - 1)).value();
    EXPECT_EQ(base::hex(signature.substr(0, 4)), key.substr(name.size() + 1, 8));
    EXPECT_TRUE(base::check_signature(public_key, body, signature.substr(4)));
}

TEST_P(AuditTest, ACheckpointUnderAnEarlierAddressIsStillGood) {
    fill(db, 3);
    ASSERT_TRUE(db->write(Lane::bulk, [](Tx& tx) { return make_checkpoint(tx, "first.example"); }).value());
    fill(db, 2);
    head(db);
    EXPECT_TRUE(check(db).ok) << check(db).problem;
}

// AUD-2: whatever is done to a row is found, with the first wrong position.
struct Tampering {
    std::string name;
    std::string sql;
    std::int64_t first_bad;
    std::string problem;
};
class Tampered : public testing::TestWithParam<Tampering> {};

TEST_P(Tampered, IsFound) {
    TestDatabase db;
    fill(db, 40);
    head(db);
    ASSERT_TRUE(check(db).ok);
    tamper(db, GetParam().sql);
    const AuditCheck checked = check(db);
    EXPECT_FALSE(checked.ok);
    EXPECT_EQ(checked.first_bad, GetParam().first_bad);
    EXPECT_EQ(checked.problem, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Audit, Tampered,
    testing::ValuesIn(std::vector<Tampering>{
        {"edited_leaf", "UPDATE audit_log SET leaf = replace(leaf, 'u_7', 'u_8') WHERE position = 12", 12,
         "audit.leaf_changed"},
        {"edited_column", "UPDATE audit_log SET actor = 'u_8' WHERE position = 12", 12, "audit.leaf_changed"},
        {"edited_time", "UPDATE audit_log SET at = at - 1 WHERE position = 0", 0, "audit.leaf_changed"},
        {"edited_hash", "UPDATE audit_log SET leaf_hash = x'00' WHERE position = 12", 12, "audit.leaf_changed"},
        {"edited_payload",
         "UPDATE audit_payloads SET payload = (SELECT payload FROM audit_payloads WHERE audit_id = 5) "
         "WHERE audit_id = 13",
         12, "audit.payload_changed"},
        {"edited_salt", "UPDATE audit_payloads SET salt = x'00' WHERE audit_id = 13", 12, "audit.payload_changed"},
        {"deleted", "DELETE FROM audit_log WHERE position = 12", 12, "audit.gap"},
        {"deleted_first", "DELETE FROM audit_log WHERE position = 0", 0, "audit.gap"},
        {"deleted_last", "DELETE FROM audit_log WHERE position = 39", 39, "audit.truncated"},
        {"closed_up",
         "UPDATE audit_log SET position = CASE WHEN position = 39 THEN NULL ELSE position END, id = id + 100 "
         "WHERE position = 39",
         39, "audit.truncated"},
        {"swapped_ids", "UPDATE audit_log SET id = CASE id WHEN 13 THEN 1000 ELSE id END WHERE id = 13", 12,
         "audit.gap"},
        {"edited_node", "UPDATE audit_nodes SET hash = x'00' WHERE level = 2 AND n = 3", 15, "audit.tree_changed"},
        {"deleted_node", "DELETE FROM audit_nodes WHERE level = 5", 31, "audit.tree_changed"},
        {"edited_head", "UPDATE checkpoints SET root = x'00'", 39, "audit.checkpoint_changed"},
        {"edited_note",
         "UPDATE checkpoints SET note = replace(note, char(10) || '40' || char(10), char(10) || '41' || char(10))", 39,
         "audit.checkpoint_changed"},
        {"edited_address", "UPDATE checkpoints SET note = replace(note, 'console.example', 'console.evil')", 39,
         "audit.checkpoint_changed"},
        {"other_installation", "UPDATE checkpoints SET note = replace(note, '/log/', '/log/x')", 39,
         "audit.checkpoint_changed"},
        {"no_note", "UPDATE checkpoints SET note = ''", 39, "audit.checkpoint_changed"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(Audit, ARewrittenLogDoesNotFitAnOutsideHead) {
    TestDatabase db;
    fill(db, 10);
    const auto outside = head(db);
    TestDatabase other;
    fill(other, 10);
    head(other);
    EXPECT_TRUE(check(other).ok);
    const AuditCheck checked = check(other, &*outside);
    EXPECT_FALSE(checked.ok);
    EXPECT_EQ(checked.problem, "audit.forked");
    fill(db, 5);
    EXPECT_TRUE(check(db, &*outside).ok);
}

TEST_P(AuditTest, DeletingPayloadsByPlanKeepsTheLogGood) {
    fill(db, 10);
    head(db);
    tamper(db, "DELETE FROM audit_payloads WHERE audit_id = 3");
    EXPECT_TRUE(check(db).ok);
    ASSERT_TRUE(db->keys().destroy(purpose::audit, base::utc_month(db.clock.now())));
    EXPECT_TRUE(check(db).ok);
    const auto rows = db->read([](Reader& reader) { return list_audit(reader, {}, 0, 10); }).value();
    EXPECT_EQ(rows.size(), 10u);
    EXPECT_EQ(rows[0].entry.payload, "");
}

TEST_P(AuditTest, NamesAreNoPlaceForText) {
    for (const std::string& name : {std::string("a\"b"), std::string("line\nbreak"), std::string("caf\u00e9")})
        EXPECT_FALSE(db->write(Lane::interactive, [&](Tx& tx) { return audit(tx, {"u_1", name, "", {}, ""}); }))
            << name;
}

}  // namespace
}  // namespace db
