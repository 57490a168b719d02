#include "db/orders.h"

#include <set>

#include "db/backends.h"
#include "db/events.h"
#include "db/keys.h"
#include "db/stores.h"

namespace db {
namespace {

using model::OrderStatus;

model::Order sample(model::StoreId store, std::string ext_id, std::int64_t updated = 1'000) {
    model::Order o;
    o.store = store;
    o.ext_id = std::move(ext_id);
    o.status = OrderStatus::to_ship;
    o.raw_status = "AWAITING_SHIPMENT";
    o.total = {259'00, *base::Currency::parse("THB")};
    o.item_count = 2;
    o.buyer_ext_id = "b1";
    o.buyer_name = base::PiiText("nok_99");
    o.buyer_note = base::PiiText("leave at the door");
    o.recipient = {base::PiiText("Somchai"), base::PiiText("+66 81 234 5678"), base::PiiText("1 Sukhumvit"), "TH"};
    o.lines.resize(1);
    o.lines[0].ext_id = "l1";
    o.lines[0].seller_sku = "RED-1";
    o.lines[0].product_name = "Red cup";
    o.lines[0].quantity = 2;
    o.lines[0].price = o.total;
    o.created_at = {500};
    o.updated_at = {updated};
    o.ship_by = {1'767'300'000'000};
    o.source = "api";
    return o;
}

template <class F>
OrderFilter filter(F set) {
    return test::make<OrderFilter>(set);
}

struct OrdersTest : test::DatabaseTest {
    model::StoreId store = add("Bangkok");

    model::StoreId add(std::string name, model::Platform platform = model::Platform::tiktok_shop) {
        model::Store s;
        s.platform = platform;
        s.name = std::move(name);
        return write([&](Tx& tx) { return add_store(tx, s); })->id;
    }
    OrderUpsert upsert(const model::Order& o) {
        return *write([&](Tx& tx) { return upsert_order(tx, o); });
    }
    OrderPage list(const OrderFilter& wanted, PageKey after = {}, std::size_t limit = 200) {
        return *read([&](Reader& r) { return list_orders(r, wanted, after, limit); });
    }
    std::vector<std::string> ext_ids(const OrderFilter& wanted) {
        std::vector<std::string> ids;
        for (const auto& row : list(wanted).rows) ids.push_back(row.order.ext_id);
        return ids;
    }
};
ON_EVERY_DATABASE(OrdersTest);

TEST_P(OrdersTest, WhatIsWrittenIsRead) {
    const auto o = sample(store, "57623189234781237");
    const auto made = upsert(o);
    EXPECT_EQ(made.what, Upserted::created);
    const auto found = read([&](Reader& r) { return find_order(r, made.id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->ext_id, o.ext_id);
    EXPECT_EQ(found->total, o.total);
    EXPECT_EQ(found->buyer_name, o.buyer_name);
    EXPECT_EQ(found->buyer_note, o.buyer_note);
    EXPECT_EQ(found->recipient, o.recipient);
    EXPECT_EQ(found->lines, o.lines);
    EXPECT_EQ(found->ship_by, o.ship_by);
    EXPECT_EQ(found->collected_at, db.clock.now());
    EXPECT_EQ((*read([&](Reader& r) { return find_order_by_ext_id(r, store, o.ext_id); }))->id, made.id);
    EXPECT_EQ(store_of(made.id), store);
}

TEST_P(OrdersTest, AnOlderVersionNeverOverwritesANewerOne) {
    auto o = sample(store, "1", 2'000);
    upsert(o);
    auto older = o;
    older.updated_at = {1'999};
    older.status = OrderStatus::unpaid;
    EXPECT_EQ(upsert(older).what, Upserted::unchanged);
    EXPECT_EQ(upsert(o).what, Upserted::unchanged);
    auto newer = o;
    newer.updated_at = {3'000};
    EXPECT_EQ(upsert(newer).what, Upserted::unchanged);  // The same content.
    older.updated_at = {2'500};
    EXPECT_EQ(upsert(older).what, Upserted::unchanged);  // 3000 is remembered.
    newer.status = OrderStatus::in_transit;
    newer.recipient.phone = base::PiiText("+66 81 000 0000");
    newer.lines.emplace_back().product_name = "Blue cup";
    const auto changed = upsert(newer);
    EXPECT_EQ(changed.what, Upserted::changed);
    EXPECT_EQ(changed.old_status, OrderStatus::to_ship);
    const auto found = read([&](Reader& r) { return find_order(r, changed.id); });
    EXPECT_EQ(found->status, OrderStatus::in_transit);
    EXPECT_EQ(found->recipient.phone.reveal(), "+66 81 000 0000");
    EXPECT_EQ(found->lines.size(), 2u);
}

TEST_P(OrdersTest, CountersFollowEveryChange) {
    const auto other = add("Hanoi");
    std::vector<model::Order> orders;
    for (int i = 0; i < 12; ++i) {
        auto o = sample(i % 2 == 0 ? store : other, std::to_string(i));
        o.status = i % 3 == 0 ? OrderStatus::unpaid : OrderStatus::to_ship;
        o.flags = i % 4 == 0 ? std::uint32_t{model::k_flag_cancel_requested} : std::uint32_t{model::k_flag_sample};
        upsert(o);
        o.updated_at.ms += 1;
        o.status = i % 3 == 0 ? OrderStatus::to_ship : OrderStatus::delivered;
        if (i == 8) o.flags = 0;
        upsert(o);
    }
    const auto all = *read([](Reader& r) { return count_orders(r, {}); });
    EXPECT_EQ(all.all, 12);
    EXPECT_EQ(all.abnormal, 2);
    EXPECT_EQ(all.by_status.at(OrderStatus::to_ship), 4);
    EXPECT_EQ(all.by_status.at(OrderStatus::delivered), 8);
    const auto one = *read([&](Reader& r) { return count_orders(r, {other}); });
    EXPECT_EQ(one.all, 6);
    EXPECT_EQ(one.abnormal, 0);
    EXPECT_EQ(*write([&](Tx& tx) { return recount_orders(tx, store); }), 0u);
    ASSERT_TRUE(write([&](Tx& tx) { return tx.exec("UPDATE order_counts SET value = 99 WHERE what = 'all'", {}); }));
    EXPECT_EQ(*write([&](Tx& tx) { return recount_orders(tx, store); }), 1u);
    EXPECT_EQ(read([&](Reader& r) { return count_orders(r, {store}); })->all, 6);
}

TEST_P(OrdersTest, PagesAreWholeAndInOrder) {
    const auto other = add("Hanoi"), third = add("Cebu", model::Platform::shopee);
    for (int i = 0; i < 60; ++i) {
        auto o = sample(i % 3 == 0 ? store : i % 3 == 1 ? other : third, std::to_string(i));
        o.created_at = {1'000 + i / 4};  // Equal times: the id decides.
        o.status = i % 5 == 0 ? OrderStatus::unpaid : OrderStatus::to_ship;
        o.flags = i % 6 == 0 ? std::uint32_t{model::k_flag_address_changed} : 0u;
        upsert(o);
    }
    const auto walk = [&](const OrderFilter& wanted) {
        std::vector<std::string> ids;
        std::pair<std::int64_t, std::int64_t> last{INT64_MAX, INT64_MAX};
        PageKey key;
        do {
            const auto page = list(wanted, key, 7);
            for (const auto& row : page.rows) {
                const std::pair now{row.order.created_at.ms, row.order.id.value};
                EXPECT_LT(now, last);
                last = now;
                ids.push_back(row.order.ext_id);
            }
            key = page.next;
        } while (key);
        EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
        return ids.size();
    };
    EXPECT_EQ(walk({}), 60u);
    EXPECT_EQ(walk(filter([&](auto& f) { f.stores = {store}; })), 20u);
    EXPECT_EQ(walk(filter([&](auto& f) { f.stores = {store, other}; })), 40u);
    EXPECT_EQ(walk(filter([&](auto& f) {
                  f.stores = {store, other};
                  f.statuses = {OrderStatus::unpaid, OrderStatus::to_ship};
              })),
              40u);
    EXPECT_EQ(walk(filter([&](auto& f) { f.tab = OrderTab::unpaid; })), 12u);
    EXPECT_EQ(walk(filter([&](auto& f) { f.tab = OrderTab::to_ship; })), 48u);
    EXPECT_EQ(walk(filter([&](auto& f) { f.tab = OrderTab::abnormal; })), 10u);
    EXPECT_EQ(walk(filter([&](auto& f) {
                  f.stores = {store, other};
                  f.tab = OrderTab::abnormal;
              })),
              10u);
    EXPECT_EQ(walk(filter([&](auto& f) { f.platform = model::Platform::shopee; })), 20u);
    EXPECT_EQ(walk(filter([&](auto& f) {
                  f.stores = {store};
                  f.platform = model::Platform::shopee;
              })),
              0u);
    EXPECT_EQ(walk(filter([&](auto& f) { f.flags = model::k_flag_address_changed; })), 10u);
    EXPECT_EQ(walk(filter([&](auto& f) {
                  f.from = {1'005};
                  f.to = {1'010};
              })),
              20u);
    EXPECT_EQ(walk(filter([&](auto& f) {
                  f.statuses = {OrderStatus::to_ship};
                  f.tab = OrderTab::unpaid;
              })),
              0u);
    const auto row = list(filter([&](auto& f) { f.stores = {store}; })).rows.front();
    EXPECT_EQ(row.first_item, "Red cup");
    EXPECT_EQ(row.order.buyer_name.reveal(), "nok_99");
    std::vector<model::StoreId> many{store, other, third};
    for (int i = 0; i < 80; ++i) many.push_back({1'000 + i});
    EXPECT_EQ(walk(filter([&](auto& f) { f.stores = many; })), 60u);
}

TEST_P(OrdersTest, OverdueOrdersAreFlaggedOnce) {
    const auto id = upsert(sample(store, "1")).id;
    const base::Time late{1'767'300'000'001};
    const auto due = [&] { return *read([&](Reader& r) { return orders_newly_overdue(r, late, 10); }); };
    EXPECT_EQ(due(), std::vector{id});
    EXPECT_TRUE(*write([&](Tx& tx) { return flag_order(tx, id, model::k_flag_ship_overdue, 0); }));
    EXPECT_FALSE(*write([&](Tx& tx) { return flag_order(tx, id, model::k_flag_ship_overdue, 0); }));
    EXPECT_TRUE(due().empty());
    EXPECT_EQ(ext_ids(filter([](auto& f) { f.tab = OrderTab::abnormal; })), std::vector<std::string>{"1"});
    EXPECT_EQ(read([&](Reader& r) { return count_orders(r, {}); })->abnormal, 1);
    // The marketplace's answer does not take the flag away while the order waits, and does when it moves on.
    db.clock.set_wall(late);
    auto o = sample(store, "1", 2'000);
    EXPECT_EQ(upsert(o).what, Upserted::unchanged);
    o.updated_at = {3'000};
    o.buyer_note = base::PiiText("ring twice");
    EXPECT_EQ(upsert(o).what, Upserted::changed);
    EXPECT_EQ(read([&](Reader& r) { return count_orders(r, {}); })->abnormal, 1);
    o.updated_at = {4'000};
    o.status = OrderStatus::in_transit;
    upsert(o);
    EXPECT_EQ(read([&](Reader& r) { return count_orders(r, {}); })->abnormal, 0);
    EXPECT_EQ(*write([&](Tx& tx) { return recount_orders(tx, store); }), 0u);
}

TEST_P(OrdersTest, ForgottenBuyersStayForgotten) {
    const auto id = upsert(sample(store, "1")).id;
    const auto scope = month_scope(store, db.clock.now());
    db.clock.advance(base::days(91));
    upsert(sample(store, "2"));
    const BuyerTerm term{db.clock.now() - base::days(90), db.clock.now() - base::days(90)};
    EXPECT_EQ(*write([&](Tx& tx) { return forget_order_buyers(tx, store, term, 100); }), std::vector{id});
    EXPECT_TRUE(write([&](Tx& tx) { return forget_order_buyers(tx, store, term, 100); })->empty());
    ASSERT_TRUE(db->keys().destroy(purpose::pii, scope));
    auto o = sample(store, "1", 9'000);
    o.status = OrderStatus::completed;
    EXPECT_EQ(upsert(o).what, Upserted::changed);
    const auto found = *read([&](Reader& r) { return find_order(r, id); });
    EXPECT_EQ(found.status, OrderStatus::completed);
    EXPECT_TRUE(found.buyer_name.empty());
    EXPECT_TRUE(found.recipient.phone.empty());
    EXPECT_FALSE(db->keys().find(purpose::pii, scope));
}

TEST_P(OrdersTest, ALostKeyReadsAsEmptyAndTheListStillWorks) {
    upsert(sample(store, "1"));
    ASSERT_TRUE(db->keys().destroy(purpose::pii, month_scope(store, db.clock.now())));
    ASSERT_EQ(list({}).rows.size(), 1u);
    EXPECT_TRUE(list({}).rows[0].order.buyer_name.empty());
}

}  // namespace
}  // namespace db
