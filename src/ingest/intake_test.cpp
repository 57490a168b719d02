#include "ingest/intake.h"

#include <future>

#include "db/inbox.h"
#include "ingest/test_bench.h"

namespace ingest {
namespace {

using model::Platform;

struct IntakeTest : testing::Test {
    IntakeTest() {
        bench.market->on_verify = [](std::string_view, std::string_view signature) { return signature == "good"; };
        bench.market->on_parse = [this](std::string_view body) -> base::Result<platform::Hint> {
            if (body == "not json") return base::fail(base::Code::invalid_input, "no JSON");
            return hint;
        };
        hint.kind = platform::HintKind::order;
        hint.type = 1;
        hint.shop_ext_id = "12";
        hint.notification_id = "n1";
        hint.sent_at = bench.database.clock.now();
    }
    Decision send(std::string body, std::string_view signature = "good") {
        std::promise<Decision> answer;
        intake.receive(Platform::tiktok_shop, std::move(body), signature,
                       [&](Decision decision) { answer.set_value(decision); });
        return answer.get_future().get();
    }
    std::vector<db::StoredEvent> stored() { return *bench.database->inbox().claim(100); }

    test::Bench bench;
    platform::Hint hint;
    Intake intake{bench.context};
};

TEST_F(IntakeTest, WhatIsRightlySignedIsOnDiskBeforeTheAnswer) {
    const model::Store store = bench.add_store("12");
    EXPECT_EQ(send("{body}"), Decision::accepted);
    const auto events = stored();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].event.payload, "{body}");
    EXPECT_EQ(events[0].event.store, store.id);
    EXPECT_EQ(events[0].event.app, bench.app.id);
    EXPECT_EQ(events[0].event.kind, "1");
    EXPECT_EQ(events[0].event.unique_key, "n1");
}

TEST_F(IntakeTest, ForgedBodiesAreRefusedAndNotKept) {
    EXPECT_EQ(send("{body}", "bad"), Decision::refused);
    EXPECT_EQ(send("{body}", ""), Decision::refused);
    EXPECT_TRUE(stored().empty());
    EXPECT_EQ(intake.counters().bad_signature.value(), 2u);
}

TEST_F(IntakeTest, PlatformsWithoutConnectorAreRefused) {
    std::promise<Decision> answer;
    intake.receive(Platform::shopee, "{}", "good", [&](Decision decision) { answer.set_value(decision); });
    EXPECT_EQ(answer.get_future().get(), Decision::refused);
}

TEST_F(IntakeTest, TheSameNotificationIsKeptOnce) {
    EXPECT_EQ(send("{body}"), Decision::accepted);
    EXPECT_EQ(send("{body}"), Decision::accepted);
    EXPECT_EQ(stored().size(), 1u);
    EXPECT_EQ(intake.counters().duplicates.value(), 1u);
}

TEST_F(IntakeTest, WithoutNotificationIdTheBodyDecides) {
    hint.notification_id.clear();
    EXPECT_EQ(send("{a}"), Decision::accepted);
    EXPECT_EQ(send("{a}"), Decision::accepted);
    EXPECT_EQ(send("{b}"), Decision::accepted);
    EXPECT_EQ(stored().size(), 2u);
}

TEST_F(IntakeTest, UnknownShopsAndUnreadableBodiesAreKept) {
    EXPECT_EQ(send("{body}"), Decision::accepted);
    EXPECT_EQ(send("not json"), Decision::accepted);
    const auto events = stored();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_FALSE(events[0].event.store);
    EXPECT_EQ(events[0].event.shop_ext_id, "12");
    EXPECT_EQ(intake.counters().unknown_shop.value(), 1u);
}

TEST_F(IntakeTest, AShopConnectedAMomentAgoIsFound) {
    EXPECT_EQ(send("{1}"), Decision::accepted);
    bench.add_store("12");
    bench.database.clock.advance(base::seconds(2));
    hint.notification_id = "n2";
    EXPECT_EQ(send("{2}"), Decision::accepted);
    EXPECT_TRUE(stored().at(1).event.store);
}

TEST_F(IntakeTest, OlderThanAnyRetryIsAReplay) {
    hint.sent_at = bench.database.clock.now() - base::hours(16) - base::seconds(1);
    EXPECT_EQ(send("{body}"), Decision::refused);
    EXPECT_TRUE(stored().empty());
    EXPECT_EQ(intake.counters().replayed.value(), 1u);
    // The last retry of the marketplace's ladder is not.
    hint.sent_at = bench.database.clock.now() - base::hours(15) - base::minutes(32);
    EXPECT_EQ(send("{body}"), Decision::accepted);
}

TEST_F(IntakeTest, TooLargeBodiesAreRefusedUnread) {
    EXPECT_EQ(send(std::string(Intake::k_max_body + 1, 'x')), Decision::refused);
    EXPECT_EQ(intake.counters().too_large.value(), 1u);
    EXPECT_EQ(send(std::string(Intake::k_max_body, 'x')), Decision::accepted);
}

TEST_F(IntakeTest, AForgeryFloodIsLoggedOnceInTenSeconds) {
    int lines = 0;
    base::set_log_sink([&](std::string_view) { ++lines; });
    for (int i = 0; i < 1'000; ++i) send("{body}", "bad");
    EXPECT_EQ(lines, 1);
    bench.database.clock.advance(base::seconds(10));
    send("{body}", "bad");
    EXPECT_EQ(lines, 2);
}

}  // namespace
}  // namespace ingest
