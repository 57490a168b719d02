#include "db/keys.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/encoding.h"
#include "db/sqlite.h"

namespace db {
namespace {

// Which of the two files an id belongs to is told by its highest bit.
constexpr std::uint32_t k_pii_bit = 0x8000'0000u;
// Unwrapped keys in memory; each takes two pages, so at most about 32 MiB.
constexpr std::size_t k_cached = 4'096;

bool in_pii_file(std::string_view purpose) {
    return purpose == purpose::pii || purpose == purpose::index;
}

constexpr std::string_view k_tables =
    "CREATE TABLE IF NOT EXISTS key_file (one INTEGER PRIMARY KEY, installation TEXT NOT NULL, kek_id INTEGER NOT NULL,"
    " kek_check BLOB NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS wrapped_keys (id INTEGER PRIMARY KEY AUTOINCREMENT, purpose TEXT NOT NULL,"
    " scope TEXT NOT NULL, wrapped BLOB NOT NULL, created_at INTEGER NOT NULL, UNIQUE (purpose, scope)) STRICT;";

std::string new_uuid(base::Random& random) {
    std::string b(16, '\0');
    random.fill(std::as_writable_bytes(std::span(b)));
    b[6] = static_cast<char>((b[6] & 0x0f) | 0x40);
    b[8] = static_cast<char>((b[8] & 0x3f) | 0x80);
    const std::string h = base::hex(b);
    return h.substr(0, 8) + "-" + h.substr(8, 4) + "-" + h.substr(12, 4) + "-" + h.substr(16, 4) + "-" + h.substr(20);
}

struct Wrapped {
    std::int64_t row = 0;
    std::string purpose, scope, bytes;
};
Wrapped read_wrapped(const Row& row) {
    return {row.integer(0), row.string(1), row.string(2), std::string(row.blob(3))};
}

template <class T, class F>
Result<std::vector<T>> select(Connection& connection, std::string_view sql, Args args, F read) {
    std::vector<T> rows;
    auto keep = [&](const Row& row) { rows.push_back(read(row)); };
    const RowSink sink(keep);
    TRY_VOID(connection.run(sql, args, &sink));
    return rows;
}

}  // namespace

std::string month_scope(model::StoreId store, base::Time collected_at) {
    return store.text() + "/" + base::utc_month(collected_at);
}

struct Keys::State {
    // Both files, the pii file attached as "pii": rollback journals make a transaction over both atomic.
    std::unique_ptr<Connection> files;
    const base::Clock& clock;
    base::Random& random;
    base::KeySource::Kek kek;
    std::string installation;

    std::mutex mutex;  // Everything below and `files`.
    struct Cached {
        std::shared_ptr<const Key> key;
        std::string name;
        std::list<std::uint32_t>::iterator used;
    };
    std::unordered_map<std::uint32_t, Cached> by_id;
    std::unordered_map<std::string, std::uint32_t> by_name;
    std::list<std::uint32_t> used;  // Most recent first.

    State(const base::Clock& c, base::Random& r) : clock(c), random(r) {}

    static std::string name(std::string_view purpose, std::string_view scope) {
        return fmt::format("{}\x1f{}", purpose, scope);
    }
    base::WrapContext context(std::string_view purpose, std::string_view scope, std::uint32_t id) const {
        return {installation, std::string(purpose), std::string(scope), id};
    }
    static std::string_view table(bool pii) { return pii ? "pii.wrapped_keys" : "main.wrapped_keys"; }

    std::shared_ptr<const Key> cached(std::uint32_t id) {
        const auto found = by_id.find(id);
        if (found == by_id.end()) return nullptr;
        used.splice(used.begin(), used, found->second.used);
        return found->second.key;
    }
    std::shared_ptr<const Key> remember(std::uint32_t id, std::string_view purpose, std::string_view scope,
                                        base::Secret secret) {
        if (by_id.size() >= k_cached) forget(used.back());
        auto key = std::make_shared<Key>(Key{id, std::move(secret)});
        used.push_front(id);
        const std::string n = name(purpose, scope);
        by_name[n] = id;
        by_id[id] = {key, n, used.begin()};
        return key;
    }
    void forget(std::uint32_t id) {
        const auto found = by_id.find(id);
        if (found == by_id.end()) return;
        by_name.erase(found->second.name);
        used.erase(found->second.used);
        by_id.erase(found);
    }

    Result<std::shared_ptr<const Key>> unwrap(const Wrapped& w, bool pii) {
        const auto id = static_cast<std::uint32_t>(w.row) | (pii ? k_pii_bit : 0);
        if (auto key = cached(id)) return key;
        auto secret = TRY(base::unwrap_key(kek.key, w.bytes, context(w.purpose, w.scope, id)));
        return remember(id, w.purpose, w.scope, std::move(secret));
    }

    Result<std::shared_ptr<const Key>> look(std::string_view purpose, std::string_view scope) {
        if (const auto found = by_name.find(name(purpose, scope)); found != by_name.end()) return cached(found->second);
        const bool pii = in_pii_file(purpose);
        const Arg args[] = {purpose, scope};
        const auto rows = TRY(select<Wrapped>(
            *files,
            pii ? "SELECT id, purpose, scope, wrapped FROM pii.wrapped_keys WHERE purpose = ?1 AND scope = ?2"
                : "SELECT id, purpose, scope, wrapped FROM main.wrapped_keys WHERE purpose = ?1 AND scope = ?2",
            args, read_wrapped));
        if (rows.empty()) return fail(Code::not_found, fmt::format("key {}/{}", purpose, scope), "db.key_destroyed");
        return unwrap(rows.front(), pii);
    }

    // A new key's row, inside a transaction; 0 when there is one of that name.
    Result<std::uint32_t> insert(std::string_view purpose, std::string_view scope, const base::Secret& dek) {
        const bool pii = in_pii_file(purpose);
        // Another process may have made it meanwhile; the id is part of what is wrapped, so it comes first.
        const Arg args[] = {purpose, scope, Blob{""}, clock.now()};
        std::int64_t row = 0;
        auto keep = [&](const Row& r) { row = r.integer(0); };
        const RowSink sink(keep);
        TRY_VOID(files->run(fmt::format("INSERT INTO {} (purpose, scope, wrapped, created_at) VALUES (?1, ?2, ?3, ?4)"
                                        " ON CONFLICT (purpose, scope) DO NOTHING RETURNING id",
                                        table(pii)),
                            args, &sink));
        if (row == 0) return 0u;
        if (row >= k_pii_bit) return fail(Code::internal, "key ids used up");
        const auto id = static_cast<std::uint32_t>(row) | (pii ? k_pii_bit : 0);
        const std::string wrapped = TRY(base::wrap_key(kek.key, kek.id, dek, context(purpose, scope, id)));
        const Arg update[] = {row, Blob{wrapped}};
        TRY_VOID(files->run(fmt::format("UPDATE {} SET wrapped = ?2 WHERE id = ?1", table(pii)), update, nullptr));
        return id;
    }

    base::Secret new_dek() {
        base::Secret dek = base::Secret::zeros(32);
        random.fill(std::as_writable_bytes(dek.writable()));
        return dek;
    }

    Result<std::shared_ptr<const Key>> make(std::string_view purpose, std::string_view scope) {
        base::Secret dek = new_dek();
        TRY_VOID(files->begin_write());
        const auto made = insert(purpose, scope, dek);
        if (!made) {
            files->rollback();
            return std::unexpected(made.error());
        }
        TRY_VOID(files->commit());
        if (*made == 0) return look(purpose, scope);
        return remember(*made, purpose, scope, std::move(dek));
    }

    // Deletes rows and forgets what the cache holds of them.
    Result<std::size_t> destroy(bool pii, std::string_view where, Args args) {
        const auto ids = TRY(select<std::int64_t>(*files, fmt::format("SELECT id FROM {} WHERE {}", table(pii), where),
                                                  args, [](const Row& row) { return row.integer(0); }));
        if (ids.empty()) return std::size_t{0};
        TRY_VOID(files->run(fmt::format("DELETE FROM {} WHERE {}", table(pii), where), args, nullptr));
        for (const std::int64_t id : ids) forget(static_cast<std::uint32_t>(id) | (pii ? k_pii_bit : 0));
        return ids.size();
    }
};

Keys::Keys(std::unique_ptr<State> state) : state_(std::move(state)) {}
Keys::~Keys() = default;

Result<std::unique_ptr<Keys>> Keys::open(const std::string& data_dir, base::KeySource& source,
                                         base::KeySource* next_source, const base::Clock& clock, base::Random& random) {
    auto state = std::make_unique<State>(clock, random);
    const std::string main = data_dir + "/keys.db", pii = data_dir + "/pii-keys.db";
    state->files = TRY(open_sqlite(main, {.wal = false, .cache_kib = 512}));
    TRY_VOID(state->files->script(std::string(k_tables)));
    {
        auto own = TRY(open_sqlite(pii, {.wal = false, .cache_kib = 64}));
        TRY_VOID(own->script(std::string(k_tables)));
    }
    ::chmod(main.c_str(), 0600);
    ::chmod(pii.c_str(), 0600);
    const Arg attach[] = {pii};
    TRY_VOID(state->files->run("ATTACH DATABASE ?1 AS pii", attach, nullptr));
    TRY_VOID(
        state->files->script("PRAGMA pii.journal_mode=DELETE; PRAGMA pii.synchronous=FULL;"
                             "PRAGMA pii.secure_delete=ON;"));

    struct Head {
        std::string installation;
        std::uint32_t kek_id = 0;
        std::string check;
    };
    const auto read_head = [](const Row& row) {
        return Head{row.string(0), static_cast<std::uint32_t>(row.integer(1)), std::string(row.blob(2))};
    };
    const auto check_context = [](const std::string& installation) {
        return base::WrapContext{installation, "check", "", 0};
    };
    auto kek = TRY(source.load());
    TRY_VOID(state->files->begin_write());
    const auto opened = [&]() -> Result<void> {
        const auto heads = TRY(select<Head>(
            *state->files, "SELECT installation, kek_id, kek_check FROM main.key_file WHERE one = 1", {}, read_head));
        if (heads.empty()) {
            const std::string uuid = new_uuid(random);
            base::Secret probe = base::Secret::zeros(32);
            random.fill(std::as_writable_bytes(probe.writable()));
            const std::string check = TRY(base::wrap_key(kek.key, kek.id, probe, check_context(uuid)));
            const Arg args[] = {uuid, kek.id, Blob{check}};
            TRY_VOID(state->files->run(
                "INSERT INTO main.key_file (one, installation, kek_id, kek_check) VALUES (1, ?1, ?2, ?3)", args,
                nullptr));
            TRY_VOID(state->files->run(
                "INSERT INTO pii.key_file (one, installation, kek_id, kek_check) VALUES (1, ?1, ?2, ?3)", args,
                nullptr));
            state->installation = uuid;
            return {};
        }
        state->installation = heads.front().installation;
        const auto pii_heads = TRY(select<Head>(
            *state->files, "SELECT installation, kek_id, kek_check FROM pii.key_file WHERE one = 1", {}, read_head));
        // A lost pii-keys.db is a lawful state (restored without it): start an empty one of this installation.
        if (pii_heads.empty()) {
            const Arg args[] = {heads.front().installation, heads.front().kek_id, Blob{heads.front().check}};
            TRY_VOID(state->files->run(
                "INSERT INTO pii.key_file (one, installation, kek_id, kek_check) VALUES (1, ?1, ?2, ?3)", args,
                nullptr));
        } else if (pii_heads.front().installation != state->installation) {
            return fail(Code::precondition_failed, "keys.db and pii-keys.db differ", "db.other_installation");
        }
        const auto opens = [&](const base::KeySource::Kek& k) {
            return k.id == heads.front().kek_id &&
                   base::unwrap_key(k.key, heads.front().check, check_context(state->installation)).has_value();
        };
        if (opens(kek)) return {};
        if (next_source != nullptr) {
            auto next = next_source->load();
            if (next && opens(*next)) {
                kek = std::move(*next);
                return {};
            }
        }
        return fail(Code::precondition_failed, "the key file does not open this installation's keys", "db.wrong_kek");
    }();
    if (!opened) {
        state->files->rollback();
        return std::unexpected(opened.error());
    }
    TRY_VOID(state->files->commit());
    state->kek = std::move(kek);
    return std::unique_ptr<Keys>(new Keys(std::move(state)));
}

const std::string& Keys::installation() const {
    return state_->installation;
}

Result<std::shared_ptr<const Key>> Keys::get(std::string_view purpose, std::string_view scope) {
    std::scoped_lock lock(state_->mutex);
    auto found = state_->look(purpose, scope);
    if (found || found.error().code != Code::not_found) return found;
    return state_->make(purpose, scope);
}

Result<std::size_t> Keys::prepare(const std::vector<std::pair<std::string_view, std::string>>& wanted) {
    std::scoped_lock lock(state_->mutex);
    std::vector<const std::pair<std::string_view, std::string>*> missing;
    for (const auto& one : wanted) {
        // Not look(), which would unwrap all of them.
        const Arg args[] = {one.first, one.second};
        const auto there = TRY(select<bool>(
            *state_->files,
            fmt::format("SELECT 1 FROM {} WHERE purpose = ?1 AND scope = ?2", State::table(in_pii_file(one.first))),
            args, [](const Row&) { return true; }));
        if (there.empty()) missing.push_back(&one);
    }
    if (missing.empty()) return std::size_t{0};
    TRY_VOID(state_->files->begin_write());
    for (const auto* one : missing) {
        const auto made = state_->insert(one->first, one->second, state_->new_dek());
        if (made) continue;
        state_->files->rollback();
        return std::unexpected(made.error());
    }
    TRY_VOID(state_->files->commit());
    return missing.size();
}

Result<std::shared_ptr<const Key>> Keys::find(std::string_view purpose, std::string_view scope) {
    std::scoped_lock lock(state_->mutex);
    return state_->look(purpose, scope);
}

Result<std::shared_ptr<const Key>> Keys::find(std::uint32_t id) {
    std::scoped_lock lock(state_->mutex);
    if (auto key = state_->cached(id)) return key;
    const bool pii = (id & k_pii_bit) != 0;
    const Arg args[] = {id & ~k_pii_bit};
    const auto rows =
        TRY(select<Wrapped>(*state_->files,
                            pii ? "SELECT id, purpose, scope, wrapped FROM pii.wrapped_keys WHERE id = ?1"
                                : "SELECT id, purpose, scope, wrapped FROM main.wrapped_keys WHERE id = ?1",
                            args, read_wrapped));
    if (rows.empty()) return fail(Code::not_found, fmt::format("key {:x}", id), "db.key_destroyed");
    return state_->unwrap(rows.front(), pii);
}

Result<std::string> Keys::seal(std::string_view purpose, std::string_view scope, const base::Place& place,
                               std::string_view plain) {
    if (plain.empty()) return std::string();
    const auto key = TRY(get(purpose, scope));
    return base::seal(key->secret, key->id, plain, place, state_->random);
}

Result<std::string> Keys::open(std::string_view sealed, const base::Place& place) {
    if (sealed.empty()) return std::string();
    const auto id = TRY(base::sealed_key_id(sealed));
    const auto key = TRY(find(id));
    return base::open_sealed(key->secret, sealed, place);
}

Result<base::Secret> Keys::open_secret(std::string_view sealed, const base::Place& place) {
    auto plain = TRY(open(sealed, place));
    return base::Secret::take(plain);
}

Result<void> Keys::destroy(std::string_view purpose, std::string_view scope) {
    std::scoped_lock lock(state_->mutex);
    const Arg args[] = {purpose, scope};
    TRY_VOID(state_->destroy(in_pii_file(purpose), "purpose = ?1 AND scope = ?2", args));
    return {};
}

Result<void> Keys::destroy_store(model::StoreId store) {
    std::scoped_lock lock(state_->mutex);
    const std::string scope = store.text(), below = scope + "/";
    const Arg args[] = {scope, below};
    for (const bool pii : {false, true})
        TRY_VOID(state_->destroy(pii, "scope = ?1 OR substr(scope, 1, length(?2)) = ?2", args));
    return {};
}

Result<std::size_t> Keys::count_months_before(std::string_view month) {
    std::scoped_lock lock(state_->mutex);
    const Arg args[] = {month};
    const auto ids = TRY(select<std::int64_t>(
        *state_->files, fmt::format("SELECT id FROM {} WHERE substr(scope, -6) < ?1", State::table(true)), args,
        [](const Row& row) { return row.integer(0); }));
    return ids.size();
}

Result<std::size_t> Keys::destroy_months_before(std::string_view month) {
    std::scoped_lock lock(state_->mutex);
    const Arg args[] = {month};
    return state_->destroy(true, "substr(scope, -6) < ?1", args);
}

Result<std::size_t> Keys::rotate_kek(base::KeySource::Kek next) {
    std::scoped_lock lock(state_->mutex);
    auto& files = *state_->files;
    std::size_t count = 0;
    TRY_VOID(files.begin_write());
    const auto done = [&]() -> Result<void> {
        for (const bool pii : {false, true}) {
            const auto rows = TRY(select<Wrapped>(
                files, fmt::format("SELECT id, purpose, scope, wrapped FROM {}", State::table(pii)), {}, read_wrapped));
            for (const Wrapped& w : rows) {
                const auto id = static_cast<std::uint32_t>(w.row) | (pii ? k_pii_bit : 0);
                const auto context = state_->context(w.purpose, w.scope, id);
                const auto dek = TRY(base::unwrap_key(state_->kek.key, w.bytes, context));
                const std::string wrapped = TRY(base::wrap_key(next.key, next.id, dek, context));
                const Arg args[] = {w.row, Blob{wrapped}};
                TRY_VOID(files.run(pii ? "UPDATE pii.wrapped_keys SET wrapped = ?2 WHERE id = ?1"
                                       : "UPDATE main.wrapped_keys SET wrapped = ?2 WHERE id = ?1",
                                   args, nullptr));
                ++count;
            }
        }
        base::Secret probe = base::Secret::zeros(32);
        state_->random.fill(std::as_writable_bytes(probe.writable()));
        const std::string check = TRY(base::wrap_key(next.key, next.id, probe, {state_->installation, "check", "", 0}));
        const Arg args[] = {next.id, Blob{check}};
        TRY_VOID(files.run("UPDATE main.key_file SET kek_id = ?1, kek_check = ?2", args, nullptr));
        TRY_VOID(files.run("UPDATE pii.key_file SET kek_id = ?1, kek_check = ?2", args, nullptr));
        return {};
    }();
    if (!done) {
        files.rollback();
        return std::unexpected(done.error());
    }
    TRY_VOID(files.commit());
    state_->kek = std::move(next);
    return count;
}

}  // namespace db
