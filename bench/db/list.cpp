// A window of 200 orders as the list screen asks for it, against the bare SQL and decryption of that window; then the
// same windows asked for by 30 people at once, each twice a second.
//
//   bench_db_list [FOLDER] [orders, default 1000000]
//
// Fills FOLDER when it does not exist (a million in about 20 s), and uses what is there otherwise. Warm: without
// the first walk over the same windows. To hold: p99 <= 50 ms; median <= 2 x bare + 1 ms.
#include <sqlite3.h>

#include <thread>

#include "base/crypto.h"
#include "common.h"
#include "db/orders.h"
#include "fill.h"

namespace {

constexpr int k_stores = 300;
constexpr std::size_t k_window = 200, k_pages = 100, k_people = 30, k_reads = 20;

struct Case {
    const char* name;
    db::OrderFilter filter;
    std::string where;  // The same by hand.
};

std::vector<Case> windows() {
    std::vector<Case> cases{{"all stores", {}, ""}};
    const auto add = [&](const char* name, std::string where) -> db::OrderFilter& {
        cases.push_back({name, {}, std::move(where)});
        return cases.back().filter;
    };
    add("all stores, to ship", "status = 'to_ship' AND ").statuses = {model::OrderStatus::to_ship};
    add("one store", "store_id = 7 AND ").stores = {{7}};
    auto& one = add("one store, to ship", "store_id = 7 AND status = 'to_ship' AND ");
    one.stores = {{7}};
    one.statuses = {model::OrderStatus::to_ship};
    add("abnormal", "abnormal = 1 AND ").tab = db::OrderTab::abnormal;
    for (const int count : {40, 100}) {
        std::string list = "0";
        std::vector<model::StoreId> stores;
        for (std::int64_t s = 1; s <= count; ++s) {
            stores.push_back({s});
            list += "," + std::to_string(s);
        }
        add(count == 40 ? "40 stores" : "100 stores", "store_id IN (" + list + ") AND ").stores = std::move(stores);
    }
    return cases;
}

db::OrderPage page_of(bench::World& world, const Case& c, const db::PageKey& key) {
    return bench::need(world.db->read([&](db::Reader& r) { return db::list_orders(r, c.filter, key, k_window); }));
}

// How often a window of so many pages is walked when it is warm: a few pages alone say little.
std::size_t walks(std::size_t pages) {
    return 1 + 300 / pages;
}

// The first pages of the window, walked again and again; the times of all walks but the first, in ms.
std::vector<double> walk(bench::World& world, const Case& c, std::vector<db::PageKey>& keys) {
    keys = {{}};
    std::vector<double> times;
    for (std::size_t walk = 0; walk <= walks(keys.size()); ++walk)
        for (std::size_t p = 0; p < keys.size(); ++p) {
            const double start = bench::seconds();
            const auto page = page_of(world, c, keys[p]);
            if (walk > 0) times.push_back((bench::seconds() - start) * 1e3);
            if (walk == 0 && page.next && keys.size() < k_pages) keys.push_back(page.next);
        }
    return times;
}

// Everybody walks the same pages, each beginning elsewhere, and reads for half a second between two of them.
std::vector<double> crowd(bench::World& world, const Case& c, const std::vector<db::PageKey>& keys) {
    std::vector<std::vector<double>> times(k_people);
    std::vector<std::thread> people;
    for (std::size_t n = 0; n < k_people; ++n)
        people.emplace_back([&, n] {
            base::SeededRandom random(n);
            for (std::size_t p = 0; p < k_reads; ++p) {
                std::this_thread::sleep_for(std::chrono::milliseconds(250 + random.below(500)));
                const double start = bench::seconds();
                (void)page_of(world, c, keys[(p + n * 3) % keys.size()]);
                times[n].push_back((bench::seconds() - start) * 1e3);
            }
        });
    for (std::thread& person : people) person.join();
    std::vector<double> all;
    for (const auto& of_one : times) all.insert(all.end(), of_one.begin(), of_one.end());
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string folder = bench::folder(argc, argv, "list");
    const int orders = argc > 2 ? std::atoi(argv[2]) : 1'000'000;
    if (!std::filesystem::exists(folder)) {
        const double start = bench::seconds();
        bench::fill_orders(folder, k_stores, orders);
        std::printf("filled: %.0f orders/s\n", orders / (bench::seconds() - start));
        std::fflush(stdout);
    }
    bench::World world(folder, "");
    const std::vector<Case> cases = windows();

    sqlite3* handle = nullptr;
    sqlite3_open((world.dir + "/main.db").c_str(), &handle);
    sqlite3_exec(handle, "PRAGMA cache_size=-8192", nullptr, nullptr, nullptr);
    std::printf("%-20s %10s %10s %10s %10s %8s %12s %10s\n", "window of 200", "median ms", "p99 ms", "bare med",
                "bare p99", "ratio", "30 at once", "p99 ms");
    for (const Case& c : cases) {
        std::vector<db::PageKey> keys;
        const std::vector<double> ours = walk(world, c, keys);
        std::vector<double> bare;
        const std::string sql =
            "SELECT store_id, id, ext_id, status, raw_status, flags, currency, total, item_count, buyer_ext_id, "
            "buyer_name, payment_method, cash_on_delivery, cancel_reason, cancelled_by, created_at, updated_at, "
            "paid_at, "
            "ship_by, cancel_by, source, collected_at, first_item FROM orders WHERE " +
            c.where + "(created_at, id) < (?1, ?2) ORDER BY created_at DESC, id DESC LIMIT 200";
        sqlite3_stmt* s = nullptr;
        if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &s, nullptr) != SQLITE_OK) return 1;
        std::size_t bytes = 0;
        for (std::size_t walk = 0; walk <= walks(keys.size()); ++walk)
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
                if (walk > 0) bare.push_back((bench::seconds() - start) * 1e3);
            }
        sqlite3_finalize(s);
        if (bytes == 0) return 1;
        const double median = bench::percentile(ours, 0.5), limit = bench::percentile(bare, 0.5);
        const std::vector<double> together = crowd(world, c, keys);
        std::printf("%-20s %10.2f %10.2f %10.2f %10.2f %8.2f %12.2f %10.2f\n", c.name, median,
                    bench::percentile(ours, 0.99), limit, bench::percentile(bare, 0.99), median / limit,
                    bench::percentile(together, 0.5), bench::percentile(together, 0.99));
        std::fflush(stdout);
    }
    sqlite3_close(handle);
}
