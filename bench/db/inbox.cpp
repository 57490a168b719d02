// Raw events made durable in the inbox, against a bare loop of the same rows in commits of the same size.
//
//   bench_db_inbox [FOLDER] [events, default 50000] [PostgreSQL connection string]
//
// FOLDER must not exist. With a connection string the limit is a libpq pipeline of the same statement.
#include <atomic>
#include <semaphore>
#include <thread>

#include "common.h"
#include "db/inbox.h"
#include "db/inbox_payload.h"
#include "db/postgres.h"

namespace {

constexpr std::size_t k_threads = 4;
constexpr std::ptrdiff_t k_in_flight = 256;  // Of each thread: webhooks that wait for their answer.

// About 1 KiB, as a platform's order webhook with its envelope.
std::string payload(int i) {
    std::string json = R"({"type":1,"tts_notification_id":")" + std::to_string(7'000'000'000 + i) +
                       R"(","shop_id":"7494049642642441621","timestamp":1767225600,"data":{"order_id":"57646121830)" +
                       std::to_string(10'000'000 + i) + R"(","order_status":"AWAITING_SHIPMENT","lines":[)";
    for (int k = 0; json.size() < 1'000; ++k)
        json += R"({"sku_id":"17294728)" + std::to_string(i * 31 + k * 7) + R"(","quantity":)" +
                std::to_string(k % 3 + 1) + "},";
    json.back() = ']';
    return json + "}}";
}

db::RawEvent event(int i, base::Time now) {
    db::RawEvent e;
    e.store = {1 + i % 300};
    e.shop_ext_id = std::to_string(7'494'000'000 + i % 300);
    e.unique_key = std::to_string(i);
    e.kind = "1";
    e.payload = payload(i);
    e.received_at = now;
    return e;
}

// Appends all rows from several threads, as handlers of webhooks do; wall seconds.
double ours(bench::World& world, const std::vector<db::RawEvent>& rows) {
    std::atomic<std::size_t> stored = 0;
    const double start = bench::seconds();
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < k_threads; ++t)
        threads.emplace_back([&, t] {
            std::counting_semaphore<> room(k_in_flight);
            for (std::size_t i = t; i < rows.size(); i += k_threads) {
                room.acquire();
                world.db->inbox().append_async(rows[i], [&](db::Result<db::Appended> r) {
                    if (r && *r == db::Appended::stored) ++stored;
                    room.release();
                });
            }
            for (std::ptrdiff_t i = 0; i < k_in_flight; ++i) room.acquire();
        });
    for (auto& t : threads) t.join();
    if (stored != rows.size()) {
        std::fprintf(stderr, "%zu of %zu stored\n", stored.load(), rows.size());
        std::exit(1);
    }
    return bench::seconds() - start;
}

double bare_sqlite(const std::string& path, const std::vector<db::RawEvent>& rows,
                   const std::vector<std::string>& sealed, std::size_t batch) {
    bench::Bare file(path);
    file.exec(
        "CREATE TABLE raw_events (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, platform TEXT NOT NULL, shop_ext_id "
        "TEXT NOT NULL, unique_key TEXT NOT NULL, store_id INTEGER NOT NULL, app_id INTEGER NOT NULL, kind TEXT NOT "
        "NULL, "
        "received_at INTEGER NOT NULL, tries INTEGER NOT NULL, retry_at INTEGER NOT NULL, reason TEXT NOT NULL, UNIQUE "
        "(platform, shop_ext_id, unique_key)) STRICT;"
        "CREATE TABLE raw_payloads (id INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;"
        "CREATE INDEX raw_waiting ON raw_events (id) WHERE state = 0;"
        "CREATE INDEX raw_open ON raw_events (state) WHERE state IN (1, 3)");
    auto* row = file.prepare(
        "INSERT INTO raw_events (id, state, platform, shop_ext_id, unique_key, store_id, app_id, kind, received_at, "
        "tries, "
        "retry_at, reason) VALUES (?1, 0, ?2, ?3, ?4, ?5, 0, ?6, ?7, 0, 0, '')");
    auto* body = file.prepare("INSERT INTO raw_payloads (id, payload) VALUES (?1, ?2)");
    const std::string platform = "tiktok_shop";
    const double start = bench::seconds();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i % batch == 0) file.exec(i == 0 ? "BEGIN" : "COMMIT; BEGIN");
        const auto id = static_cast<std::int64_t>(i + 1);
        file.run(row, id, platform, rows[i].shop_ext_id, rows[i].unique_key, rows[i].store.value, rows[i].kind,
                 rows[i].received_at.ms);
        file.run(body, id, bench::Bare::Bytes{sealed[i]});
    }
    file.exec("COMMIT");
    return bench::seconds() - start;
}

double bare_postgres(const std::string& url, const std::vector<db::RawEvent>& rows,
                     const std::vector<std::string>& sealed, std::size_t batch) {
    auto c = bench::need(db::open_postgres({.url = url}));
    bench::need(
        c->script("DROP TABLE IF EXISTS bare_payloads; DROP TABLE IF EXISTS bare_events;"
                  "CREATE TABLE bare_events (LIKE raw_events INCLUDING ALL);"
                  "CREATE TABLE bare_payloads (LIKE raw_payloads INCLUDING ALL)"));
    const double start = bench::seconds();
    for (std::size_t at = 0; at < rows.size(); at += batch) {
        std::vector<std::vector<db::Arg>> sets;
        for (std::size_t i = at; i < std::min(rows.size(), at + batch); ++i)
            sets.push_back({db::Arg("2026-01-01"), db::Arg("tiktok_shop"), db::Arg(rows[i].shop_ext_id),
                            db::Arg(rows[i].unique_key), db::Arg(rows[i].store), db::Arg(0), db::Arg(rows[i].kind),
                            db::Arg(rows[i].received_at), db::Arg(db::Blob{sealed[i]})});
        bench::need(
            c->run_many("WITH e AS (INSERT INTO bare_events (day, state, platform, shop_ext_id, unique_key, store_id, "
                        "app_id, kind, "
                        "received_at, tries, retry_at, claimed_at, reason) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                        "0, 0, 0, '') ON "
                        "CONFLICT DO NOTHING RETURNING id) INSERT INTO bare_payloads (id, payload) SELECT id, ?9 FROM "
                        "e RETURNING id",
                        sets, {}));
    }
    return bench::seconds() - start;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string folder = bench::folder(argc, argv, "inbox");
    const int events = argc > 2 ? std::atoi(argv[2]) : 50'000;
    const std::string url = argc > 3 ? argv[3] : "";
    bench::World world(folder, url);
    std::vector<db::RawEvent> first, rows;
    for (int i = 0; i < 300; ++i) first.push_back(event(i, world.clock.now()));
    (void)ours(world, first);  // Keys of the month are made once.
    for (int i = 300; i < events; ++i) rows.push_back(event(i, world.clock.now()));
    const auto before = world.db->inbox().counters();
    double cpu = bench::cpu_seconds();
    const double took = ours(world, rows);
    const double our_cpu = bench::cpu_seconds() - cpu;
    const auto commits = world.db->inbox().counters().commits - before.commits;
    const std::size_t batch = std::max<std::size_t>(1, rows.size() / std::max<std::uint64_t>(1, commits));

    std::vector<std::string> sealed;
    for (const auto& row : rows) sealed.push_back(bench::need(db::inbox::seal_payload(world.db->keys(), row)));
    cpu = bench::cpu_seconds();
    const double limit = url.empty() ? bare_sqlite(world.dir + "/bare.db", rows, sealed, batch)
                                     : bare_postgres(url, rows, sealed, batch);
    const double bare_cpu = bench::cpu_seconds() - cpu;
    const double n = static_cast<double>(rows.size());
    std::printf("inbox %s: %.0f events/s, %.1f us CPU an event (compressed, sealed, deduplicated; %zu a commit)\n",
                url.empty() ? "SQLite" : "PostgreSQL", n / took, our_cpu / n * 1e6, batch);
    std::printf("bare loop, same rows, same batch: %.0f events/s, %.1f us CPU an event\nratio: %.2f (CPU %.2f)\n",
                n / limit, bare_cpu / n * 1e6, limit / took, bare_cpu / our_cpu);
}
