#include "ingest/poller.h"

#include <algorithm>

#include "db/alerts.h"
#include "db/events.h"
#include "db/inbox.h"
#include "db/orders.h"
#include "db/sync.h"
#include "ingest/test_bench.h"

namespace ingest {
namespace {

using model::Connection;
using model::EventKind;
using model::ShopStatus;
using platform::ErrorClass;

// A marketplace with orders, which pages by offset as a strict one may.
struct PollerTest : testing::Test {
    PollerTest() {
        bench.market->on_search = [this](const platform::StoreAccess&, const platform::OrderQuery& query) {
            ++searches;
            return search(query);
        };
        bench.market->on_status = [this](const platform::StoreAccess&,
                                         std::string_view) -> platform::Answer<platform::StatusReport> {
            platform::StatusReport out;
            out.status = status;
            out.source = "seller.shops";
            out.authorised = authorised;
            platform::Shop shop;
            shop.ext_id = "12";
            shop.name = "Renamed";
            shop.cipher = base::Secret("new-cipher");
            out.shops.push_back(std::move(shop));
            return out;
        };
        store = bench.add_store("12");
        EXPECT_TRUE(bench.write([&](db::Tx& tx) { return start_streams(tx, store.id); }));
    }
    platform::Answer<platform::OrderPage> search(const platform::OrderQuery& query) const {
        std::vector<model::Order> found;
        for (const model::Order& order : orders)
            if (order.updated_at >= query.updated_from &&
                (!query.updated_before || order.updated_at < query.updated_before))
                found.push_back(order);
        std::ranges::sort(found, {}, &model::Order::updated_at);
        const std::size_t offset = query.page_token.empty() ? 0 : std::stoul(query.page_token);
        platform::OrderPage page;
        for (std::size_t i = offset; i < found.size() && i < offset + page_size; ++i) page.orders.push_back(found[i]);
        if (offset + page_size < found.size()) page.next_page_token = std::to_string(offset + page_size);
        return page;
    }
    void add_order(int id, base::Duration age) {
        model::Order order;
        order.ext_id = std::to_string(id);
        order.status = model::OrderStatus::to_ship;
        order.raw_status = "AWAITING_SHIPMENT";
        order.total = {100, *base::Currency::parse("THB")};
        order.updated_at = base::Time::from_unix_seconds((bench.database.clock.now() - age).unix_seconds());
        order.created_at = order.updated_at;
        order.collected_at = order.updated_at;
        order.source = "api";
        orders.push_back(order);
    }
    void poll() {
        poller.step();
        jobs.wait_idle();
    }
    // Until nothing is due any more.
    void settle() {
        for (int i = 0; i < 50; ++i) poll();
    }
    std::int64_t stored() {
        return bench.database->read([&](db::Reader& r) { return db::count_orders(r, {store.id}); })->all;
    }
    db::SyncCursor cursor(std::string_view name) {
        return **bench.database->read([&](db::Reader& r) { return db::find_sync_cursor(r, store.id, name); });
    }
    std::vector<std::string> alerts() {
        std::vector<std::string> out;
        db::AlertFilter open;
        open.state = model::AlertState::open;
        const auto page = bench.database->read([&](db::Reader& r) { return db::list_alerts(r, open, {}, 100); });
        for (const model::Alert& alert : page->rows) out.push_back(alert.kind);
        return out;
    }

    test::Bench bench;
    model::Store store;
    std::vector<model::Order> orders;
    std::size_t page_size = 100;
    int searches = 0;
    ShopStatus status = ShopStatus::active;
    bool authorised = true;
    Tokens tokens{bench.context};
    StoreCalls calls{bench.context, tokens};
    platform::Breaker breaker{bench.database.clock};
    platform::StoreJobs jobs{2};
    Intake intake{bench.context};
    LostWebhooks lost_webhooks{bench.context, calls, intake};
    Poller poller{bench.context, calls, tokens, jobs, breaker, lost_webhooks};
};

TEST_F(PollerTest, BringsNewAndOldOrdersOnce) {
    page_size = 3;
    for (int i = 0; i < 10; ++i) add_order(i + 1, base::minutes(i * 90));
    for (int i = 0; i < 10; ++i) add_order(i + 100, base::days(i * 9) + base::hours(30));
    settle();
    EXPECT_EQ(stored(), 20);
    EXPECT_TRUE(parse_history(cursor(stream::history).position).done());
    EXPECT_TRUE(bench.store(store.id).last_sync_at);
    EXPECT_EQ(bench.store(store.id).last_error, "");
    const auto events = *bench.database->read([&](db::Reader& r) { return db::events_after(r, store.id, 0, 100); });
    EXPECT_EQ(std::ranges::count(events, EventKind::order_created, &model::Event::kind), 20);
}

TEST_F(PollerTest, FindsWhatWebhooksMissed) {
    settle();
    add_order(1, {});
    bench.database.clock.advance(base::seconds(20));
    poll();
    EXPECT_EQ(stored(), 1);
}

TEST_F(PollerTest, OftenAtFirstThenEachFiveMinutes) {
    settle();
    searches = 0;
    for (int s = 0; s < 60; ++s) {
        bench.database.clock.advance(base::seconds(1));
        poll();
    }
    EXPECT_GE(searches, 3);
    EXPECT_LE(searches, 5);
    bench.database.clock.advance(base::minutes(15));
    settle();
    searches = 0;
    for (int s = 0; s < 60; ++s) {
        bench.database.clock.advance(base::seconds(15));
        poll();
    }
    EXPECT_GE(searches, 2);
    EXPECT_LE(searches, 4);
}

TEST_F(PollerTest, AFailureIsShownAndTriedAgainLaterAndLater) {
    settle();
    bench.market->on_search = [&](const platform::StoreAccess&,
                                  const platform::OrderQuery&) -> platform::Answer<platform::OrderPage> {
        ++searches;
        return test::call_error(ErrorClass::unreachable);
    };
    searches = 0;
    for (int s = 0; s < 600; ++s) {
        bench.database.clock.advance(base::seconds(1));
        poll();
    }
    EXPECT_EQ(bench.store(store.id).last_error, "platform.unreachable");
    EXPECT_GE(cursor(stream::orders).failures, 3);
    EXPECT_LE(searches, 10);
    // Mended: everything that came meanwhile is found.
    add_order(1, base::minutes(5));
    bench.market->on_search = [this](const platform::StoreAccess&, const platform::OrderQuery& query) {
        return search(query);
    };
    bench.database.clock.advance(base::minutes(16));
    settle();
    EXPECT_EQ(bench.store(store.id).last_error, "");
    EXPECT_EQ(stored(), 1);
}

TEST_F(PollerTest, WebhooksThatTheMarketplaceKeptAreConfirmedOnceTheyAreOnDisk) {
    std::vector<std::string> kept = {"a", "b", "c"};
    std::vector<std::string> confirmed;
    bool readable = false;
    int asked = 0;
    bench.market->on_parse = [](std::string_view body) -> base::Result<platform::Hint> {
        platform::Hint hint;
        hint.kind = platform::HintKind::other;
        hint.notification_id = body;
        return hint;
    };
    bench.market->on_lost = [&]() -> platform::Answer<platform::LostWebhooks> {
        ++asked;
        if (!readable) return test::call_error(ErrorClass::transient, 1);
        if (kept.empty()) return platform::LostWebhooks{};
        return platform::LostWebhooks{{kept.front()}, kept.front(), kept.size() > 1};
    };
    bench.market->on_confirm = [&](std::string_view up_to) -> platform::Answer<platform::Receipt> {
        confirmed.emplace_back(up_to);
        kept.erase(kept.begin());
        return platform::Receipt{};
    };
    const auto in_inbox = [&] {
        std::vector<std::string> bodies;
        const auto claimed = bench.database->inbox().claim(100);
        for (const db::StoredEvent& stored : *claimed) bodies.push_back(stored.event.payload);
        return bodies;
    };
    settle();
    EXPECT_EQ(asked, 1);  // Not with every round.
    EXPECT_TRUE(in_inbox().empty());
    readable = true;
    bench.database.clock.advance(bench.market->tempo.poll + base::seconds(60));
    settle();
    EXPECT_EQ(confirmed, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(in_inbox(), confirmed);
    EXPECT_EQ(lost_webhooks.recovered().value(), 3u);
}

TEST_F(PollerTest, AMarketplaceThatDoesNotSortIsReadByItsPageTokensAlone) {
    // Newest first: a page's newest order says nothing about what the next pages hold.
    bench.market->on_search = [this](const platform::StoreAccess&, const platform::OrderQuery& query) {
        platform::OrderQuery everything = query;
        everything.page_token.clear();
        auto found = search(everything);
        const std::size_t at = query.page_token.empty() ? 0 : std::stoul(query.page_token);
        platform::OrderPage page;
        page.oldest_first = false;
        if (at < found->orders.size()) page.orders.push_back(found->orders[found->orders.size() - 1 - at]);
        if (at + 1 < found->orders.size()) page.next_page_token = std::to_string(at + 1);
        return platform::Answer<platform::OrderPage>(std::move(page));
    };
    for (int id = 1; id <= 5; ++id) add_order(id, base::minutes(10 * id));
    settle();
    EXPECT_EQ(stored(), 5);
}

TEST_F(PollerTest, AnEndlessScanIsStopped) {
    bench.market->on_search = [&](const platform::StoreAccess&,
                                  const platform::OrderQuery&) -> platform::Answer<platform::OrderPage> {
        ++searches;
        platform::OrderPage page;
        page.next_page_token = "again";
        return page;
    };
    settle();
    EXPECT_LE(searches, 20);
    EXPECT_EQ(bench.store(store.id).last_error, "platform.page_loop");
}

TEST_F(PollerTest, TwoInstancesDoNotPollTheSameStore) {
    ASSERT_TRUE(bench.write(
        [&](db::Tx& tx) { return db::take_lease(tx, "poll:" + store.id.text(), "instance-2", base::minutes(10)); }));
    settle();
    EXPECT_EQ(searches, 0);
    bench.database.clock.advance(base::minutes(11));
    settle();
    EXPECT_GT(searches, 0);
}

TEST_F(PollerTest, TheShopStatusIsReadHourlyAndToldWhenItChanges) {
    settle();
    EXPECT_EQ(bench.store(store.id).status, ShopStatus::active);
    EXPECT_EQ(bench.store(store.id).shop_name, "Renamed");
    EXPECT_EQ(bench.secrets(store.id).cipher.reveal(), "new-cipher");
    EXPECT_TRUE(alerts().empty());
    status = ShopStatus::restricted;
    bench.database.clock.advance(base::minutes(70));
    settle();
    EXPECT_EQ(bench.store(store.id).status, ShopStatus::restricted);
    EXPECT_EQ(alerts(), std::vector<std::string>{"store.restricted"});
    status = ShopStatus::active;
    bench.database.clock.advance(base::minutes(70));
    settle();
    EXPECT_TRUE(alerts().empty());
}

TEST_F(PollerTest, AShopThatLeftTheListMustBeConnectedAgain) {
    authorised = false;
    status = ShopStatus::inactive;
    settle();
    EXPECT_EQ(bench.store(store.id).connection, Connection::reconnect);
    EXPECT_EQ(bench.store(store.id).connection_reason, "store.shop_not_listed");
}

TEST_F(PollerTest, AShopThatNobodyConnectedIsToldOf) {
    bench.market->on_status = [](const platform::StoreAccess&,
                                 std::string_view) -> platform::Answer<platform::StatusReport> {
        platform::StatusReport out;
        out.status = ShopStatus::active;
        for (const char* id : {"12", "99"}) {
            platform::Shop shop;
            shop.ext_id = id;
            shop.cipher = base::Secret("c");
            out.shops.push_back(std::move(shop));
        }
        return out;
    };
    settle();
    EXPECT_EQ(alerts(), std::vector<std::string>{"store.unexpected_shop"});
}

TEST_F(PollerTest, TheDailyComparisonCountsWhatWasMissed) {
    settle();
    // An order with a time of change that polling had passed already.
    add_order(1, base::hours(30));
    bench.database.clock.advance(base::hours(25));
    settle();
    EXPECT_EQ(stored(), 1);
    EXPECT_EQ(poller.counters().differences.value(), 1u);
    EXPECT_NE(cursor(stream::reconcile).position.find("\"last_differences\":1"), std::string::npos);
}

TEST_F(PollerTest, OrdersBecomeOverdueByTimeAlone) {
    add_order(1, base::hours(1));
    orders[0].ship_by = bench.database.clock.now() + base::hours(1);
    settle();
    bench.database.clock.advance(base::hours(2));
    settle();
    const auto found = *bench.database->read([&](db::Reader& r) { return db::find_order_by_ext_id(r, store.id, "1"); });
    EXPECT_NE(found->flags & model::k_flag_ship_overdue, 0u);
}

TEST_F(PollerTest, BadRecordsAreKeptOnce) {
    bench.market->on_search = [&](const platform::StoreAccess&,
                                  const platform::OrderQuery&) -> platform::Answer<platform::OrderPage> {
        platform::OrderPage page;
        page.bad.push_back({"7", "order.time_missing", base::PiiText("{\"id\":\"7\"}")});
        return page;
    };
    for (int i = 0; i < 5; ++i) {
        bench.database.clock.advance(base::seconds(20));
        settle();
    }
    EXPECT_EQ(*bench.database->read([](db::Reader& r) { return db::count_quarantined(r); }), 1);
}

}  // namespace
}  // namespace ingest
