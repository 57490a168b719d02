#include "operate/outbox.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "db/events.h"
#include "db/outbox.h"
#include "db/stores.h"
#include "operate/action_kinds.h"

namespace operate {

using base::Duration;
using base::Result;
using model::EventKind;
using model::OutgoingAction;
using platform::ErrorClass;
using platform::Reaction;

namespace {

constexpr std::size_t k_at_once = 200;
// The outcome of a read-back that did not find it: the second one in a row decides.
constexpr std::string_view k_not_found_once = "outbox.not_found_once";

Result<void> tell(db::Tx& tx, const OutgoingAction& action, EventKind kind, std::string_view outcome) {
    model::Event event;
    event.store = action.store;
    event.kind = kind;
    event.subject = action.id.text();
    event.detail = "{\"kind\":" + base::json_quote(action.kind) + ",\"object\":" + base::json_quote(action.object) +
                   ",\"outcome\":" + base::json_quote(outcome) + "}";
    event.happened_at = tx.now();
    TRY_VOID(db::append_event(tx, event));
    return {};
}

Result<void> end_tokens(db::Tx& tx, const OutgoingAction& action) {
    const ActionKind* const kind = find_action_kind(action.kind);
    if (kind == nullptr || !kind->ends_tokens) return {};
    // Connected again meanwhile: the tokens are new ones.
    const model::Store store = TRY(db::find_store(tx, action.store));
    return kind->still_wanted(store) ? db::forget_store_tokens(tx, action.store) : Result<void>();
}

Duration growing_pause(std::int64_t attempt, std::optional<int> retry_after_s) {
    const auto grown =
        base::milliseconds(std::min<std::int64_t>(5'000LL << std::clamp<std::int64_t>(attempt, 0, 10), 900'000));
    return retry_after_s ? std::max(grown, base::seconds(*retry_after_s)) : grown;
}

}  // namespace

Outbox::Outbox(OutboxContext context) : context_(std::move(context)), jobs_(k_threads) {}

void Outbox::stop() {
    jobs_.stop();
}

void Outbox::wait_idle() {
    jobs_.wait_idle();
}

void Outbox::step() {
    take_over();
    const auto due = context_.database.read([](db::Reader& reader) { return db::due_actions(reader, k_at_once); });
    const auto unknown =
        context_.database.read([](db::Reader& reader) { return db::actions_to_read_back(reader, k_at_once); });
    if (!due || !unknown) {
        base::log(base::Level::error, "outbox.not_read", {base::Field(due ? unknown.error() : due.error())});
        return;
    }
    for (const OutgoingAction& action : *unknown)
        jobs_.submit(action.store, action.id.text(), [this, action] { read_back(action); });
    for (const OutgoingAction& action : *due)
        jobs_.submit(action.store, action.id.text(), [this, id = action.id, store = action.store] { send(id, store); });
}

// What an instance that is gone has left behind.
void Outbox::take_over() {
    const auto lost_before = [](const db::Reader& reader) { return reader.now() - k_lease_time - k_lost_after; };
    // Most of the time there is nothing, and a lease taken every second would be a write to the disk every second.
    const auto any =
        context_.database.read([&](db::Reader& reader) { return db::any_sending_since(reader, lost_before(reader)); });
    if (any && !*any) return;
    const auto taken = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<std::size_t> {
        const auto lease = TRY(db::take_lease(tx, "outbox:lost", context_.instance, k_lease_time));
        if (!lease) return 0;
        return TRY(db::take_over_lost(tx, *lease, lost_before(tx), k_at_once)).size();
    });
    if (taken)
        counters_.taken_over.add(*taken);
    else
        base::log(base::Level::error, "outbox.not_taken_over", {base::Field(taken.error())});
}

Result<std::optional<db::Lease>> Outbox::lease_of(model::StoreId store) {
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) {
        return db::take_lease(tx, "outbox:" + store.text(), context_.instance, k_lease_time);
    });
}

void Outbox::send(model::ActionId id, model::StoreId store) {
    const auto done = [&]() -> Result<void> {
        // None: another instance sends for this store.
        const std::int64_t began_ms = context_.clock.monotonic_ms();
        const auto lease = TRY(lease_of(store));
        if (!lease) return {};
        const auto action =
            TRY(context_.database.write(db::Lane::bulk, [&](db::Tx& tx) { return db::mark_sending(tx, id, *lease); }));
        // Durable as `sending` from here on: whatever happens now, it is found out.
        const ActionKind* const kind = find_action_kind(action.kind);
        if (kind == nullptr) return to_person(action, "outbox.unknown_kind");
        const auto credentials = context_.credentials(store);
        if (!credentials) {
            if (credentials.error().code == base::Code::not_found) return refuse(action, "outbox.store_gone");
            return postpone(action, "outbox.no_credentials", growing_pause(action.attempt, {}));
        }
        platform::Connector* const connector = context_.connectors.find(credentials->store.platform);
        if (connector == nullptr) return to_person(action, "store.platform_unknown");
        if (!kind->still_wanted(credentials->store)) return refuse(action, "outbox.no_longer_wanted");
        if (credentials->secrets.access_token.empty()) return refuse(action, "store.not_connected");
        const auto payload = base::JsonDocument::parse(action.payload);
        if (!payload) return to_person(action, "outbox.payload_unreadable");
        // Somebody else may have found it lost, read back and sent it since (F-11).
        if (context_.clock.monotonic_ms() - began_ms > k_latest_start.ms)
            return postpone(action, "outbox.too_late", Duration{});
        counters_.sent.add();
        const auto receipt = kind->perform(*connector, *credentials, payload->root());
        if (receipt) return confirm(action, receipt->request_id.empty() ? "ok" : "ok " + receipt->request_id);
        return settle_failure(action, receipt.error(), *credentials);
    }();
    // Another one was faster: it is sent already.
    const bool overtaken = !done && (done.error().code == base::Code::conflict || done.error().key == "outbox.state");
    if (!done && !overtaken)
        base::log(base::Level::error, "outbox.not_settled", {{"action", id}, base::Field(done.error())});
}

Result<void> Outbox::settle_failure(const OutgoingAction& action, const platform::CallError& error,
                                    const platform::Credentials& credentials) {
    const std::string key = platform::error_key(error.kind);
    const Duration pause = growing_pause(action.attempt, error.retry_after_s);
    const Duration waited = context_.clock.now() - action.planned_at;
    const ActionKind* const kind = find_action_kind(action.kind);
    const bool tokens_must_go = kind->ends_tokens && waited > k_tokens_gone;
    switch (platform::reaction(error.kind, true)) {
        case Reaction::read_back:
            return tokens_must_go ? to_person(action, key) : leave_unknown(action, key);
        case Reaction::refresh:
        case Reaction::reconnect: {
            // A revocation that meets a dead token has nothing left to revoke.
            if (kind->ends_tokens && error.kind == ErrorClass::auth_lost) return confirm(action, "outbox.already_done");
            const auto renewed = context_.renew(action.store, credentials.secrets.access_token);
            if (!renewed && renewed.error().code == base::Code::unauthenticated) return refuse(action, key);
            break;
        }
        case Reaction::retry:
        case Reaction::back_off:
            break;
        case Reaction::reread_shops:
        case Reaction::check_status:
            return refuse(action, key);
        case Reaction::ask_person:
            // The marketplace's own no. A wrong clock, proxy or address of ours may be mended: then it goes again.
            if (error.kind == ErrorClass::contract || error.kind == ErrorClass::scope_missing ||
                error.kind == ErrorClass::platform_risk)
                return refuse(action, key);
            break;
    }
    if (tokens_must_go || waited > k_longest_wait) return to_person(action, key);
    return postpone(action, key, pause);
}

void Outbox::read_back(const OutgoingAction& seen) {
    const auto done = [&]() -> Result<void> {
        // Somebody else may have found out since it was listed.
        const auto action =
            TRY(context_.database.read([&](db::Reader& reader) { return db::find_action(reader, seen.id); }));
        if (action.state != model::ActionState::unknown || action.next_at > context_.clock.now()) return {};
        if (context_.clock.now() - action.sent_at > k_longest_unknown) return to_person(action, "outbox.never_known");
        const ActionKind* const kind = find_action_kind(action.kind);
        if (kind == nullptr) return to_person(action, "outbox.unknown_kind");
        const auto credentials = context_.credentials(action.store);
        if (!credentials) return to_person(action, "outbox.no_credentials");
        platform::Connector* const connector = context_.connectors.find(credentials->store.platform);
        const auto payload = base::JsonDocument::parse(action.payload);
        if (connector == nullptr || !payload) return to_person(action, "outbox.payload_unreadable");
        const auto is_done = kind->is_done(*connector, *credentials, payload->root());
        if (!is_done) {
            const Reaction next = platform::reaction(is_done.error().kind, false);
            if (next == Reaction::refresh || next == Reaction::reconnect) {
                const auto renewed = context_.renew(action.store, credentials->secrets.access_token);
                if (!renewed) return leave_unknown(action, platform::error_key(is_done.error().kind));
            }
            // Not looked yet: an earlier look counts on.
            return leave_unknown(action, action.outcome);
        }
        if (*is_done) return confirm(action, "outbox.found_done");
        if (action.outcome != k_not_found_once) return leave_unknown(action, k_not_found_once);
        counters_.postponed.add();
        return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
            return db::plan_again(tx, action.id, action.fence, "outbox.found_not_done", tx.now());
        });
    }();
    if (!done && done.error().code != base::Code::conflict)
        base::log(base::Level::error, "outbox.not_settled", {{"action", seen.id}, base::Field(done.error())});
}

Result<void> Outbox::confirm(const OutgoingAction& action, std::string_view outcome) {
    counters_.confirmed.add();
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        TRY_VOID(db::confirm_action(tx, action.id, action.fence, outcome));
        TRY_VOID(end_tokens(tx, action));
        return tell(tx, action, EventKind::action_confirmed, outcome);
    });
}

Result<void> Outbox::refuse(const OutgoingAction& action, std::string_view outcome) {
    counters_.refused.add();
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        TRY_VOID(db::refuse_action(tx, action.id, action.fence, outcome));
        if (outcome != "outbox.store_gone") TRY_VOID(end_tokens(tx, action));
        return tell(tx, action, EventKind::action_refused, outcome);
    });
}

Result<void> Outbox::to_person(const OutgoingAction& action, std::string_view outcome) {
    counters_.needs_person.add();
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        // Out of our hands first, which also compares the fence.
        if (action.state == model::ActionState::sending)
            TRY_VOID(db::mark_unknown(tx, action.id, action.fence, outcome, tx.now()));
        TRY_VOID(db::hand_to_person(tx, action.id, outcome));
        TRY_VOID(end_tokens(tx, action));
        return tell(tx, action, EventKind::action_needs_person, outcome);
    });
}

Result<void> Outbox::postpone(const OutgoingAction& action, std::string_view outcome, Duration pause) {
    counters_.postponed.add();
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        return db::postpone_action(tx, action.id, action.fence, outcome, tx.now() + pause);
    });
}

Result<void> Outbox::leave_unknown(const OutgoingAction& action, std::string_view outcome) {
    counters_.unknown.add();
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
        return db::mark_unknown(tx, action.id, action.fence, outcome, tx.now() + k_read_back_pause);
    });
}

void Outbox::publish(base::Metrics& metrics) const {
    const auto add = [&](const base::Counter& counter, std::string result) {
        metrics.counter("stallward_actions_total", "Outgoing actions, by what became of them.", counter, "result",
                        std::move(result));
    };
    add(counters_.sent, "sent");
    add(counters_.confirmed, "confirmed");
    add(counters_.refused, "refused");
    add(counters_.postponed, "postponed");
    add(counters_.unknown, "unknown");
    add(counters_.needs_person, "needs_person");
    add(counters_.taken_over, "taken_over");
}

}  // namespace operate
