#include <algorithm>
#include <boost/json.hpp>

#include "base/log.h"
#include "db/stores.h"
#include "ingest/notice.h"
#include "ingest/orders.h"
#include "ingest/poller.h"

// What each stream reads and writes.
namespace ingest {

using base::Duration;
using base::Result;
using model::EventKind;
using model::ShopStatus;

struct Poller::Page {
    std::vector<model::Order> orders;
    std::vector<platform::BadRecord> bad;
    platform::OrderQuery query;
    PageFacts facts;
    base::Time platform_now;
    model::Platform platform = model::Platform::tiktok_shop;
};

Result<Poller::Page> Poller::read_page(model::StoreId store, const MakeQuery& make_query) {
    Page out;
    auto page = calls_.run(store, [&](platform::Connector& connector, const platform::Credentials& credentials) {
        out.platform_now = connector.now(credentials.app);
        out.platform = credentials.store.platform;
        out.query = make_query(out.platform_now);
        return connector.search_orders(credentials.access(), out.query);
    });
    if (!page) return std::unexpected(std::move(page).error());
    counters_.pages.add();
    breaker_.answered(store);
    for (const model::Order& order : page->orders) {
        if (order.updated_at < out.facts.newest) out.facts.ascending = false;
        out.facts.newest = std::max(out.facts.newest, order.updated_at);
    }
    out.facts.orders = static_cast<std::int64_t>(page->orders.size() + page->bad.size());
    out.facts.next_page = page->next_page_token;
    if (!page->oldest_first) out.facts.ascending = false;
    out.orders = std::move(page->orders);
    out.bad = std::move(page->bad);
    return out;
}

Result<std::int64_t> Poller::save_page(Page& page, db::SyncCursor& cursor, const db::Lease& lease,
                                       const std::function<void(std::int64_t)>& move) {
    drop_known_bad(cursor.store, page.bad);
    const base::Time done_before = cursor.done_at;
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<std::int64_t> {
        TRY_VOID(db::check_lease(tx, lease));
        const Written written = TRY(write_orders(tx, cursor.store, page.orders));
        TRY_VOID(quarantine(tx, cursor.store, "poll", page.bad));
        const std::int64_t news = written.created + written.changed;
        move(news);
        TRY_VOID(db::save_sync_cursor(tx, cursor));
        if (cursor.stream == stream::orders && cursor.done_at != done_before)
            TRY_VOID(db::note_sync(tx, cursor.store, cursor.done_at, ""));
        return news;
    });
}

Duration Poller::live_interval(model::Platform platform, const LivePosition& position) const {
    const platform::Connector* const connector = context_.connectors.find(platform);
    if (connector == nullptr) return k_longest_pause;
    const platform::Pace pace = connector->pace();
    if (context_.clock.now() - position.connected_at < k_at_first) return pace.poll_at_first;
    return position.found > 0 ? pace.poll_missed : pace.poll;
}

namespace {

base::Error page_loop() {
    return {base::Code::upstream_rejected, "page token came twice", "platform.page_loop", {}};
}

}  // namespace

void Poller::poll_orders(db::SyncCursor cursor, const db::Lease& lease) {
    LivePosition position = parse_live(cursor.position);
    const auto restart = [&] {
        restart_window(position.window);
        cursor.position = to_json(position);
    };
    auto page = read_page(cursor.store, [&](base::Time now) { return next_query(position, now); });
    if (!page) {
        // A page token that is refused would be refused again.
        if (page.error().key == "platform.contract") restart();
        return fail(cursor, page.error());
    }
    if (!admit(cursor, page->query, page->facts.next_page)) {
        restart();
        return fail(cursor, page_loop());
    }
    const Step step = advance(position, page->facts, page->platform_now);
    const bool round_done = step == Step::round_done;
    const std::int64_t found_before = position.found;
    db::SyncCursor next = cursor;
    const auto news = save_page(*page, next, lease, [&](std::int64_t count) {
        if (round_done) next.done_at = context_.clock.now();
        // How much a round brought that no webhook had decides when the next one comes.
        position.found = found_before + count;
        finish(next, round_done ? live_interval(page->platform, position) : Duration{});
        if (round_done) position.found = 0;
        next.position = to_json(position);
    });
    if (!news) return fail(cursor, news.error());
    counters_.found.add(static_cast<std::uint64_t>(*news));
    if (round_done) lost_webhooks_.recover(cursor.store);
}

void Poller::poll_history(db::SyncCursor cursor, const db::Lease& lease) {
    HistoryPosition position = parse_history(cursor.position);
    const Duration rest = base::days(36'500);
    if (position.done()) {
        finish(cursor, rest);
        if (const auto saved = save(cursor, lease); !saved) fail(cursor, saved.error());
        return;
    }
    auto page = read_page(cursor.store, [&](base::Time now) { return *next_query(position, now); });
    if (!page || !admit(cursor, page->query, page->facts.next_page)) {
        restart_window(position.window);
        if (page || page.error().key == "platform.contract") cursor.position = to_json(position);
        return fail(cursor, page ? page_loop() : page.error());
    }
    const Step step = advance(position, page->facts);
    db::SyncCursor next = cursor;
    const auto news = save_page(*page, next, lease, [&](std::int64_t) {
        next.position = to_json(position);
        finish(next, step == Step::round_done ? rest : Duration{});
        if (step == Step::round_done) next.done_at = context_.clock.now();
    });
    if (!news) fail(cursor, news.error());
}

namespace {

// Of the daily comparison: the scan, and the numbers of this and the last one.
struct Comparison {
    HistoryPosition scan;
    std::int64_t checked = 0;
    std::int64_t differences = 0;
    std::int64_t last_checked = 0;
    std::int64_t last_differences = 0;
};

Comparison parse_comparison(std::string_view text) {
    Comparison out;
    const auto document = base::JsonDocument::parse(text);
    if (!document) return out;
    out.scan = parse_history((*document)["scan"].string_or());
    out.checked = (*document)["checked"].integer_or(0);
    out.differences = (*document)["differences"].integer_or(0);
    out.last_checked = (*document)["last_checked"].integer_or(0);
    out.last_differences = (*document)["last_differences"].integer_or(0);
    return out;
}

std::string to_json(const Comparison& comparison) {
    return boost::json::serialize(boost::json::object{{"scan", ingest::to_json(comparison.scan)},
                                                      {"checked", comparison.checked},
                                                      {"differences", comparison.differences},
                                                      {"last_checked", comparison.last_checked},
                                                      {"last_differences", comparison.last_differences}});
}

}  // namespace

// Reads the last days once more: what it finds had been missed by webhooks and polling.
void Poller::reconcile(db::SyncCursor cursor, const db::Lease& lease) {
    Comparison comparison = parse_comparison(cursor.position);
    auto page = read_page(cursor.store, [&](base::Time now) {
        if (!comparison.scan.ceiling) {
            // What has just changed is still on its way by webhook or poll: no difference.
            comparison.scan.ceiling = now - base::minutes(15);
            comparison.scan.next_to = comparison.scan.ceiling;
            comparison.scan.floor = now - k_reconcile_span;
        }
        return *next_query(comparison.scan, now);
    });
    if (!page || !admit(cursor, page->query, page->facts.next_page)) {
        restart_window(comparison.scan.window);
        if (page || page.error().key == "platform.contract") cursor.position = to_json(comparison);
        return fail(cursor, page ? page_loop() : page.error());
    }
    const bool done = advance(comparison.scan, page->facts) == Step::round_done;
    const Comparison before = comparison;
    db::SyncCursor next = cursor;
    const auto news = save_page(*page, next, lease, [&](std::int64_t count) {
        comparison = before;
        comparison.checked += page->facts.orders;
        comparison.differences += count;
        if (done) comparison = {{}, 0, 0, comparison.checked, comparison.differences};
        next.position = to_json(comparison);
        if (done) next.done_at = context_.clock.now();
        finish(next, done ? k_reconcile_interval : Duration{});
    });
    if (!news) return fail(cursor, news.error());
    counters_.differences.add(static_cast<std::uint64_t>(*news));
    if (done)
        base::log(base::Level::info, "poll.reconciled",
                  {{"store", cursor.store},
                   {"checked", comparison.last_checked},
                   {"differences", comparison.last_differences}});
}

void Poller::poll_token(db::SyncCursor cursor, const db::Lease& lease) {
    const auto next_look = tokens_.keep_fresh(cursor.store);
    if (!next_look) return fail(cursor, next_look.error());
    cursor.done_at = context_.clock.now();
    finish(cursor, *next_look);
    if (const auto saved = save(cursor, lease); !saved) fail(cursor, saved.error());
}

void Poller::poll_shop(db::SyncCursor cursor, const db::Lease& lease) {
    auto report = calls_.run(cursor.store, [&](platform::Connector& connector, const platform::Credentials& store) {
        return connector.shop_status(store.access(), store.store.ext_id);
    });
    if (!report) return fail(cursor, report.error());
    breaker_.answered(cursor.store);
    cursor.done_at = context_.clock.now();
    finish(cursor, k_shop_interval);
    const auto saved = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        TRY_VOID(db::check_lease(tx, lease));
        TRY_VOID(apply_status(tx, cursor.store, *report));
        return db::save_sync_cursor(tx, cursor);
    });
    if (!saved) fail(cursor, saved.error());
}

namespace {

Result<void> tell_status(db::Tx& tx, const model::Store& store, const platform::StatusReport& report) {
    if (store.status == report.status) return {};
    TRY_VOID(tell(tx, store.id, EventKind::store_status_changed,
                  {{"from", std::string(model::name(store.status))},
                   {"to", std::string(model::name(report.status))},
                   {"source", report.source},
                   {"reason", report.reason}}));
    const std::map<std::string, std::string> args = {
        {"store", store.name}, {"source", report.source}, {"reason", report.reason}};
    if (report.status == ShopStatus::inactive)
        return raise(tx, store.id, "store.inactive", model::Severity::critical, args);
    if (report.status == ShopStatus::restricted)
        return raise(tx, store.id, "store.restricted", model::Severity::critical, args);
    if (report.status != ShopStatus::active) return {};
    TRY_VOID(settle(tx, store.id, "store.inactive"));
    return settle(tx, store.id, "store.restricted");
}

// Names and ciphers may have changed. A shop that nobody connected here is told of once a day until somebody looks.
Result<void> note_shops(db::Tx& tx, const model::Store& store, const std::vector<platform::Shop>& shops) {
    for (const platform::Shop& shop : shops) {
        auto known = TRY(db::find_store_by_ext_id(tx, store.platform, shop.ext_id));
        if (!known) {
            TRY_VOID(raise(tx, store.id, "store.unexpected_shop", model::Severity::medium,
                           {{"shop", shop.name}, {"region", shop.region}, {"id", shop.ext_id}}, shop.ext_id));
            continue;
        }
        if (known->connection == model::Connection::none || known->connection == model::Connection::disconnected)
            continue;
        const model::StoreSecrets secrets = TRY(db::load_store_secrets(tx, known->id));
        if (!(secrets.cipher == shop.cipher)) TRY_VOID(db::save_store_cipher(tx, known->id, shop.cipher));
        if (known->shop_name == shop.name) continue;
        known->shop_name = shop.name;
        TRY(db::save_store(tx, *known));
    }
    return {};
}

}  // namespace

Result<void> Poller::apply_status(db::Tx& tx, model::StoreId id, const platform::StatusReport& report) {
    const model::Store store = TRY(db::find_store(tx, id));
    TRY_VOID(db::note_shop_status(tx, id, report.status, report.source, context_.clock.now()));
    TRY_VOID(tell_status(tx, store, report));
    TRY_VOID(note_shops(tx, store, report.shops));
    if (report.authorised) return {};
    // The token works for other shops of the seller, but this one is no longer given to us.
    TRY_VOID(db::note_connection(tx, id, model::Connection::reconnect, "store.shop_not_listed"));
    TRY_VOID(tell(tx, id, EventKind::store_disconnected, {{"reason", "store.shop_not_listed"}}));
    return raise(tx, id, "store.reconnect", model::Severity::high, {{"store", store.name}, {"shop", store.shop_name}});
}

}  // namespace ingest
