#include "db/postgres.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <bit>
#include <cstring>
#include <unordered_map>

#include "base/log.h"

namespace db {
namespace {

// Object ids of built-in types (pg_type.dat); they never change.
constexpr Oid k_int8 = 20, k_text = 25, k_bytea = 17, k_float8 = 701;
constexpr std::size_t k_max_statements = 400;
constexpr std::size_t k_pipeline = 256;  // What the server answers to so many fits into the socket's buffer.

using PgResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::string big_endian(std::uint64_t value) {
    std::string out(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (56 - 8 * i));
    return out;
}

class PgRow final : public Row {
  public:
    PgRow(const PGresult* result, int row) : result_(result), row_(row) {}
    bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
    std::int64_t integer(int column) const override {
        const std::string_view bytes = blob(column);
        if (bytes.empty() || bytes.size() > 8) return 0;
        std::uint64_t value = (bytes[0] & 0x80) != 0 && bytes.size() > 1 ? ~std::uint64_t{0} : 0;
        for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
        if (PQftype(result_, column) == k_float8) return static_cast<std::int64_t>(std::bit_cast<double>(value));
        return static_cast<std::int64_t>(value);
    }
    double real(int column) const override {
        if (PQftype(result_, column) != k_float8) return static_cast<double>(integer(column));
        const std::string_view bytes = blob(column);
        if (bytes.size() != 8) return 0;
        std::uint64_t value = 0;
        for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
        return std::bit_cast<double>(value);
    }
    std::string_view text(int column) const override { return blob(column); }
    std::string_view blob(int column) const override {
        return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
    }

  private:
    const PGresult* result_;
    int row_;
};

// Arguments in the wire's binary format.
struct Bound {
    std::vector<std::string> numbers;
    std::vector<const char*> values;
    std::vector<int> lengths, formats;

    explicit Bound(Args args) {
        numbers.reserve(args.size());
        for (const Arg& arg : args) {
            switch (arg.type()) {
                case Arg::Type::null:
                    add(nullptr, 0);
                    break;
                case Arg::Type::integer:
                    numbers.push_back(big_endian(static_cast<std::uint64_t>(arg.integer())));
                    add(numbers.back().data(), 8);
                    break;
                case Arg::Type::real:
                    numbers.push_back(big_endian(std::bit_cast<std::uint64_t>(arg.real())));
                    add(numbers.back().data(), 8);
                    break;
                case Arg::Type::text:
                case Arg::Type::blob:
                    add(arg.bytes().empty() ? "" : arg.bytes().data(), static_cast<int>(arg.bytes().size()));
                    break;
            }
        }
    }
    void add(const char* value, int length) {
        values.push_back(value);
        lengths.push_back(length);
        formats.push_back(1);
    }
    int count() const { return static_cast<int>(values.size()); }
};

Oid type_of(const Arg& arg) {
    switch (arg.type()) {
        case Arg::Type::null:
            return 0;
        case Arg::Type::integer:
            return k_int8;
        case Arg::Type::real:
            return k_float8;
        case Arg::Type::text:
            return k_text;
        case Arg::Type::blob:
            return k_bytea;
    }
    return 0;
}

bool changes_rows(const PGresult* result) {
    const std::string_view status = PQcmdStatus(const_cast<PGresult*>(result));
    return status.starts_with("INSERT") || status.starts_with("UPDATE") || status.starts_with("DELETE");
}

class PgConnection final : public Connection {
  public:
    explicit PgConnection(PostgresOptions options) : options_(std::move(options)) {}
    ~PgConnection() override { PQfinish(handle_); }

    Result<void> connect() {
        PQfinish(handle_);
        prepared_.clear();
        handle_ = PQconnectdb(options_.url.c_str());
        if (PQstatus(handle_) != CONNECTION_OK) return std::unexpected(broken("connect"));
        PQsetNoticeProcessor(handle_, [](void*, const char*) {}, nullptr);
        TRY_VOID(
            script("SET client_encoding = 'UTF8'; SET client_min_messages = warning; SET synchronous_commit = on;"
                   "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '120s'"));
        if (options_.custom_plans && !options_.compatibility)
            TRY_VOID(script("SET plan_cache_mode = force_custom_plan"));
        return {};
    }

    Dialect dialect() const override { return Dialect::postgres; }

    Result<std::int64_t> run(std::string_view sql, Args args, const RowSink* sink) override {
        const std::string* name = TRY(prepare(sql, args));
        const Bound bound(args);
        const PgResult result(PQexecPrepared(handle_, name->c_str(), bound.count(), bound.values.data(),
                                             bound.lengths.data(), bound.formats.data(), 1),
                              &PQclear);
        TRY_VOID(check(result.get(), sql));
        if (sink != nullptr)
            for (int i = 0; i < PQntuples(result.get()); ++i) TRY_VOID((*sink)(PgRow(result.get(), i)));
        return changed(result.get());
    }

    Result<void> run_many(std::string_view sql, std::span<const std::vector<Arg>> sets, const ManySink& each) override {
        if (sets.empty()) return {};
        const std::string* name = TRY(prepare(sql, sets.front()));
        for (std::size_t at = 0; at < sets.size(); at += k_pipeline)
            TRY_VOID(pipeline(sql, *name, sets.subspan(at, std::min(k_pipeline, sets.size() - at)), at, each));
        return {};
    }

    Result<void> script(const std::string& sql) override {
        const PgResult result(PQexec(handle_, sql.c_str()), &PQclear);
        return check(result.get(), sql);
    }

    Result<void> begin_read() override { return begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); }
    void end_read() override { rollback(); }
    Result<void> begin_write() override { return begin("BEGIN ISOLATION LEVEL SERIALIZABLE"); }

    Result<void> commit() override {
        if (options_.fail_every != 0 && options_.random->below(options_.fail_every) == 0) {
            retry_ = true;
            return fail(Code::unavailable, "40001 on request", "db.busy");
        }
        std::string xid;
        if (!options_.compatibility) {
            auto keep = [&xid](const Row& row) { xid = row.string(0); };
            const RowSink sink(keep);
            TRY_VOID(run("SELECT CAST(pg_current_xact_id_if_assigned() AS text)", {}, &sink));
        }
        // A transaction that failed inside answers COMMIT with ROLLBACK and no error.
        const PgResult result(PQexec(handle_, "COMMIT"), &PQclear);
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) {
            if (std::string_view(PQcmdStatus(result.get())) == "COMMIT") return {};
            return fail(Code::unavailable, "transaction was rolled back", "db.rolled_back");
        }
        if (PQstatus(handle_) == CONNECTION_OK) return check(result.get(), "COMMIT");
        return find_out(xid);
    }

    void rollback() override {
        if (in_transaction()) (void)script("ROLLBACK").has_value();
    }
    bool in_transaction() const override {
        const auto status = PQtransactionStatus(handle_);
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
    }
    Result<void> savepoint() override { return script("SAVEPOINT part"); }
    Result<void> release_savepoint() override { return script("RELEASE part"); }
    Result<void> rollback_savepoint() override { return script("ROLLBACK TO part; RELEASE part"); }
    std::int64_t total_changes() const override { return total_changes_; }
    bool wants_retry() const override { return retry_; }

  private:
    base::Error broken(std::string_view during) const {
        return {Code::unavailable, fmt::format("PostgreSQL, {}: {}", during, PQerrorMessage(handle_)), "db.unreachable",
                5};
    }

    Result<void> begin(const std::string& sql) {
        retry_ = false;
        if (handle_ == nullptr || PQstatus(handle_) != CONNECTION_OK) TRY_VOID(connect());
        auto begun = script(sql);
        if (begun || PQstatus(handle_) == CONNECTION_OK) return begun;
        // The server went away while nothing was under way: once more, with a new connection.
        TRY_VOID(connect());
        return script(sql);
    }

    // The answer to COMMIT was lost with the connection: the server knows whether it happened.
    Result<void> find_out(const std::string& xid) {
        const base::Error unknown{Code::timeout, "COMMIT with unknown outcome", "db.commit_unknown", 5};
        if (xid.empty()) return std::unexpected(unknown);
        if (!connect()) return std::unexpected(unknown);
        std::string status;
        auto keep = [&status](const Row& row) { status = row.string(0); };
        const RowSink sink(keep);
        const Arg args[] = {xid};
        if (!run("SELECT pg_xact_status(CAST(CAST(?1 AS text) AS xid8))", args, &sink)) return std::unexpected(unknown);
        base::log(base::Level::warning, "db.commit_read_back", {{"status", status}});
        if (status == "committed") return {};
        if (status == "aborted") return fail(Code::unavailable, "connection lost before COMMIT", "db.unreachable");
        return std::unexpected(unknown);
    }

    Result<const std::string*> prepare(std::string_view sql, Args args) {
        if (handle_ == nullptr || PQstatus(handle_) != CONNECTION_OK) {
            // Inside a transaction nothing can be saved; begin() connects again.
            return std::unexpected(handle_ == nullptr
                                       ? base::Error{Code::unavailable, "not connected", "db.unreachable", 5}
                                       : broken("statement"));
        }
        std::string key(sql);
        std::vector<Oid> types;
        for (const Arg& arg : args) {
            types.push_back(type_of(arg));
            key += static_cast<char>('0' + static_cast<int>(arg.type()));
        }
        if (const auto found = prepared_.find(key); found != prepared_.end()) return &found->second;
        if (prepared_.size() >= k_max_statements && !in_transaction()) {
            TRY_VOID(script("DEALLOCATE ALL"));
            prepared_.clear();
        }
        std::string name = fmt::format("s{}", ++last_name_);
        const PgResult made(PQprepare(handle_, name.c_str(), postgres_placeholders(sql).c_str(),
                                      static_cast<int>(types.size()), types.data()),
                            &PQclear);
        TRY_VOID(check(made.get(), sql));
        return &prepared_.emplace(std::move(key), std::move(name)).first->second;
    }

    Result<void> pipeline(std::string_view sql, const std::string& name, std::span<const std::vector<Arg>> sets,
                          std::size_t first, const ManySink& each) {
        if (PQenterPipelineMode(handle_) != 1) return std::unexpected(broken("pipeline"));
        bool sent = true;
        for (const auto& args : sets) {
            const Bound bound(args);
            sent = sent && PQsendQueryPrepared(handle_, name.c_str(), bound.count(), bound.values.data(),
                                               bound.lengths.data(), bound.formats.data(), 1) == 1;
        }
        sent = sent && PQpipelineSync(handle_) == 1;
        Result<void> done;
        if (!sent) done = std::unexpected(broken("pipeline"));
        std::size_t answered = 0;
        bool synced = false;
        while (sent && !synced) {
            const PgResult result(PQgetResult(handle_), &PQclear);
            if (result == nullptr) {  // The end of one statement's results.
                if (PQstatus(handle_) != CONNECTION_OK) {
                    done = std::unexpected(broken("pipeline"));
                    break;
                }
                continue;
            }
            switch (PQresultStatus(result.get())) {
                case PGRES_PIPELINE_SYNC:
                    synced = true;
                    break;
                case PGRES_PIPELINE_ABORTED:
                    ++answered;
                    break;
                default:
                    if (done) done = check(result.get(), sql);
                    if (done) {
                        (void)changed(result.get());
                        if (each)
                            for (int i = 0; i < PQntuples(result.get()); ++i)
                                each(first + answered, PgRow(result.get(), i));
                    }
                    ++answered;
            }
        }
        PQexitPipelineMode(handle_);
        return done;
    }

    std::int64_t changed(const PGresult* result) {
        if (!changes_rows(result)) return 0;
        const std::int64_t rows = std::strtoll(PQcmdTuples(const_cast<PGresult*>(result)), nullptr, 10);
        total_changes_ += rows;
        return rows;
    }

    Result<void> check(const PGresult* result, std::string_view sql) {
        const auto status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return {};
        const char* field = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
        const std::string_view state = field == nullptr ? std::string_view() : std::string_view(field);
        if (PQstatus(handle_) != CONNECTION_OK || state.starts_with("08") || state.starts_with("57P"))
            return std::unexpected(broken("statement"));
        // The message may quote a value: only its code and our text are kept.
        const std::string what = fmt::format("PostgreSQL {} in: {}", state, sql);
        if (state == "40001" || state == "40P01") {
            retry_ = true;
            return fail(Code::unavailable, what, "db.busy");
        }
        if (state == "23505") return fail(Code::conflict, what, "db.duplicate");
        if (state == "53100") return fail(Code::unavailable, what, "db.disk_full");
        if (state == "25006" || state.starts_with("53") || state == "55P03")
            return fail(Code::unavailable, what, "db.busy");
        if (state == "22021") return fail(Code::invalid_input, what, "db.text");
        if (state.starts_with("XX")) return fail(Code::corrupt, what, "db.corrupt");
        const char* message = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        // Class 42 speaks of our statement, never of values.
        return fail(Code::internal, state.starts_with("42") && message != nullptr ? what + ": " + message : what);
    }

    PostgresOptions options_;
    PGconn* handle_ = nullptr;
    std::unordered_map<std::string, std::string> prepared_;
    std::uint64_t last_name_ = 0;
    std::int64_t total_changes_ = 0;
    bool retry_ = false;
};

}  // namespace

std::string postgres_placeholders(std::string_view sql) {
    std::string out;
    out.reserve(sql.size());
    char quote = 0;
    for (const char c : sql) {
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '?') {
            out += '$';
            continue;
        }
        out += c;
    }
    return out;
}

Result<std::unique_ptr<Connection>> open_postgres(const PostgresOptions& options) {
    auto connection = std::make_unique<PgConnection>(options);
    TRY_VOID(connection->connect());
    return connection;
}

}  // namespace db
