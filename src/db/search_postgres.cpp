#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "db/search_store.h"

namespace db::search {
namespace {

// PostgreSQL's text form of an array, read by a cast.
std::string array(const std::vector<std::int64_t>& values) {
    return fmt::format("{{{}}}", fmt::join(values, ","));
}

class PostgresMonths final : public Months {
  public:
    explicit PostgresMonths(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

    base::Result<std::vector<std::string>> months() override {
        std::vector<std::string> found;
        auto take = [&found](const Row& row) { found.push_back(row.string(0)); };
        const RowSink sink(take);
        TRY_VOID(together([&](Connection& c) -> base::Result<void> {
            found.clear();
            TRY_VOID(c.run("SELECT DISTINCT month FROM search_entries ORDER BY month DESC", {}, &sink));
            return {};
        }));
        return found;
    }

    base::Result<void> put(const std::string& month, const std::vector<Entry>& entries) override {
        return together([&](Connection& c) { return put_into(c, month, entries); });
    }

    base::Result<std::vector<std::int64_t>> find(const std::string& month, Searched what, const TokenQuery& query,
                                                 std::size_t limit) override {
        std::vector<std::string> arrays;
        std::vector<std::int64_t> needed;
        for (const auto& alternatives : query) {
            if (alternatives.size() == 1)
                needed.push_back(alternatives.front());
            else
                arrays.push_back(array(alternatives));
        }
        std::string where;
        std::vector<Arg> args{Arg(month), Arg(static_cast<int>(what)), Arg(limit)};
        const std::string all = array(needed);
        if (!needed.empty()) {
            args.emplace_back(all);
            where += fmt::format(" AND tokens @> CAST(CAST(?{} AS text) AS bigint[])", args.size());
        }
        for (const std::string& any : arrays) {
            args.emplace_back(any);
            where += fmt::format(" AND tokens && CAST(CAST(?{} AS text) AS bigint[])", args.size());
        }
        const std::string sql =
            "SELECT id FROM search_entries WHERE month = ?1 AND what = ?2" + where + " ORDER BY n DESC LIMIT ?3";
        std::vector<std::int64_t> ids;
        auto take = [&ids](const Row& row) { ids.push_back(row.integer(0)); };
        const RowSink sink(take);
        TRY_VOID(together([&](Connection& c) -> base::Result<void> {
            ids.clear();
            TRY_VOID(c.run(sql, args, &sink));
            return {};
        }));
        return ids;
    }

    base::Result<void> drop(const std::string& month) override { return rewrite(month, {}); }

    base::Result<std::vector<Entry>> without_tokens(const std::string& month, model::StoreId store) override {
        std::vector<Entry> kept;
        bool any = false;
        auto take = [&](const Row& row) {
            if (row.id<model::StoreId>(2) == store)
                any = true;
            else
                kept.push_back({static_cast<Searched>(row.integer(0)), row.integer(1), row.id<model::StoreId>(2), {}});
        };
        const RowSink sink(take);
        const Arg args[] = {month};
        TRY_VOID(together([&](Connection& c) -> base::Result<void> {
            kept.clear();
            TRY_VOID(c.run("SELECT what, id, store_id FROM search_entries WHERE month = ?1 ORDER BY n", args, &sink));
            return {};
        }));
        if (!any) return fail(Code::not_found, "the store has no entry in " + month);
        return kept;
    }

    base::Result<void> rewrite(const std::string& month, const std::vector<Entry>& entries) override {
        const Arg args[] = {month};
        return together([&](Connection& c) -> base::Result<void> {
            TRY_VOID(c.run("DELETE FROM search_entries WHERE month = ?1", args, nullptr));
            return put_into(c, month, entries);
        });
    }

  private:
    static base::Result<void> put_into(Connection& c, const std::string& month, const std::vector<Entry>& entries) {
        std::vector<std::string> arrays;
        std::vector<std::vector<Arg>> sets;
        arrays.reserve(entries.size());
        for (const Entry& e : entries) {
            arrays.push_back(array(e.tokens));
            sets.push_back({Arg(month), Arg(e.id), Arg(static_cast<int>(e.what)), Arg(e.store), Arg(arrays.back())});
        }
        return c.run_many(
            "INSERT INTO search_entries (month, id, what, store_id, tokens) VALUES (?1, ?2, ?3, ?4, "
            "CAST(CAST(?5 AS text) AS bigint[])) ON CONFLICT (month, id) DO UPDATE SET tokens = "
            "excluded.tokens",
            sets, {});
    }

    // fn's statements in one transaction, repeated after a serialisation failure.
    template <class F>
    base::Result<void> together(F fn) {
        std::scoped_lock lock(mutex_);
        for (int again = 0;; ++again) {
            TRY_VOID(connection_->begin_write());
            base::Result<void> done = fn(*connection_);
            if (done) done = connection_->commit();
            if (done) return {};
            const bool repeat = connection_->wants_retry() && again < 10;
            connection_->rollback();
            if (!repeat) return done;
            std::this_thread::sleep_for(std::chrono::milliseconds(1 << std::min(again, 6)));
        }
    }

    std::mutex mutex_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace

base::Result<std::unique_ptr<Months>> postgres_months(PostgresOptions options) {
    options.custom_plans = true;
    return std::make_unique<PostgresMonths>(TRY(open_postgres(options)));
}

}  // namespace db::search
