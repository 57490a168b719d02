#include "db/alerts.h"

#include "db/backends.h"
#include "db/conversations.h"
#include "db/findings.h"

namespace db {
namespace {

using model::Severity;

model::Finding finding(std::int64_t store, std::string identity, Severity severity, base::Time as_of) {
    return test::make<model::Finding>([&](auto& f) {
        f.store = {store};
        f.detector = "message.phishing";
        f.category = model::Category::phishing;
        f.verdict = model::Verdict::scam;
        f.severity = severity;
        f.score = 0.875;
        f.identity = identity;
        f.subject_kind = "message";
        f.subject = "m_1";
        f.as_of = as_of;
        model::Reason r;
        r.code = "phish.lookalike_domain";
        r.points = 2.5;
        r.args = {{"domain", "tikt\"ok.example"}, {"like", "tiktok.com"}};
        r.at = model::Place{"text", 3, 9};
        f.reasons = {r};
        r.at.reset();
        r.points = -1;
        f.against = {r};
    });
}

struct AlertsTest : test::DatabaseTest {
    AlertChange raise(std::string identity, base::Duration later = {}, Severity severity = Severity::medium,
                      std::int64_t store = 7) {
        return *write([&](Tx& tx) -> Result<AlertChange> {
            auto f = finding(store, identity, severity, db.clock.now() + later);
            f.id = TRY(add_finding(tx, f));
            return raise_alert(tx, f, f.detector, base::hours(24));
        });
    }
    template <class F>
    std::size_t listed(F set) {
        return read([&](Reader& r) { return list_alerts(r, test::make<AlertFilter>(set), {}, 100); })->rows.size();
    }
};
ON_EVERY_DATABASE(AlertsTest);

TEST_P(AlertsTest, AFindingIsKeptWhole) {
    const auto f = finding(7, "i", Severity::high, db.clock.now());
    const auto id = *write([&](Tx& tx) { return add_finding(tx, f); });
    const auto found = *read([&](Reader& r) { return find_finding(r, id); });
    EXPECT_EQ(found.reasons, f.reasons);
    EXPECT_EQ(found.against, f.against);
    EXPECT_EQ(found.score, f.score);
    EXPECT_EQ(found.verdict, f.verdict);
    EXPECT_EQ(found.category, f.category);
    EXPECT_EQ(read([&](Reader& r) { return findings_about(r, {7}, "message", "m_1", 10); })->size(), 1u);
}

TEST_P(AlertsTest, FindingsOfOneIdentityAreOneAlertInsideTheWindow) {
    const auto first = raise("a");
    EXPECT_TRUE(first.opened);
    const auto second = raise("a", base::hours(23), Severity::high);
    EXPECT_FALSE(second.opened);
    EXPECT_EQ(second.alert.id, first.alert.id);
    EXPECT_EQ(second.alert.count, 2);
    EXPECT_EQ(second.alert.severity, Severity::high);
    EXPECT_EQ(raise("a", base::hours(24), Severity::low).alert.severity, Severity::high);
    EXPECT_TRUE(raise("b").opened);
    EXPECT_TRUE(raise("a", base::hours(49)).opened);
    const auto found = *read([&](Reader& r) { return find_alert(r, first.alert.id); });
    EXPECT_EQ(found.count, 3);
    EXPECT_EQ(found.first_at, db.clock.now());
}

TEST_P(AlertsTest, AFindingFromLongAgoIsNoPartOfTodaysAlert) {
    const auto today = raise("a").alert;
    const auto late = raise("a", base::hours(-49));
    EXPECT_TRUE(late.opened);
    EXPECT_FALSE(raise("a", base::hours(-25)).opened) << "it belongs to the older one";
    const auto earlier = raise("a", base::hours(-24));
    EXPECT_EQ(earlier.alert.id, today.id) << "a little late";
    EXPECT_EQ(earlier.alert.latest, today.latest);
    EXPECT_EQ(earlier.alert.first_at, today.first_at - base::hours(24));
}

TEST_P(AlertsTest, AClosedAlertStaysClosed) {
    const auto first = raise("a").alert;
    EXPECT_EQ(write([&](Tx& tx) { return close_alert(tx, first.id, 99, "done"); }).error().key, "alert.changed");
    const auto closed = write([&](Tx& tx) { return close_alert(tx, first.id, first.version, "false_alarm"); });
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->close_reason, "false_alarm");
    EXPECT_TRUE(raise("a").opened);
    const auto open_again = write([&](Tx& tx) { return reopen_alert(tx, first.id, closed->version); });
    EXPECT_EQ(open_again->state, model::AlertState::open);
    EXPECT_EQ(*write([](Tx& tx) { return close_alerts_of(tx, {7}, "a", "done"); }), 2u);
    EXPECT_TRUE(read([](Reader& r) { return count_open_alerts(r); })->empty());
}

TEST_P(AlertsTest, ListsAreFilteredAndPaged) {
    for (int i = 0; i < 10; ++i)
        raise("a" + std::to_string(i), base::minutes(i / 2), i % 2 == 0 ? Severity::low : Severity::critical, i % 3);
    EXPECT_EQ(listed([](auto&) {}), 10u);
    EXPECT_EQ(listed([](auto& f) { f.least = Severity::high; }), 5u);
    EXPECT_EQ(listed([](auto& f) { f.stores = {{1}}; }), 7u);  // With the installation's own.
    EXPECT_EQ(listed([](auto& f) { f.stores_only = true; }), 6u);
    EXPECT_EQ(listed([](auto& f) { f.state = model::AlertState::closed; }), 0u);
    std::size_t seen = 0;
    PageKey key;
    do {
        const auto page = *read([&](Reader& r) { return list_alerts(r, {}, key, 3); });
        seen += page.rows.size();
        key = page.next;
    } while (key);
    EXPECT_EQ(seen, 10u);
    EXPECT_EQ((*read([](Reader& r) { return count_open_alerts(r); }))[{0}][Severity::low], 2);
}

struct ConversationsTest : test::DatabaseTest {
    MessageUpsert add(std::string ext_id, std::string text, std::int64_t at, std::int64_t store = 7) {
        return *write([&](Tx& tx) {
            return add_message(tx, test::make<model::Message>([&](auto& m) {
                                   m.store = {store};
                                   m.ext_id = ext_id;
                                   m.conversation_ext_id = "c1";
                                   m.sender = model::SenderRole::buyer;
                                   m.sender_ext_id = "b1";
                                   m.kind = "TEXT";
                                   m.text = base::PiiText(text);
                                   m.raw_content = base::PiiText("{\"content\":\"" + text + "\"}");
                                   m.sent_at = {at};
                               }));
        });
    }
};
ON_EVERY_DATABASE(ConversationsTest);

TEST_P(ConversationsTest, AMessageIsWrittenOnceAndMakesItsConversation) {
    const auto first = add("m1", "hello", 1'000);
    EXPECT_TRUE(first.created);
    EXPECT_TRUE(first.conversation_created);
    const auto again = add("m1", "hello", 1'000);
    EXPECT_FALSE(again.created);
    EXPECT_EQ(again.id, first.id);
    EXPECT_FALSE(add("m2", "are you there", 2'000).conversation_created);
    const auto m = *read([&](Reader& r) { return find_message(r, first.id); });
    EXPECT_EQ(m.text.reveal(), "hello");
    EXPECT_EQ(m.raw_content.reveal(), "{\"content\":\"hello\"}");
    EXPECT_EQ(m.conversation_ext_id, "c1");
    EXPECT_EQ(m.sender, model::SenderRole::buyer);
    const auto list = *read([](Reader& r) { return list_conversations(r, {}, {}, 10); });
    ASSERT_EQ(list.rows.size(), 1u);
    EXPECT_EQ(list.rows[0].conversation.buyer_ext_id, "b1");
    EXPECT_EQ(list.rows[0].conversation.last_message_at, base::Time{2'000});
}

TEST_P(ConversationsTest, PagesAreNewestFirst) {
    for (int i = 0; i < 7; ++i) add("m" + std::to_string(i), std::to_string(i), 1'000 + i / 2);
    add("x", "other store", 5'000, 8);
    const auto list = *read([](Reader& r) { return list_conversations(r, {.stores = {{7}}}, {}, 10); });
    ASSERT_EQ(list.rows.size(), 1u);
    std::string texts;
    PageKey key;
    do {
        const auto page = *read([&](Reader& r) { return list_messages(r, list.rows[0].conversation.id, key, 2); });
        for (const auto& m : page.rows) texts += m.text.reveal();
        key = page.next;
    } while (key);
    EXPECT_EQ(texts, "6543210");
}

TEST_P(ConversationsTest, AnUpdateWithoutANameKeepsTheName) {
    const auto save = [&](std::string name, std::int64_t unread) {
        return *write([&](Tx& tx) {
            return upsert_conversation(tx, test::make<model::Conversation>([&](auto& c) {
                                           c.store = {7};
                                           c.ext_id = "c1";
                                           c.buyer_name = base::PiiText(name);
                                           c.unread = unread;
                                       }));
        });
    };
    const auto made = save("nok_99", 1);
    EXPECT_TRUE(made.created);
    EXPECT_FALSE(save("", 2).created);
    const auto c = *read([&](Reader& r) { return find_conversation(r, made.id); });
    EXPECT_EQ(c.buyer_name.reveal(), "nok_99");
    EXPECT_EQ(c.unread, 1);
    ASSERT_TRUE(write([](Tx& tx) { return lower_unread(tx, {7}, "c1", 3); }));
    EXPECT_EQ(read([&](Reader& r) { return find_conversation(r, made.id); })->unread, 1);
    ASSERT_TRUE(write([](Tx& tx) { return lower_unread(tx, {7}, "c1", 0); }));
    EXPECT_EQ(read([&](Reader& r) { return find_conversation(r, made.id); })->unread, 0);
}

TEST_P(ConversationsTest, OldTextsAreForgotten) {
    const auto old = add("m1", "old", 1);
    db.clock.advance(base::days(181));
    const auto kept = add("m2", "new", 2);
    EXPECT_EQ(*write([&](Tx& tx) { return forget_message_texts(tx, {7}, db.clock.now() - base::days(180), 10); }),
              std::vector{old.id});
    EXPECT_TRUE(read([&](Reader& r) { return find_message(r, old.id); })->text.empty());
    EXPECT_EQ(read([&](Reader& r) { return find_message(r, kept.id); })->text.reveal(), "new");
}

}  // namespace
}  // namespace db
