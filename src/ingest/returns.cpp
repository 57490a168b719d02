#include "ingest/returns.h"

#include <algorithm>

#include "db/events.h"
#include "db/returns.h"
#include "ingest/notice.h"
#include "ingest/poller.h"
#include "platform/returns.h"

// Returns, refunds and cancellations: the streams that read them, and what is told of them.
namespace ingest {

using base::Duration;
using base::Result;
using model::EventKind;

namespace {

Result<void> tell_of(db::Tx& tx, const model::Return& one, const db::ReturnUpsert& done) {
    model::Event event;
    event.store = one.store;
    event.subject = done.id.text();
    event.happened_at = one.updated_at;
    const std::string to(model::name(one.status));
    if (done.what == db::Upserted::created) {
        event.kind = EventKind::return_opened;
        event.detail = detail({{"to", to}, {"kind", std::string(model::name(one.kind))}});
    } else {
        event.kind = EventKind::return_changed;
        event.detail = detail({{"from", std::string(model::name(done.old_status))}, {"to", to}});
    }
    TRY(db::append_event(tx, event));
    return {};
}

}  // namespace

Result<Written> write_returns(db::Tx& tx, model::StoreId store, const std::vector<model::Return>& returns) {
    Written written;
    for (model::Return one : returns) {
        one.store = store;
        const db::ReturnUpsert done = TRY(db::upsert_return(tx, one));
        switch (done.what) {
            case db::Upserted::created:
                ++written.created;
                break;
            case db::Upserted::changed:
                ++written.changed;
                break;
            case db::Upserted::unchanged:
                ++written.unchanged;
                continue;
        }
        TRY_VOID(tell_of(tx, one, done));
    }
    return written;
}

Result<void> make_returns_due(db::Tx& tx, model::StoreId store) {
    TRY_VOID(make_due(tx, store, stream::returns));
    return make_due(tx, store, stream::cancellations);
}

void Poller::poll_returns(db::SyncCursor cursor, const db::Lease& lease) {
    const auto list =
        cursor.stream == stream::cancellations ? platform::ReturnList::cancellations : platform::ReturnList::returns;
    LivePosition position = parse_live(cursor.position);
    platform::OrderQuery query;
    base::Time platform_now;
    model::Platform platform{};
    bool offered = true;
    auto page = calls_.run(cursor.store,
                           [&](platform::Connector& connector,
                               const platform::Credentials& credentials) -> platform::Answer<platform::ReturnPage> {
                               platform::ReturnCalls* const calls = connector.returns();
                               const auto lists =
                                   calls != nullptr ? calls->lists() : std::vector<platform::ReturnList>();
                               offered = std::ranges::find(lists, list) != lists.end();
                               if (!offered) return platform::ReturnPage{};
                               platform_now = connector.now(credentials.app);
                               platform = credentials.store.platform;
                               query = next_query(position, platform_now, {k_returns_reach, calls->widest_window()});
                               return calls->search_returns(credentials.access(), list, query);
                           });
    const bool looped = page && !admit(cursor, query, page->next_page_token);
    if (!page || looped) {
        restart_window(position.window);
        // A page token that is refused would be refused again.
        if (looped || page.error().key == "platform.contract") cursor.position = to_json(position);
        return fail(cursor,
                    looped
                        ? base::Error{base::Code::upstream_rejected, "page token came twice", "platform.page_loop", {}}
                        : page.error());
    }
    if (!offered) {
        finish(cursor, base::days(1));
        if (const auto saved = save(cursor, lease); !saved) fail(cursor, saved.error());
        return;
    }
    breaker_.answered(cursor.store);
    PageFacts facts;
    facts.ascending = page->oldest_first;
    for (const model::Return& one : page->returns) {
        if (one.updated_at < facts.newest) facts.ascending = false;
        facts.newest = std::max(facts.newest, one.updated_at);
    }
    facts.orders = static_cast<std::int64_t>(page->returns.size() + page->bad.size());
    facts.next_page = page->next_page_token;
    const bool round_done = advance(position, facts, platform_now) == Step::round_done;
    drop_known_bad(cursor.store, page->bad);
    const std::int64_t found_before = position.found;
    const auto news = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<std::int64_t> {
        TRY_VOID(db::check_lease(tx, lease));
        const Written written = TRY(write_returns(tx, cursor.store, page->returns));
        TRY_VOID(quarantine(tx, cursor.store, "poll", page->bad, "return"));
        const std::int64_t count = written.created + written.changed;
        position.found = found_before + count;
        db::SyncCursor next = cursor;
        finish(next, round_done ? live_interval(platform, position) : Duration{});
        if (round_done) {
            next.done_at = context_.clock.now();
            position.found = 0;
        }
        next.position = to_json(position);
        // Somebody asked for a look while this page was read: it may have come too early.
        const auto stored = TRY(db::find_sync_cursor(tx, cursor.store, cursor.stream));
        if (stored && stored->due_at != cursor.due_at) next.due_at = stored->due_at;
        TRY_VOID(db::save_sync_cursor(tx, next));
        return count;
    });
    if (!news) return fail(cursor, news.error());
    counters_.returns.add(static_cast<std::uint64_t>(*news));
}

}  // namespace ingest
