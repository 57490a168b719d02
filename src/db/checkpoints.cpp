#include "base/crypto.h"
#include "base/encoding.h"
#include "base/merkle.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/audit_rows.h"
#include "db/checkpoint_note.h"
#include "db/columns.h"
#include "db/keys.h"

namespace db {
namespace {

constexpr std::string_view k_log_key = "log";

base::Place seed_place() {
    return {column::signing_seed, std::string(k_log_key), ""};
}

Result<base::SigningKey> log_key(Tx& tx) {
    const auto sealed = TRY(tx.one("SELECT seed FROM signing_keys WHERE name = ?1", {k_log_key},
                                   [](const Row& row) { return std::string(row.blob(0)); }));
    if (sealed) return base::signing_key(TRY(tx.keys().open_secret(*sealed, seed_place())));
    base::SigningKey made = base::new_signing_key(tx.random());
    const std::string seed = TRY(tx.keys().seal(purpose::signing, k_log_key, seed_place(), made.seed.reveal()));
    TRY_VOID(tx.exec("INSERT INTO signing_keys (name, public_key, seed) VALUES (?1, ?2, ?3)",
                     {k_log_key, Blob{made.public_key}, Blob{seed}}));
    return made;
}

Checkpoint read_checkpoint(const Row& row) {
    return {row.integer(0), std::string(row.blob(1)), row.string(2), row.time(3)};
}

}  // namespace

namespace checkpoint_note {

std::string origin(std::string_view host, const Keys& keys) {
    return std::string(host) + "/log/" + keys.installation();
}

// C2SP signed-note: SHA-256(name || 0x0A || 0x01 || public key), first four bytes; 0x01 stands for Ed25519.
std::string key_id(std::string_view name, std::string_view public_key) {
    return base::sha256(std::string(name).append("\n\x01").append(public_key)).substr(0, 4);
}

std::string body(std::string_view name, std::int64_t size, std::string_view root) {
    return std::string(name) + "\n" + std::to_string(size) + "\n" + base::base64(root) + "\n";
}

bool good(const Checkpoint& checkpoint, const Keys& keys, std::string_view public_key) {
    const std::string_view name = std::string_view(checkpoint.note).substr(0, checkpoint.note.find('\n'));
    if (!name.ends_with(origin("", keys))) return false;
    const std::string text = body(name, checkpoint.size, checkpoint.root);
    const std::string mark = "\n\xe2\x80\x94 " + std::string(name) + " ";
    if (!checkpoint.note.starts_with(text + mark) || !checkpoint.note.ends_with('\n')) return false;
    const std::size_t from = text.size() + mark.size();
    const auto signature =
        base::parse_base64(std::string_view(checkpoint.note).substr(from, checkpoint.note.size() - from - 1));
    return signature && signature->size() == 68 && signature->substr(0, 4) == key_id(name, public_key) &&
           base::check_signature(public_key, text, signature->substr(4));
}

}  // namespace checkpoint_note

Result<std::string> log_verifier_key(Tx& tx, std::string_view host) {
    const base::SigningKey key = TRY(log_key(tx));
    const std::string name = checkpoint_note::origin(host, tx.keys());
    return name + "+" + base::hex(checkpoint_note::key_id(name, key.public_key)) + "+" +
           base::base64(std::string(1, '\1').append(key.public_key));
}

Result<std::optional<Checkpoint>> make_checkpoint(Tx& tx, std::string_view host) {
    const std::int64_t size = TRY(audit_rows::sequenced(tx));
    const auto last = TRY(latest_checkpoint(tx));
    if (size == 0 || (last && last->size >= size)) return std::nullopt;
    const base::SigningKey key = TRY(log_key(tx));
    const std::string name = checkpoint_note::origin(host, tx.keys());
    Checkpoint made;
    made.size = size;
    made.at = tx.now();
    made.root =
        TRY(base::merkle_root(size, [&](int level, std::int64_t n) { return audit_rows::node_at(tx, level, n); }));
    const std::string text = checkpoint_note::body(name, size, made.root);
    const std::string signature = checkpoint_note::key_id(name, key.public_key) + base::sign(key, text);
    made.note = text + "\n\xe2\x80\x94 " + name + " " + base::base64(signature) + "\n";
    TRY_VOID(tx.exec("INSERT INTO checkpoints (size, root, note, at) VALUES (?1, ?2, ?3, ?4)",
                     {made.size, Blob{made.root}, made.note, made.at}));
    return made;
}

Result<std::optional<Checkpoint>> latest_checkpoint(Reader& reader) {
    return reader.one("SELECT size, root, note, at FROM checkpoints ORDER BY size DESC LIMIT 1", {}, read_checkpoint);
}

Result<std::vector<Checkpoint>> list_checkpoints(Reader& reader, std::size_t limit) {
    return reader.all("SELECT size, root, note, at FROM checkpoints ORDER BY size DESC LIMIT ?1", {limit},
                      read_checkpoint);
}

}  // namespace db
