#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include "db/search_store.h"
#include "db/sqlite.h"

namespace db::search {
namespace {

namespace fs = std::filesystem;

// An entry that changed gets a new row; what its old row's tokens still say is sorted out by the join with `entries`.
constexpr const char* k_tables =
    "CREATE TABLE IF NOT EXISTS entries (n INTEGER PRIMARY KEY AUTOINCREMENT, what INTEGER NOT NULL, id INTEGER NOT "
    "NULL,"
    " store_id INTEGER NOT NULL, digest INTEGER NOT NULL, UNIQUE (id)) STRICT;"
    "CREATE VIRTUAL TABLE IF NOT EXISTS tokens USING fts5 (t, content='', detail=none, columnsize=0, "
    "tokenize='ascii');";

std::string word(std::int64_t token) {
    return fmt::format("{:016x}", static_cast<std::uint64_t>(token));
}

// FNV-1a over the tokens, which are keyed hashes already: tells whether an entry changed.
std::int64_t digest(const std::vector<std::int64_t>& tokens) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::int64_t token : tokens)
        for (int shift = 0; shift < 64; shift += 8)
            hash = (hash ^ (static_cast<std::uint64_t>(token) >> shift & 0xff)) * 0x100000001b3;
    return static_cast<std::int64_t>(hash);
}

bool is_month_file(const std::string& name) {
    return name.size() == 16 && name.starts_with("search-") && name.ends_with(".db");
}

class SqliteMonths final : public Months {
  public:
    explicit SqliteMonths(std::string dir) : dir_(std::move(dir)) {}

    base::Result<std::vector<std::string>> months() override {
        std::vector<std::string> found;
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(dir_, error))
            if (const std::string name = entry.path().filename().string(); is_month_file(name))
                found.push_back(name.substr(7, 6));
        std::ranges::sort(found, std::greater<>());
        return found;
    }

    base::Result<void> put(const std::string& month, const std::vector<Entry>& entries) override {
        std::scoped_lock lock(write_mutex_);
        return put_into(*TRY(writer(month)), entries);
    }

    base::Result<std::vector<std::int64_t>> find(const std::string& month, Searched what, const TokenQuery& query,
                                                 std::size_t limit) override {
        std::string match;
        for (const auto& alternatives : query) {
            match += match.empty() ? "(" : " AND (";
            for (std::size_t i = 0; i < alternatives.size(); ++i)
                match += fmt::format("{}\"{}\"", i == 0 ? "" : " OR ", word(alternatives[i]));
            match += ")";
        }
        std::vector<std::int64_t> ids;
        auto take = [&ids](const Row& row) { ids.push_back(row.integer(0)); };
        const RowSink sink(take);
        const Arg args[] = {match, static_cast<int>(what), limit};
        std::scoped_lock lock(read_mutex_);
        Connection* file = TRY(reader(month));
        if (file == nullptr) return ids;
        TRY_VOID(
            file->run("SELECT e.id FROM tokens JOIN entries e ON e.n = tokens.rowid WHERE tokens MATCH ?1 AND e.what = "
                      "?2 ORDER BY tokens.rowid DESC LIMIT ?3",
                      args, &sink));
        return ids;
    }

    base::Result<void> drop(const std::string& month) override {
        std::scoped_lock lock(write_mutex_, read_mutex_);
        writers_.erase(month);
        readers_.erase(month);
        return remove_file(path(month));
    }

    base::Result<std::vector<Entry>> without_tokens(const std::string& month, model::StoreId store) override {
        std::scoped_lock lock(write_mutex_);
        std::vector<Entry> kept;
        bool any = false;
        auto take = [&](const Row& row) {
            if (row.id<model::StoreId>(2) == store)
                any = true;
            else
                kept.push_back({static_cast<Searched>(row.integer(0)), row.integer(1), row.id<model::StoreId>(2), {}});
        };
        const RowSink sink(take);
        Connection* file = TRY(writer(month));
        TRY_VOID(file->run("SELECT what, id, store_id FROM entries ORDER BY n", {}, &sink));
        if (!any) return fail(Code::not_found, "the store has no entry in " + month);
        return kept;
    }

    base::Result<void> rewrite(const std::string& month, const std::vector<Entry>& entries) override {
        std::scoped_lock lock(write_mutex_, read_mutex_);
        const std::string fresh = path(month) + ".new";
        TRY_VOID(remove_file(fresh));
        {
            auto file = TRY(open_sqlite(fresh, {.cache_kib = 2'048}));
            TRY_VOID(file->script(k_tables));
            TRY_VOID(put_into(*file, entries));
            TRY_VOID(file->run("PRAGMA wal_checkpoint(TRUNCATE)", {}, nullptr));
        }
        writers_.erase(month);
        readers_.erase(month);
        TRY_VOID(remove_file(path(month)));
        std::error_code error;
        fs::rename(fresh, path(month), error);
        if (error) return fail(Code::unavailable, "rename " + fresh, "db.io");
        return {};
    }

  private:
    std::string path(const std::string& month) const { return dir_ + "/search-" + month + ".db"; }

    static base::Result<void> remove_file(const std::string& path) {
        for (const char* suffix : {"-wal", "-shm", ""}) {
            std::error_code error;
            fs::remove(path + suffix, error);
            if (error) return fail(Code::unavailable, "remove " + path + suffix, "db.io");
        }
        return {};
    }

    static base::Result<void> put_into(Connection& file, const std::vector<Entry>& entries) {
        TRY_VOID(file.begin_write());
        const auto done = [&]() -> base::Result<void> {
            for (const Entry& entry : entries) TRY_VOID(put_one(file, entry));
            return {};
        }();
        if (!done) {
            file.rollback();
            return done;
        }
        auto committed = file.commit();
        if (!committed) file.rollback();
        return committed;
    }

    static base::Result<void> put_one(Connection& file, const Entry& entry) {
        const std::int64_t now = digest(entry.tokens);
        bool same = false;
        auto look = [&](const Row& row) { same = row.integer(0) == now; };
        const RowSink sink(look);
        const Arg id[] = {entry.id};
        TRY_VOID(file.run("SELECT digest FROM entries WHERE id = ?1", id, &sink));
        if (same) return {};
        TRY_VOID(file.run("DELETE FROM entries WHERE id = ?1", id, nullptr));
        std::int64_t n = 0;
        auto keep = [&n](const Row& row) { n = row.integer(0); };
        const RowSink made(keep);
        const Arg args[] = {static_cast<int>(entry.what), entry.id, entry.store, now};
        TRY_VOID(file.run("INSERT INTO entries (what, id, store_id, digest) VALUES (?1, ?2, ?3, ?4) RETURNING n", args,
                          &made));
        std::string text;
        for (const std::int64_t token : entry.tokens) text += word(token) + ' ';
        const Arg tokens[] = {n, text};
        TRY_VOID(file.run("INSERT INTO tokens (rowid, t) VALUES (?1, ?2)", tokens, nullptr));
        return {};
    }

    base::Result<Connection*> writer(const std::string& month) {
        if (const auto found = writers_.find(month); found != writers_.end()) return found->second.get();
        if (writers_.size() >= 3) writers_.erase(writers_.begin());  // The oldest.
        auto file = TRY(open_sqlite(path(month), {.cache_kib = 4'096}));
        TRY_VOID(file->script(k_tables));
        return writers_.emplace(month, std::move(file)).first->second.get();
    }

    // None when there is no such month.
    base::Result<Connection*> reader(const std::string& month) {
        if (const auto found = readers_.find(month); found != readers_.end()) return found->second.get();
        std::error_code error;
        if (!fs::exists(path(month), error)) return nullptr;
        auto file = TRY(open_sqlite(path(month), {.cache_kib = 2'048}));
        return readers_.emplace(month, std::move(file)).first->second.get();
    }

    const std::string dir_;
    std::mutex write_mutex_, read_mutex_;  // Taken in this order.
    std::map<std::string, std::unique_ptr<Connection>> writers_, readers_;
};

}  // namespace

std::unique_ptr<Months> sqlite_months(std::string data_dir) {
    return std::make_unique<SqliteMonths>(std::move(data_dir));
}

}  // namespace db::search
