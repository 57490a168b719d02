#include "ingest/chats.h"

#include "base/log.h"
#include "db/conversations.h"
#include "db/events.h"
#include "ingest/chat_position.h"
#include "ingest/notice.h"
#include "ingest/orders.h"
#include "ingest/poller.h"

// The stream of conversations: what webhooks did not bring.
namespace ingest {

using base::Duration;
using base::Result;

namespace {

// A marketplace without chats here, or an app that it does not let read them: asked again now and then.
constexpr Duration k_no_chats_rest = base::hours(6);

base::Error page_loop() {
    return {base::Code::upstream_rejected, "page token came twice", "platform.page_loop", {}};
}

// One answer: of the list, or of one conversation.
struct Look {
    std::optional<Duration> rest;  // Set: nothing was read, and nothing is to be read for so long.
    bool list = false;
    platform::ChatPage chats;
    platform::MessagePage thread;
    platform::ChatPace pace;
    base::Time platform_now;
};

platform::Answer<Look> look(platform::Connector& connector, const platform::Credentials& credentials,
                            const db::SyncCursor& cursor, base::Time now, ChatPosition& position) {
    Look out;
    platform::ChatCalls* const calls = connector.chats();
    if (calls == nullptr) {
        out.rest = k_no_chats_rest;
        return out;
    }
    out.pace = calls->chat_pace();
    const base::Time first = position.connected_at + out.pace.first_after;
    if (now < first) {
        out.rest = first - now;
        return out;
    }
    if (out.pace.once && !position.open && cursor.done_at > position.connected_at) {
        out.rest = k_no_chats_rest;
        return out;
    }
    out.platform_now = connector.now(credentials.app);
    open_round(position, out.platform_now);
    out.list = position.waiting.empty();
    if (out.list)
        out.chats = TRY(calls->conversations(credentials.access(), position.page));
    else
        out.thread =
            TRY(calls->messages(credentials.access(), position.waiting.front().ext_id, position.waiting.front().page));
    return out;
}

}  // namespace

Result<bool> write_message(db::Tx& tx, const model::Message& message) {
    const db::MessageUpsert done = TRY(db::add_message(tx, message));
    if (!done.created) return false;
    model::Event event;
    event.store = message.store;
    event.kind =
        model::from_outside(message.sender) ? model::EventKind::message_received : model::EventKind::message_sent;
    event.subject = done.id.text();
    event.detail = detail({{"kind", message.kind}, {"sender", std::string(model::name(message.sender))}});
    event.happened_at = message.sent_at;
    TRY_VOID(db::append_event(tx, event));
    return true;
}

void Poller::poll_messages(db::SyncCursor cursor, const db::Lease& lease) {
    ChatPosition position = parse_chats(cursor.position);
    auto seen = calls_.run(cursor.store, [&](platform::Connector& connector, const platform::Credentials& store) {
        return look(connector, store, cursor, context_.clock.now(), position);
    });
    if (!seen) {
        const std::string& key = seen.error().key;
        // A page token that is refused would be refused again.
        if (key == "platform.contract") restart_round(position);
        cursor.position = to_json(position);
        if (key != "platform.scope_missing") return fail(cursor, seen.error());
        // The marketplace gives chats to few apps. It is said on the screen, and is no reason to doubt the store.
        finish(cursor, k_no_chats_rest);
        cursor.error_key = key;
        if (const auto saved = save(cursor, lease); !saved) fail(cursor, saved.error());
        return;
    }
    if (seen->rest) {
        finish(cursor, *seen->rest);
        if (const auto saved = save(cursor, lease); !saved) fail(cursor, saved.error());
        return;
    }
    counters_.pages.add();
    breaker_.answered(cursor.store);
    const base::Time floor = position.floor;
    const std::optional<ChatPosition::Waiting> read =
        seen->list ? std::nullopt : std::optional(position.waiting.front());
    const bool straight = seen->list ? take_list(position, seen->chats) : take_messages(position, seen->thread);
    if (!straight) {
        restart_round(position);
        cursor.position = to_json(position);
        return fail(cursor, page_loop());
    }
    drop_known_bad(cursor.store, seen->chats.bad);
    drop_known_bad(cursor.store, seen->thread.bad);
    const bool done = close_round(position, seen->platform_now);
    const std::int64_t found_before = position.found;
    const bool young = context_.clock.now() - position.connected_at < k_at_first;
    db::SyncCursor next = cursor;
    std::int64_t news = 0;
    const auto saved = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        TRY_VOID(db::check_lease(tx, lease));
        news = 0;
        for (const platform::ChatState& chat : seen->chats.chats) {
            if (chat.conversation.last_message_at && chat.conversation.last_message_at < floor) continue;
            model::Conversation conversation = chat.conversation;
            conversation.store = cursor.store;
            conversation.unread = 0;  // Counted from the messages, which are read next.
            TRY(db::upsert_conversation(tx, conversation));
        }
        for (model::Message message : seen->thread.messages) {
            if (message.sent_at && message.sent_at < floor) continue;
            message.store = cursor.store;
            if (!message.sent_at) message.sent_at = tx.now();
            if (TRY(write_message(tx, message))) ++news;
        }
        // Read or answered in the marketplace's own pages: not unread here either.
        const bool whole = read && (position.waiting.empty() || position.waiting.front().ext_id != read->ext_id);
        if (whole) TRY_VOID(db::lower_unread(tx, cursor.store, read->ext_id, read->unread));
        TRY_VOID(quarantine(tx, cursor.store, "poll", seen->chats.bad, "conversation"));
        TRY_VOID(quarantine(tx, cursor.store, "poll", seen->thread.bad, "message"));
        position.found = found_before + news;
        if (done) {
            next.done_at = context_.clock.now();
            position.found = 0;
        }
        finish(next, !done ? Duration{} : young ? seen->pace.poll_at_first : seen->pace.poll);
        next.position = to_json(position);
        return db::save_sync_cursor(tx, next);
    });
    if (!saved) return fail(cursor, saved.error());
    counters_.found_messages.add(static_cast<std::uint64_t>(news));
}

}  // namespace ingest
