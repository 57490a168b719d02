#include "ingest/chats.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "db/conversations.h"
#include "db/events.h"
#include "db/sync.h"
#include "ingest/chat_position.h"
#include "ingest/poller.h"
#include "ingest/test_bench.h"
#include "platform/chats.h"

namespace ingest {
namespace {

using model::SenderRole;
using platform::ErrorClass;

// A marketplace's chats, in pages whose tokens are places in the list of this moment, as a real one's may be.
struct Chats : platform::ChatCalls {
    explicit Chats(const base::Clock& its_clock) : clock(its_clock) {}

    platform::ChatPace chat_pace() const override { return pace; }
    platform::Answer<platform::ChatPage> conversations(const platform::StoreAccess&, std::string_view token) override {
        ++lists;
        if (refuse) return test::call_error(*refuse);
        std::vector<std::pair<base::Time, std::string>> order;
        for (const auto& [id, all] : talk) order.emplace_back(all.back().sent_at, id);
        std::ranges::sort(order, std::greater<>());
        const std::size_t from = token.empty() ? 0 : std::stoul(std::string(token));
        platform::ChatPage page;
        for (std::size_t i = from; i < order.size() && i < from + page_size; ++i) {
            model::Conversation chat;
            chat.ext_id = order[i].second;
            chat.buyer_ext_id = "user-" + order[i].second;
            chat.buyer_name = base::PiiText("Name " + order[i].second);
            chat.unread = unread.contains(chat.ext_id) ? unread[chat.ext_id] : 1'000;
            chat.last_message_at = order[i].first;
            page.chats.push_back({std::move(chat)});
        }
        if (from + page_size < order.size()) page.next_page_token = circle ? "2" : std::to_string(from + page_size);
        return page;
    }
    platform::Answer<platform::MessagePage> messages_of(std::string_view id, std::string_view token) {
        const auto& all = talk[std::string(id)];
        // Places are counted from the oldest: what is said meanwhile does not move them.
        const std::size_t end = token.empty() ? all.size() : std::stoul(std::string(token));
        const std::size_t begin = end > page_size ? end - page_size : 0;
        platform::MessagePage page;
        for (std::size_t i = end; i > begin; --i) page.messages.push_back(all[i - 1]);
        if (begin > 0) page.next_page_token = std::to_string(begin);
        return page;
    }
    platform::Answer<platform::MessagePage> messages(const platform::StoreAccess&, std::string_view id,
                                                     std::string_view token) override {
        ++threads;
        return messages_of(id, token);
    }

    model::Message& say(const std::string& chat, SenderRole sender = SenderRole::buyer, base::Duration ago = {}) {
        model::Message m;
        // Ids say nothing about the order.
        ++ids;
        m.ext_id = std::to_string((ids * 7'919) % 100'003) + "-" + std::to_string(ids);
        m.conversation_ext_id = chat;
        m.sender = sender;
        m.answers = sender == SenderRole::agent;
        m.sender_ext_id = "im-" + chat;
        m.kind = "TEXT";
        m.text = base::PiiText("text " + m.ext_id);
        m.sent_at = base::Time::from_unix_seconds((clock.now() - ago).unix_seconds());
        return talk[chat].emplace_back(std::move(m));
    }

    const base::Clock& clock;
    std::map<std::string, std::vector<model::Message>> talk;
    std::map<std::string, std::int64_t> unread;
    platform::ChatPace pace = {.poll = base::minutes(5), .poll_at_first = base::minutes(1)};
    std::size_t page_size = 3;
    std::optional<ErrorClass> refuse;
    bool circle = false;
    int lists = 0, threads = 0;
    int ids = 0;
};

struct ChatPollTest : testing::Test {
    ChatPollTest() {
        bench.market->chat_calls = &chats;
        bench.market->on_search = [](const platform::StoreAccess&, const platform::OrderQuery&) {
            return platform::Answer<platform::OrderPage>(platform::OrderPage{});
        };
        store = bench.add_store("12");
        EXPECT_TRUE(bench.write([&](db::Tx& tx) { return start_streams(tx, store.id); }));
    }
    void settle() {
        for (int i = 0; i < 10; ++i) {
            poller.step();
            jobs.wait_idle();
        }
    }
    void webhook(model::Message message) {
        message.store = store.id;
        ASSERT_TRUE(bench.write([&](db::Tx& tx) { return write_message(tx, message); }));
    }
    db::SyncCursor cursor() {
        return **bench.database->read(
            [&](db::Reader& r) { return db::find_sync_cursor(r, store.id, stream::messages); });
    }
    std::vector<model::Conversation> stored() {
        std::vector<model::Conversation> out;
        const auto page = bench.database->read([&](db::Reader& r) { return db::list_conversations(r, {}, {}, 1'000); });
        for (const auto& row : page->rows) out.push_back(row.conversation);
        return out;
    }
    std::multiset<std::string> stored_messages() {
        std::multiset<std::string> out;
        for (const model::Conversation& chat : stored()) {
            const auto page =
                bench.database->read([&](db::Reader& r) { return db::list_messages(r, chat.id, {}, 1'000); });
            for (const model::Message& m : page->rows) out.insert(m.ext_id);
        }
        return out;
    }
    std::multiset<std::string> said() const {
        std::multiset<std::string> out;
        for (const auto& [id, all] : chats.talk)
            for (const model::Message& m : all) out.insert(m.ext_id);
        return out;
    }
    std::size_t events_of(model::EventKind kind) {
        const auto events =
            bench.database->read([&](db::Reader& r) { return db::events_after(r, store.id, 0, 10'000); });
        return static_cast<std::size_t>(std::ranges::count(*events, kind, &model::Event::kind));
    }

    test::Bench bench;
    Chats chats{bench.database.clock};
    model::Store store;
    Tokens tokens{bench.context};
    StoreCalls calls{bench.context, tokens};
    platform::Breaker breaker{bench.database.clock};
    platform::StoreJobs jobs{2};
    Intake intake{bench.context};
    LostWebhooks lost_webhooks{bench.context, calls, intake};
    Poller poller{bench.context, calls, tokens, jobs, breaker, lost_webhooks};
};

TEST_F(ChatPollTest, WhatWasSaidBeforeConnectingIsReadWithinBounds) {
    chats.say("old", SenderRole::buyer, base::days(31));
    for (int i = 0; i < 8; ++i) chats.say("new", SenderRole::buyer, base::days(33) - base::days(4 * i));
    settle();
    const auto list = stored();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].ext_id, "new");
    EXPECT_EQ(list[0].buyer_ext_id, "user-new");
    EXPECT_EQ(list[0].buyer_name.reveal(), "Name new");
    // The last of 33, 29, 25 … 5 days.
    EXPECT_EQ(stored_messages().size(), 7u);
    EXPECT_EQ(cursor().error_key, "");
    EXPECT_EQ(cursor().done_at, bench.database.clock.now());
}

TEST_F(ChatPollTest, WhatNoWebhookBroughtIsFoundAndNothingComesTwice) {
    settle();
    webhook(chats.say("a"));
    chats.say("a");  // Its webhook was lost, the next one was not.
    webhook(chats.say("a"));
    bench.database.clock.advance(base::minutes(6));
    settle();
    EXPECT_EQ(stored_messages(), said());
    EXPECT_EQ(events_of(model::EventKind::message_received), 3u);
    const int threads = chats.threads;
    for (int i = 0; i < 6; ++i) {
        bench.database.clock.advance(base::minutes(6));
        settle();
    }
    EXPECT_EQ(stored_messages(), said());
    EXPECT_EQ(events_of(model::EventKind::message_received), 3u);
    EXPECT_LT(chats.threads, threads + 4) << "a conversation that is at rest is not read again and again";
}

// Any mixture of lost, late and early webhooks, of pages and of polls at any moment.
TEST_F(ChatPollTest, NoLossAndNoDuplicateWhateverArrivesWhen) {
    base::SeededRandom random(7);
    std::vector<model::Message> on_the_way;
    for (int round = 0; round < 60; ++round) {
        for (std::uint64_t i = 0; i < random.below(6); ++i) {
            const auto& m = chats.say("c" + std::to_string(random.below(9)),
                                      random.below(4) == 0 ? SenderRole::agent : SenderRole::buyer);
            if (random.below(3) != 0) on_the_way.push_back(m);
            bench.database.clock.advance(base::seconds(static_cast<std::int64_t>(random.below(40))));
        }
        while (!on_the_way.empty() && random.below(3) != 0) {
            const std::size_t which = random.below(on_the_way.size());
            webhook(on_the_way[which]);
            on_the_way.erase(on_the_way.begin() + static_cast<std::ptrdiff_t>(which));
        }
        bench.database.clock.advance(base::seconds(static_cast<std::int64_t>(random.below(400))));
        if (random.below(8) == 0) chats.refuse = ErrorClass::transient;
        poller.step();
        jobs.wait_idle();
        chats.refuse.reset();
    }
    bench.database.clock.advance(base::minutes(20));
    settle();
    EXPECT_EQ(stored_messages(), said());
    EXPECT_EQ(events_of(model::EventKind::message_received) + events_of(model::EventKind::message_sent), said().size());
}

TEST_F(ChatPollTest, WhatWasReadAtTheMarketplaceIsNotUnreadHere) {
    chats.say("a");
    chats.say("a");
    chats.say("b");
    chats.unread = {{"a", 0}, {"b", 1}};
    settle();
    for (const model::Conversation& chat : stored()) {
        EXPECT_EQ(chat.unread, chat.ext_id == "b" ? 1 : 0);
        EXPECT_TRUE(chat.waiting_since) << "read is not answered";
    }
}

TEST_F(ChatPollTest, AnAppWithoutAccessToChatsSaysSoAndTheStoreStaysFine) {
    chats.refuse = ErrorClass::scope_missing;
    settle();
    EXPECT_EQ(cursor().error_key, "platform.scope_missing");
    EXPECT_GT(cursor().due_at, bench.database.clock.now() + base::hours(5));
    EXPECT_EQ(bench.store(store.id).last_error, "");
    chats.refuse.reset();
    chats.say("a");
    bench.database.clock.advance(base::hours(7));
    settle();
    EXPECT_EQ(cursor().error_key, "");
    EXPECT_EQ(stored_messages(), said());
}

TEST_F(ChatPollTest, AListThatGoesInCirclesEndsAndIsTriedAgain) {
    chats.page_size = 1;
    chats.circle = true;
    for (const char* id : {"a", "b", "c", "d"}) chats.say(id);
    settle();
    EXPECT_EQ(cursor().error_key, "platform.page_loop");
    EXPECT_LT(chats.lists, 20);
    chats.circle = false;
    bench.database.clock.advance(base::minutes(20));
    settle();
    EXPECT_EQ(stored_messages(), said());
}

TEST_F(ChatPollTest, WhereListsMustNotBePolledTheyAreReadOnceAfterEachConnection) {
    chats.pace.first_after = base::minutes(15);
    chats.pace.once = true;
    chats.say("a");
    settle();
    EXPECT_EQ(chats.lists, 0);
    bench.database.clock.advance(base::minutes(17));
    settle();
    EXPECT_EQ(chats.lists, 1);
    EXPECT_EQ(stored_messages(), said());
    for (int i = 0; i < 5; ++i) {
        bench.database.clock.advance(base::hours(7));
        settle();
    }
    EXPECT_EQ(chats.lists, 1);
    chats.say("b");
    ASSERT_TRUE(bench.write([&](db::Tx& tx) { return start_streams(tx, store.id); }));
    bench.database.clock.advance(base::minutes(17));
    settle();
    EXPECT_EQ(chats.lists, 2);
    EXPECT_EQ(stored_messages(), said());
}

TEST_F(ChatPollTest, AMarketplaceWithoutChatsIsLeftInPeace) {
    bench.market->chat_calls = nullptr;
    settle();
    EXPECT_EQ(cursor().error_key, "");
    EXPECT_FALSE(cursor().done_at);
    EXPECT_GT(cursor().due_at, bench.database.clock.now() + base::hours(5));
}

TEST(ChatPosition, SurvivesBeingWritten) {
    ChatPosition position;
    open_round(position, {1'000'000'000'000});
    platform::ChatPage page;
    page.chats.resize(2);
    for (auto& chat : page.chats) {
        chat.conversation.ext_id = "c\"1";
        chat.conversation.unread = 3;
        chat.conversation.last_message_at = {999'999'999'999};
    }
    page.next_page_token = "next";
    ASSERT_TRUE(take_list(position, page));
    EXPECT_EQ(to_json(parse_chats(to_json(position))), to_json(position));
    EXPECT_EQ(parse_chats(to_json(position)).waiting.size(), 2u);
    EXPECT_FALSE(parse_chats("no json").open);
}

}  // namespace
}  // namespace ingest
