#include "ingest/returns.h"

#include <algorithm>

#include "db/events.h"
#include "db/inbox.h"
#include "db/returns.h"
#include "db/sync.h"
#include "ingest/inbox_worker.h"
#include "ingest/poller.h"
#include "ingest/test_bench.h"
#include "platform/returns.h"

namespace ingest {
namespace {

using model::EventKind;
using model::ReturnKind;
using model::ReturnStatus;
using platform::ReturnList;

// A marketplace with returns and cancellations in lists of their own, which pages by offset.
struct Market final : platform::ReturnCalls {
    std::vector<ReturnList> lists() const override { return offered; }
    base::Duration widest_window() const override { return base::days(15); }
    platform::Answer<platform::ReturnPage> search_returns(const platform::StoreAccess&, ReturnList list,
                                                          const platform::OrderQuery& query) override {
        ++searches;
        if (refuse) return test::call_error(*refuse, 1);
        if (query.updated_before) widest = std::max(widest, query.updated_before - query.updated_from);
        std::vector<model::Return> found;
        for (const model::Return& one : all)
            if (one.is_cancellation() == (list == ReturnList::cancellations) && one.updated_at >= query.updated_from &&
                (!query.updated_before || one.updated_at < query.updated_before))
                found.push_back(one);
        std::ranges::sort(found, {}, &model::Return::updated_at);
        const std::size_t offset = query.page_token.empty() ? 0 : std::stoul(query.page_token);
        platform::ReturnPage page;
        for (std::size_t i = offset; i < found.size() && i < offset + page_size; ++i) page.returns.push_back(found[i]);
        if (offset + page_size < found.size()) page.next_page_token = std::to_string(offset + page_size);
        if (bad) page.bad.push_back({"9", "return.time_missing", base::PiiText("{\"return_id\":\"9\"}")});
        return page;
    }
    platform::Answer<platform::ReturnPage> find_return(const platform::StoreAccess&, ReturnList,
                                                       std::string_view ext_id) override {
        platform::ReturnPage page;
        for (const model::Return& one : all)
            if (one.ext_id == ext_id) page.returns.push_back(one);
        return page;
    }

    std::vector<ReturnList> offered = {ReturnList::returns, ReturnList::cancellations};
    std::vector<model::Return> all;
    std::optional<platform::ErrorClass> refuse;
    base::Duration widest;
    std::size_t page_size = 3;
    int searches = 0;
    bool bad = false;
};

struct ReturnsPollTest : testing::Test {
    ReturnsPollTest() {
        bench.market->return_calls = &market;
        bench.market->on_search = [](const platform::StoreAccess&,
                                     const platform::OrderQuery&) -> platform::Answer<platform::OrderPage> {
            return platform::OrderPage{};
        };
        bench.market->on_orders = [](const platform::StoreAccess&, const std::vector<std::string>& ids) {
            platform::OrderPage page;
            for (const std::string& id : ids) page.bad.push_back({id, "order.time_missing", base::PiiText("{}")});
            return platform::Answer<platform::OrderPage>(std::move(page));
        };
        store = bench.add_store("12");
        EXPECT_TRUE(bench.write([&](db::Tx& tx) { return start_streams(tx, store.id); }));
    }
    void add(std::string id, base::Duration age, ReturnKind kind = ReturnKind::refund_only) {
        model::Return one;
        one.ext_id = std::move(id);
        one.order_ext_id = "5";
        one.kind = kind;
        one.status = ReturnStatus::waiting_for_seller;
        one.raw_status = "PENDING";
        one.amount = {100, *base::Currency::parse("THB")};
        one.updated_at = base::Time::from_unix_seconds((bench.database.clock.now() - age).unix_seconds());
        one.created_at = one.updated_at;
        one.collected_at = one.updated_at;
        market.all.push_back(one);
    }
    void settle() {
        for (int i = 0; i < 30; ++i) {
            poller.step();
            jobs.wait_idle();
        }
    }
    std::vector<model::Return> stored() {
        return bench.database->read([&](db::Reader& r) { return db::list_returns(r, {}, {}, 100); })->rows;
    }
    db::SyncCursor cursor(std::string_view name) {
        return **bench.database->read([&](db::Reader& r) { return db::find_sync_cursor(r, store.id, name); });
    }
    std::int64_t events(EventKind kind) {
        const auto all = *bench.database->read([&](db::Reader& r) { return db::events_after(r, store.id, 0, 200); });
        return std::ranges::count(all, kind, &model::Event::kind);
    }

    test::Bench bench;
    Market market;
    model::Store store;
    Tokens tokens{bench.context};
    StoreCalls calls{bench.context, tokens};
    platform::Breaker breaker{bench.database.clock};
    platform::StoreJobs jobs{2};
    Intake intake{bench.context};
    LostWebhooks lost_webhooks{bench.context, calls, intake};
    Poller poller{bench.context, calls, tokens, jobs, breaker, lost_webhooks};
    InboxWorker worker{bench.context, calls, jobs, breaker};
};

TEST_F(ReturnsPollTest, BringsThirtyDaysOfBothListsOnce) {
    for (int i = 0; i < 10; ++i) add(std::to_string(i), base::hours(70 * i));
    for (int i = 0; i < 4; ++i) add(std::to_string(i), base::hours(30 * i), ReturnKind::cancellation);
    settle();
    EXPECT_EQ(stored().size(), 14u);
    EXPECT_EQ(events(EventKind::return_opened), 14);
    EXPECT_EQ(poller.counters().returns.value(), 14u);
    EXPECT_LE(market.widest.ms, (base::days(15) + k_overlap).ms);
    EXPECT_TRUE(cursor(stream::returns).done_at);
    EXPECT_TRUE(cursor(stream::cancellations).done_at);
    bench.database.clock.advance(base::hours(1));
    settle();
    EXPECT_EQ(events(EventKind::return_opened), 14);
    EXPECT_EQ(events(EventKind::return_changed), 0);
}

TEST_F(ReturnsPollTest, AChangeIsToldWithBothStates) {
    add("1", base::hours(2));
    settle();
    market.all[0].status = ReturnStatus::refunded;
    market.all[0].updated_at = base::Time::from_unix_seconds(bench.database.clock.now().unix_seconds());
    bench.database.clock.advance(base::hours(1));
    settle();
    ASSERT_EQ(stored().size(), 1u);
    EXPECT_EQ(stored()[0].status, ReturnStatus::refunded);
    const auto told =
        *bench.database->read([&](db::Reader& r) { return db::events_about(r, store.id, stored()[0].id.text(), 10); });
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[0].kind, EventKind::return_changed);
    EXPECT_EQ(told[0].detail, R"({"from":"waiting_for_seller","to":"refunded"})");
}

TEST_F(ReturnsPollTest, AWebhookLeadsToAReadAtOnce) {
    settle();
    market.searches = 0;
    bench.market->on_parse = [](std::string_view body) -> base::Result<platform::Hint> {
        platform::Hint hint;
        hint.kind = platform::HintKind::order;
        hint.order_ext_ids = {"5"};
        hint.about_return = body == "return";
        return hint;
    };
    const auto deliver = [&](std::string body) {
        db::RawEvent raw;
        raw.platform = model::Platform::tiktok_shop;
        raw.store = store.id;
        raw.app = bench.app.id;
        raw.shop_ext_id = "12";
        raw.unique_key = body;
        raw.payload = body;
        raw.received_at = bench.database.clock.now();
        ASSERT_TRUE(bench.database->inbox().append(raw));
        while (worker.step()) {
        }
        jobs.wait_idle();
        settle();
    };
    add("1", base::seconds(0));
    deliver("order");
    EXPECT_TRUE(stored().empty());
    deliver("return");
    EXPECT_EQ(stored().size(), 1u);
    EXPECT_EQ(market.searches, 2);  // Each list once.
}

TEST_F(ReturnsPollTest, ARefusalIsKeptWithTheStreamAndLeavesTheOrdersAlone) {
    market.refuse = platform::ErrorClass::scope_missing;
    settle();
    EXPECT_EQ(cursor(stream::returns).error_key, "platform.scope_missing");
    EXPECT_FALSE(cursor(stream::returns).done_at);
    EXPECT_EQ(bench.store(store.id).last_error, "");
    EXPECT_TRUE(cursor(stream::orders).done_at);
    market.refuse.reset();
    add("1", base::hours(1));
    bench.database.clock.advance(base::hours(1));
    settle();
    EXPECT_EQ(stored().size(), 1u);
    EXPECT_EQ(cursor(stream::returns).error_key, "");
}

TEST_F(ReturnsPollTest, AMarketplaceWithoutTheListIsNotAsked) {
    market.offered = {ReturnList::returns};
    settle();
    EXPECT_TRUE(cursor(stream::returns).done_at);
    EXPECT_FALSE(cursor(stream::cancellations).done_at);
    EXPECT_EQ(cursor(stream::cancellations).error_key, "");
    bench.market->return_calls = nullptr;
    bench.database.clock.advance(base::hours(1));
    settle();
    EXPECT_EQ(cursor(stream::returns).error_key, "");
}

TEST_F(ReturnsPollTest, ABadRecordIsKeptAndTheOthersGoOn) {
    market.bad = true;
    add("1", base::hours(1));
    settle();
    EXPECT_EQ(stored().size(), 1u);
    const auto kept = *bench.database->read([](db::Reader& r) { return db::list_quarantined(r, 10); });
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(kept[0].kind, "return");
    EXPECT_EQ(kept[0].reason, "return.time_missing");
}

}  // namespace
}  // namespace ingest
