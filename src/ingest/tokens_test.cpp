#include "ingest/tokens.h"

#include <atomic>
#include <thread>

#include "db/events.h"
#include "db/leases.h"
#include "ingest/calls.h"
#include "ingest/test_bench.h"

namespace ingest {
namespace {

using model::Connection;
using platform::ErrorClass;

platform::Grant grant(std::string_view access, std::string_view refresh, base::Time expires,
                      std::optional<std::vector<std::string>> scopes = {}) {
    platform::Grant out;
    out.access_token = base::Secret(access);
    out.refresh_token = base::Secret(refresh);
    out.access_expires_at = expires;
    out.refresh_expires_at = expires + base::days(300);
    out.scopes = std::move(scopes);
    return out;
}

struct TokensTest : testing::Test {
    base::Time in_a_week() { return bench.database.clock.now() + base::days(7); }
    test::Bench bench;
    Tokens tokens{bench.context};
    std::atomic<int> refreshes = 0;
};

TEST_F(TokensTest, RenewedOnlyWhenLessThanADayIsLeft) {
    const auto store = bench.add_store("12");
    bench.market->on_refresh = [&](const base::Secret& used) -> platform::Answer<platform::Grant> {
        EXPECT_EQ(used.reveal(), "refresh");
        ++refreshes;
        return grant("access-2", "refresh-2", in_a_week());
    };
    ASSERT_TRUE(tokens.keep_fresh(store.id));
    EXPECT_EQ(refreshes, 0);
    bench.database.clock.advance(base::days(6) + base::hours(1));
    ASSERT_TRUE(tokens.keep_fresh(store.id));
    EXPECT_EQ(refreshes, 1);
    EXPECT_EQ(bench.secrets(store.id).access_token.reveal(), "access-2");
    EXPECT_EQ(bench.secrets(store.id).refresh_token.reveal(), "refresh-2");
    EXPECT_EQ(bench.store(store.id).token_expires_at, in_a_week());
}

TEST_F(TokensTest, AllStoresOfTheSellerGetTheNewTokens) {
    const auto a = bench.add_store("12");
    const auto b = bench.add_store("13");
    const auto other = bench.add_store("14", "seller-2");
    bench.market->on_refresh = [&](const base::Secret&) -> platform::Answer<platform::Grant> {
        return grant("access-2", "refresh-2", in_a_week());
    };
    ASSERT_TRUE(tokens.renew(a.id, base::Secret("access")));
    EXPECT_EQ(bench.secrets(b.id).refresh_token.reveal(), "refresh-2");
    EXPECT_EQ(bench.secrets(other.id).refresh_token.reveal(), "refresh");
}

TEST_F(TokensTest, ManyCallersMakeOneRefresh) {
    const auto a = bench.add_store("12");
    const auto b = bench.add_store("13");
    bench.market->on_refresh = [&](const base::Secret&) -> platform::Answer<platform::Grant> {
        ++refreshes;
        return grant("access-2", "refresh-2", in_a_week());
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] { EXPECT_TRUE(tokens.renew(i % 2 != 0 ? a.id : b.id, base::Secret("access"))); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(refreshes, 1);
}

TEST_F(TokensTest, AnotherInstanceIsLeftToFinish) {
    const auto store = bench.add_store("12");
    ASSERT_TRUE(bench.write([&](db::Tx& tx) {
        return db::take_lease(tx, "token:" + bench.app.id.text() + "/seller-1", "instance-2", base::seconds(60));
    }));
    const auto renewed = tokens.renew(store.id, base::Secret("access"));
    ASSERT_FALSE(renewed);
    EXPECT_EQ(renewed.error().key, "lease.lost");
}

TEST_F(TokensTest, ALostAnswerKeepsTheOldTokensAndTriesAgain) {
    const auto store = bench.add_store("12");
    std::vector<std::string> used;
    bench.market->on_refresh = [&](const base::Secret& token) -> platform::Answer<platform::Grant> {
        used.emplace_back(token.reveal());
        if (used.size() < 3) return test::call_error(ErrorClass::no_answer);
        return grant("access-2", "refresh-2", in_a_week());
    };
    EXPECT_EQ(tokens.renew(store.id, base::Secret("access")).error().code, base::Code::timeout);
    EXPECT_FALSE(tokens.renew(store.id, base::Secret("access")));
    EXPECT_EQ(bench.store(store.id).connection, Connection::connected);
    EXPECT_TRUE(tokens.renew(store.id, base::Secret("access")));
    EXPECT_EQ(used, (std::vector<std::string>{"refresh", "refresh", "refresh"}));
}

TEST_F(TokensTest, ReconnectOnlyWhenTheMarketplaceSaysSo) {
    const auto a = bench.add_store("12");
    const auto b = bench.add_store("13");
    bench.market->on_refresh = [&](const base::Secret&) -> platform::Answer<platform::Grant> {
        return test::call_error(ErrorClass::auth_lost, 36004001);
    };
    EXPECT_EQ(tokens.renew(a.id, base::Secret("access")).error().code, base::Code::unauthenticated);
    EXPECT_EQ(bench.store(a.id).connection, Connection::reconnect);
    EXPECT_EQ(bench.store(b.id).connection, Connection::reconnect);
    EXPECT_EQ(bench.store(a.id).connection_reason, "store.auth_lost");
    const auto events = bench.database->read([&](db::Reader& r) { return db::events_after(r, a.id, 0, 10); });
    ASSERT_EQ(events->size(), 1u);
    EXPECT_EQ(events->front().kind, model::EventKind::store_disconnected);
}

TEST_F(TokensTest, ATokenSpentByAnotherInstanceIsNotALostAuthorisation) {
    const auto store = bench.add_store("12");
    bench.market->on_refresh = [&](const base::Secret&) -> platform::Answer<platform::Grant> {
        // Meanwhile, elsewhere.
        EXPECT_TRUE(bench.write([&](db::Tx& tx) {
            return db::save_store_tokens(
                tx, store.id, {base::Secret("access-9"), base::Secret("refresh-9"), in_a_week(), in_a_week()});
        }));
        return test::call_error(ErrorClass::auth_lost, 36004001);
    };
    (void)tokens.renew(store.id, base::Secret("access"));
    EXPECT_EQ(bench.store(store.id).connection, Connection::connected);
    EXPECT_EQ(bench.secrets(store.id).refresh_token.reveal(), "refresh-9");
}

TEST_F(TokensTest, LostScopesAreTold) {
    const auto store = bench.add_store("12");
    bench.market->on_refresh = [&](const base::Secret&) -> platform::Answer<platform::Grant> {
        ++refreshes;
        if (refreshes == 1) return grant("access-2", "refresh-2", in_a_week(), {{"a", "b"}});
        return grant("access-3", "refresh-3", in_a_week(), {{"a"}});
    };
    ASSERT_TRUE(tokens.renew(store.id, base::Secret("access")));
    EXPECT_EQ(bench.store(store.id).scopes, (std::vector<std::string>{"a", "b"}));
    ASSERT_TRUE(tokens.renew(store.id, base::Secret("access-2")));
    EXPECT_EQ(bench.store(store.id).scopes, std::vector<std::string>{"a"});
    const auto events = *bench.database->read([&](db::Reader& r) { return db::events_after(r, store.id, 0, 10); });
    EXPECT_EQ(events.back().kind, model::EventKind::store_scopes_changed);
    EXPECT_EQ(events.back().detail, R"({"lost":"b"})");
}

TEST_F(TokensTest, AnExpiredTokenIsRenewedOnceAndTheCallRepeated) {
    const auto store = bench.add_store("12");
    StoreCalls calls(bench.context, tokens);
    bench.market->on_refresh = [&](const base::Secret&) -> platform::Answer<platform::Grant> {
        ++refreshes;
        return grant("access-" + std::to_string(refreshes + 1), "r", in_a_week());
    };
    std::vector<std::string> used;
    bench.market->on_shops = [&](const platform::StoreAccess& access) -> platform::Answer<std::vector<platform::Shop>> {
        used.emplace_back(access.access_token.reveal());
        if (used.size() == 1) return test::call_error(ErrorClass::auth_expired, 105002);
        return std::vector<platform::Shop>();
    };
    const auto list = [](platform::Connector& c, const platform::Credentials& s) { return c.shops(s.access()); };
    EXPECT_TRUE(calls.run(store.id, list));
    EXPECT_EQ(used, (std::vector<std::string>{"access", "access-2"}));
    // Refused again right after a renewal: the authorisation is gone.
    bench.market->on_shops = [&](const platform::StoreAccess&) -> platform::Answer<std::vector<platform::Shop>> {
        return test::call_error(ErrorClass::auth_lost, 105001);
    };
    EXPECT_FALSE(calls.run(store.id, list));
    EXPECT_EQ(refreshes, 2);
    EXPECT_EQ(bench.store(store.id).connection, Connection::reconnect);
    EXPECT_EQ(calls.run(store.id, list).error().key, "store.not_connected");
}

// Lazada refuses one of a seller's markets with the code for expired tokens, whatever the token.
TEST_F(TokensTest, AFreshTokenThatOneStoreRefusesIsThatStoresTroubleOnly) {
    const auto store = bench.add_store("12");
    const auto other = bench.add_store("13");
    StoreCalls calls(bench.context, tokens);
    bench.market->on_refresh = [&](const base::Secret&) -> platform::Answer<platform::Grant> {
        ++refreshes;
        return grant("access-" + std::to_string(refreshes + 1), "r", in_a_week());
    };
    bench.market->on_shops = [&](const platform::StoreAccess&) -> platform::Answer<std::vector<platform::Shop>> {
        return test::call_error(ErrorClass::auth_expired, 0);
    };
    const auto list = [](platform::Connector& c, const platform::Credentials& s) { return c.shops(s.access()); };
    EXPECT_FALSE(calls.run(store.id, list));
    EXPECT_EQ(refreshes, 1);
    EXPECT_EQ(bench.store(store.id).connection, Connection::reconnect);
    EXPECT_EQ(bench.store(other.id).connection, Connection::connected);
}

TEST_F(TokensTest, ARefreshThatTellsNoEndMovesNone) {
    const auto store = bench.add_store("12");
    const base::Time end = bench.store(store.id).authorisation_expires_at;
    ASSERT_TRUE(end);
    bench.market->on_refresh = [&](const base::Secret&) -> platform::Answer<platform::Grant> {
        auto renewed = grant("access-2", "refresh-2", in_a_week());
        renewed.refresh_expires_at = {};
        return renewed;
    };
    ASSERT_TRUE(tokens.renew(store.id, base::Secret("access")));
    EXPECT_EQ(bench.secrets(store.id).access_token.reveal(), "access-2");
    EXPECT_EQ(bench.store(store.id).authorisation_expires_at, end);
}

}  // namespace
}  // namespace ingest
