#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

// Typed access to one connection. SQL is written once for SQLite and PostgreSQL: placeholders are ?1, ?2 …; text,
// integer (64 bit), real and blob are the only types; what only one database accepts asks dialect().
namespace db {

using base::Code;
using base::fail;
using base::Result;

class Keys;
class Search;

enum class Dialect { sqlite, postgres };

// Bytes that are bound as such. Views: must outlive the call.
struct Blob {
    std::string_view bytes;
};

// One bound value, converted to from what it holds. Views the text it is made from, which must outlive the call it is
// passed to.
class Arg {
  public:
    enum class Type : std::uint8_t { null, integer, real, text, blob };

    explicit(false) Arg(std::nullptr_t) {}
    template <std::integral T>
    explicit(false) Arg(T value) : type_(Type::integer), integer_(static_cast<std::int64_t>(value)) {}
    explicit(false) Arg(double value) : type_(Type::real), real_(value) {}
    explicit(false) Arg(std::string_view text) : type_(Type::text), bytes_(text) {}
    explicit(false) Arg(const std::string& text) : Arg(std::string_view(text)) {}
    explicit(false) Arg(const char* text) : Arg(std::string_view(text)) {}
    explicit(false) Arg(Blob blob) : type_(Type::blob), bytes_(blob.bytes) {}
    explicit(false) Arg(base::Time time) : Arg(time.ms) {}
    template <class Tag>
    explicit(false) Arg(base::Id<Tag> id) : Arg(id.value) {}

    Type type() const { return type_; }
    std::int64_t integer() const { return integer_; }
    double real() const { return real_; }
    std::string_view bytes() const { return bytes_; }

  private:
    Type type_ = Type::null;
    std::int64_t integer_ = 0;
    double real_ = 0;
    std::string_view bytes_;
};
using Args = std::span<const Arg>;

// One row of a result; columns count from 0. Views live until the callback that got the row returns. NULL reads as 0 or
// empty.
class Row {
  public:
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual double real(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    virtual std::string_view blob(int column) const = 0;

    bool boolean(int column) const { return integer(column) != 0; }
    base::Time time(int column) const { return {integer(column)}; }
    std::string string(int column) const { return std::string(text(column)); }
    template <class Id>
    Id id(int column) const {
        return Id{integer(column)};
    }

  protected:
    ~Row() = default;
};

// A callback for rows, not owning.
class RowSink {
  public:
    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, RowSink>)
    explicit RowSink(F& fn)
        : object_(&fn), call_([](void* object, const Row& row) -> Result<void> {
              if constexpr (std::is_void_v<std::invoke_result_t<F&, const Row&>>) {
                  (*static_cast<F*>(object))(row);
                  return {};
              } else {
                  return (*static_cast<F*>(object))(row);
              }
          }) {}
    Result<void> operator()(const Row& row) const { return call_(object_, row); }

  private:
    void* object_;
    Result<void> (*call_)(void*, const Row&);
};

// One connection: the only virtual seam of this room; sqlite.cpp and postgres.cpp implement it. One thread at a time.
class Connection {
  public:
    virtual ~Connection() = default;
    virtual Dialect dialect() const = 0;
    // Runs one statement; `sink` may be null. Returns the number of rows changed. `sql` is prepared once and cached, so
    // it should be a constant or one of few texts.
    virtual Result<std::int64_t> run(std::string_view sql, Args args, const RowSink* sink) = 0;
    // The same statement once for each set of arguments (of equal types), sent in one go where the database can (libpq
    // pipeline). `each` (may be empty) gets the rows, with the number of the set they belong to. Outside a transaction
    // every 256 sets are one.
    using ManySink = std::function<void(std::size_t set, const Row& row)>;
    virtual Result<void> run_many(std::string_view sql, std::span<const std::vector<Arg>> sets,
                                  const ManySink& each) = 0;
    // Several statements without arguments, e.g. a migration.
    virtual Result<void> script(const std::string& sql) = 0;
    virtual Result<void> begin_read() = 0;  // One snapshot until end_read().
    virtual void end_read() = 0;
    virtual Result<void> begin_write() = 0;   // Takes the write lock where there is one.
    virtual Result<void> commit() = 0;        // Durable when it returns without error.
    virtual void rollback() = 0;              // Safe in every state.
    virtual bool in_transaction() const = 0;  // False also after the database rolled back by itself (disk full).
    virtual Result<void> savepoint() = 0;
    virtual Result<void> release_savepoint() = 0;
    virtual Result<void> rollback_savepoint() = 0;
    // Rows changed since the connection was opened.
    virtual std::int64_t total_changes() const = 0;
    // The current transaction met a serialisation failure or deadlock: it must be rolled back and may be repeated.
    virtual bool wants_retry() const { return false; }
};

// What a transaction may use beside SQL. All are owned by the Database and live longer.
struct Surroundings {
    Keys& keys;
    const base::Clock& clock;
    base::Random& random;
    Search* search = nullptr;  // None in tests of a bare connection.
};

// Reads of one consistent snapshot. Not kept beyond the callback that got it; one thread.
class Reader {
  public:
    Reader(Connection& connection, const Surroundings& around) : connection_(connection), around_(around) {}
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    Dialect dialect() const { return connection_.dialect(); }
    Keys& keys() const { return around_.keys; }
    base::Time now() const { return around_.clock.now(); }
    base::Random& random() const { return around_.random; }
    Search* search() const { return around_.search; }
    Connection& connection() const { return connection_; }

    // Calls fn(const Row&) -> void or Result<void> for each row; an error ends the loop and is returned.
    template <class F>
    Result<void> each(std::string_view sql, Args args, F&& fn) {
        const RowSink sink(fn);
        TRY_VOID(connection_.run(sql, args, &sink));
        return {};
    }
    template <class F>
    Result<void> each(std::string_view sql, std::initializer_list<Arg> args, F&& fn) {
        return each(sql, Args(args.begin(), args.size()), std::forward<F>(fn));
    }

    // fn's value for the first row, or none.
    template <class F>
    auto one(std::string_view sql, Args args, F&& fn) {
        using T = value_of<std::invoke_result_t<F&, const Row&>>;
        std::optional<T> found;
        auto keep = [&](const Row& row) -> Result<void> {
            if (found) return {};
            return store_value(found, fn, row);
        };
        auto done = each(sql, args, keep);
        return done ? Result<std::optional<T>>(std::move(found)) : std::unexpected(done.error());
    }
    template <class F>
    auto one(std::string_view sql, std::initializer_list<Arg> args, F&& fn) {
        return one(sql, Args(args.begin(), args.size()), std::forward<F>(fn));
    }

    // fn's value for each row.
    template <class F>
    auto all(std::string_view sql, Args args, F&& fn) {
        using T = value_of<std::invoke_result_t<F&, const Row&>>;
        std::vector<T> found;
        auto keep = [&](const Row& row) -> Result<void> {
            std::optional<T> value;
            TRY_VOID(store_value(value, fn, row));
            found.push_back(std::move(*value));
            return {};
        };
        auto done = each(sql, args, keep);
        return done ? Result<std::vector<T>>(std::move(found)) : std::unexpected(done.error());
    }
    template <class F>
    auto all(std::string_view sql, std::initializer_list<Arg> args, F&& fn) {
        return all(sql, Args(args.begin(), args.size()), std::forward<F>(fn));
    }

    // First column of the first row, or `otherwise`.
    Result<std::int64_t> integer(std::string_view sql, std::initializer_list<Arg> args, std::int64_t otherwise = 0);

  protected:
    template <class R>
    struct unwrap {
        using type = R;
    };
    template <class R>
    struct unwrap<Result<R>> {
        using type = R;
    };
    template <class R>
    using value_of = typename unwrap<R>::type;

    template <class T, class F>
    static Result<void> store_value(std::optional<T>& to, F& fn, const Row& row) {
        if constexpr (std::same_as<std::invoke_result_t<F&, const Row&>, T>) {
            to.emplace(fn(row));
        } else {
            to.emplace(TRY(fn(row)));
        }
        return {};
    }

    Connection& connection_;
    const Surroundings& around_;
};

// A write transaction (or a savepoint inside a grouped one). Everything done through it appears at once or not at all.
class Tx : public Reader {
  public:
    using Reader::Reader;

    // Returns the number of rows changed.
    Result<std::int64_t> exec(std::string_view sql, Args args) { return connection_.run(sql, args, nullptr); }
    Result<std::int64_t> exec(std::string_view sql, std::initializer_list<Arg> args) {
        return exec(sql, Args(args.begin(), args.size()));
    }
    // The next id of a kind that belongs to no store ("store", "person" …): never given twice.
    Result<std::int64_t> draw_id(std::string_view kind);
    // Runs after the transaction is durable, on the writer's thread: must not block and must not use this Tx. Dropped
    // when the transaction fails.
    void after_commit(std::move_only_function<void()> fn) { after_commit_.push_back(std::move(fn)); }
    std::vector<std::move_only_function<void()>>& hooks() { return after_commit_; }
    // Says that events were appended, so that consumers are woken after the commit.
    void note_news() { news_ = true; }
    bool news() const { return news_; }

  private:
    bool news_ = false;
    std::vector<std::move_only_function<void()>> after_commit_;
};

}  // namespace db
