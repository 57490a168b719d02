#include "db/database.h"

#include <sys/stat.h>

#include <future>

#include "base/log.h"
#include "db/folder_lock.h"
#include "db/follower.h"
#include "db/inbox.h"
#include "db/inbox_postgres.h"
#include "db/inbox_sqlite.h"
#include "db/keys.h"
#include "db/migrations.h"
#include "db/pool.h"
#include "db/postgres.h"
#include "db/search_engine.h"
#include "db/space.h"
#include "db/sqlite.h"
#include "db/writer.h"

namespace db {

// Members are destroyed from the last to the first: what uses something stands after it.
struct Database::State {
    FolderLock lock;
    std::unique_ptr<Space> space;
    std::unique_ptr<Keys> keys;
    std::unique_ptr<Surroundings> around;
    std::unique_ptr<Pool> pool;
    std::vector<std::unique_ptr<Writer>> writers;  // One; with PostgreSQL one for each lane.
    std::unique_ptr<Inbox> inbox;
    std::unique_ptr<Search> search;
    std::unique_ptr<Follower> follower;
    Dialect dialect = Dialect::sqlite;

    Writer& writer(Lane lane) { return writers.size() == 1 ? *writers[0] : *writers[static_cast<std::size_t>(lane)]; }
};

namespace {

constexpr std::int64_t k_writer_cache_kib = 32'768;
constexpr std::int64_t k_reader_cache_kib = 8'192;

Result<void> make_folder(const std::string& dir) {
    if (::mkdir(dir.c_str(), 0700) == 0) return {};
    struct stat info{};
    if (::stat(dir.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
    return fail(Code::unavailable, "data folder " + dir + " cannot be made", "db.io");
}

Result<std::string> read_installation(Connection& connection) {
    std::string uuid;
    auto keep = [&](const Row& row) { uuid = row.string(0); };
    const RowSink sink(keep);
    TRY_VOID(connection.run("SELECT uuid FROM installation WHERE one = 1", {}, &sink));
    return uuid;
}

Result<void> write_installation(Connection& connection, const Keys& keys) {
    TRY_VOID(connection.begin_write());
    const Arg args[] = {keys.installation()};
    const auto written = connection.run(
        "INSERT INTO installation (one, uuid) VALUES (1, ?1) ON CONFLICT (one) DO NOTHING", args, nullptr);
    auto done = written ? connection.commit() : Result<void>(std::unexpected(written.error()));
    if (!done) connection.rollback();
    return done;
}

// The database and the key files must be of one installation: else nothing could be opened.
Result<void> check_installation(Connection& connection, const Keys& keys) {
    // Another instance may be writing it at this moment.
    constexpr int k_most = 40;
    for (int again = 0; TRY(read_installation(connection)).empty(); ++again) {
        const auto done = write_installation(connection, keys);
        if (!done && (!connection.wants_retry() || again == k_most)) return done;
    }
    if (TRY(read_installation(connection)) != keys.installation())
        return fail(Code::precondition_failed, "the key files belong to another installation", "db.other_installation");
    return {};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const OpenOptions& options) {
    TRY_VOID(make_folder(options.data_dir));
    auto state = std::make_unique<State>();
    const bool postgres = !options.url.empty();
    state->dialect = postgres ? Dialect::postgres : Dialect::sqlite;
    // Instances of a cluster share the folder: it holds keys and blobs.
    if (!postgres) state->lock = TRY(FolderLock::take(options.data_dir));
    state->space = std::make_unique<Space>(options.data_dir, !postgres, options.clock);
    state->keys =
        TRY(Keys::open(options.data_dir, options.key_source, options.next_key_source, options.clock, options.random));
    state->around = std::make_unique<Surroundings>(*state->keys, options.clock, options.random);

    const std::string path = options.data_dir + "/main.db";
    const PostgresOptions server{options.url, false, options.compatibility, options.fail_every, &options.random};
    const auto open_writer = [&] {
        return postgres ? open_postgres(server) : open_sqlite(path, {.cache_kib = k_writer_cache_kib});
    };
    auto connection = TRY(open_writer());
    TRY_VOID(migrate(*connection, options.clock.now()));
    TRY_VOID(check_installation(*connection, *state->keys));
    // Whoever held one is gone: with SQLite there is no other process. The fences stay.
    if (!postgres) TRY_VOID(connection->script("UPDATE leases SET owner = '', expires_at = 0 WHERE owner <> ''"));
    const auto add_writer = [&](std::unique_ptr<Connection> c) {
        state->writers.push_back(
            std::make_unique<Writer>(std::move(c), *state->around, *state->space, options.max_queued));
    };
    add_writer(std::move(connection));
    if (postgres) add_writer(TRY(open_writer()));
    state->pool = std::make_unique<Pool>(
        [postgres, server, path] {
            return postgres ? open_postgres(server)
                            : open_sqlite(path, {.read_only = true, .cache_kib = k_reader_cache_kib});
        },
        options.readers);
    if (options.inbox)
        state->inbox = postgres ? TRY(open_postgres_inbox(server, *state->keys, options.clock))
                                : TRY(open_sqlite_inbox(options.data_dir, *state->keys, *state->space, options.clock));
    auto months = postgres ? TRY(search::postgres_months(server)) : search::sqlite_months(options.data_dir);
    auto database = std::unique_ptr<Database>(new Database(std::move(state)));
    State& made = *database->state_;
    made.search = std::make_unique<search::Engine>(*database, *made.keys, std::move(months));
    made.around->search = made.search.get();
    if (options.follow) made.follower = std::make_unique<Follower>(*database, options.random.token(9));
    return database;
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() {
    // The follower uses the Database as a whole.
    state_->follower.reset();
}

void Database::write_async(Lane lane, WriteFn fn, DoneFn done) {
    state_->writer(lane).submit(lane, std::move(fn), std::move(done));
}

Result<void> Database::write_and_wait(Lane lane, WriteFn fn) {
    for (const auto& writer : state_->writers)
        if (writer->is_own_thread()) return fail(Code::internal, "write() inside a write");
    std::promise<Result<void>> answer;
    auto waiting = answer.get_future();
    write_async(lane, std::move(fn), [&answer](Result<void> result) { answer.set_value(std::move(result)); });
    return waiting.get();
}

Result<void> Database::read_with(const std::function<Result<void>(Reader&)>& fn) {
    auto connection = TRY(state_->pool->borrow());
    TRY_VOID(connection->begin_read());
    Reader reader(*connection, *state_->around);
    auto result = fn(reader);
    connection->end_read();
    return result;
}

Keys& Database::keys() {
    return *state_->keys;
}
Inbox& Database::inbox() {
    return *state_->inbox;
}
Dialect Database::dialect() const {
    return state_->dialect;
}

Health Database::health() const {
    Health health;
    health.disk_full = state_->space->full();
    for (const auto& writer : state_->writers) writer->add_to(health);
    return health;
}

Search& Database::search() {
    return *state_->search;
}

void Database::on_news(std::function<void()> listener) {
    for (const auto& writer : state_->writers) writer->on_news(listener);
}

}  // namespace db
