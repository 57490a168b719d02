#include "db/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <unordered_map>

namespace db {
namespace {

base::Error error_of(sqlite3* handle, int code) {
    const std::string what = fmt::format("sqlite {} ({})", handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code),
                                         handle ? sqlite3_extended_errcode(handle) : code);
    switch (code & 0xff) {
        case SQLITE_FULL:
            return {Code::unavailable, what, "db.disk_full", 10};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Code::unavailable, what, "db.busy", 1};
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_NOMEM:
            return {Code::unavailable, what, "db.io", 10};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Code::corrupt, what, "db.corrupt", {}};
        case SQLITE_CONSTRAINT: {
            const int extended = handle ? sqlite3_extended_errcode(handle) : code;
            if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
                return {Code::conflict, what, "db.duplicate", {}};
            return {Code::internal, what, "", {}};
        }
        default:
            return {Code::internal, what, "", {}};
    }
}

class SqliteRow final : public Row {
  public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
    double real(int column) const override { return sqlite3_column_double(statement_, column); }
    std::string_view text(int column) const override {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return text == nullptr
                   ? std::string_view()
                   : std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
    }
    std::string_view blob(int column) const override {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
        return bytes == nullptr
                   ? std::string_view()
                   : std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
    }

  private:
    sqlite3_stmt* statement_;
};

struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

constexpr std::size_t k_max_statements = 400;  // Texts are few; lists of stores make the odd ones.

class SqliteConnection final : public Connection {
  public:
    explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}
    ~SqliteConnection() override {
        drop_statements();
        sqlite3_close_v2(handle_);
    }

    Dialect dialect() const override { return Dialect::sqlite; }

    Result<std::int64_t> run(std::string_view sql, Args args, const RowSink* sink) override {
        Lease lease(*this, sql);
        sqlite3_stmt* statement = TRY(lease.take());
        TRY_VOID(bind(statement, args));
        const std::int64_t before = sqlite3_total_changes64(handle_);
        const SqliteRow row(statement);
        for (;;) {
            const int code = sqlite3_step(statement);
            if (code == SQLITE_DONE) break;
            if (code != SQLITE_ROW) return std::unexpected(error_of(handle_, code));
            if (sink != nullptr) TRY_VOID((*sink)(row));
        }
        return sqlite3_total_changes64(handle_) - before;
    }

    Result<void> run_many(std::string_view sql, std::span<const std::vector<Arg>> sets, const ManySink& each) override {
        for (std::size_t i = 0; i < sets.size(); ++i) {
            auto keep = [&](const Row& row) {
                if (each) each(i, row);
            };
            const RowSink sink(keep);
            TRY_VOID(run(sql, sets[i], &sink));
        }
        return {};
    }

    Result<void> script(const std::string& sql) override {
        const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) return std::unexpected(error_of(handle_, code));
        return {};
    }

    Result<void> begin_read() override { return plain("BEGIN"); }
    void end_read() override { rollback(); }
    Result<void> begin_write() override { return plain("BEGIN IMMEDIATE"); }
    Result<void> commit() override { return plain("COMMIT"); }
    void rollback() override {
        // A full disk makes SQLite roll back by itself; a second ROLLBACK would be an error.
        if (in_transaction()) (void)plain("ROLLBACK").has_value();
    }
    bool in_transaction() const override { return sqlite3_get_autocommit(handle_) == 0; }
    Result<void> savepoint() override { return plain("SAVEPOINT part"); }
    Result<void> release_savepoint() override { return plain("RELEASE part"); }
    Result<void> rollback_savepoint() override {
        TRY_VOID(plain("ROLLBACK TO part"));
        return plain("RELEASE part");
    }
    std::int64_t total_changes() const override { return sqlite3_total_changes64(handle_); }

  private:
    // A cached statement in use; reset when it goes. The same text used inside its own rows gets a statement of its
    // own.
    class Lease {
      public:
        Lease(SqliteConnection& owner, std::string_view sql) : owner_(owner), sql_(sql) {}
        ~Lease() {
            if (statement_ == nullptr) return;
            if (own_) {
                sqlite3_finalize(statement_);
                return;
            }
            sqlite3_reset(statement_);
            sqlite3_clear_bindings(statement_);  // No secret stays bound.
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        Result<sqlite3_stmt*> take() {
            const auto found = owner_.statements_.find(sql_);
            if (found != owner_.statements_.end() && sqlite3_stmt_busy(found->second) == 0)
                return statement_ = found->second;
            own_ = found != owner_.statements_.end();
            if (!own_ && owner_.statements_.size() >= k_max_statements) owner_.drop_idle_statements();
            sqlite3_stmt* made = nullptr;
            const int code = sqlite3_prepare_v3(owner_.handle_, sql_.data(), static_cast<int>(sql_.size()),
                                                own_ ? 0 : SQLITE_PREPARE_PERSISTENT, &made, nullptr);
            if (code != SQLITE_OK) {
                base::Error error = error_of(owner_.handle_, code);
                error.what += fmt::format(" in: {}", sql_);
                return std::unexpected(std::move(error));
            }
            if (!own_) owner_.statements_.emplace(sql_, made);
            return statement_ = made;
        }

      private:
        SqliteConnection& owner_;
        std::string_view sql_;
        sqlite3_stmt* statement_ = nullptr;
        bool own_ = false;
    };

    Result<void> plain(std::string_view sql) {
        TRY_VOID(run(sql, {}, nullptr));
        return {};
    }

    Result<void> bind(sqlite3_stmt* statement, Args args) {
        for (std::size_t i = 0; i < args.size(); ++i) {
            const Arg& arg = args[i];
            const int at = static_cast<int>(i) + 1;
            const auto size = static_cast<sqlite3_uint64>(arg.bytes().size());
            int code = SQLITE_OK;
            switch (arg.type()) {
                case Arg::Type::null:
                    code = sqlite3_bind_null(statement, at);
                    break;
                case Arg::Type::integer:
                    code = sqlite3_bind_int64(statement, at, arg.integer());
                    break;
                case Arg::Type::real:
                    code = sqlite3_bind_double(statement, at, arg.real());
                    break;
                case Arg::Type::text:
                    // A null pointer would bind NULL.
                    code = sqlite3_bind_text64(statement, at, size == 0 ? "" : arg.bytes().data(), size, SQLITE_STATIC,
                                               SQLITE_UTF8);
                    break;
                case Arg::Type::blob:
                    code = sqlite3_bind_blob64(statement, at, size == 0 ? "" : arg.bytes().data(), size, SQLITE_STATIC);
                    break;
            }
            if (code != SQLITE_OK) return std::unexpected(error_of(handle_, code));
        }
        return {};
    }

    void drop_idle_statements() {
        std::erase_if(statements_, [](const auto& entry) {
            if (sqlite3_stmt_busy(entry.second) != 0) return false;
            sqlite3_finalize(entry.second);
            return true;
        });
    }
    void drop_statements() {
        for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
        statements_.clear();
    }

    sqlite3* handle_;
    std::unordered_map<std::string, sqlite3_stmt*, Hash, std::equal_to<>> statements_;
};

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, const SqliteOptions& options) {
    sqlite3* handle = nullptr;
    const int flags = (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    if (code != SQLITE_OK) {
        auto error = error_of(handle, code);
        sqlite3_close_v2(handle);
        return std::unexpected(std::move(error));
    }
    auto connection = std::make_unique<SqliteConnection>(handle);
    sqlite3_busy_timeout(handle, 10'000);
    // Nothing of ours may land in the system's temporary folder.
    std::string setup =
        fmt::format("PRAGMA temp_store=MEMORY; PRAGMA cache_size=-{}; PRAGMA trusted_schema=OFF;", options.cache_kib);
    if (!options.read_only)
        setup += fmt::format(
            "PRAGMA journal_mode={}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
            "PRAGMA wal_autocheckpoint={}; PRAGMA journal_size_limit=67108864;",
            options.wal ? "WAL" : "DELETE", options.wal_autocheckpoint);
    TRY_VOID(connection->script(setup));
    return connection;
}

}  // namespace db
