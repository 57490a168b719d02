#include "db/returns.h"

#include "db/backends.h"
#include "db/events.h"
#include "db/stores.h"
#include "db/sync.h"

namespace db {
namespace {

using model::ReturnKind;
using model::ReturnStatus;

model::Return sample(model::StoreId store, std::string ext_id, std::int64_t updated = 1'000) {
    model::Return one;
    one.store = store;
    one.ext_id = std::move(ext_id);
    one.order_ext_id = "576653688135258178";
    one.kind = ReturnKind::return_and_refund;
    one.status = ReturnStatus::waiting_for_seller;
    one.raw_status = "RETURN_OR_REFUND_REQUEST_PENDING";
    one.raw_action = "SELLER_RESPOND_RETURN";
    one.asked_by = "BUYER";
    one.reason = "ecom_order_delivered_refund_reason_damaged";
    one.reason_text = "Damaged";
    one.buyer_text = base::PiiText("broken, แตก");
    one.item = "Red cup";
    one.item_count = 2;
    one.amount = {20'99, *base::Currency::parse("GBP")};
    one.disputed = true;
    one.tracking_number = "TH123";
    one.answer_by = {5'000};
    one.created_at = {500};
    one.updated_at = {updated};
    return one;
}

struct ReturnsTest : test::DatabaseTest {
    model::StoreId store = add("Bangkok");

    model::StoreId add(std::string name, model::Platform platform = model::Platform::tiktok_shop) {
        model::Store s;
        s.platform = platform;
        s.name = std::move(name);
        return write([&](Tx& tx) { return add_store(tx, s); })->id;
    }
    ReturnUpsert upsert(const model::Return& one) {
        return *write([&](Tx& tx) { return upsert_return(tx, one); });
    }
    model::Return found(model::ReturnId id) {
        return *read([&](Reader& r) { return find_return(r, id); });
    }
    std::vector<std::string> ext_ids(const ReturnFilter& filter) {
        std::vector<std::string> ids;
        const auto page = *read([&](Reader& r) { return list_returns(r, filter, {}, 200); });
        for (const auto& one : page.rows) ids.push_back(one.ext_id);
        return ids;
    }
};
ON_EVERY_DATABASE(ReturnsTest);

using Ids = std::vector<std::string>;

TEST_P(ReturnsTest, WhatIsWrittenIsRead) {
    const auto one = sample(store, "4035312491762585700");
    const auto made = upsert(one);
    EXPECT_EQ(made.what, Upserted::created);
    EXPECT_EQ(store_of(made.id), store);
    const auto read_back = found(made.id);
    EXPECT_EQ(read_back.ext_id, one.ext_id);
    EXPECT_EQ(read_back.order_ext_id, one.order_ext_id);
    EXPECT_EQ(read_back.kind, one.kind);
    EXPECT_EQ(read_back.status, one.status);
    EXPECT_EQ(read_back.raw_status, one.raw_status);
    EXPECT_EQ(read_back.raw_action, one.raw_action);
    EXPECT_EQ(read_back.asked_by, one.asked_by);
    EXPECT_EQ(read_back.reason, one.reason);
    EXPECT_EQ(read_back.reason_text, one.reason_text);
    EXPECT_EQ(read_back.buyer_text, one.buyer_text);
    EXPECT_EQ(read_back.item, one.item);
    EXPECT_EQ(read_back.item_count, 2);
    EXPECT_EQ(read_back.amount, one.amount);
    EXPECT_TRUE(read_back.disputed);
    EXPECT_EQ(read_back.tracking_number, one.tracking_number);
    EXPECT_EQ(read_back.answer_by, one.answer_by);
    EXPECT_EQ(read_back.created_at, one.created_at);
    EXPECT_EQ(read_back.updated_at, one.updated_at);
    EXPECT_EQ(read_back.collected_at, db.clock.now());
}

TEST_P(ReturnsTest, AnOlderVersionNeverOverwritesANewerOne) {
    auto one = sample(store, "1", 2'000);
    upsert(one);
    auto older = one;
    older.updated_at = {1'999};
    older.status = ReturnStatus::closed;
    EXPECT_EQ(upsert(older).what, Upserted::unchanged);
    EXPECT_EQ(upsert(one).what, Upserted::unchanged);
    one.updated_at = {3'000};
    EXPECT_EQ(upsert(one).what, Upserted::unchanged);  // The same content.
    older.updated_at = {2'500};
    EXPECT_EQ(upsert(older).what, Upserted::unchanged);  // 3000 is remembered.
    one.status = ReturnStatus::refunded;
    one.answer_by = {};
    const auto changed = upsert(one);
    EXPECT_EQ(changed.what, Upserted::changed);
    EXPECT_EQ(changed.old_status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(found(changed.id).status, ReturnStatus::refunded);
    EXPECT_FALSE(found(changed.id).answer_by);
}

TEST_P(ReturnsTest, AReturnAndACancellationMayHaveOneNumber) {
    auto one = sample(store, "77");
    upsert(one);
    one.kind = ReturnKind::cancellation;
    EXPECT_EQ(upsert(one).what, Upserted::created);
    EXPECT_EQ(ext_ids({}).size(), 2u);
    // The other kinds are one list: a request may be changed from refund to return.
    one.kind = ReturnKind::refund_only;
    EXPECT_EQ(upsert(one).what, Upserted::changed);
    EXPECT_EQ(ext_ids({}).size(), 2u);
}

TEST_P(ReturnsTest, WhatMustBeAnsweredFirstStandsOnTop) {
    const auto put = [&](std::string id, base::Time answer_by, ReturnStatus status) {
        auto one = sample(store, std::move(id));
        one.answer_by = answer_by;
        one.status = status;
        upsert(one);
    };
    put("late", {9'000}, ReturnStatus::waiting_for_seller);
    put("none", {}, ReturnStatus::waiting_for_seller);
    put("soon", {2'000}, ReturnStatus::waiting_for_seller);
    put("done", {1'000}, ReturnStatus::refunded);
    ReturnFilter filter;
    filter.order = ReturnOrder::answer_first;
    EXPECT_EQ(ext_ids(filter), (Ids{"soon", "late", "none"}));
    filter.answer_before = {9'000};
    EXPECT_EQ(ext_ids(filter), (Ids{"soon"}));
    const auto counts = *read([&](Reader& r) { return count_open_returns(r, {9'001}); });
    EXPECT_EQ(counts.at(store).open, 3);
    EXPECT_EQ(counts.at(store).due, 2);
}

TEST_P(ReturnsTest, PagesCoverEverythingOnceInBothOrders) {
    for (int i = 0; i < 23; ++i) {
        auto one = sample(store, std::to_string(i));
        one.answer_by = {i % 3 == 0 ? 0 : 1'000 + i % 5};
        one.created_at = {500 + i % 4};
        upsert(one);
    }
    for (const ReturnOrder order : {ReturnOrder::answer_first, ReturnOrder::newest_first}) {
        ReturnFilter filter;
        filter.order = order;
        const Ids whole = ext_ids(filter);
        EXPECT_EQ(whole.size(), 23u);
        Ids paged;
        PageKey after;
        do {
            const auto page = *read([&](Reader& r) { return list_returns(r, filter, after, 5); });
            for (const auto& one : page.rows) paged.push_back(one.ext_id);
            after = page.next;
        } while (after);
        EXPECT_EQ(paged, whole);
    }
}

TEST_P(ReturnsTest, Filters) {
    const auto other = add("Jakarta", model::Platform::shopee);
    upsert(sample(store, "a"));
    auto b = sample(other, "b");
    b.kind = ReturnKind::cancellation;
    b.status = ReturnStatus::closed;
    b.order_ext_id = "other";
    upsert(b);
    ReturnFilter filter;
    filter.stores = {other};
    EXPECT_EQ(ext_ids(filter), (Ids{"b"}));
    filter = {};
    filter.platform = model::Platform::tiktok_shop;
    EXPECT_EQ(ext_ids(filter), (Ids{"a"}));
    filter = {};
    filter.kind = ReturnKind::cancellation;
    EXPECT_EQ(ext_ids(filter), (Ids{"b"}));
    filter = {};
    filter.status = ReturnStatus::waiting_for_seller;
    EXPECT_EQ(ext_ids(filter), (Ids{"a"}));
    filter = {};
    filter.stores = {other};
    filter.order_ext_id = "other";
    EXPECT_EQ(ext_ids(filter), (Ids{"b"}));
}

TEST_P(ReturnsTest, ForgottenTextIsNotCollectedAgain) {
    auto one = sample(store, "1");
    const auto made = upsert(one);
    const auto forget = [&](base::Time before) {
        return write([&](Tx& tx) { return forget_return_texts(tx, store, before, 10); })->size();
    };
    EXPECT_EQ(forget(db.clock.now()), 0u);
    EXPECT_EQ(forget(db.clock.now() + base::days(1)), 1u);
    EXPECT_EQ(forget(db.clock.now() + base::days(1)), 0u);
    EXPECT_TRUE(found(made.id).buyer_text.empty());
    one.updated_at = {9'000};
    one.status = ReturnStatus::refunded;
    EXPECT_EQ(upsert(one).what, Upserted::changed);
    EXPECT_TRUE(found(made.id).buyer_text.empty());
    EXPECT_EQ(found(made.id).item, "Red cup");
}

}  // namespace
}  // namespace db
