#include <boost/json.hpp>

#include <algorithm>
#include <map>

#include "api/answer.h"
#include "api/answer_time.h"
#include "api/input.h"
#include "api/json_out.h"
#include "api/routes.h"
#include "api/services.h"
#include "base/text.h"
#include "db/conversations.h"
#include "db/database.h"
#include "db/events.h"
#include "db/findings.h"
#include "db/orders.h"
#include "db/stores.h"
#include "db/sync.h"

// Conversations with buyers, as far as they are stored here.
namespace api {
namespace {

constexpr std::size_t k_window = 200;
constexpr std::size_t k_message_window = 50;
constexpr std::size_t k_orders_shown = 10;
constexpr std::size_t k_snippet_bytes = 160;
constexpr std::size_t k_ref_digits = 4;

using Stores = std::map<model::StoreId, model::Store>;

base::Result<Stores> stores_by_id(db::Reader& reader) {
    Stores out;
    for (model::Store& store : TRY(db::list_stores(reader))) out.emplace(store.id, std::move(store));
    return out;
}

boost::json::object conversation_json(const model::Conversation& conversation, const Stores& stores) {
    const std::string& ext_id = conversation.buyer_ext_id;
    boost::json::object out{
        {"id", conversation.id.text()},
        {"store", conversation.store.text()},
        {"buyer", mask_name(conversation.buyer_name.reveal())},
        {"buyer_ref", ext_id.size() > k_ref_digits ? ext_id.substr(ext_id.size() - k_ref_digits) : ext_id},
        {"unread", conversation.unread},
        {"severity", model::name(conversation.danger)},
        {"can_send", conversation.can_send},
        {"last_message_at", base::iso8601(conversation.last_message_at)}};
    set_time(out, "waiting_since", conversation.waiting_since);
    if (const auto store = stores.find(conversation.store); store != stores.end())
        set_time(out, "answer_by", answer_by(answer_times(), store->second, conversation.waiting_since));
    return out;
}

boost::json::object row_json(const db::ConversationRow& row, const Stores& stores) {
    boost::json::object out = conversation_json(row.conversation, stores);
    if (row.last)
        out["last"] = {{"sender", model::name(row.last->sender)},
                       {"kind", row.last->kind},
                       {"text", base::shorten(row.last->text.reveal(), k_snippet_bytes)}};
    return out;
}

base::Result<db::ConversationFilter> read_filter(const Call& call) {
    db::ConversationFilter filter;
    filter.stores = TRY(visible_stores(call));
    if (const auto platform = call.request.parameter("platform")) {
        filter.platform = model::parse_platform(*platform);
        if (!filter.platform) return bad_parameter("platform");
    }
    const std::string_view tab = call.request.parameter("tab").value_or("all");
    if (tab == "unread")
        filter.tab = db::ConversationTab::unread;
    else if (tab == "waiting")
        filter.tab = db::ConversationTab::waiting;
    else if (tab == "danger")
        filter.tab = db::ConversationTab::danger;
    else if (tab != "all")
        return bad_parameter("tab");
    return filter;
}

base::Result<db::PageKey> read_cursor(const Call& call) {
    const auto text = call.request.parameter("cursor");
    if (!text) return db::PageKey{};
    const auto numbers = TRY(parse_cursor(*text));
    if (numbers.size() != 2) return bad_parameter("cursor");
    return db::PageKey{base::Time{numbers[0]}, numbers[1]};
}

// How old the shown conversations are: the oldest whole round among the stores, and the stores whose messages may be
// missing. What webhooks brought is here, but nobody vouches for the rest.
base::Result<void> add_age(db::Reader& reader, const Stores& stores, const Call& call,
                           const db::ConversationFilter& filter, boost::json::object& out) {
    std::map<model::StoreId, db::SyncCursor> rounds;
    for (db::SyncCursor& cursor : TRY(db::list_stream(reader, "messages"))) rounds.emplace(cursor.store, cursor);
    base::Time oldest;
    boost::json::array unread;
    for (const auto& [id, store] : stores) {
        if (store.connection == model::Connection::none || !check_visible(call, id)) continue;
        if (filter.platform && store.platform != *filter.platform) continue;
        if (!filter.stores.empty() && std::ranges::find(filter.stores, id) == filter.stores.end()) continue;
        const auto round = rounds.find(id);
        const bool failed = round != rounds.end() && !round->second.error_key.empty();
        if (store.connection != model::Connection::connected || failed) unread.emplace_back(id.text());
        if (round == rounds.end() || !round->second.done_at) continue;
        oldest = oldest ? std::min(oldest, round->second.done_at) : round->second.done_at;
    }
    set_time(out, "as_of", oldest);
    out["unread_stores"] = std::move(unread);
    return {};
}

base::Result<http::Response> list_conversations(Services& services, const Call& call) {
    const db::ConversationFilter filter = TRY(read_filter(call));
    const db::PageKey after = TRY(read_cursor(call));
    const std::size_t limit = TRY(limit_parameter(call, k_window));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        const db::ConversationPage page = TRY(db::list_conversations(reader, filter, after, limit));
        const db::ConversationCounts counts = TRY(db::count_conversations(reader, filter.stores));
        const Stores stores = TRY(stores_by_id(reader));
        boost::json::array rows;
        for (const db::ConversationRow& row : page.rows) rows.emplace_back(row_json(row, stores));
        out["rows"] = std::move(rows);
        if (page.next) out["next"] = cursor_text({page.next.created_at.ms, page.next.id});
        out["counts"] = {{"unread", counts.unread}, {"waiting", counts.waiting}, {"danger", counts.danger}};
        return add_age(reader, stores, call, filter, out);
    }));
    return json(out);
}

base::Result<http::Response> get_conversation(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::ConversationId>(0));
    TRY_VOID(check_visible(call, db::store_of(id)));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        const model::Conversation conversation = TRY(db::find_conversation(reader, id));
        out["conversation"] = conversation_json(conversation, TRY(stores_by_id(reader)));
        boost::json::array orders;
        for (const db::OrderListRow& row :
             TRY(db::orders_of_buyer(reader, conversation.store, conversation.buyer_ext_id, k_orders_shown)))
            orders.emplace_back(order_json(row.order, row.first_item));
        out["orders"] = std::move(orders);
        return {};
    }));
    return json(out);
}

boost::json::object finding_json(const model::Finding& finding) {
    return {{"severity", model::name(finding.severity)},
            {"verdict", model::name(finding.verdict)},
            {"category", model::name(finding.category)},
            {"score", finding.score},
            {"reasons", reasons_json(finding.reasons)},
            {"against", reasons_json(finding.against)},
            {"detector", finding.detector},
            {"rules_version", finding.rules_version}};
}

boost::json::object message_json(const model::Message& message, const std::vector<model::Finding>& findings) {
    boost::json::object out{{"id", message.id.text()},
                            {"sender", model::name(message.sender)},
                            {"kind", message.kind},
                            {"text", message.text.reveal()},
                            {"sent_at", base::iso8601(message.sent_at)}};
    const auto found = std::ranges::find(findings, message.id.text(), &model::Finding::subject);
    if (found != findings.end()) out["finding"] = finding_json(*found);
    return out;
}

base::Result<http::Response> list_messages(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::ConversationId>(0));
    TRY_VOID(check_visible(call, db::store_of(id)));
    const db::PageKey after = TRY(read_cursor(call));
    const std::size_t limit = TRY(limit_parameter(call, k_message_window));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        TRY(db::find_conversation(reader, id));
        const db::MessagePage page = TRY(db::list_messages(reader, id, after, limit));
        std::vector<std::string> ids;
        for (const model::Message& message : page.rows)
            if (model::from_outside(message.sender)) ids.push_back(message.id.text());
        const auto findings = TRY(db::newest_findings(reader, db::store_of(id), "message", ids));
        boost::json::array rows;
        for (const model::Message& message : page.rows) rows.emplace_back(message_json(message, findings));
        out["rows"] = std::move(rows);
        if (page.next) out["next"] = cursor_text({page.next.created_at.ms, page.next.id});
        return {};
    }));
    return json(out);
}

}  // namespace

std::vector<Route> chat_routes() {
    using http::Method;
    using model::Action;
    return {
        {Method::get, "/conversations", "listConversations", Action::view_chats, &list_conversations},
        {Method::get, "/conversations/{conversation}", "getConversation", Action::view_chats, &get_conversation},
        {Method::get, "/conversations/{conversation}/messages", "listMessages", Action::view_chats, &list_messages},
    };
}

}  // namespace api
