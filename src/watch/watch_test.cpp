#include "watch/watch.h"

#include <gmock/gmock.h>

#include <stdexcept>

#include "watch/test_bench.h"

namespace watch {
namespace {

using model::Severity;
using model::Verdict;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view k_scam = "Please read me the 6 digits you just got, I sent them by mistake.";
constexpr std::string_view k_harmless = "Hello, when will my order arrive? Thank you!";

model::Finding finding(Severity severity, Verdict verdict) {
    model::Finding f;
    f.detector = "message.test";
    f.severity = severity;
    f.verdict = verdict;
    f.category = verdict == Verdict::clean ? model::Category::none : model::Category::phishing;
    return f;
}

struct WatchTest : testing::TestWithParam<db::test::Backend> {
    model::MessageId say(model::StoreId to, std::string_view text, std::string conversation = "anna") {
        return bench.say({.store = to, .conversation = std::move(conversation), .text = std::string(text)});
    }
    std::vector<model::Finding> findings() { return bench.findings(store); }
    std::vector<model::Alert> alerts() { return bench.alerts(store); }
    // Writes of findings or cursors fail from now on, as constraints of the database itself make them.
    void forbid(std::string_view index) {
        ASSERT_TRUE(bench.write(
            [&](db::Tx& tx) { return tx.exec("CREATE UNIQUE INDEX forbidden ON " + std::string(index), {}); }));
    }
    void permit() {
        ASSERT_TRUE(bench.write([&](db::Tx& tx) { return tx.exec("DROP INDEX forbidden", {}); }));
    }

    test::Bench bench{GetParam()};
    model::StoreId store = bench.add_store("Store A");
    Watch watch{*bench.database, test::judge};
};
ON_EVERY_DATABASE(WatchTest);

TEST_P(WatchTest, AScamGivesOneFindingAndOneAlertThatPointToTheMessage) {
    const auto id = say(store, k_scam);
    bench.run(watch);
    ASSERT_THAT(findings(), SizeIs(1));
    const model::Finding found = findings().front();
    EXPECT_EQ(found.subject_kind, "message");
    EXPECT_EQ(found.subject, id.text());
    EXPECT_EQ(found.event_position, 1);
    EXPECT_EQ(found.as_of, bench.database.clock.now());
    EXPECT_EQ(found.rules_version, test::engine().rules().version);
    ASSERT_FALSE(found.reasons.empty());
    EXPECT_TRUE(found.reasons.front().at) << "the words that the reason is about";
    ASSERT_THAT(alerts(), SizeIs(1));
    EXPECT_EQ(alerts().front().latest, found.id);
    EXPECT_EQ(alerts().front().severity, found.severity);
    EXPECT_EQ(alerts().front().count, 1);
    // Told to everybody who follows the store's log, after what it is about.
    std::vector<model::EventKind> kinds;
    for (const auto& event : bench.events(store)) kinds.push_back(event.kind);
    EXPECT_THAT(kinds, ElementsAre(model::EventKind::message_received, model::EventKind::finding_made,
                                   model::EventKind::alert_opened));
    EXPECT_EQ(watch.counters().judged.value(), 1u);
    EXPECT_EQ(watch.counters().findings.value(), 1u);
    EXPECT_EQ(watch.counters().failures.value(), 0u);
}

TEST_P(WatchTest, ADayGroupsAndALaterFindingOpensAnAlertOfItsOwn) {
    say(store, k_scam);
    bench.run(watch);
    bench.database.clock.advance(Watch::k_alert_window);
    say(store, k_scam);
    bench.run(watch);
    ASSERT_THAT(alerts(), SizeIs(1));
    EXPECT_EQ(alerts().front().count, 2);
    EXPECT_EQ(alerts().front().latest, findings().back().id);
    bench.database.clock.advance(Watch::k_alert_window + base::milliseconds(1));
    say(store, k_scam);
    bench.run(watch);
    EXPECT_THAT(findings(), SizeIs(3));
    EXPECT_THAT(alerts(), SizeIs(2));
}

// Which detector weighs most may differ from one message to the next; the alert is about what goes on.
TEST_P(WatchTest, OneIdentityIsOneAlertWhicheverDetectorWasStrongest) {
    int calls = 0;
    Watch two(*bench.database, [&](const auto&, const auto&, base::Time) {
        auto f = finding(Severity::high, Verdict::scam);
        f.detector = ++calls == 1 ? "message.threat" : "message.lookalike";
        return f;
    });
    say(store, "a");
    say(store, "b");
    bench.run(two);
    EXPECT_THAT(findings(), SizeIs(2));
    EXPECT_THAT(alerts(), SizeIs(1));
}

TEST_P(WatchTest, AHarmlessMessageGivesNothingAndIsRead) {
    say(store, k_harmless);
    bench.run(watch);
    EXPECT_THAT(findings(), IsEmpty());
    EXPECT_THAT(alerts(), IsEmpty());
    EXPECT_EQ(bench.cursor(store), 1);
    EXPECT_EQ(watch.counters().judged.value(), 1u);
}

TEST_P(WatchTest, OfALowSeverityTheFindingIsKeptWithoutAnAlert) {
    Watch low(*bench.database,
              [](const auto&, const auto&, base::Time) { return finding(Severity::low, Verdict::clean); });
    const auto id = say(store, "a");
    bench.run(low);
    const auto kept =
        bench.database->read([&](db::Reader& r) { return db::findings_about(r, store, "message", id.text(), 10); });
    ASSERT_THAT(*kept, SizeIs(1));
    EXPECT_EQ(kept->front().severity, Severity::low);
    EXPECT_THAT(alerts(), IsEmpty());
}

TEST_P(WatchTest, WhatADetectorThrowsIsAFindingOfItsOwnAndTheRestGoesOn) {
    Watch failing(*bench.database, [](const detect::MessageView& message, const auto& window, base::Time as_of) {
        if (message.features->parts.front().text == "bad") throw std::runtime_error("bad");
        return test::judge(message, window, as_of);
    });
    const auto bad = say(store, "bad");
    say(store, k_scam);
    bench.run(failing);
    ASSERT_THAT(findings(), SizeIs(2));
    const model::Finding found = findings().front();
    EXPECT_EQ(found.verdict, Verdict::unreadable);
    EXPECT_EQ(found.severity, Severity::medium);
    EXPECT_EQ(found.subject, bad.text());
    ASSERT_THAT(found.reasons, SizeIs(1));
    EXPECT_EQ(found.reasons.front().code, "unread.message");
    EXPECT_EQ(found.reasons.front().args.at("why"), "internal");
    EXPECT_TRUE(test::engine().rules().reasons.contains(found.reasons.front().code)) << "there are words for it";
    EXPECT_THAT(alerts(), SizeIs(2));
    EXPECT_THAT(bench.news(), IsEmpty());
    EXPECT_EQ(failing.counters().failures.value(), 1u);
}

TEST_P(WatchTest, ManyThatCouldNotBeJudgedAreOneAlert) {
    Watch failing(*bench.database,
                  [](const auto&, const auto&, base::Time) -> model::Finding { throw std::runtime_error("bad"); });
    for (int i = 0; i < 5; ++i) say(store, "a", std::to_string(i));
    bench.run(failing);
    EXPECT_THAT(findings(), SizeIs(5));
    ASSERT_THAT(alerts(), SizeIs(1));
    EXPECT_EQ(alerts().front().count, 5);
}

TEST_P(WatchTest, AnEventWithoutItsMessageIsSaidNotPassedOver) {
    model::Event event;
    event.store = store;
    event.kind = model::EventKind::message_received;
    event.subject = "no id";
    ASSERT_TRUE(bench.write([&](db::Tx& tx) { return db::append_event(tx, event); }));
    bench.run(watch);
    ASSERT_THAT(findings(), SizeIs(1));
    EXPECT_EQ(findings().front().reasons.front().args.at("why"), "corrupt");
    // What retention took away is no trouble.
    event.subject = model::MessageId{(store.value << db::k_store_shift) | 999}.text();
    ASSERT_TRUE(bench.write([&](db::Tx& tx) { return db::append_event(tx, event); }));
    bench.run(watch);
    EXPECT_THAT(findings(), SizeIs(1));
    EXPECT_THAT(bench.news(), IsEmpty());
}

TEST_P(WatchTest, FindingsAlertsAndCursorAreSavedTogetherOrNotAtAll) {
    say(store, k_scam);
    say(store, k_scam);
    forbid("findings (store_id)");  // The second finding of the batch cannot be written.
    const auto failed = watch.run();
    ASSERT_FALSE(failed) << "no other instance's work: it must not be tried again without a pause";
    EXPECT_EQ(failed.error().key, "db.duplicate");
    EXPECT_EQ(bench.cursor(store), 0);
    EXPECT_THAT(findings(), IsEmpty());
    EXPECT_THAT(alerts(), IsEmpty());
    permit();
    bench.run(watch);
    EXPECT_THAT(findings(), SizeIs(2));
    ASSERT_THAT(alerts(), SizeIs(1));
    EXPECT_EQ(alerts().front().count, 2);
}

TEST_P(WatchTest, AStoreThatFailsDoesNotHoldUpTheOthers) {
    const auto other = bench.add_store("Store B");
    say(store, k_scam);
    say(store, k_scam);
    say(other, k_scam);
    forbid("findings (store_id)");
    EXPECT_FALSE(watch.run());
    EXPECT_THAT(findings(), IsEmpty());
    EXPECT_THAT(bench.findings(other), SizeIs(1));
    EXPECT_THAT(bench.alerts(other), SizeIs(1));
    permit();
    bench.run(watch);
    EXPECT_THAT(findings(), SizeIs(2));
    EXPECT_THAT(bench.findings(other), SizeIs(1));
}

TEST_P(WatchTest, TheSameChatInTwoStoresIsTwoAlerts) {
    const auto other = bench.add_store("Store B");
    say(store, k_scam);
    say(other, k_scam);
    bench.run(watch);
    EXPECT_THAT(findings(), SizeIs(1));
    EXPECT_THAT(bench.findings(other), SizeIs(1));
    EXPECT_THAT(alerts(), SizeIs(1));
    EXPECT_THAT(bench.alerts(other), SizeIs(1));
    EXPECT_GE(bench.cursor(store), 1);
    EXPECT_GE(bench.cursor(other), 1);
}

TEST_P(WatchTest, RunningAgainGivesNothingTwice) {
    say(store, k_scam);
    bench.run(watch);
    const auto events = bench.events(store).size();
    bench.run(watch);
    Watch restarted(*bench.database, test::judge);
    bench.run(restarted);
    EXPECT_EQ(bench.events(store).size(), events);
    EXPECT_THAT(findings(), SizeIs(1));
    EXPECT_EQ(alerts().front().count, 1);
    EXPECT_EQ(restarted.counters().judged.value(), 0u);
}

// Two instances read the same batch; the one that comes second has its whole work undone.
TEST_P(WatchTest, AnotherInstanceThatWasFasterIsNoErrorAndNothingIsDoneTwice) {
    bool first = true;
    Watch slow(*bench.database, [&](const auto& message, const auto& window, base::Time as_of) {
        if (std::exchange(first, false)) bench.run(watch);
        return test::judge(message, window, as_of);
    });
    say(store, k_scam);
    const auto ran = slow.run();
    ASSERT_TRUE(ran) << ran.error().what;
    EXPECT_TRUE(*ran) << "it looks again";
    bench.run(slow);
    EXPECT_THAT(findings(), SizeIs(1));
    ASSERT_THAT(alerts(), SizeIs(1));
    EXPECT_EQ(alerts().front().count, 1);
    EXPECT_EQ(slow.counters().findings.value(), 0u);
    EXPECT_EQ(watch.counters().findings.value(), 1u);
}

TEST_P(WatchTest, AWindowShowsTheConversationBeforeTheMessageAndNothingLater) {
    std::vector<std::string> seen;
    base::Time judged_as_of;
    Watch looking(*bench.database,
                  [&](const detect::MessageView& message, const detect::Window& window, base::Time as_of) {
                      if (message.features->parts.front().text == "now") {
                          judged_as_of = as_of;
                          for (const auto& past : window.messages) seen.push_back(past.text);
                      }
                      return finding(Severity::none, Verdict::clean);
                  });
    const base::Time now = bench.database.clock.now();
    const auto at = [&](base::Time sent, std::string text, std::string conversation = "anna",
                        model::SenderRole sender = model::SenderRole::buyer) {
        bench.say({.store = store, .conversation = conversation, .text = text, .sender = sender, .sent_at = sent});
    };
    at(now - Watch::k_history - base::milliseconds(1), "too old");
    at(now - Watch::k_history, "oldest");
    at(now - base::hours(1), "answer", "anna", model::SenderRole::agent);
    at(now - base::hours(1), "elsewhere", "bela");
    at(now, "now");
    at(now + base::seconds(1), "later");  // There before the consumer looks, as in a run over the past.
    const auto other = bench.add_store("Store B");
    bench.say({.store = other, .text = "other store", .sent_at = now - base::hours(1)});
    bench.run(looking);
    EXPECT_THAT(seen, ElementsAre("oldest", "answer"));
    EXPECT_EQ(judged_as_of, now);
}

TEST_P(WatchTest, OnlyWhatCameFromOutsideIsJudged) {
    using enum model::SenderRole;
    for (const model::SenderRole sender : {shop, agent, system, robot})
        bench.say({.store = store, .text = std::string(k_scam), .sender = sender});
    bench.run(watch);
    EXPECT_EQ(watch.counters().judged.value(), 0u);
    bench.say({.store = store, .text = std::string(k_scam), .sender = unknown});
    bench.run(watch);
    EXPECT_THAT(findings(), SizeIs(1));
}

TEST_P(WatchTest, AFloodIsKeptWholeInPieces) {
    Watch flooded(*bench.database,
                  [](const auto&, const auto&, base::Time) { return finding(Severity::high, Verdict::scam); });
    const std::size_t count = 2 * Watch::k_findings_max + 3;
    for (std::size_t i = 0; i < count; ++i) say(store, "a");
    const auto more = flooded.run();
    ASSERT_TRUE(more);
    EXPECT_TRUE(*more);
    EXPECT_THAT(findings(), SizeIs(Watch::k_findings_max));
    EXPECT_EQ(bench.cursor(store), static_cast<std::int64_t>(Watch::k_findings_max));
    bench.run(flooded);
    EXPECT_THAT(findings(), SizeIs(count));
    ASSERT_THAT(alerts(), SizeIs(1));
    EXPECT_EQ(alerts().front().count, static_cast<std::int64_t>(count));
}

TEST_P(WatchTest, EventsOfARemovedStoreAreNoWork) {
    say(store, k_scam);
    ASSERT_TRUE(bench.write([&](db::Tx& tx) { return db::remove_store(tx, store); }));
    // What another instance still wrote when the store went.
    model::Event event;
    event.store = store;
    event.kind = model::EventKind::message_received;
    event.subject = "m_1";
    ASSERT_TRUE(bench.write([&](db::Tx& tx) { return db::append_event(tx, event); }));
    bench.run(watch);
    EXPECT_THAT(bench.news(), IsEmpty());
    EXPECT_THAT(findings(), IsEmpty());
}

TEST_P(WatchTest, AStoreRemovedWhileItIsJudgedLeavesNothing) {
    Watch slow(*bench.database, [&](const auto& message, const auto& window, base::Time as_of) {
        EXPECT_TRUE(bench.write([&](db::Tx& tx) { return db::remove_store(tx, store); }));
        return test::judge(message, window, as_of);
    });
    say(store, k_scam);
    ASSERT_TRUE(slow.run());
    EXPECT_THAT(bench.events(store), IsEmpty());
    EXPECT_THAT(alerts(), IsEmpty());
    bench.run(slow);
}

}  // namespace
}  // namespace watch
