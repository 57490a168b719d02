#include "db/database.h"

#include <sys/stat.h>

#include <future>

#include "base/log.h"
#include "db/folder_lock.h"
#include "db/inbox.h"
#include "db/inbox_sqlite.h"
#include "db/keys.h"
#include "db/migrations.h"
#include "db/pool.h"
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

// The database and the key files must be of one installation: else nothing could be opened.
Result<void> check_installation(Connection& connection, const Keys& keys) {
    std::string uuid;
    auto keep = [&](const Row& row) { uuid = row.string(0); };
    const RowSink sink(keep);
    TRY_VOID(connection.run("SELECT uuid FROM installation WHERE one = 1", {}, &sink));
    if (uuid.empty()) {
        const Arg args[] = {keys.installation()};
        TRY_VOID(connection.begin_write());
        const auto written = connection.run("INSERT INTO installation (one, uuid) VALUES (1, ?1)", args, nullptr);
        if (!written) {
            connection.rollback();
            return std::unexpected(written.error());
        }
        return connection.commit();
    }
    if (uuid != keys.installation())
        return fail(Code::precondition_failed, "the key files belong to another installation", "db.other_installation");
    return {};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const OpenOptions& options) {
    TRY_VOID(make_folder(options.data_dir));
    auto state = std::make_unique<State>();
    if (!options.url.empty()) return fail(Code::invalid_input, "PostgreSQL is not part of this build", "db.url");
    state->lock = TRY(FolderLock::take(options.data_dir));
    state->space = std::make_unique<Space>(options.data_dir, true, options.clock);
    state->keys =
        TRY(Keys::open(options.data_dir, options.key_source, options.next_key_source, options.clock, options.random));
    state->around = std::make_unique<Surroundings>(*state->keys, options.clock, options.random);

    const std::string path = options.data_dir + "/main.db";
    auto connection = TRY(open_sqlite(path, {.cache_kib = k_writer_cache_kib}));
    TRY_VOID(migrate(*connection, options.clock.now()));
    TRY_VOID(check_installation(*connection, *state->keys));
    state->pool = std::make_unique<Pool>(
        [path] { return open_sqlite(path, {.read_only = true, .cache_kib = k_reader_cache_kib}); }, options.readers);
    state->writers.push_back(
        std::make_unique<Writer>(std::move(connection), *state->around, *state->space, options.max_queued));
    if (options.inbox)
        state->inbox = TRY(open_sqlite_inbox(options.data_dir, *state->keys, *state->space, options.clock));
    return std::unique_ptr<Database>(new Database(std::move(state)));
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;

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

void Database::on_news(std::function<void()> listener) {
    for (const auto& writer : state_->writers) writer->on_news(listener);
}

}  // namespace db
