#include "ingest/poller.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/log.h"
#include "db/events.h"
#include "db/orders.h"
#include "db/stores.h"
#include "ingest/chat_position.h"
#include "ingest/notice.h"
#include "ingest/orders.h"

// When which stream runs, and what a failure does to it. What the streams read is in polls.cpp.
namespace ingest {

using base::Code;
using base::Duration;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t k_most_due = 500;
// Another instance goes on with a store this long after its owner was last heard of. Calls may take longer: leases that
// work leans on are prolonged meanwhile.
constexpr Duration k_lease_time = base::seconds(20);
constexpr std::int64_t k_renew_after_ms = 6'000;
constexpr std::array k_all_streams = {stream::orders, stream::messages,  stream::history, stream::shop,
                                      stream::token,  stream::reconcile, stream::returns, stream::cancellations};

}  // namespace

Result<void> start_streams(db::Tx& tx, model::StoreId store) {
    const base::Time now = tx.now();
    for (const std::string_view name : k_all_streams) {
        db::SyncCursor cursor;
        if (auto known = TRY(db::find_sync_cursor(tx, store, name))) cursor = std::move(*known);
        cursor.store = store;
        cursor.stream = name;
        cursor.failures = 0;
        cursor.error_key.clear();
        cursor.due_at = now;
        if (name == stream::orders || name == stream::returns || name == stream::cancellations) {
            // What was read before a lost connection counts; only the quick rounds begin again.
            LivePosition position = parse_live(cursor.position);
            position.connected_at = now;
            cursor.position = to_json(position);
        }
        if (name == stream::messages) {
            ChatPosition position = parse_chats(cursor.position);
            position.connected_at = now;
            cursor.position = to_json(position);
        }
        if (name == stream::reconcile) cursor.due_at = now + Poller::k_reconcile_interval;
        TRY_VOID(db::save_sync_cursor(tx, cursor));
    }
    return {};
}

Result<void> make_due(db::Tx& tx, model::StoreId store, std::string_view stream) {
    auto cursor = TRY(db::find_sync_cursor(tx, store, stream));
    if (!cursor) return {};
    cursor->due_at = tx.now();
    return db::save_sync_cursor(tx, *cursor);
}

Poller::Poller(const Context& context, StoreCalls& calls, Tokens& tokens, platform::StoreJobs& jobs,
               platform::Breaker& breaker, LostWebhooks& lost_webhooks)
    : context_(context),
      calls_(calls),
      tokens_(tokens),
      jobs_(jobs),
      breaker_(breaker),
      lost_webhooks_(lost_webhooks) {}

void Poller::step() {
    renew_leases();
    flag_overdue();
    const auto due = context_.database.read(
        [&](db::Reader& reader) { return db::due_sync_cursors(reader, context_.clock.now(), k_most_due); });
    if (!due) {
        base::log(base::Level::error, "poll.not_planned", {base::Field(due.error())});
        return;
    }
    for (const db::SyncCursor& cursor : *due) {
        // A refresh must not wait for a store's orders to answer: it goes to another host.
        if (cursor.stream != stream::token && breaker_.rests(cursor.store)) continue;
        jobs_.submit(cursor.store, cursor.stream,
                     [this, store = cursor.store, name = cursor.stream] { run(store, name); });
    }
}

std::optional<db::Lease> Poller::lease_of(model::StoreId store) {
    {
        const std::scoped_lock lock(mutex_);
        const auto found = leases_.find(store);
        // By the monotonic clock: the wall clock may jump, and the database has its own.
        if (found != leases_.end() && context_.clock.monotonic_ms() - found->second.taken_ms < k_renew_after_ms) {
            ++found->second.in_use;
            return found->second.lease;
        }
    }
    const std::int64_t before_ms = context_.clock.monotonic_ms();
    auto taken = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) {
        return db::take_lease(tx, "poll:" + store.text(), context_.instance, k_lease_time);
    });
    const std::scoped_lock lock(mutex_);
    if (!taken || !*taken) {
        leases_.erase(store);
        return std::nullopt;
    }
    Held& held = leases_[store];
    held.lease = **taken;
    held.taken_ms = before_ms;
    ++held.in_use;
    return held.lease;
}

void Poller::release(model::StoreId store) {
    const std::scoped_lock lock(mutex_);
    const auto found = leases_.find(store);
    if (found != leases_.end() && found->second.in_use > 0) --found->second.in_use;
}

// Prolongs what work leans on: a marketplace may take longer to answer than a lease lasts.
void Poller::renew_leases() {
    std::vector<db::Lease> old;
    const std::int64_t now_ms = context_.clock.monotonic_ms();
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [store, held] : leases_)
            if (held.in_use > 0 && now_ms - held.taken_ms >= k_renew_after_ms) old.push_back(held.lease);
    }
    if (old.empty()) return;
    std::vector<std::string> lost;
    const auto renewed = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        lost.clear();
        for (const db::Lease& lease : old) {
            const auto again = db::renew_lease(tx, lease, k_lease_time);
            if (again) continue;
            if (again.error().key != "lease.lost") return std::unexpected(again.error());
            lost.push_back(lease.name);
        }
        return {};
    });
    if (!renewed) {
        base::log(base::Level::warning, "poll.leases_not_renewed", {base::Field(renewed.error())});
        return;
    }
    const std::scoped_lock lock(mutex_);
    for (auto entry = leases_.begin(); entry != leases_.end();) {
        Held& held = entry->second;
        if (std::ranges::find(lost, held.lease.name) != lost.end()) {
            entry = leases_.erase(entry);
            continue;
        }
        if (std::ranges::find(old, held.lease.name, &db::Lease::name) != old.end()) held.taken_ms = now_ms;
        ++entry;
    }
}

// A few pages in a row, then other streams of the store have their turn.
void Poller::run(model::StoreId store, std::string_view name) {
    constexpr int k_in_a_row = 20;
    for (int i = 0; i < k_in_a_row; ++i) {
        const auto cursor =
            context_.database.read([&](db::Reader& reader) { return db::find_sync_cursor(reader, store, name); });
        // Done, or the store is gone.
        if (!cursor || !*cursor || (*cursor)->due_at > context_.clock.now()) return;
        // None: another instance polls this store.
        const auto lease = lease_of(store);
        if (!lease) return;
        run_once(**cursor, *lease);
        release(store);
    }
}

void Poller::run_once(const db::SyncCursor& cursor, const db::Lease& lease) {
    if (cursor.stream == stream::orders)
        poll_orders(cursor, lease);
    else if (cursor.stream == stream::messages)
        poll_messages(cursor, lease);
    else if (cursor.stream == stream::history)
        poll_history(cursor, lease);
    else if (cursor.stream == stream::shop)
        poll_shop(cursor, lease);
    else if (cursor.stream == stream::token)
        poll_token(cursor, lease);
    else if (cursor.stream == stream::reconcile)
        reconcile(cursor, lease);
    else if (cursor.stream == stream::returns || cursor.stream == stream::cancellations)
        poll_returns(cursor, lease);
}

Duration Poller::jittered(Duration pause) const {
    // Within a tenth, so that stores connected together do not stay together.
    const auto tenth = static_cast<std::uint64_t>(std::max<std::int64_t>(1, pause.ms / 10));
    return pause - base::milliseconds(static_cast<std::int64_t>(tenth / 2)) +
           base::milliseconds(static_cast<std::int64_t>(context_.random.below(tenth)));
}

void Poller::finish(db::SyncCursor& cursor, Duration pause) const {
    cursor.failures = 0;
    cursor.error_key.clear();
    cursor.due_at = pause.ms == 0 ? context_.clock.now() : context_.clock.now() + jittered(pause);
}

void Poller::fail(db::SyncCursor cursor, const Error& error) {
    counters_.failures.add();
    const std::string key = error.key.empty() ? std::string(base::name(error.code)) : error.key;
    base::log(base::Level::warning, "poll.failed",
              {{"store", cursor.store}, {"stream", cursor.stream}, {"failures", cursor.failures}, base::Field(error)});
    // Another instance took over: its affair.
    if (key == "lease.lost") {
        const std::scoped_lock lock(mutex_);
        leases_.erase(cursor.store);
        return;
    }
    const bool silent = error.code == Code::unavailable || error.code == Code::timeout;
    if (silent && cursor.stream != stream::token) breaker_.failed(cursor.store, error.retry_after_s);
    Duration pause = base::milliseconds(
        std::min<std::int64_t>(15'000LL << std::min<std::int64_t>(cursor.failures, 10), k_longest_pause.ms));
    if (error.retry_after_s) pause = std::max(pause, base::seconds(*error.retry_after_s));
    // Connecting again starts the streams again.
    const bool ended = key == "store.not_connected" || key == "platform.auth_lost";
    if (ended) pause = base::hours(1);
    ++cursor.failures;
    cursor.error_key = key;
    cursor.due_at = context_.clock.now() + jittered(pause);
    const bool about_shop =
        key == "platform.mismatch" || key == "platform.seller_inactive" || key == "platform.contract";
    const auto noted = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        // The streams of a store that was connected again meanwhile have been started again: that counts.
        const auto now = TRY(db::find_sync_cursor(tx, cursor.store, cursor.stream));
        if (!now || now->due_at > cursor.due_at) return {};
        TRY_VOID(db::save_sync_cursor(tx, cursor));
        if (cursor.stream == stream::orders && !ended)
            TRY_VOID(db::note_sync(tx, cursor.store, context_.clock.now(), key));
        // Ask what became of the shop, once for each row of failures.
        if (cursor.stream == stream::orders && about_shop && cursor.failures == 1)
            TRY_VOID(make_due(tx, cursor.store, stream::shop));
        return {};
    });
    if (!noted) base::log(base::Level::error, "poll.failure_not_noted", {base::Field(noted.error())});
}

Result<void> Poller::save(const db::SyncCursor& cursor, const db::Lease& lease) {
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        TRY_VOID(db::check_lease(tx, lease));
        return db::save_sync_cursor(tx, cursor);
    });
}

bool Poller::admit(const db::SyncCursor& cursor, const platform::OrderQuery& query, const std::string& next_page) {
    const std::scoped_lock lock(mutex_);
    const std::pair key(cursor.store, cursor.stream);
    // A new window. After a start of the process an old scan goes on with a fresh guard, which is as good.
    if (query.page_token.empty() || !guards_.contains(key)) guards_.insert_or_assign(key, platform::PageGuard());
    return next_page.empty() || guards_.at(key).admit(next_page);
}

void Poller::drop_known_bad(model::StoreId store, std::vector<platform::BadRecord>& bad) {
    const std::scoped_lock lock(mutex_);
    if (known_bad_.size() > 100'000) known_bad_.clear();
    std::erase_if(bad, [&](const platform::BadRecord& record) {
        return !known_bad_.insert(std::hash<std::string>{}(store.text() + record.raw.reveal())).second;
    });
}

// Time alone makes an order overdue: no marketplace tells.
void Poller::flag_overdue() {
    constexpr std::int64_t k_every_ms = 60'000;
    constexpr std::size_t k_at_once = 200;
    const std::int64_t now_ms = context_.clock.monotonic_ms();
    if (overdue_looked_ms_ != 0 && now_ms - overdue_looked_ms_ < k_every_ms) return;
    overdue_looked_ms_ = now_ms;
    const auto late = context_.database.read(
        [&](db::Reader& reader) { return db::orders_newly_overdue(reader, context_.clock.now(), k_at_once); });
    if (!late || late->empty()) return;
    const auto flagged = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        for (const model::OrderId id : *late) {
            if (!TRY(db::flag_order(tx, id, model::k_flag_ship_overdue, 0))) continue;
            model::Event event;
            event.store = db::store_of(id);
            event.kind = model::EventKind::order_changed;
            event.subject = id.text();
            event.detail = detail({{"flag", "ship_overdue"}});
            event.happened_at = tx.now();
            TRY(db::append_event(tx, event));
        }
        return {};
    });
    if (!flagged)
        base::log(base::Level::error, "poll.overdue_not_flagged", {base::Field(flagged.error())});
    else if (late->size() == k_at_once)
        overdue_looked_ms_ = 0;
}

}  // namespace ingest
