#include "ingest/exits.h"

#include <map>

#include "base/json.h"
#include "db/alerts.h"
#include "db/exits.h"
#include "db/settings.h"
#include "ingest/test_bench.h"

namespace ingest {
namespace {

using base::Result;

TEST(SeenFromTest, ReadsTheUsualForms) {
    EXPECT_EQ(read_seen_from("203.0.113.7\n")->address, "203.0.113.7");
    EXPECT_EQ(read_seen_from("2001:DB8:0:0::1")->address, "2001:db8::1");
    const auto told = *read_seen_from(R"({"ip":"203.0.113.7","country":"Thailand","country_code":"th"})");
    EXPECT_EQ(told.address, "203.0.113.7");
    EXPECT_EQ(told.country, "TH");
    EXPECT_EQ(read_seen_from(R"({"origin":"203.0.113.7"})")->country, "");
    EXPECT_EQ(read_seen_from(R"({"address":"203.0.113.7","country":"VN"})")->country, "VN");
}

TEST(SeenFromTest, RefusesWhatHoldsNoAddress) {
    for (const char* body : {"", "{}", "<html>203.0.113.7</html>", R"({"ip":7})", R"({"ip":"203.0.113.7, 10.0.0.1"})",
                             "203.0.113.300", "1.2.3", "[\"203.0.113.7\"]"}) {
        const auto seen = read_seen_from(body);
        ASSERT_FALSE(seen) << body;
        EXPECT_EQ(seen.error().key, "network.exit_unreadable") << body;
    }
}

TEST(AfterLookTest, OnlyAnotherAddressOnTheSameWayIsAChange) {
    const base::Time first{1'000}, later{2'000};
    model::Exit exit = after_look({}, {"203.0.113.7", "TH"}, "", first);
    EXPECT_EQ(exit.changed_at.ms, 0);
    exit = after_look(exit, {"203.0.113.7", "TH"}, "", later);
    EXPECT_EQ(exit.changed_at.ms, 0);
    EXPECT_EQ(exit.seen_at, later);
    const model::Exit moved = after_look(exit, {"198.51.100.1", "VN"}, "", later);
    EXPECT_EQ(moved.previous_address, "203.0.113.7");
    EXPECT_EQ(moved.previous_country, "TH");
    EXPECT_EQ(moved.changed_at, later);
    const model::Exit other_way = after_look(moved, {"192.0.2.1", "SG"}, "http://p.example:1", later);
    EXPECT_EQ(other_way.previous_address, "");
    EXPECT_EQ(other_way.changed_at.ms, 0);
}

struct ExitsTest : testing::Test {
    test::Bench bench{[this](const base::HttpRequest& request) -> Result<base::HttpAnswer> {
        asked.push_back(request);
        if (before_answer) before_answer();
        const auto found = answers.find(request.egress.proxy);
        if (found == answers.end()) return std::unexpected(base::http_error(base::HttpFailure::not_sent, "refused"));
        base::HttpAnswer answer;
        answer.status = 200;
        answer.body = found->second;
        return answer;
    }};
    std::function<void()> before_answer;
    std::map<std::string, std::string> answers;  // By proxy.
    std::vector<base::HttpRequest> asked;
    Exits exits{bench.context};

    void name_service(std::string url = "https://address.example/") {
        ASSERT_TRUE(bench.write([&](db::Tx& tx) {
            return db::save_setting(tx, setting::exit_service, base::json_quote(url), std::nullopt, {});
        }));
    }
    model::Store with_proxy(std::string ext_id, std::string proxy) {
        model::Store store = bench.add_store(std::move(ext_id));
        store.proxy = std::move(proxy);
        store.proxy_user = "user";
        EXPECT_TRUE(bench.write([&](db::Tx& tx) -> Result<void> {
            store = TRY(db::save_store(tx, store));
            return db::save_proxy_password(tx, store.id, base::Secret("secret"));
        }));
        return store;
    }
    std::vector<std::string> alerts() {
        std::vector<std::string> kinds;
        const auto page = bench.database->read([](db::Reader& reader) { return db::list_alerts(reader, {}, {}, 50); });
        for (const model::Alert& alert : page->rows)
            if (alert.state == model::AlertState::open) kinds.push_back(alert.kind);
        return kinds;
    }
};

TEST_F(ExitsTest, NobodyIsAskedUnlessTheOwnerNamedAService) {
    const auto store = bench.add_store("1");
    EXPECT_EQ(exits.look(store.id).error().key, "network.no_service");
    EXPECT_FALSE(*exits.run());
    EXPECT_TRUE(asked.empty());
}

TEST_F(ExitsTest, EachStoreIsLookedAtThroughItsOwnWayOnceAnHour) {
    name_service();
    bench.add_store("1");
    with_proxy("2", "socks5h://proxy.example:1080");
    answers = {{"", "203.0.113.1"}, {"socks5h://proxy.example:1080", R"({"ip":"198.51.100.2","cc":"VN"})"}};
    EXPECT_FALSE(*exits.run());
    ASSERT_EQ(asked.size(), 2u);
    EXPECT_NE(asked[0].egress.owner, asked[1].egress.owner);
    EXPECT_FALSE(*exits.run());
    EXPECT_EQ(asked.size(), 2u) << "asked again within the hour";
    const auto rows = *bench.database->read([](db::Reader& reader) { return db::list_exits(reader); });
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].address, "203.0.113.1");
    EXPECT_EQ(rows[1].address, "198.51.100.2");
    EXPECT_EQ(rows[1].country, "VN");
    bench.database.clock.advance(base::hours(1) + base::seconds(1));
    EXPECT_FALSE(*exits.run());
    EXPECT_EQ(asked.size(), 4u);
    EXPECT_TRUE(alerts().empty());
}

TEST_F(ExitsTest, AFailureIsKeptAndTheLastAddressStaysKnown) {
    name_service();
    const auto store = with_proxy("2", "http://proxy.example:8080");
    answers = {{"http://proxy.example:8080", "198.51.100.2"}};
    ASSERT_EQ(exits.look(store.id)->error_key, "");
    answers.clear();
    const auto failed = *exits.look(store.id);
    EXPECT_NE(failed.error_key, "");
    EXPECT_EQ(failed.address, "198.51.100.2");
    answers = {{"http://proxy.example:8080", "no address here"}};
    EXPECT_EQ(exits.look(store.id)->error_key, "network.exit_unreadable");
}

TEST_F(ExitsTest, AnotherCountryRaisesAnAlertAndAnotherAddressOfTheSameDoesNot) {
    name_service();
    const auto store = bench.add_store("1");
    for (const char* seen : {R"({"ip":"203.0.113.1","cc":"TH"})", R"({"ip":"203.0.113.2","cc":"TH"})"}) {
        answers = {{"", seen}};
        ASSERT_TRUE(exits.look(store.id));
    }
    EXPECT_TRUE(alerts().empty());
    answers = {{"", R"({"ip":"198.51.100.9","cc":"RU"})"}};
    ASSERT_TRUE(exits.look(store.id));
    EXPECT_EQ(alerts(), std::vector<std::string>{"store.exit_country"});
}

TEST_F(ExitsTest, TwoWaysThatTurnOutToBeOneRaiseAnAlertUntilTheyDiffer) {
    name_service();
    const auto one = with_proxy("1", "http://a.example:1");
    const auto two = with_proxy("2", "http://b.example:1");
    bench.add_store("3");
    bench.add_store("4");
    answers = {{"http://a.example:1", "198.51.100.2"}, {"http://b.example:1", "198.51.100.2"}, {"", "203.0.113.1"}};
    ASSERT_TRUE(exits.run());
    EXPECT_EQ(alerts(), std::vector<std::string>{"store.exit_shared"});
    answers["http://b.example:1"] = "198.51.100.3";
    answers["http://a.example:1"] = "198.51.100.4";
    ASSERT_TRUE(exits.look(one.id));
    ASSERT_TRUE(exits.look(two.id));
    EXPECT_TRUE(alerts().empty());
}

TEST_F(ExitsTest, AnAnswerThatComesAfterTheWayWasChangedIsDropped) {
    name_service();
    auto store = with_proxy("1", "http://a.example:1");
    answers = {{"http://a.example:1", "198.51.100.2"}};
    before_answer = [&] {
        store.proxy = "http://b.example:1";
        EXPECT_TRUE(bench.write([&](db::Tx& tx) -> Result<void> {
            store = TRY(db::save_store(tx, store));
            return {};
        }));
    };
    EXPECT_EQ(exits.look(store.id)->address, "");
}

}  // namespace
}  // namespace ingest
