#include "api/trouble.h"

#include <gtest/gtest.h>

namespace {

using namespace api;

const base::Time k_now = *base::parse_iso8601("2026-11-22T12:00:00Z");

model::Store healthy() {
    model::Store store;
    store.connection = model::Connection::connected;
    store.status = model::ShopStatus::active;
    store.status_checked_at = k_now - base::minutes(30);
    store.last_sync_at = k_now - base::minutes(2);
    store.authorisation_expires_at = k_now + base::days(200);
    return store;
}

TEST(Trouble, AHealthyStoreHasNone) {
    EXPECT_TRUE(trouble_of(healthy(), k_now).empty());
}

TEST(Trouble, MissingDataAreNeverFine) {
    model::Store store = healthy();
    store.last_sync_at = {};
    store.status = model::ShopStatus::unknown;
    EXPECT_EQ(trouble_of(store, k_now), (std::vector<std::string>{"store.never_read", "store.status_unknown"}));
    store = healthy();
    store.status_checked_at = k_now - base::hours(4);
    EXPECT_EQ(trouble_of(store, k_now), std::vector<std::string>{"store.status_unknown"});
    store = healthy();
    store.last_sync_at = k_now - base::minutes(16);
    EXPECT_EQ(severity_of(trouble_of(store, k_now)), model::Severity::medium);
}

TEST(Trouble, EndingAuthorisationGetsMoreUrgent) {
    model::Store store = healthy();
    store.authorisation_expires_at = k_now + base::days(20);
    EXPECT_EQ(severity_of(trouble_of(store, k_now)), model::Severity::medium);
    store.authorisation_expires_at = k_now + base::days(3);
    EXPECT_EQ(severity_of(trouble_of(store, k_now)), model::Severity::high);
}

TEST(Trouble, AFrozenShopIsWorst) {
    model::Store store = healthy();
    store.status = model::ShopStatus::inactive;
    store.last_error = "store.all_calls_fail";
    EXPECT_EQ(trouble_of(store, k_now).front(), "store.inactive");
    EXPECT_EQ(severity_of(trouble_of(store, k_now)), model::Severity::critical);
}

TEST(Trouble, StoresWithoutConnectionAreSilent) {
    EXPECT_TRUE(trouble_of(model::Store{}, k_now).empty());
}

TEST(Trouble, TheDayStartsInTheStoresZone) {
    EXPECT_EQ(base::iso8601(start_of_day(k_now, "Asia/Bangkok")), "2026-11-21T17:00:00.000Z");
    EXPECT_EQ(base::iso8601(start_of_day(k_now, "")), "2026-11-22T00:00:00.000Z");
    EXPECT_EQ(base::iso8601(start_of_day(k_now, "Mars/Olympus")), "2026-11-22T00:00:00.000Z");
}

}  // namespace
