// A window of 200 orders as the list screen asks for it, against the bare SQL and decryption of that window.
//
//   bench_db_list [FOLDER] [orders, default 1000000]
//
// Fills FOLDER when it does not exist (about two minutes a million), and uses what is there otherwise. Warm: the second
// pass over the same windows.
#include <sqlite3.h>

#include <cstring>

#include "base/crypto.h"
#include "common.h"
#include "db/keys.h"
#include "db/orders.h"
#include "db/stores.h"

namespace {

constexpr int k_stores = 300;
constexpr std::size_t k_window = 200;

void fill(bench::World& world, int orders) {
    bench::need(world.db->write(db::Lane::bulk, [](db::Tx& tx) -> db::Result<void> {
        for (int i = 0; i < k_stores; ++i) TRY_VOID(db::add_store(tx, {}));
        return {};
    }));
    base::SeededRandom random(1);
    const auto now = world.clock.now();
    for (int at = 0; at < orders; at += 2'000)
        bench::need(world.db->write(db::Lane::bulk, [&](db::Tx& tx) -> db::Result<void> {
            for (int i = at; i < std::min(orders, at + 2'000); ++i) {
                model::Order o;
                o.store = {1 + static_cast<std::int64_t>(random.below(k_stores))};
                o.ext_id = "5764612183" + std::to_string(100'000'000 + i);
                const auto kind = random.below(100);
                o.status = kind < 5    ? model::OrderStatus::unpaid
                           : kind < 15 ? model::OrderStatus::to_ship
                           : kind < 35 ? model::OrderStatus::in_transit
                                       : model::OrderStatus::completed;
                o.raw_status = "STATUS";
                o.flags = random.below(200) == 0 ? std::uint32_t{model::k_flag_address_changed} : 0u;
                o.total = {25'900, *base::Currency::parse("THB")};
                o.item_count = 1;
                o.buyer_name = base::PiiText("buyer" + std::to_string(random.below(100'000)));
                o.recipient.name = base::PiiText("Somchai Jaidee");
                o.recipient.address = base::PiiText("99/1 Sukhumvit Road, Bangkok 10110");
                o.lines.resize(1);
                o.lines[0].product_name = "Ceramic cup with lid, 350 ml, red";
                o.created_at = now - base::seconds(orders - i);
                o.updated_at = o.created_at;
                o.source = "api";
                TRY_VOID(db::upsert_order(tx, o));
            }
            return {};
        }));
}

struct Case {
    const char* name;
    db::OrderFilter filter;
    std::string where;  // The same by hand.
};

}  // namespace

int main(int argc, char** argv) {
    const std::string folder = bench::folder(argc, argv, "list");
    const int orders = argc > 2 ? std::atoi(argv[2]) : 1'000'000;
    const bool made = std::filesystem::exists(folder);
    bench::World world(folder, "");
    if (!made) {
        const double start = bench::seconds();
        fill(world, orders);
        std::printf("filled: %.0f orders/s\n", orders / (bench::seconds() - start));
    }
    std::vector<Case> cases(5);
    cases[0].name = "all stores";
    cases[1].name = "one store";
    cases[1].filter.stores = {{7}};
    cases[1].where = "store_id = 7 AND ";
    cases[2].name = "one store, to ship";
    cases[2].filter.stores = {{7}};
    cases[2].filter.statuses = {model::OrderStatus::to_ship};
    cases[2].where = "store_id = 7 AND status = 'to_ship' AND ";
    cases[3].name = "abnormal";
    cases[3].filter.tab = db::OrderTab::abnormal;
    cases[3].where = "abnormal = 1 AND ";
    cases[4].name = "40 stores";
    cases[4].where = "store_id IN (0";
    for (std::int64_t s = 1; s <= 40; ++s) {
        cases[4].filter.stores.push_back({s});
        cases[4].where += "," + std::to_string(s);
    }
    cases[4].where += ") AND ";

    sqlite3* handle = nullptr;
    sqlite3_open((world.dir + "/main.db").c_str(), &handle);
    sqlite3_exec(handle, "PRAGMA cache_size=-8192", nullptr, nullptr, nullptr);
    std::printf("%-20s %10s %10s %10s %10s %8s\n", "window of 200", "median ms", "p99 ms", "bare med", "bare p99",
                "ratio");
    for (const Case& c : cases) {
        // Pages one after the other, walked twice; the second walk counts.
        std::vector<db::PageKey> keys{{}};
        std::vector<double> ours, bare;
        constexpr std::size_t k_pages = 100;
        for (const bool warm : {false, true})
            for (std::size_t p = 0; p < std::min(k_pages, keys.size()); ++p) {
                const double start = bench::seconds();
                const auto page = bench::need(
                    world.db->read([&](db::Reader& r) { return db::list_orders(r, c.filter, keys[p], k_window); }));
                if (warm) ours.push_back((bench::seconds() - start) * 1e3);
                if (!warm && page.next && keys.size() < k_pages) keys.push_back(page.next);
            }
        const std::string sql =
            "SELECT store_id, id, ext_id, status, raw_status, flags, currency, total, item_count, buyer_ext_id, "
            "buyer_name, payment_method, cash_on_delivery, cancel_reason, cancelled_by, created_at, updated_at, "
            "paid_at, "
            "ship_by, cancel_by, source, collected_at, first_item FROM orders WHERE " +
            c.where + "(created_at, id) < (?1, ?2) ORDER BY created_at DESC, id DESC LIMIT 200";
        sqlite3_stmt* s = nullptr;
        if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &s, nullptr) != SQLITE_OK) return 1;
        std::size_t bytes = 0;
        for (const bool warm : {false, true})
            for (const db::PageKey& key : keys) {
                const double start = bench::seconds();
                sqlite3_bind_int64(s, 1, key ? key.created_at.ms : INT64_MAX);
                sqlite3_bind_int64(s, 2, key ? key.id : INT64_MAX);
                while (sqlite3_step(s) == SQLITE_ROW) {
                    for (int i = 0; i < 23; ++i)
                        if (i != 10) bytes += static_cast<std::size_t>(sqlite3_column_bytes(s, i));
                    const std::string_view sealed(static_cast<const char*>(sqlite3_column_blob(s, 10)),
                                                  static_cast<std::size_t>(sqlite3_column_bytes(s, 10)));
                    const std::string store = "s_" + std::to_string(sqlite3_column_int64(s, 0));
                    const auto key_id = bench::need(base::sealed_key_id(sealed));
                    const auto dek = bench::need(world.db->keys().find(key_id));
                    bytes += bench::need(
                                 base::open_sealed(dek->secret, sealed,
                                                   {db::column::order_buyer_name,
                                                    store + "/o_" + std::to_string(sqlite3_column_int64(s, 1)), store}))
                                 .size();
                }
                sqlite3_reset(s);
                if (warm) bare.push_back((bench::seconds() - start) * 1e3);
            }
        sqlite3_finalize(s);
        if (bytes == 0) return 1;
        const double median = bench::percentile(ours, 0.5), limit = bench::percentile(bare, 0.5);
        std::printf("%-20s %10.2f %10.2f %10.2f %10.2f %8.2f\n", c.name, median, bench::percentile(ours, 0.99), limit,
                    bench::percentile(bare, 0.99), median / limit);
    }
    sqlite3_close(handle);
}
