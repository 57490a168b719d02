#include <boost/json.hpp>

#include <algorithm>
#include <map>

#include "api/answer.h"
#include "api/input.h"
#include "api/json_out.h"
#include "api/routes.h"
#include "api/services.h"
#include "api/trouble.h"
#include "db/database.h"
#include "db/events.h"
#include "db/orders.h"
#include "db/returns.h"
#include "db/stores.h"
#include "db/sync.h"
#include "ingest/poller.h"

namespace api {
namespace {

constexpr std::size_t k_window = 200;

boost::json::object return_json(const model::Return& one) {
    boost::json::object out{{"id", one.id.text()},
                            {"store", one.store.text()},
                            {"ext_id", one.ext_id},
                            {"order_ext_id", one.order_ext_id},
                            {"kind", model::name(one.kind)},
                            {"status", model::name(one.status)},
                            {"raw_status", one.raw_status},
                            {"raw_action", one.raw_action},
                            {"asked_by", one.asked_by},
                            {"reason", one.reason},
                            {"reason_text", one.reason_text},
                            {"item", one.item},
                            {"item_count", one.item_count},
                            {"amount", money_json(one.amount)},
                            {"disputed", one.disputed}};
    out["created_at"] = base::iso8601(one.created_at);
    out["updated_at"] = base::iso8601(one.updated_at);
    set_time(out, "answer_by", one.answer_by);
    if (!one.tracking_number.empty()) out["tracking_number"] = one.tracking_number;
    return out;
}

base::Result<db::ReturnFilter> read_filter(const Call& call, base::Time now) {
    db::ReturnFilter filter;
    filter.stores = TRY(visible_stores(call));
    if (const auto platform = call.request.parameter("platform")) {
        filter.platform = model::parse_platform(*platform);
        if (!filter.platform) return bad_parameter("platform");
    }
    if (const auto status = call.request.parameter("status")) {
        filter.status = model::parse_return_status(*status);
        if (!filter.status) return bad_parameter("status");
    }
    if (const auto kind = call.request.parameter("kind")) {
        filter.kind = model::parse_return_kind(*kind);
        if (!filter.kind) return bad_parameter("kind");
    }
    const std::string_view tab = call.request.parameter("tab").value_or("to_answer");
    if (tab != "to_answer" && tab != "due" && tab != "all") return bad_parameter("tab");
    if (tab != "all") filter.order = db::ReturnOrder::answer_first;
    if (tab == "due") filter.answer_before = now + k_answer_soon;
    return filter;
}

base::Result<db::PageKey> read_cursor(const Call& call) {
    const auto text = call.request.parameter("cursor");
    if (!text) return db::PageKey{};
    const auto numbers = TRY(parse_cursor(*text));
    if (numbers.size() != 2) return bad_parameter("cursor");
    return db::PageKey{base::Time{numbers[0]}, numbers[1]};
}

bool chosen(const db::ReturnFilter& filter, const model::Store& store) {
    if (!filter.stores.empty() && std::ranges::find(filter.stores, store.id) == filter.stores.end()) return false;
    return !filter.platform || store.platform == *filter.platform;
}

// How old what is shown is, and which stores' returns could not be read at all.
base::Result<void> add_age(boost::json::object& out, db::Reader& reader, const db::ReturnFilter& filter,
                           base::Time now) {
    struct State {
        base::Time read_at;  // Of the list that was read longest ago; 0: never.
        bool failed = false;
    };
    std::map<model::StoreId, State> states;
    for (const db::SyncCursor& cursor : TRY(db::list_stream(reader, ingest::stream::returns)))
        states[cursor.store] = {cursor.done_at, !cursor.done_at || !cursor.error_key.empty()};
    // Not every marketplace has this list: then it is never done, and nothing is missing.
    for (const db::SyncCursor& cursor : TRY(db::list_stream(reader, ingest::stream::cancellations))) {
        State& state = states[cursor.store];
        if (cursor.done_at) state.read_at = std::min(state.read_at, cursor.done_at);
        state.failed = state.failed || !cursor.error_key.empty();
    }
    base::Time oldest = now;
    boost::json::array unread;
    for (const model::Store& store : TRY(db::list_stores(reader))) {
        if (store.connection == model::Connection::none || store.connection == model::Connection::disconnected ||
            !chosen(filter, store))
            continue;
        const auto state = states.find(store.id);
        const bool read =
            store.connection == model::Connection::connected && state != states.end() && !state->second.failed;
        if (!read) unread.emplace_back(store.id.text());
        if (state != states.end() && state->second.read_at) oldest = std::min(oldest, state->second.read_at);
    }
    out["as_of"] = base::iso8601(oldest);
    out["unread_stores"] = std::move(unread);
    return {};
}

base::Result<http::Response> list_returns(Services& services, const Call& call) {
    const base::Time now = services.clock.now();
    const db::ReturnFilter filter = TRY(read_filter(call, now));
    const db::PageKey after = TRY(read_cursor(call));
    const std::size_t limit = TRY(limit_parameter(call, k_window));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        const db::ReturnPage page = TRY(db::list_returns(reader, filter, after, limit));
        boost::json::array rows;
        rows.reserve(page.rows.size());
        for (const model::Return& one : page.rows) rows.emplace_back(return_json(one));
        out["rows"] = std::move(rows);
        if (page.next) out["next"] = cursor_text({page.next.created_at.ms, page.next.id});
        std::int64_t open = 0, due = 0;
        for (const auto& [store, counts] : TRY(db::count_open_returns(reader, now + k_answer_soon))) {
            if (!filter.stores.empty() && std::ranges::find(filter.stores, store) == filter.stores.end()) continue;
            open += counts.open;
            due += counts.due;
        }
        out["counts"] = {{"to_answer", open}, {"due", due}};
        return add_age(out, reader, filter, now);
    }));
    return json(out);
}

base::Result<http::Response> get_return(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::ReturnId>(0));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        TRY_VOID(check_visible(call, db::store_of(id)));
        const model::Return one = TRY(db::find_return(reader, id));
        out["return"] = return_json(one);
        // What the buyer wrote may hold contact data: for those who answer, not for those who only look.
        if (call.caller.person.role != model::Role::viewer && !one.buyer_text.empty())
            out["buyer_text"] = one.buyer_text.reveal();
        if (const auto order = TRY(db::find_order_by_ext_id(reader, one.store, one.order_ext_id)))
            out["order"] = order->id.text();
        boost::json::array timeline;
        for (const model::Event& event : TRY(db::events_about(reader, one.store, id.text(), 100)))
            timeline.emplace_back(boost::json::object{{"kind", model::name(event.kind)},
                                                      {"at", base::iso8601(event.happened_at)},
                                                      {"detail", detail_json(event.detail)}});
        out["timeline"] = std::move(timeline);
        return {};
    }));
    return json(out);
}

}  // namespace

std::vector<Route> return_routes() {
    return {{http::Method::get, "/returns", "listReturns", model::Action::view_orders, &list_returns},
            {http::Method::get, "/returns/{return}", "getReturn", model::Action::view_orders, &get_return}};
}

}  // namespace api
