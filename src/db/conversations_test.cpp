#include "db/conversations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "db/backends.h"
#include "db/findings.h"
#include "db/stores.h"

// What the list of conversations shows: who waits for an answer, what is unread, where something dangerous was found.
namespace db {
namespace {

using model::SenderRole;

struct ChatListTest : test::DatabaseTest {
    model::StoreId store = add_store("shop-1", model::Platform::tiktok_shop);

    model::StoreId add_store(std::string ext_id, model::Platform platform) {
        return write([&](Tx& tx) {
                   return db::add_store(tx, test::make<model::Store>([&](auto& s) {
                                            s.ext_id = ext_id;
                                            s.name = ext_id;
                                            s.platform = platform;
                                        }));
               })
            ->id;
    }
    MessageUpsert add(std::string ext_id, SenderRole sender, std::int64_t at, std::string conversation = "c1",
                      model::StoreId in = {}) {
        return *write([&](Tx& tx) {
            return add_message(tx, test::make<model::Message>([&](auto& m) {
                                   m.store = in ? in : store;
                                   m.ext_id = ext_id;
                                   m.conversation_ext_id = conversation;
                                   m.sender = sender;
                                   m.answers = sender == SenderRole::agent;
                                   m.sender_ext_id = sender == SenderRole::buyer ? "b1" : "s1";
                                   m.kind = "TEXT";
                                   m.text = base::PiiText("text " + ext_id);
                                   m.sent_at = {at};
                               }));
        });
    }
    ConversationPage list(const ConversationFilter& filter = {}, PageKey after = {}, std::size_t limit = 50) {
        return *read([&](Reader& r) { return list_conversations(r, filter, after, limit); });
    }
    model::Conversation only() {
        const auto page = list();
        EXPECT_EQ(page.rows.size(), 1u);
        return page.rows.at(0).conversation;
    }
};
ON_EVERY_DATABASE(ChatListTest);

TEST_P(ChatListTest, ABuyerWaitsFromTheFirstMessageThatNobodyAnswered) {
    add("m1", SenderRole::buyer, 1'000);
    add("m2", SenderRole::buyer, 2'000);
    EXPECT_EQ(only().waiting_since, base::Time{1'000});
    EXPECT_EQ(only().unread, 2);
    add("m3", SenderRole::agent, 3'000);
    EXPECT_FALSE(only().waiting_since);
    EXPECT_EQ(only().unread, 0);
    add("m4", SenderRole::buyer, 4'000);
    EXPECT_EQ(only().waiting_since, base::Time{4'000});
    EXPECT_EQ(only().unread, 1);
}

TEST_P(ChatListTest, AnAutomaticReplyIsNoAnswer) {
    add("m1", SenderRole::buyer, 1'000);
    add("m2", SenderRole::robot, 1'001);
    add("m3", SenderRole::shop, 1'002);
    add("m4", SenderRole::system, 1'003);
    EXPECT_EQ(only().waiting_since, base::Time{1'000});
    EXPECT_EQ(only().unread, 1);
}

// Whatever the order in which the same messages arrive, the list says the same.
TEST_P(ChatListTest, TheOrderOfArrivalChangesNothing) {
    struct Said {
        std::string id;
        SenderRole sender;
        std::int64_t at;
    };
    const std::vector<Said> said = {{"m1", SenderRole::buyer, 1'000},
                                    {"m2", SenderRole::agent, 2'000},
                                    {"m3", SenderRole::buyer, 3'000},
                                    {"m4", SenderRole::robot, 3'500},
                                    {"m5", SenderRole::buyer, 4'000}};
    std::vector<std::size_t> order = {0, 1, 2, 3, 4};
    int n = 0;
    do {
        const std::string conversation = "c" + std::to_string(++n);
        for (const std::size_t i : order)
            add(said[i].id + "-" + conversation, said[i].sender, said[i].at, conversation);
        const auto page = list({}, {}, 200);
        const auto found = std::ranges::find(page.rows, conversation,
                                             [](const ConversationRow& row) { return row.conversation.ext_id; });
        ASSERT_TRUE(found != page.rows.end());
        EXPECT_EQ(found->conversation.waiting_since, base::Time{3'000}) << conversation;
        EXPECT_EQ(found->conversation.unread, 2) << conversation;
        ASSERT_TRUE(found->last);
        EXPECT_EQ(found->last->text.reveal(), "text m5-" + conversation);
        // Enough arrangements to meet each pair both ways round.
    } while (std::ranges::next_permutation(order).found && n < 40);
}

TEST_P(ChatListTest, TabsStoresAndPlatformsNarrowTheList) {
    const model::StoreId other = add_store("shop-2", model::Platform::lazada);
    add("m1", SenderRole::buyer, 1'000, "waits");
    add("m2", SenderRole::buyer, 2'000, "answered");
    add("m3", SenderRole::agent, 2'500, "answered");
    const auto dangerous = add("m4", SenderRole::buyer, 3'000, "dangerous", other);
    ASSERT_TRUE(write([&](Tx& tx) { return note_danger(tx, dangerous.id, model::Severity::high); }));
    ASSERT_TRUE(write([&](Tx& tx) { return note_danger(tx, dangerous.id, model::Severity::low); }));

    const auto names = [&](const ConversationFilter& filter) {
        std::string text;
        for (const auto& row : list(filter).rows) text += row.conversation.ext_id + " ";
        return text;
    };
    EXPECT_EQ(names({}), "dangerous answered waits ");
    EXPECT_EQ(names({.tab = ConversationTab::waiting}), "dangerous waits ");
    EXPECT_EQ(names({.tab = ConversationTab::unread}), "dangerous waits ");
    EXPECT_EQ(names({.tab = ConversationTab::danger}), "dangerous ");
    EXPECT_EQ(names({.stores = {store}}), "answered waits ");
    EXPECT_EQ(names({.platform = model::Platform::lazada}), "dangerous ");
    EXPECT_EQ(names({.stores = {store}, .platform = model::Platform::lazada}), "");
    EXPECT_EQ(list({.tab = ConversationTab::danger}).rows.at(0).conversation.danger, model::Severity::high);

    const auto all = *read([](Reader& r) { return count_conversations(r, {}); });
    EXPECT_EQ(all.waiting, 2);
    EXPECT_EQ(all.unread, 2);
    EXPECT_EQ(all.danger, 1);
    const auto one = *read([&](Reader& r) { return count_conversations(r, {store}); });
    EXPECT_EQ(one.waiting, 1);
    EXPECT_EQ(one.danger, 0);
}

TEST_P(ChatListTest, PagesMeetEveryConversationOnce) {
    for (int i = 0; i < 7; ++i) add("m" + std::to_string(i), SenderRole::buyer, 1'000 + i / 3, "c" + std::to_string(i));
    std::string names;
    PageKey key;
    do {
        const auto page = list({.tab = ConversationTab::waiting}, key, 2);
        for (const auto& row : page.rows) names += row.conversation.ext_id;
        key = page.next;
    } while (key);
    EXPECT_EQ(names, "c6c5c4c3c2c1c0");
}

TEST_P(ChatListTest, TheNewestFindingOfEachMessage) {
    const auto first = add("m1", SenderRole::buyer, 1'000);
    const auto second = add("m2", SenderRole::buyer, 2'000);
    const auto add_finding_about = [&](model::MessageId id, double score) {
        ASSERT_TRUE(write([&](Tx& tx) {
            return add_finding(tx, test::make<model::Finding>([&](auto& f) {
                                   f.store = store;
                                   f.detector = "message";
                                   f.subject_kind = "message";
                                   f.subject = id.text();
                                   f.score = score;
                               }));
        }));
    };
    add_finding_about(first.id, 0.5);
    add_finding_about(first.id, 0.9);
    const auto found =
        *read([&](Reader& r) { return newest_findings(r, store, "message", {first.id.text(), second.id.text()}); });
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].subject, first.id.text());
    EXPECT_DOUBLE_EQ(found[0].score, 0.9);
    EXPECT_TRUE(read([&](Reader& r) { return newest_findings(r, store, "message", {}); })->empty());
}

}  // namespace
}  // namespace db
