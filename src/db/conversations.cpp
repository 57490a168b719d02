#include "db/conversations.h"

#include <fmt/format.h>

#include <algorithm>

#include "db/codec.h"
#include "db/events.h"

namespace db {
namespace {

constexpr std::string_view k_conversation =
    "SELECT store_id, id, ext_id, buyer_ext_id, buyer_name, unread, can_send, last_message_at, last_message, "
    "waiting_since, danger FROM conversations ";
constexpr std::string_view k_message =
    "SELECT m.store_id, m.id, m.ext_id, c.ext_id, m.sender, m.sender_ext_id, m.kind, m.content, m.raw_content, "
    "m.sent_at "
    "FROM messages m JOIN conversations c ON c.store_id = m.store_id AND c.id = m.conversation_id ";

Result<model::Conversation> read_conversation(const Reader& reader, const Row& row) {
    model::Conversation c;
    c.store = row.id<model::StoreId>(0);
    c.id = row.id<model::ConversationId>(1);
    c.ext_id = row.string(2);
    c.buyer_ext_id = row.string(3);
    c.buyer_name = base::PiiText(
        TRY(codec::open_or_empty(reader, row.blob(4), codec::place(column::conversation_buyer_name, c.store, c.id))));
    c.unread = row.integer(5);
    c.can_send = row.boolean(6);
    c.last_message_at = row.time(7);
    c.last_message = row.id<model::MessageId>(8);
    c.waiting_since = row.time(9);
    c.danger = static_cast<model::Severity>(
        std::clamp<std::int64_t>(row.integer(10), 0, static_cast<int>(model::Severity::critical)));
    return c;
}

Result<model::Message> read_message(const Reader& reader, const Row& row) {
    using enum model::SenderRole;
    model::Message m;
    m.store = row.id<model::StoreId>(0);
    m.id = row.id<model::MessageId>(1);
    m.ext_id = row.string(2);
    m.conversation_ext_id = row.string(3);
    m.sender = codec::by_name(row.text(4), {buyer, shop, agent, system, robot, unknown}, unknown);
    m.sender_ext_id = row.string(5);
    m.kind = row.string(6);
    m.text = base::PiiText(
        TRY(codec::open_or_empty(reader, row.blob(7), codec::place(column::message_text, m.store, m.id))));
    m.raw_content =
        base::PiiText(TRY(codec::open_or_empty(reader, row.blob(8), codec::place(column::message_raw, m.store, m.id))));
    m.sent_at = row.time(9);
    return m;
}

// From outside: unread and waiting, unless it was written before the last answer.
Result<void> count_received(Tx& tx, const model::Message& m, std::int64_t conversation) {
    TRY_VOID(
        tx.exec("UPDATE conversations SET unread = unread + CASE WHEN ?3 > read_at THEN 1 ELSE 0 END, waiting_since = "
                "CASE WHEN ?3 > answered_at AND (waiting_since = 0 OR ?3 < waiting_since) THEN ?3 ELSE waiting_since "
                "END WHERE store_id = ?1 AND id = ?2",
                {m.store, conversation, m.sent_at}));
    return {};
}

// What came in after it still waits: messages arrive in any order.
Result<void> count_answer(Tx& tx, const model::Message& m, std::int64_t conversation) {
    struct Left {
        std::int64_t waiting = 0;
        base::Time since;
    };
    const auto left = TRY(tx.one(
        "SELECT count(*), coalesce(min(sent_at), 0) FROM messages WHERE store_id = ?1 AND conversation_id = ?2 AND "
        "sent_at > ?3 AND sender IN ('buyer', 'unknown')",
        {m.store, conversation, m.sent_at}, [](const Row& row) { return Left{row.integer(0), row.time(1)}; }));
    const Left rest = left.value_or(Left{});
    TRY_VOID(
        tx.exec("UPDATE conversations SET unread = CASE WHEN ?3 > read_at AND ?4 < unread THEN ?4 ELSE unread END, "
                "read_at = CASE WHEN ?3 > read_at THEN ?3 ELSE read_at END, waiting_since = CASE WHEN ?3 > answered_at "
                "THEN ?5 ELSE waiting_since END, answered_at = CASE WHEN ?3 > answered_at THEN ?3 ELSE answered_at END "
                "WHERE store_id = ?1 AND id = ?2",
                {m.store, conversation, m.sent_at, rest.waiting, rest.since}));
    return {};
}

std::string_view tab_condition(ConversationTab tab) {
    switch (tab) {
        case ConversationTab::all:
            return "1 = 1";
        case ConversationTab::unread:
            return "unread > 0";
        case ConversationTab::waiting:
            return "waiting_since > 0";
        case ConversationTab::danger:
            return "danger > 0";
    }
    return "1 = 1";
}

}  // namespace

Result<ConversationUpsert> upsert_conversation(Tx& tx, const model::Conversation& c) {
    struct Stored {
        model::ConversationId id;
        base::Time collected_at;
    };
    const auto stored = TRY(
        tx.one("SELECT id, collected_at FROM conversations WHERE store_id = ?1 AND ext_id = ?2", {c.store, c.ext_id},
               [](const Row& row) { return Stored{row.id<model::ConversationId>(0), row.time(1)}; }));
    ConversationUpsert result;
    result.created = !stored;
    result.id = stored ? stored->id : model::ConversationId{TRY(draw_store_id(tx, c.store))};
    // A name that is told again is collected again; under the first month's key it would go with the first messages.
    const base::Time collected = stored && c.buyer_name.empty() ? stored->collected_at : tx.now();
    const auto name =
        TRY(codec::seal_pii(tx, column::conversation_buyer_name, c.store, result.id, collected, c.buyer_name.reveal()));
    if (!stored) {
        TRY_VOID(
            tx.exec("INSERT INTO conversations (store_id, id, ext_id, buyer_ext_id, buyer_name, unread, can_send, "
                    "last_message_at, collected_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    {c.store, result.id, c.ext_id, c.buyer_ext_id, Blob{name}, c.unread, c.can_send, c.last_message_at,
                     collected}));
        return result;
    }
    // An empty name tells nothing new.
    TRY_VOID(tx.exec(
        "UPDATE conversations SET buyer_ext_id = CASE WHEN ?3 = '' THEN buyer_ext_id ELSE ?3 END, buyer_name "
        "= CASE WHEN length(?4) = 0 THEN buyer_name ELSE ?4 END, can_send = ?5, last_message_at "
        "= CASE WHEN ?6 > last_message_at THEN ?6 ELSE last_message_at END, collected_at = ?7 WHERE store_id = ?1 AND "
        "id = ?2",
        {c.store, result.id, c.buyer_ext_id, Blob{name}, c.can_send, c.last_message_at, collected}));
    return result;
}

Result<MessageUpsert> add_message(Tx& tx, const model::Message& m) {
    const auto there =
        TRY(tx.integer("SELECT id FROM messages WHERE store_id = ?1 AND ext_id = ?2", {m.store, m.ext_id}));
    MessageUpsert result;
    if (there != 0) {
        result.id = {there};
        return result;
    }
    result.created = true;
    auto conversation = TRY(tx.integer("SELECT id FROM conversations WHERE store_id = ?1 AND ext_id = ?2",
                                       {m.store, m.conversation_ext_id}));
    if (conversation == 0) {
        model::Conversation c;
        c.store = m.store;
        c.ext_id = m.conversation_ext_id;
        if (m.sender == model::SenderRole::buyer) c.buyer_ext_id = m.sender_ext_id;
        c.last_message_at = m.sent_at;
        conversation = TRY(upsert_conversation(tx, c)).id.value;
        result.conversation_created = true;
    }
    result.id.value = TRY(draw_store_id(tx, m.store));
    const base::Time now = tx.now();
    const auto text = TRY(codec::seal_pii(tx, column::message_text, m.store, result.id, now, m.text.reveal()));
    const auto raw = TRY(codec::seal_pii(tx, column::message_raw, m.store, result.id, now, m.raw_content.reveal()));
    TRY_VOID(
        tx.exec("INSERT INTO messages (store_id, id, conversation_id, ext_id, sender, sender_ext_id, kind, content, "
                "raw_content, sent_at, collected_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                {m.store, result.id, conversation, m.ext_id, model::name(m.sender), m.sender_ext_id, m.kind, Blob{text},
                 Blob{raw}, m.sent_at, now}));
    TRY_VOID(
        tx.exec("UPDATE conversations SET last_message_at = ?3, last_message = ?4 WHERE store_id = ?1 AND id = ?2 AND "
                "(last_message_at < ?3 OR (last_message_at = ?3 AND last_message < ?4))",
                {m.store, conversation, m.sent_at, result.id}));
    if (model::from_outside(m.sender)) TRY_VOID(count_received(tx, m, conversation));
    if (m.answers) TRY_VOID(count_answer(tx, m, conversation));
    return result;
}

Result<void> lower_unread(Tx& tx, model::StoreId store, std::string_view ext_id, std::int64_t most) {
    TRY_VOID(tx.exec("UPDATE conversations SET unread = ?3 WHERE store_id = ?1 AND ext_id = ?2 AND unread > ?3",
                     {store, ext_id, most}));
    return {};
}

Result<void> note_danger(Tx& tx, model::MessageId message, model::Severity severity) {
    TRY_VOID(
        tx.exec("UPDATE conversations SET danger = ?3 WHERE store_id = ?1 AND danger < ?3 AND id = (SELECT "
                "conversation_id FROM messages WHERE store_id = ?1 AND id = ?2)",
                {store_of(message), message, static_cast<int>(severity)}));
    return {};
}

Result<model::Conversation> find_conversation(Reader& reader, model::ConversationId id) {
    static const std::string k_sql = std::string(k_conversation) + "WHERE store_id = ?1 AND id = ?2";
    auto found =
        TRY(reader.one(k_sql, {store_of(id), id}, [&](const Row& row) { return read_conversation(reader, row); }));
    if (!found) return fail(Code::not_found, "conversation " + id.text());
    return std::move(*found);
}

Result<model::Message> find_message(Reader& reader, model::MessageId id) {
    static const std::string k_sql = std::string(k_message) + "WHERE m.store_id = ?1 AND m.id = ?2";
    auto found = TRY(reader.one(k_sql, {store_of(id), id}, [&](const Row& row) { return read_message(reader, row); }));
    if (!found) return fail(Code::not_found, "message " + id.text());
    return std::move(*found);
}

Result<base::Time> message_collected_at(Reader& reader, model::MessageId id) {
    return base::Time{
        TRY(reader.integer("SELECT collected_at FROM messages WHERE store_id = ?1 AND id = ?2", {store_of(id), id}))};
}

Result<ConversationPage> list_conversations(Reader& reader, const ConversationFilter& filter, PageKey after,
                                            std::size_t limit) {
    std::vector<Arg> args{limit, after ? after.created_at : base::Time{INT64_MAX}, after ? after.id : INT64_MAX};
    std::string where = fmt::format("WHERE {} AND (last_message_at, id) < (?2, ?3)", tab_condition(filter.tab));
    if (!filter.stores.empty()) {
        where += fmt::format(" AND store_id IN ({})", codec::placeholders(args.size() + 1, filter.stores.size()));
        codec::add_ids(args, filter.stores);
    }
    if (filter.platform) {
        args.emplace_back(model::name(*filter.platform));
        where += fmt::format(" AND store_id IN (SELECT id FROM stores WHERE platform = ?{})", args.size());
    }
    ConversationPage page;
    const std::string sql = fmt::format("{}{} ORDER BY last_message_at DESC, id DESC LIMIT ?1", k_conversation, where);
    page.rows = TRY(reader.all(sql, Args(args), [&](const Row& row) -> Result<ConversationRow> {
        return ConversationRow{TRY(read_conversation(reader, row)), std::nullopt};
    }));
    for (ConversationRow& row : page.rows) {
        if (!row.conversation.last_message) continue;
        auto last = find_message(reader, row.conversation.last_message);
        if (last)
            row.last = std::move(*last);
        else if (last.error().code != Code::not_found)
            return std::unexpected(std::move(last).error());
    }
    if (page.rows.size() == limit && limit != 0) {
        const model::Conversation& last = page.rows.back().conversation;
        page.next = {last.last_message_at, last.id.value};
    }
    return page;
}

Result<ConversationCounts> count_conversations(Reader& reader, const std::vector<model::StoreId>& stores) {
    const auto count = [&](ConversationTab tab) -> Result<std::int64_t> {
        std::vector<Arg> args{k_counted_conversations};
        std::string where(tab_condition(tab));
        if (!stores.empty()) {
            where += fmt::format(" AND store_id IN ({})", codec::placeholders(2, stores.size()));
            codec::add_ids(args, stores);
        }
        const std::string sql =
            fmt::format("SELECT count(*) FROM (SELECT 1 AS one FROM conversations WHERE {} LIMIT ?1) c", where);
        return TRY(reader.one(sql, Args(args), [](const Row& row) { return row.integer(0); })).value_or(0);
    };
    return ConversationCounts{TRY(count(ConversationTab::unread)), TRY(count(ConversationTab::waiting)),
                              TRY(count(ConversationTab::danger))};
}

Result<MessagePage> list_messages(Reader& reader, model::ConversationId conversation, PageKey after,
                                  std::size_t limit) {
    static const std::string k_sql = std::string(k_message) +
                                     "WHERE m.store_id = ?1 AND m.conversation_id = ?2 AND (m.sent_at, m.id) < (?3, "
                                     "?4) ORDER BY m.sent_at DESC, m.id "
                                     "DESC LIMIT ?5";
    MessagePage page;
    page.rows = TRY(reader.all(k_sql,
                               {store_of(conversation), conversation, after ? after.created_at : base::Time{INT64_MAX},
                                after ? after.id : INT64_MAX, limit},
                               [&](const Row& row) { return read_message(reader, row); }));
    if (page.rows.size() == limit && limit != 0) page.next = {page.rows.back().sent_at, page.rows.back().id.value};
    return page;
}

Result<std::vector<model::Message>> messages_before(Reader& reader, const model::Message& message, base::Time since,
                                                    std::size_t limit) {
    static const std::string k_sql =
        std::string(k_message) +
        "WHERE m.store_id = ?1 AND m.conversation_id = (SELECT conversation_id FROM messages WHERE store_id = ?1 AND "
        "id "
        "= ?2) AND (m.sent_at, m.id) < (?3, ?2) AND m.sent_at >= ?4 ORDER BY m.sent_at DESC, m.id DESC LIMIT ?5";
    auto rows = TRY(reader.all(k_sql, {message.store, message.id, message.sent_at, since, limit},
                               [&](const Row& row) { return read_message(reader, row); }));
    std::ranges::reverse(rows);
    return rows;
}

Result<std::vector<model::MessageId>> forget_message_texts(Tx& tx, model::StoreId store, base::Time before,
                                                           std::size_t limit) {
    return tx.all(
        "UPDATE messages SET content = ?4, raw_content = ?4 WHERE store_id = ?1 AND id IN (SELECT id FROM messages "
        "WHERE store_id = ?1 AND collected_at < ?2 AND length(content) + length(raw_content) > 0 ORDER BY "
        "collected_at, id LIMIT ?3) RETURNING id",
        {store, before, limit, Blob{""}}, [](const Row& row) { return row.id<model::MessageId>(0); });
}

Result<std::size_t> forget_conversation_buyers(Tx& tx, model::StoreId store, base::Time before, std::size_t limit) {
    const auto rows =
        TRY(tx.exec("UPDATE conversations SET buyer_name = ?4 WHERE store_id = ?1 AND id IN (SELECT id FROM "
                    "conversations WHERE store_id = ?1 AND collected_at < ?2 AND length(buyer_name) > 0 LIMIT ?3)",
                    {store, before, limit, Blob{""}}));
    return static_cast<std::size_t>(rows);
}

}  // namespace db
