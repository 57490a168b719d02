#include "db/search.h"

#include <filesystem>

#include "base/file.h"
#include "db/backends.h"
#include "db/conversations.h"
#include "db/events.h"
#include "db/keys.h"
#include "db/search_tokens.h"
#include "db/stores.h"

namespace db {
namespace {

TEST(SearchTokens, WordsAreFoldedAndCut) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(search::words("Red CUP, 2 pcs."), (Words{"red", "cup", "2", "pcs"}));
    EXPECT_EQ(search::words("ＦＵＬＬ width"), (Words{"full", "width"}));
    EXPECT_EQ(search::words("红色杯子"), (Words{"红", "红色", "色", "色杯", "杯", "杯子", "子"}));
    EXPECT_GE(search::words("แก้วสีแดง").size(), 2u);
    EXPECT_TRUE(search::words(" - !").empty());
    EXPECT_EQ(search::query_terms("红色杯子").size(), 3u);
    EXPECT_EQ(search::query_terms("+66 81-234 5678"), (std::vector<Words>{{"w66812345678"}}));
    EXPECT_EQ(search::query_terms("Somchai"), (std::vector<Words>{{"wsomchai"}}));
    EXPECT_EQ(search::query_terms("som"), (std::vector<Words>{{"wsom", "psom"}}));
}

struct SearchTest : test::DatabaseTest {
    model::StoreId store = add_store_named("Bangkok"), other = add_store_named("Hanoi");

    model::StoreId add_store_named(std::string_view name) {
        const auto s = test::make<model::Store>([&](auto& x) { x.name = name; });
        return write([&](Tx& tx) { return add_store(tx, s); })->id;
    }
    model::OrderId order(model::StoreId where, std::string ext_id, std::string buyer, std::string item,
                         std::int64_t updated = 1) {
        return *write([&](Tx& tx) -> Result<model::OrderId> {
            const auto o = test::make<model::Order>([&](auto& x) {
                x.store = where;
                x.ext_id = ext_id;
                x.buyer_name = base::PiiText(buyer);
                x.recipient.phone = base::PiiText("+66 81 234 5678");
                x.lines.resize(1);
                x.lines[0].product_name = item;
                x.updated_at = {updated};
            });
            const auto done = TRY(upsert_order(tx, o));
            TRY_VOID(append_event(tx, test::make<model::Event>([&](auto& e) {
                                      e.store = where;
                                      e.subject = done.id.text();
                                  })));
            return done.id;
        });
    }
    void message(std::string ext_id, std::string text) {
        ASSERT_TRUE(write([&](Tx& tx) -> Result<void> {
            const auto done = TRY(add_message(tx, test::make<model::Message>([&](auto& m) {
                                                  m.store = store;
                                                  m.ext_id = ext_id;
                                                  m.conversation_ext_id = "c";
                                                  m.text = base::PiiText(text);
                                              })));
            TRY_VOID(append_event(tx, test::make<model::Event>([&](auto& e) {
                                      e.store = store;
                                      e.kind = model::EventKind::message_received;
                                      e.subject = done.id.text();
                                  })));
            return {};
        }));
    }
    std::size_t index() { return *db->search().catch_up(100'000); }
    std::vector<std::string> orders(std::string query, std::vector<model::StoreId> stores = {}) {
        const auto page = read([&](Reader& r) {
            return list_orders(r, test::make<OrderFilter>([&](auto& f) {
                                   f.search = query;
                                   f.stores = stores;
                               }),
                               {}, 100);
        });
        EXPECT_TRUE(page) << page.error().what;
        std::vector<std::string> ids;
        for (const auto& row : page->rows) ids.push_back(row.order.ext_id);
        return ids;
    }
    using Ids = std::vector<std::string>;
};
ON_EVERY_DATABASE(SearchTest);

TEST_P(SearchTest, OrdersAreFoundByWhatPeopleType) {
    order(store, "5762318923478123", "Nok Siriporn", "Red cup 红色杯子");
    order(other, "5762318923470000", "Nguyễn Lan", "Blue cup");
    EXPECT_EQ(index(), 2u);
    EXPECT_EQ(orders("5762318923478123"), (Ids{"5762318923478123"}));
    EXPECT_EQ(orders("cup").size(), 2u);
    EXPECT_EQ(orders("RED cup").size(), 1u);
    EXPECT_EQ(orders("红色").size(), 1u);
    EXPECT_EQ(orders("siri").size(), 1u);  // Beginning of a name.
    EXPECT_EQ(orders("iripor").size(), 0u);
    EXPECT_EQ(orders("5678").size(), 2u);  // Last four of the phone.
    EXPECT_EQ(orders("66 81 234 5678").size(), 2u);
    EXPECT_EQ(orders("cup", {other}), (Ids{"5762318923470000"}));
    EXPECT_EQ(orders("nothing").size(), 0u);
    EXPECT_EQ(orders(" - ").size(), 0u);
    EXPECT_EQ(orders("\" OR 1=1 --").size(), 0u);
    EXPECT_EQ(index(), 0u);
}

TEST_P(SearchTest, AChangedOrderIsFoundByWhatItIsNow) {
    order(store, "1", "Nok", "Red cup");
    index();
    order(store, "1", "Nok", "Blue plate", 2);
    index();
    EXPECT_EQ(orders("red").size(), 0u);
    EXPECT_EQ(orders("plate").size(), 1u);
    EXPECT_EQ(orders("nok").size(), 1u);
}

TEST_P(SearchTest, MessagesAreFoundNewestFirst) {
    message("m1", "When do you ship my cup?");
    message("m2", "ship it please");
    index();
    const auto found = *db->search().find(Searched::message, "ship", {}, 10);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_GT(found[0], found[1]);
    EXPECT_EQ(db->search().find(Searched::message, "ship", {}, 1)->size(), 1u);
    EXPECT_TRUE(db->search().find(Searched::order, "ship", {}, 10)->empty());
    EXPECT_TRUE(db->search().find(Searched::message, "ship", {other}, 10)->empty());
}

TEST_P(SearchTest, AForgottenStoreIsNotFoundAndOthersAre) {
    order(store, "1", "Nok", "cup");
    order(other, "2", "Lan", "cup");
    index();
    ASSERT_TRUE(db->search().forget_store(store));
    EXPECT_EQ(orders("cup"), (Ids{"2"}));
    order(other, "3", "Mai", "cup");
    index();
    EXPECT_EQ(orders("cup").size(), 2u);
}

TEST_P(SearchTest, OldMonthsGoWithTheirKeys) {
    order(store, "1", "Nok", "cup");
    index();
    const std::string old = base::utc_month(db.clock.now());
    db.clock.advance(base::days(40));
    order(store, "2", "Lan", "cup");
    index();
    EXPECT_EQ(orders("cup").size(), 2u);
    EXPECT_EQ(*db->search().drop_months_before(base::utc_month(db.clock.now())), 1u);
    EXPECT_EQ(orders("cup"), (Ids{"2"}));
    EXPECT_FALSE(db->keys().find(purpose::index, old));
}

TEST_P(SearchTest, TheIndexHoldsNoWords) {
    order(store, "1", "canaryname", "canaryitem");
    index();
    if (!on_sqlite()) return;
    db.close();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(db.dir())) {
        if (!entry.path().filename().string().starts_with("search-")) continue;
        ++files;
        EXPECT_EQ(base::read_file(entry.path().string())->find("canary"), std::string::npos) << entry.path();
    }
    EXPECT_GE(files, 1u);
    db.open();
}

}  // namespace
}  // namespace db
