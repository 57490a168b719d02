#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "common.h"
#include "db/keys.h"
#include "db/stores.h"
#include "model/order.h"

namespace bench {

// Fills `folder` with that many orders in `stores` stores, sealed as the product seals them, by the C interface: row by
// row through the product 10 million would take most of an hour. Store after store, with the journal off and the
// indexes made at the end, so a filling that was cut short leaves nothing of use. The tables are the product's.
// The orders are a second apart and the stores take turns, so that every window holds many stores.
inline void fill_orders(const std::string& folder, int stores, int orders) {
    base::Time now;
    {
        World world(folder, "");
        now = world.clock.now();
        need(world.db->write(db::Lane::bulk, [&](db::Tx& tx) -> db::Result<void> {
            for (int i = 0; i < stores; ++i) TRY_VOID(db::add_store(tx, {}));
            return {};
        }));
    }
    base::SystemClock clock;
    base::SystemRandom system_random;
    base::FakeKeySource source;
    base::SeededRandom random(1);
    const auto keys = need(db::Keys::open(folder, source, nullptr, clock, system_random));
    std::vector<std::pair<std::string_view, std::string>> wanted;
    for (int s = 1; s <= stores; ++s) wanted.emplace_back(db::purpose::pii, db::month_scope({s}, now));
    need(keys->prepare(wanted));

    Bare file(folder + "/main.db");
    file.exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA secure_delete=OFF");
    std::vector<std::string> indexes;
    auto* list = file.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'orders'");
    std::string drop;
    while (sqlite3_step(list) == SQLITE_ROW) {
        drop += "DROP INDEX " + std::string(reinterpret_cast<const char*>(sqlite3_column_text(list, 0))) + ";";
        indexes.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(list, 1)));
    }
    sqlite3_reset(list);
    file.exec(drop.c_str());

    auto* row = file.prepare(
        "INSERT INTO orders (store_id, id, ext_id, status, raw_status, flags, abnormal, currency, total, item_count, "
        "first_item, buyer_ext_id, buyer_name, contact, payment_method, cash_on_delivery, cancel_reason, cancelled_by, "
        "created_at, updated_at, paid_at, ship_by, cancel_by, source, collected_at, digest) VALUES (?1, ?2, ?3, ?4, "
        "'STATUS', ?5, ?6, 'THB', 25900, 1, ?7, '', ?8, ?9, '', 0, '', '', ?10, ?10, 0, 0, 0, 'api', ?11, ?12)");
    auto* line =
        file.prepare("INSERT INTO order_lines VALUES (?1, ?2, 0, '', '', '', '', ?3, '', 1, 'THB', 25900, '', '')");
    auto* log = file.prepare(
        "INSERT INTO store_log (store_id, last_id, last_event) VALUES (?1, ?2, 0) ON CONFLICT (store_id) DO UPDATE SET "
        "last_id = ?2");
    auto* counts = file.prepare("INSERT INTO order_counts VALUES (?1, ?2, ?3)");
    const std::string item = "Ceramic cup with lid, 350 ml, red";
    // As the product packs note, name, phone, address and region: each after its length.
    std::string contact;
    for (const std::string_view part :
         {std::string_view(), std::string_view("Somchai Jaidee"), std::string_view("+66 81 234 5678"),
          std::string_view("99/1 Sukhumvit Road, Bangkok 10110"), std::string_view("TH")}) {
        contact += {'\0', '\0', '\0', static_cast<char>(part.size())};
        contact += part;
    }
    const std::array statuses{model::OrderStatus::unpaid, model::OrderStatus::to_ship, model::OrderStatus::in_transit,
                              model::OrderStatus::completed};
    for (int s = 1; s <= stores; ++s) {
        const model::StoreId store{s};
        const std::string scope = db::month_scope(store, now);
        std::array<std::int64_t, 4> by_status{};
        std::int64_t abnormal = 0, n = 0;
        file.exec("BEGIN");
        for (int i = s - 1; i < orders; i += stores) {
            const model::OrderId id{std::int64_t{s} << 40 | ++n};
            const auto place = [&](int column) {
                return base::Place{column, store.text() + "/" + id.text(), store.text()};
            };
            const auto kind = random.below(100);
            const std::size_t status = kind < 5 ? 0 : kind < 15 ? 1 : kind < 35 ? 2 : 3;
            const bool odd = random.below(200) == 0;
            ++by_status[status];
            abnormal += odd;
            const std::string ext_id = "5764612183" + std::to_string(100'000'000 + i),
                              status_name(model::name(statuses[status])), digest(16, 'd'),
                              buyer = need(keys->seal(db::purpose::pii, scope, place(db::column::order_buyer_name),
                                                      "buyer" + std::to_string(random.below(100'000)))),
                              sealed =
                                  need(keys->seal(db::purpose::pii, scope, place(db::column::order_contact), contact));
            const std::int64_t flags = odd ? std::int64_t{model::k_flag_address_changed} : 0,
                               created = (now - base::seconds(orders - i)).ms;
            file.run(row, std::int64_t{s}, id.value, ext_id, status_name, flags, std::int64_t{odd}, item,
                     Bare::Bytes{buyer}, Bare::Bytes{sealed}, created, now.ms, Bare::Bytes{digest});
            file.run(line, std::int64_t{s}, id.value, item);
        }
        file.run(log, std::int64_t{s}, n);
        for (std::size_t i = 0; i < statuses.size(); ++i)
            file.run(counts, std::int64_t{s}, std::string(model::name(statuses[i])), by_status[i]);
        file.run(counts, std::int64_t{s}, std::string("abnormal"), abnormal);
        file.run(counts, std::int64_t{s}, std::string("all"), n);
        file.exec("COMMIT");
    }
    for (const std::string& sql : indexes) file.exec(sql.c_str());
    file.exec("PRAGMA synchronous=FULL; PRAGMA journal_mode=WAL");
}

}  // namespace bench
