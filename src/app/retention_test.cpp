#include "app/retention.h"

#include "db/audit.h"
#include "db/backends.h"
#include "db/conversations.h"
#include "db/events.h"
#include "db/imports.h"
#include "db/keys.h"
#include "db/leases.h"
#include "db/orders.h"
#include "db/retention_days.h"
#include "db/returns.h"
#include "db/search.h"
#include "db/settings.h"
#include "db/stores.h"

namespace {

using db::Reader;
using db::Tx;
using model::OrderStatus;

// Days pass one by one, as for a server that runs all the time.
struct RetentionTest : db::test::DatabaseTest {
    model::StoreId store = add_store("Bangkok");

    model::StoreId add_store(const std::string& name) {
        model::Store s;
        s.platform = model::Platform::tiktok_shop;
        s.name = name;
        s.region = "TH";
        return write([&](Tx& tx) { return db::add_store(tx, s); })->id;
    }
    // Runs until nothing is waiting; how many pieces did something or looked at a store.
    int run(app::Retention& retention) {
        for (int pieces = 0;; ++pieces) {
            const auto more = retention.run();
            EXPECT_TRUE(more) << more.error().what;
            if (!more || !*more) return pieces;
        }
    }
    void pass(app::Retention& retention, int days) {
        for (int day = 0; day < days; ++day) {
            db.clock.advance(base::days(1));
            run(retention);
        }
    }
    model::OrderId order(const std::string& ext_id, OrderStatus status, const std::string& buyer = "canaryname") {
        model::Order o;
        o.store = store;
        o.ext_id = ext_id;
        o.status = status;
        o.total = {259'00, *base::Currency::parse("THB")};
        o.item_count = 1;
        o.buyer_ext_id = "b1";
        o.buyer_name = base::PiiText(buyer);
        o.recipient = {base::PiiText(buyer), base::PiiText("+66 81 234 5678"), base::PiiText("1 Sukhumvit"), "TH"};
        o.lines.resize(1);
        o.lines[0].product_name = "Red cup";
        o.created_at = o.updated_at = db.clock.now();
        return write([&](Tx& tx) -> base::Result<model::OrderId> {
                   const auto saved = TRY(db::upsert_order(tx, o));
                   model::Event event;
                   event.store = store;
                   event.kind = model::EventKind::order_created;
                   event.subject = saved.id.text();
                   event.detail = "{}";
                   TRY(db::append_event(tx, event));
                   return saved.id;
               })
            .value();
    }
    model::MessageId message(const std::string& ext_id, const std::string& text) {
        model::Message m;
        m.store = store;
        m.ext_id = ext_id;
        m.conversation_ext_id = "c1";
        m.sender = model::SenderRole::buyer;
        m.text = base::PiiText(text);
        m.raw_content = base::PiiText("{\"content\":\"" + text + "\"}");
        m.sent_at = db.clock.now();
        return write([&](Tx& tx) { return db::add_message(tx, m); })->id;
    }
    bool knows_buyer(model::OrderId id) {
        const auto o = *read([&](Reader& r) { return db::find_order(r, id); });
        return !o.buyer_name.empty() || !o.recipient.phone.empty() || !o.recipient.address.empty();
    }
    bool knows_text(model::MessageId id) {
        const auto m = *read([&](Reader& r) { return db::find_message(r, id); });
        return !m.text.empty() || !m.raw_content.empty();
    }
    std::vector<db::AuditRow> lines() {
        db::AuditFilter filter;
        filter.kind_prefix = "retention.";
        return *read([&](Reader& r) { return db::list_audit(r, filter, 0, 1000); });
    }
    bool log_verifies() {
        while (*write([](Tx& tx) { return db::sequence_audit(tx); }) > 0) {
        }
        return read([](Reader& r) { return db::check_audit(r); })->ok;
    }
    std::size_t found(db::Searched what, const std::string& query) {
        while (*db->search().catch_up(1000) > 0) {
        }
        return db->search().find(what, query, {}, 10)->size();
    }
};
ON_EVERY_DATABASE(RetentionTest);

TEST_P(RetentionTest, TheOwnersTermsCountAndKeysStayForTheLongest) {
    ASSERT_TRUE(write([](Tx& tx) {
        return db::save_retention_days(tx, {.raw_events = 14, .settled_buyers = 2, .buyers = 80, .messages = 10}, {});
    }));
    app::Retention retention(*db, db.clock, "one");
    const auto settled = order("1", OrderStatus::completed);
    const auto open = order("2", OrderStatus::to_ship);
    const auto text = message("m1", "canarytext");
    run(retention);
    EXPECT_TRUE(knows_buyer(settled));
    pass(retention, 3);
    EXPECT_FALSE(knows_buyer(settled));
    EXPECT_TRUE(knows_text(text));
    pass(retention, 8);
    EXPECT_FALSE(knows_text(text));
    pass(retention, 60);
    EXPECT_TRUE(knows_buyer(open)) << "the messages' shorter term does not end the month's key";
    pass(retention, 10);
    EXPECT_FALSE(knows_buyer(open));
    // What stands in the database may be wrong: the bounds count.
    ASSERT_TRUE(write([](Tx& tx) -> base::Result<void> {
        TRY(db::save_setting(tx, "retention.days", R"({"buyers":400,"messages":0})", std::nullopt, {}));
        return {};
    }));
    const auto days = *read([](Reader& r) { return db::retention_days(r); });
    EXPECT_EQ(days.buyers, 90);
    EXPECT_EQ(days.messages, 7);
    EXPECT_EQ(days.settled_buyers, 30);
}

TEST_P(RetentionTest, BuyersOfSettledOrdersGoAfterThirtyDaysAndOfAllAfterNinety) {
    app::Retention retention(*db, db.clock, "one");
    const auto settled = order("1", OrderStatus::completed), open = order("2", OrderStatus::to_ship);
    const auto counts = *read([&](Reader& r) { return db::count_orders(r, {}); });
    EXPECT_EQ(found(db::Searched::order, "canaryname"), 2u);

    pass(retention, 30);
    EXPECT_TRUE(knows_buyer(settled));
    EXPECT_TRUE(lines().empty());
    pass(retention, 1);
    EXPECT_FALSE(knows_buyer(settled));
    EXPECT_TRUE(knows_buyer(open));
    EXPECT_EQ(found(db::Searched::order, "canaryname"), 1u);
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_NE(lines()[0].entry.payload.find("\"buyers\":\"1\""), std::string::npos) << lines()[0].entry.payload;

    pass(retention, 59);
    EXPECT_TRUE(knows_buyer(open));
    pass(retention, 1);
    EXPECT_FALSE(knows_buyer(open));
    EXPECT_EQ(found(db::Searched::order, "canaryname"), 0u);
    EXPECT_EQ(lines().size(), 2u);

    // The order and its figures stay, and can still be found.
    const auto kept = *read([&](Reader& r) { return db::find_order(r, open); });
    EXPECT_EQ(kept.total.minor, 259'00);
    EXPECT_EQ(kept.lines.size(), 1u);
    EXPECT_EQ(kept.buyer_ext_id, "b1");
    EXPECT_EQ(read([&](Reader& r) { return db::count_orders(r, {}); })->by_status, counts.by_status);
    EXPECT_EQ(found(db::Searched::order, "cup"), 2u);
    EXPECT_TRUE(log_verifies());
}

TEST_P(RetentionTest, WhatABuyerWroteIntoAReturnGoesAfterNinetyDays) {
    app::Retention retention(*db, db.clock, "one");
    model::Return one;
    one.store = store;
    one.ext_id = "r1";
    one.order_ext_id = "1";
    one.item = "Red cup";
    one.buyer_text = base::PiiText("canarytext");
    one.created_at = one.updated_at = db.clock.now();
    const auto id = write([&](Tx& tx) { return db::upsert_return(tx, one); })->id;
    const auto text = [&] { return read([&](Reader& r) { return db::find_return(r, id); })->buyer_text; };
    pass(retention, 90);
    EXPECT_EQ(text().reveal(), "canarytext");
    pass(retention, 1);
    EXPECT_TRUE(text().empty());
    EXPECT_EQ(read([&](Reader& r) { return db::find_return(r, id); })->item, "Red cup");
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_NE(lines()[0].entry.payload.find("\"return_texts\":\"1\""), std::string::npos) << lines()[0].entry.payload;
}

TEST_P(RetentionTest, MessagesGoAfterHalfAYearAndTheirMonthWithItsKeys) {
    app::Retention retention(*db, db.clock, "one");
    const auto old = message("m1", "canarytext");
    const std::string month = base::utc_month(db.clock.now()), scope = db::month_scope(store, db.clock.now());
    pass(retention, 180);
    EXPECT_TRUE(knows_text(old));
    pass(retention, 1);
    EXPECT_FALSE(knows_text(old));
    // The clock of the tests begins on the first of a month: its key goes when the last day of it is over, too.
    EXPECT_TRUE(db->keys().find(db::purpose::pii, scope));
    pass(retention, 29);
    EXPECT_TRUE(db->keys().find(db::purpose::pii, scope));
    pass(retention, 1);
    EXPECT_FALSE(db->keys().find(db::purpose::pii, scope));
    EXPECT_FALSE(db->keys().find(db::purpose::index, month));
    EXPECT_EQ(db->keys().count_months_before(base::utc_month(db.clock.now() - base::days(180))), 0u);
    EXPECT_NE(lines()[0].entry.payload.find("\"keys\":"), std::string::npos) << lines()[0].entry.payload;
    EXPECT_TRUE(log_verifies());
}

TEST_P(RetentionTest, NamesOfConversationsGoNinetyDaysAfterTheyWereLastTold) {
    app::Retention retention(*db, db.clock, "one");
    const auto tell = [&](const std::string& name) {
        model::Conversation c;
        c.store = store;
        c.ext_id = "c9";
        c.buyer_name = base::PiiText(name);
        return write([&](Tx& tx) { return db::upsert_conversation(tx, c); })->id;
    };
    const auto id = tell("canaryname");
    const auto known = [&] {
        return !read([&](Reader& r) { return db::find_conversation(r, id); })->buyer_name.empty();
    };
    pass(retention, 60);
    tell("canaryname");
    pass(retention, 60);
    tell("");
    EXPECT_TRUE(known());
    pass(retention, 31);
    EXPECT_FALSE(known());
    EXPECT_EQ(lines().size(), 1u);
}

TEST_P(RetentionTest, AForgottenPreviewIsDiscarded) {
    app::Retention retention(*db, db.clock, "one");
    db::Import import;
    import.store = store;
    import.kind = "orders";
    const auto add = [&] {
        return *write([&](Tx& tx) -> base::Result<model::ImportId> {
            const auto id = TRY(db::add_import(tx, import));
            TRY_VOID(db::stage_rows(tx, id, {{2, "canaryrow", {}, {}}}));
            TRY(db::finish_staging(tx, id));
            return id;
        });
    };
    const auto old = add();
    pass(retention, 7);
    const auto fresh = add();
    const auto state = [&](model::ImportId id) {
        return read([&](Reader& r) { return db::find_import(r, id); })->state;
    };
    EXPECT_EQ(state(old), db::ImportState::ready);
    pass(retention, 1);
    EXPECT_EQ(state(old), db::ImportState::discarded);
    EXPECT_EQ(state(fresh), db::ImportState::ready);
    while (*write([](Tx& tx) { return db::drop_staged_rows(tx, 10); }) > 0) {
    }
    EXPECT_TRUE(read([&](Reader& r) { return db::staged_rows(r, old, 0, 10); })->empty());
    EXPECT_EQ(read([&](Reader& r) { return db::staged_rows(r, fresh, 0, 10); })->size(), 1u);
}

TEST_P(RetentionTest, ARunThatWasStoppedIsGoneOnWithAndToldOnce) {
    std::vector<model::OrderId> ids;
    for (int i = 0; i < 450; ++i) ids.push_back(order(std::to_string(i), OrderStatus::to_ship));
    const auto left = [&] {
        std::size_t count = 0;
        for (const auto id : ids) count += knows_buyer(id) ? 1 : 0;
        return count;
    };
    {
        app::Retention stopped(*db, db.clock, "one");
        pass(stopped, 90);
        db.clock.advance(base::days(1));
        ASSERT_TRUE(*stopped.run());  // One piece, then the process is killed.
    }
    EXPECT_EQ(left(), 250u);
    EXPECT_TRUE(lines().empty());
    db.close();
    db.open();

    app::Retention other(*db, db.clock, "two");
    // With SQLite a start frees what the stopped process held; elsewhere it may still be at it.
    if (GetParam() != db::test::Backend::sqlite) {
        EXPECT_EQ(run(other), 0);
        EXPECT_EQ(left(), 250u);
        write([](Tx& tx) -> base::Result<void> {  // As when its time is over.
            for (const db::Lease& lease : TRY(db::list_leases(tx))) TRY_VOID(db::release_lease(tx, lease));
            return {};
        })
            .value();
    }
    run(other);
    EXPECT_EQ(left(), 0u);
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_NE(lines()[0].entry.payload.find("\"buyers\":\"450\""), std::string::npos) << lines()[0].entry.payload;
    EXPECT_EQ(read([&](Reader& r) { return db::count_orders(r, {}); })->all, 450);
    EXPECT_TRUE(log_verifies());
}

TEST_P(RetentionTest, AClockThatJumpedIsBelievedAfterADay) {
    app::Retention retention(*db, db.clock, "one");
    const auto id = order("1", OrderStatus::to_ship);
    run(retention);
    const base::Time before = db.clock.now();
    db.clock.set_wall(before + base::days(400));
    EXPECT_EQ(run(retention), 0);
    EXPECT_TRUE(knows_buyer(id));
    // Set right again: nothing happened.
    db.clock.set_wall(before + base::hours(1));
    run(retention);
    EXPECT_TRUE(knows_buyer(id));
    // Off for a long time: a day later.
    db.clock.set_wall(before + base::days(91));
    EXPECT_EQ(run(retention), 0);
    db.clock.advance(base::hours(23));
    EXPECT_EQ(run(retention), 0);
    EXPECT_TRUE(knows_buyer(id));
    db.clock.advance(base::hours(1));
    run(retention);
    EXPECT_FALSE(knows_buyer(id));
}

// Over 250 days with something new each day, nothing is ever older than its term.
TEST_P(RetentionTest, NothingIsEverOlderThanItsTerm) {
    app::Retention retention(*db, db.clock, "one");
    std::vector<std::pair<base::Time, model::OrderId>> orders;
    std::vector<std::pair<base::Time, model::MessageId>> messages;
    for (int day = 0; day < 250; day += 5) {
        const std::string n = std::to_string(day);
        orders.emplace_back(db.clock.now(), order(n, OrderStatus::in_transit));
        messages.emplace_back(db.clock.now(), message(n, "text " + n));
        pass(retention, 5);
        for (const auto& [at, id] : orders) EXPECT_EQ(knows_buyer(id), db.clock.now() - at <= base::days(90)) << day;
        for (const auto& [at, id] : messages) EXPECT_EQ(knows_text(id), db.clock.now() - at <= base::days(180)) << day;
    }
    EXPECT_TRUE(log_verifies());
}

}  // namespace
