#include "db/exits.h"

#include "db/backends.h"
#include "db/stores.h"

namespace db {
namespace {

struct ExitsTest : test::DatabaseTest {};
ON_EVERY_DATABASE(ExitsTest);

model::Exit seen(std::int64_t store) {
    return {.store = {store},
            .proxy = "socks5h://127.0.0.1:1080",
            .address = "203.0.113.7",
            .country = "TH",
            .seen_at = {1'000},
            .previous_address = "2001:db8::1",
            .previous_country = "VN",
            .changed_at = {900},
            .tried_at = {1'100},
            .error_key = "network.not_sent"};
}

TEST_P(ExitsTest, AnExitIsKeptWholeAndReplaced) {
    model::Exit exit = seen(7);
    const auto save = [&] { return write([&](Tx& tx) { return save_exit(tx, exit); }).has_value(); };
    ASSERT_TRUE(save());
    const auto found = *read([](Reader& r) { return find_exit(r, {7}); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->proxy, exit.proxy);
    EXPECT_EQ(found->address, exit.address);
    EXPECT_EQ(found->country, exit.country);
    EXPECT_EQ(found->seen_at.ms, 1'000);
    EXPECT_EQ(found->previous_address, exit.previous_address);
    EXPECT_EQ(found->previous_country, exit.previous_country);
    EXPECT_EQ(found->changed_at.ms, 900);
    EXPECT_EQ(found->tried_at.ms, 1'100);
    EXPECT_EQ(found->error_key, exit.error_key);
    EXPECT_FALSE(*read([](Reader& r) { return find_exit(r, {8}); }));

    exit.address = "203.0.113.8";
    exit.error_key.clear();
    ASSERT_TRUE(save());
    EXPECT_EQ((*read([](Reader& r) { return find_exit(r, {7}); }))->address, "203.0.113.8");
    EXPECT_EQ(read([](Reader& r) { return list_exits(r); })->size(), 1U);
}

TEST_P(ExitsTest, ARemovedStoreTakesItsExitAlong) {
    const auto store = *write([](Tx& tx) {
        return add_store(tx, test::make<model::Store>([](auto& s) {
                             s.ext_id = "1";
                             s.name = "one";
                         }));
    });
    ASSERT_TRUE(write([&](Tx& tx) { return save_exit(tx, seen(store.id.value)); }));
    ASSERT_TRUE(write([&](Tx& tx) { return remove_store(tx, store.id); }));
    EXPECT_TRUE(read([](Reader& r) { return list_exits(r); })->empty());
}

}  // namespace
}  // namespace db
