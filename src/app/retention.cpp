#include "app/retention.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "base/log.h"
#include "db/audit.h"
#include "db/conversations.h"
#include "db/events.h"
#include "db/imports.h"
#include "db/inbox.h"
#include "db/keys.h"
#include "db/leases.h"
#include "db/orders.h"
#include "db/retention_days.h"
#include "db/returns.h"
#include "db/search.h"
#include "db/settings.h"
#include "db/stores.h"
#include "team/audit.h"

namespace app {
namespace {

constexpr std::string_view k_lease = "retention";
// Longer than a piece of work takes, files included; a stopped instance holds the others up no longer than that.
constexpr base::Duration k_lease_time = base::minutes(2);
constexpr std::size_t k_rows = 200;  // In one transaction.
// What this run removed so far: kept in the database, so that the audit line of a run that was interrupted is whole.
constexpr std::string_view k_run_setting = "retention.run";
// When a run last ended. What is removed cannot be brought back, so a clock that has moved on by more than a week since
// then, while it may have been set wrongly, is believed only after a day.
constexpr std::string_view k_seen_setting = "retention.seen";
constexpr base::Duration k_jump = base::days(7);
constexpr base::Duration k_believe_after = base::days(1);
constexpr const char* k_names[] = {"buyers", "buyer_names", "return_texts", "messages", "previews", "raw_days", "keys"};

using Removed = std::map<std::string, std::int64_t, std::less<>>;

base::Result<Removed> removed_so_far(db::Reader& reader) {
    Removed removed;
    const auto setting = TRY(db::find_setting(reader, k_run_setting));
    if (!setting) return removed;
    const auto document = TRY(base::JsonDocument::parse(setting->value));
    for (const auto& [name, count] : document.root().members()) removed[std::string(name)] = count.integer_or(0);
    return removed;
}

base::Result<void> save_so_far(db::Tx& tx, const Removed& removed) {
    boost::json::object json;
    for (const auto& [name, count] : removed) json[name] = count;
    TRY(db::save_setting(tx, k_run_setting, boost::json::serialize(json), std::nullopt, {}));
    return {};
}

std::int64_t sum(const Removed& removed) {
    std::int64_t all = 0;
    for (const auto& [name, count] : removed) all += count;
    return all;
}

base::Result<void> tell(db::Tx& tx, model::StoreId store, model::EventKind kind, std::string subject) {
    model::Event event;
    event.store = store;
    event.kind = kind;
    event.subject = std::move(subject);
    event.detail = "{}";
    event.happened_at = tx.now();
    TRY(db::append_event(tx, event));
    return {};
}

// As the owner set them.
base::Result<RetentionTerms> terms_now(db::Database& database, RetentionTerms terms) {
    const model::RetentionDays days = TRY(database.read([](db::Reader& reader) { return db::retention_days(reader); }));
    terms.raw_events = base::days(days.raw_events);
    terms.settled_buyers = base::days(days.settled_buyers);
    terms.buyers = base::days(days.buyers);
    terms.messages = base::days(days.messages);
    return terms;
}

}  // namespace

std::map<std::string, base::Counter, std::less<>> Retention::make_counters() {
    std::map<std::string, base::Counter, std::less<>> counters;
    for (const char* name : k_names) counters[name];
    return counters;
}

void Retention::publish(base::Metrics& metrics) const {
    for (const auto& [name, counter] : removed_)
        metrics.counter("stallward_retention_removed_total", "What was removed since its term was over", counter,
                        "what", name);
}

void Retention::count(const Removed& removed) {
    for (const auto& [name, number] : removed) removed_[name].add(static_cast<std::uint64_t>(number));
}

// Runs `work` in a transaction of the instance that holds the lease, and counts what it removed there.
template <class Work>
base::Result<std::optional<Removed>> Retention::under_lease(Work&& work) {
    auto removed = database_.write(db::Lane::bulk, [&](db::Tx& tx) -> base::Result<std::optional<Removed>> {
        if (!TRY(db::take_lease(tx, k_lease, instance_, k_lease_time))) return std::optional<Removed>();
        const Removed now = TRY(work(tx));
        if (sum(now) == 0) return std::optional(now);
        Removed so_far = TRY(removed_so_far(tx));
        for (const auto& [name, number] : now) so_far[name] += number;
        TRY_VOID(save_so_far(tx, so_far));
        return std::optional(now);
    });
    if (removed && *removed) count(**removed);
    return removed;
}

base::Result<std::optional<Removed>> Retention::forget_some(model::StoreId store) {
    const RetentionTerms terms = TRY(terms_now(database_, terms_));
    const base::Time now = clock_.now();
    return under_lease([&](db::Tx& tx) -> base::Result<Removed> {
        const auto orders = TRY(db::forget_order_buyers(
            tx, store, {.collected_before = now - terms.buyers, .settled_before = now - terms.settled_buyers}, k_rows));
        for (const model::OrderId id : orders)
            TRY_VOID(tell(tx, store, model::EventKind::order_buyer_forgotten, id.text()));
        const auto messages = TRY(db::forget_message_texts(tx, store, now - terms.messages, k_rows));
        for (const model::MessageId id : messages)
            TRY_VOID(tell(tx, store, model::EventKind::message_forgotten, id.text()));
        const std::size_t names = TRY(db::forget_conversation_buyers(tx, store, now - terms.buyers, k_rows));
        const auto returns = TRY(db::forget_return_texts(tx, store, now - terms.buyers, k_rows));
        return Removed{{"return_texts", static_cast<std::int64_t>(returns.size())},
                       {"buyers", static_cast<std::int64_t>(orders.size())},
                       {"messages", static_cast<std::int64_t>(messages.size())},
                       {"buyer_names", static_cast<std::int64_t>(names)}};
    });
}

// What is not of one store, and the audit line.
base::Result<bool> Retention::end_run() {
    const RetentionTerms terms = TRY(terms_now(database_, terms_));
    const base::Time now = clock_.now();
    const auto previews = TRY(under_lease([&](db::Tx& tx) -> base::Result<Removed> {
        const std::size_t count = TRY(db::discard_imports_before(tx, now - terms.previews));
        return Removed{{"previews", static_cast<std::int64_t>(count)}};
    }));
    if (!previews) return false;

    const std::size_t days = TRY(database_.inbox().drop_old_days(terms.raw_events));
    if (days > 0)
        TRY(under_lease(
            [&](db::Tx&) -> base::Result<Removed> { return Removed{{"raw_days", static_cast<std::int64_t>(days)}}; }));

    // Of such a month every row is empty by now, whichever term is the longest. The line is promised before the keys
    // go, and these go again if the process is stopped in between.
    const std::string month = base::utc_month(now - std::max({terms.messages, terms.buyers, terms.raw_events}));
    const std::size_t keys = TRY(database_.keys().count_months_before(month));
    if (keys > 0) {
        const auto promised = TRY(under_lease([&](db::Tx& tx) -> base::Result<Removed> {
            Removed so_far = TRY(removed_so_far(tx));
            so_far.insert_or_assign("keys", 0);
            TRY_VOID(save_so_far(tx, so_far));
            return Removed{{"keys", static_cast<std::int64_t>(keys)}};
        }));
        if (!promised) return false;
        TRY(database_.search().drop_months_before(month));
        TRY(database_.keys().destroy_months_before(month));
    }
    TRY(under_lease([&](db::Tx& tx) -> base::Result<Removed> {
        TRY(db::save_setting(tx, k_seen_setting, std::to_string(now.ms), std::nullopt, {}));
        const Removed so_far = TRY(removed_so_far(tx));
        if (sum(so_far) == 0) return Removed();
        const auto told = [&](std::string_view name) {
            const auto found = so_far.find(name);
            return found == so_far.end() || found->second == 0 ? std::string() : std::to_string(found->second);
        };
        TRY_VOID(team::audit(tx, "system", {}, team::kind::retention_removed, "",
                             {{"buyers", told("buyers")},
                              {"buyer_names", told("buyer_names")},
                              {"return_texts", told("return_texts")},
                              {"messages", told("messages")},
                              {"previews", told("previews")},
                              {"raw_days", told("raw_days")},
                              {"keys", told("keys")}}));
        TRY_VOID(db::remove_setting(tx, k_run_setting));
        return Removed();
    }));
    return false;
}

base::Result<bool> Retention::clock_is_believed() {
    const auto seen = TRY(database_.read([](db::Reader& reader) { return db::find_setting(reader, k_seen_setting); }));
    const base::Time now = clock_.now();
    std::int64_t seen_ms = now.ms;
    if (seen) {
        const auto document = TRY(base::JsonDocument::parse(seen->value));
        seen_ms = document.root().integer_or(now.ms);
    }
    if (now - base::Time{seen_ms} <= k_jump) {
        doubted_since_.reset();
        return true;
    }
    if (!doubted_since_) doubted_since_ = clock_.monotonic_ms();
    if (clock_.monotonic_ms() - *doubted_since_ >= k_believe_after.ms) return true;
    base::log(base::Level::warning, "retention.clock_doubted",
              {{"last_run", base::Time{seen_ms}.ms}, {"now", now.ms}, {"wait_hours", k_believe_after.ms / 3'600'000}});
    return false;
}

base::Result<bool> Retention::piece() {
    if (!under_way_) {
        if (!TRY(clock_is_believed())) return false;
        left_.clear();
        for (const model::Store& store :
             TRY(database_.read([](db::Reader& reader) { return db::list_stores(reader); })))
            left_.push_back(store.id);
        under_way_ = true;
    }
    if (left_.empty()) {
        under_way_ = false;
        return end_run();
    }
    const auto removed = TRY(forget_some(left_.back()));
    if (!removed) {
        under_way_ = false;
        return false;
    }
    if (sum(*removed) == 0) left_.pop_back();
    return true;
}

base::Result<bool> Retention::run() {
    auto more = piece();
    if (!more) under_way_ = false;
    return more;
}

}  // namespace app
