// The whole path of an order event: inbox, claim, order with lines and indexes, event, counters, consumers' cursors,
// done. Against a bare loop of the same statements, without encryption, in transactions of the same size.
//
//   bench_db_path [FOLDER] [events, default 20000]
//
// FOLDER must not exist.
#include <atomic>
#include <latch>

#include "common.h"
#include "db/events.h"
#include "db/inbox.h"
#include "db/orders.h"
#include "db/stores.h"

namespace {

constexpr int k_stores = 300, k_consumers = 8;
constexpr std::size_t k_batch = 64;

model::Order order(int i, base::Time now) {
    model::Order o;
    o.store = {1 + i % k_stores};
    o.ext_id = "5764612183" + std::to_string(10'000'000 + i);
    o.status = i % 3 == 0 ? model::OrderStatus::unpaid : model::OrderStatus::to_ship;
    o.raw_status = "AWAITING_SHIPMENT";
    o.total = {25'900 + i % 1'000, *base::Currency::parse("THB")};
    o.item_count = 1;
    o.buyer_ext_id = "74940" + std::to_string(i % 5'000);
    o.buyer_name = base::PiiText("buyer" + std::to_string(i));
    o.recipient = {base::PiiText("Somchai Jaidee"), base::PiiText("+66 81 234 5678"),
                   base::PiiText("99/1 Sukhumvit Road, Khlong Toei, Bangkok 10110"), "TH"};
    o.lines.resize(1);
    o.lines[0].ext_id = std::to_string(i);
    o.lines[0].seller_sku = "SKU-" + std::to_string(i % 700);
    o.lines[0].product_name = "Ceramic cup with lid, 350 ml, red";
    o.lines[0].price = o.total;
    o.created_at = now;
    o.updated_at = now;
    o.ship_by = now + base::days(2);
    o.source = "api";
    return o;
}

double ours(bench::World& world, int first, int events) {
    auto& inbox = world.db->inbox();
    const double start = bench::seconds();
    std::latch stored(events);
    for (int i = first; i < first + events; ++i) {
        db::RawEvent e;
        e.store = {1 + i % k_stores};
        e.shop_ext_id = std::to_string(7'494'000'000 + i % k_stores);
        e.unique_key = std::to_string(i);
        e.kind = "1";
        e.payload = std::to_string(i) + std::string(900, 'x');
        e.received_at = world.clock.now();
        inbox.append_async(std::move(e), [&](db::Result<db::Appended> r) {
            if (!r) std::exit(1);
            stored.count_down();
        });
        if (i % 8'192 == 8'191) {
            while (inbox.counters().stored + 8'192 < static_cast<std::uint64_t>(i)) ::usleep(500);
        }
    }
    stored.wait();
    std::vector<std::string> consumers;
    for (int c = 0; c < k_consumers; ++c) consumers.push_back("consumer" + std::to_string(c));
    for (;;) {
        const auto claimed = bench::need(inbox.claim(k_batch));
        if (claimed.empty()) break;
        bench::need(world.db->write(db::Lane::bulk, [&](db::Tx& tx) -> db::Result<void> {
            for (const auto& raw : claimed) {
                const model::Order o = order(std::atoi(raw.event.payload.c_str()), raw.event.received_at);
                const auto done = TRY(db::upsert_order(tx, o));
                model::Event e;
                e.store = o.store;
                e.subject = done.id.text();
                e.detail = R"({"to":"to_ship"})";
                e.happened_at = o.updated_at;
                const auto n = TRY(db::append_event(tx, e));
                for (const std::string& consumer : consumers)
                    TRY_VOID(db::save_cursor(tx, consumer, o.store, n - 1, n));
            }
            return {};
        }));
        std::vector<db::Inbox::Handle> handles;
        for (const auto& raw : claimed) handles.push_back({raw.day, raw.id});
        bench::need(inbox.done(std::move(handles)));
    }
    return bench::seconds() - start;
}

// The same tables (made by the product), the same statements, by the C interface alone.
double bare(const std::string& folder, int events) {
    bench::Bare inbox(folder + "/bare-inbox.db"), main(folder + "/main.db");
    inbox.exec(
        "CREATE TABLE raw_events (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, shop TEXT NOT NULL, unique_key TEXT "
        "NOT "
        "NULL, store_id INTEGER NOT NULL, received_at INTEGER NOT NULL, UNIQUE (shop, unique_key)) STRICT;"
        "CREATE TABLE raw_payloads (id INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;"
        "CREATE INDEX raw_waiting ON raw_events (id) WHERE state = 0");
    auto* raw = inbox.prepare("INSERT INTO raw_events VALUES (?1, 0, ?2, ?3, ?4, ?5)");
    auto* body = inbox.prepare("INSERT INTO raw_payloads VALUES (?1, ?2)");
    auto* claim = inbox.prepare("UPDATE raw_events SET state = 1 WHERE id = ?1");
    auto* done = inbox.prepare("UPDATE raw_events SET state = 2 WHERE id = ?1");
    auto* look = main.prepare("SELECT id, digest FROM orders WHERE store_id = ?1 AND ext_id = ?2");
    auto* draw = main.prepare("UPDATE store_log SET last_id = last_id + 1 WHERE store_id = ?1");
    auto* insert = main.prepare(
        "INSERT INTO orders (store_id, id, ext_id, status, raw_status, flags, abnormal, currency, total, item_count, "
        "first_item, buyer_ext_id, buyer_name, contact, payment_method, cash_on_delivery, cancel_reason, cancelled_by, "
        "created_at, updated_at, paid_at, ship_by, cancel_by, source, collected_at, digest) VALUES (?1, ?2, ?3, ?4, "
        "'AWAITING_SHIPMENT', 0, 0, 'THB', 25900, 1, 'Ceramic cup with lid, 350 ml, red', '749401', ?5, ?6, '', 0, '', "
        "'', "
        "?7, ?7, 0, ?7, 0, 'api', ?7, ?8)");
    auto* line = main.prepare(
        "INSERT INTO order_lines VALUES (?1, ?2, 0, ?3, '', '', 'SKU-1', 'Ceramic cup with lid, 350 ml, red', '', 1, "
        "'THB', 25900, '', '')");
    auto* count = main.prepare(
        "INSERT INTO order_counts (store_id, what, value) VALUES (?1, ?2, 1) ON CONFLICT (store_id, what) DO UPDATE "
        "SET "
        "value = value + 1");
    auto* position = main.prepare("UPDATE store_log SET last_event = last_event + 1 WHERE store_id = ?1");
    auto* event = main.prepare("INSERT INTO events VALUES (?1, ?2, 1, ?3, '{\"to\":\"to_ship\"}', ?4, ?4)");
    auto* cursor = main.prepare(
        "INSERT INTO cursors (consumer, store_id, n) VALUES (?1, ?2, ?3) ON CONFLICT (store_id, consumer) DO UPDATE "
        "SET n "
        "= ?3");
    // As long as what encryption makes of them.
    const std::string payload(300, 'p'), buyer(64, 'b'), contact(170, 'c'), digest(16, 'd'), all = "all";
    const double start = bench::seconds();
    for (int at = 0; at < events; at += static_cast<int>(k_batch)) {
        const int end = std::min(events, at + static_cast<int>(k_batch));
        inbox.exec("BEGIN");
        for (int i = at; i < end; ++i) {
            inbox.run(raw, std::int64_t{i + 1}, std::to_string(7'494'000'000 + i % k_stores), std::to_string(i),
                      std::int64_t{1 + i % k_stores}, std::int64_t{i});
            inbox.run(body, std::int64_t{i + 1}, bench::Bare::Bytes{payload});
        }
        inbox.exec("COMMIT; BEGIN");
        for (int i = at; i < end; ++i) inbox.run(claim, std::int64_t{i + 1});
        inbox.exec("COMMIT");
        main.exec("BEGIN IMMEDIATE");
        for (int i = at; i < end; ++i) {
            const std::int64_t store = 1 + i % k_stores, n = 1'000'000 + i / k_stores, id = store << 40 | n;
            const std::string ext_id = "9764612183" + std::to_string(10'000'000 + i),
                              status = i % 3 == 0 ? "unpaid" : "to_ship", subject = "o_" + std::to_string(id);
            const std::int64_t now = 1'767'225'600'000 + i;
            main.run(look, store, ext_id);
            main.run(draw, store);
            main.run(insert, store, id, ext_id, status, bench::Bare::Bytes{buyer}, bench::Bare::Bytes{contact}, now,
                     bench::Bare::Bytes{digest});
            main.run(line, store, id, std::to_string(i));
            main.run(count, store, status);
            main.run(count, store, all);
            main.run(position, store);
            main.run(event, store, n, subject, now);
            for (int c = 0; c < k_consumers; ++c) main.run(cursor, "bare" + std::to_string(c), store, n);
        }
        main.exec("COMMIT");
        inbox.exec("BEGIN");
        for (int i = at; i < end; ++i) inbox.run(done, std::int64_t{i + 1});
        inbox.exec("COMMIT");
    }
    return bench::seconds() - start;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string folder = bench::folder(argc, argv, "path");
    const int events = argc > 2 ? std::atoi(argv[2]) : 20'000;
    double took = 0, cpu = 0;
    {
        bench::World world(folder, "");
        bench::need(world.db->write(db::Lane::bulk, [](db::Tx& tx) -> db::Result<void> {
            for (int i = 0; i < k_stores; ++i) TRY_VOID(db::add_store(tx, {}));
            return {};
        }));
        ours(world, 0, k_stores);  // One event of each store: keys of the month are made once.
        const double before = bench::cpu_seconds();
        took = ours(world, k_stores, events);
        cpu = bench::cpu_seconds() - before;
    }
    const double before = bench::cpu_seconds();
    const double limit = bare(folder, events);
    const double bare_cpu = bench::cpu_seconds() - before;
    std::printf("whole path SQLite: %.0f events/s, %.0f us CPU an event, %zu a transaction\n", events / took,
                cpu / events * 1e6, k_batch);
    std::printf("bare loop of the same statements: %.0f events/s, %.0f us CPU an event\nratio: %.2f (CPU %.2f)\n",
                events / limit, bare_cpu / events * 1e6, limit / took, bare_cpu / cpu);
}
