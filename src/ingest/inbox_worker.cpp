#include "ingest/inbox_worker.h"

#include <algorithm>
#include <latch>
#include <optional>

#include "base/log.h"
#include "db/events.h"
#include "db/stores.h"
#include "db/sync.h"
#include "ingest/chats.h"
#include "ingest/notice.h"
#include "ingest/poller.h"
#include "ingest/returns.h"

// Claiming, sorting and everything that needs no call. What needs one is in inbox_calls.cpp.
namespace ingest {

using base::Code;
using base::Error;
using base::Result;
using model::EventKind;
using platform::HintKind;

namespace {

// About the app and none of its shops: the test of an address, a category tree that changed.
bool about_no_shop(const platform::Hint& hint) {
    return hint.kind == HintKind::other && hint.shop_ext_id.empty() && hint.seller_ext_id.empty();
}

}  // namespace

struct InboxWorker::Item {
    db::StoredEvent stored;
    Result<platform::Hint> hint = base::fail(Code::invalid_input, "not read");

    db::Inbox::Handle handle() const { return {stored.day, stored.id}; }
    Ticket ticket() const { return {handle(), stored.tries, 0, false}; }
};

struct InboxWorker::Batch {
    std::vector<Item> direct;  // Written at once.
    std::vector<Item> orders;  // Need a read of orders.
    std::vector<Item> ends;    // The seller ended the authorisation, they say.
    base::Time latest;
    bool about_returns = false;  // Any of them.
    Result<void> written;
};

InboxWorker::InboxWorker(const Context& context, StoreCalls& calls, platform::StoreJobs& jobs,
                         platform::Breaker& breaker)
    : context_(context), calls_(calls), jobs_(jobs), breaker_(breaker) {}

void InboxWorker::settle(std::vector<db::Inbox::Handle> handles) {
    if (handles.empty()) return;
    // Not settled: handed out again later, which changes nothing.
    if (const auto done = context_.database.inbox().done(std::move(handles)); !done)
        base::log(base::Level::error, "inbox.not_settled", {base::Field(done.error())});
}

void InboxWorker::give_back(Ticket& ticket, const Error& error, base::Duration rest) {
    if (ticket.given_back) return;
    ticket.given_back = true;
    const bool temporary = error.code == Code::unavailable || error.code == Code::timeout ||
                           error.code == Code::rate_limited || error.code == Code::conflict;
    // What a person must mend first waits for a replay; all else comes back by itself.
    const bool for_person = error.code == Code::precondition_failed || error.code == Code::unauthenticated;
    std::optional<base::Time> again;
    if (temporary || (!for_person && ticket.tries < k_most_tries)) {
        const auto pause =
            base::milliseconds(std::min<std::int64_t>(15'000LL << std::min<std::int64_t>(ticket.tries, 7), 900'000));
        again = context_.clock.now() + std::max(rest, pause);
    }
    (again ? counters_.postponed : counters_.given_up).add();
    const std::string reason = error.key.empty() ? std::string(base::name(error.code)) : error.key;
    if (const auto done = context_.database.inbox().failed(ticket.handle, reason, again); !done)
        base::log(base::Level::error, "inbox.not_settled", {base::Field(done.error())});
}

bool InboxWorker::step() {
    const auto claimed = context_.database.inbox().claim(k_batch);
    if (!claimed) {
        base::log(base::Level::error, "inbox.not_claimed", {base::Field(claimed.error())});
        return false;
    }
    if (claimed->empty()) return false;
    std::map<model::StoreId, Batch> by_store;
    if (!sort(*claimed, by_store)) return false;
    wait_for_shops(by_store);
    apply_all(by_store);
    for (auto& [store, batch] : by_store) {
        wait_for_orders(store, batch.orders);
        for (const Item& item : batch.ends)
            jobs_.submit(store, "inbox.deauthorised/" + std::to_string(item.stored.id),
                         [this, id = store, ticket = item.ticket()] { check_deauthorised(id, ticket); });
    }
    return claimed->size() == k_batch;
}

bool InboxWorker::sort(const std::vector<db::StoredEvent>& claimed, std::map<model::StoreId, Batch>& by_store) {
    const auto sorted = context_.database.read([&](db::Reader& reader) -> Result<void> {
        by_store.clear();
        std::optional<std::vector<model::Store>> stores;
        for (const db::StoredEvent& stored : claimed) {
            Item item{stored};
            if (const platform::Connector* connector = context_.connectors.find(stored.event.platform))
                item.hint = connector->parse_webhook(stored.event.payload);
            model::StoreId store = stored.event.store;
            // Connected since it came; or a type that names the seller only, whose first store then stands for all.
            if (!store && item.hint && !item.hint->shop_ext_id.empty()) {
                const auto found = TRY(db::find_store_by_ext_id(reader, stored.event.platform, item.hint->shop_ext_id));
                if (found) store = found->id;
            } else if (!store && item.hint && !item.hint->seller_ext_id.empty()) {
                if (!stores) stores = TRY(db::list_stores(reader));
                const auto found = std::ranges::find_if(*stores, [&](const model::Store& s) {
                    return s.app == stored.event.app && s.seller_ext_id == item.hint->seller_ext_id;
                });
                if (found != stores->end()) store = found->id;
            }
            Batch& batch = by_store[store];
            batch.latest = std::max(batch.latest, stored.event.received_at);
            batch.about_returns = batch.about_returns || (item.hint && item.hint->about_return);
            const HintKind kind = store && item.hint ? item.hint->kind : HintKind::other;
            auto& list = kind == HintKind::order          ? batch.orders
                         : kind == HintKind::deauthorised ? batch.ends
                                                          : batch.direct;
            list.push_back(std::move(item));
        }
        return {};
    });
    if (sorted) return true;
    for (const db::StoredEvent& stored : claimed) {
        Ticket ticket{{stored.day, stored.id}, stored.tries, 0, false};
        give_back(ticket, sorted.error(), base::seconds(5));
    }
    return false;
}

// Takes out what names a shop that is not here, as long as it may be just being connected.
void InboxWorker::wait_for_shops(std::map<model::StoreId, Batch>& by_store) {
    const auto unknown = by_store.find(model::StoreId{});
    if (unknown == by_store.end()) return;
    std::erase_if(unknown->second.direct, [this](const Item& item) {
        if (!item.hint || about_no_shop(*item.hint) || item.stored.tries >= k_unknown_shop_tries) return false;
        Ticket ticket = item.ticket();
        give_back(ticket, {Code::unavailable, "shop is not connected (yet)", "ingest.shop_not_here", {}}, {});
        return true;
    });
    if (unknown->second.direct.empty()) by_store.erase(unknown);
}

// One write for each store, all in the writer's queue at once, so that they share commits.
void InboxWorker::apply_all(std::map<model::StoreId, Batch>& by_store) {
    std::latch all(static_cast<std::ptrdiff_t>(by_store.size()));
    for (auto& entry : by_store) {
        const model::StoreId store = entry.first;
        Batch& batch = entry.second;
        context_.database.write_async(
            db::Lane::bulk,
            [this, store, &batch](db::Tx& tx) -> Result<void> {
                if (store) TRY_VOID(db::note_webhook(tx, store, batch.latest));
                if (store && batch.about_returns) TRY_VOID(make_returns_due(tx, store));
                for (const Item& item : batch.direct) TRY_VOID(apply_one(tx, store, item));
                return {};
            },
            [&batch, &all](Result<void> done) {
                batch.written = std::move(done);
                all.count_down();
            });
    }
    all.wait();
    std::vector<db::Inbox::Handle> handles;
    for (const auto& [store, batch] : by_store) {
        if (!batch.written) {
            apply_each(store, batch);
            continue;
        }
        for (const Item& item : batch.direct) handles.push_back(item.handle());
    }
    settle(std::move(handles));
}

// One of them cannot be written: it must not hold up the others.
void InboxWorker::apply_each(model::StoreId store, const Batch& batch) {
    for (const Item& item : batch.direct) {
        auto done = context_.database.write(db::Lane::bulk,
                                            [&](db::Tx& tx) -> Result<void> { return apply_one(tx, store, item); });
        if (!done && done.error().code == Code::invalid_input)
            done = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
                return quarantine_item(tx, store, item, "webhook.not_applicable");
            });
        if (done) {
            settle({item.handle()});
            continue;
        }
        base::log(base::Level::error, "inbox.not_applied", {{"store", store}, base::Field(done.error())});
        Ticket ticket = item.ticket();
        give_back(ticket, done.error(), base::seconds(5));
    }
}

Result<void> InboxWorker::quarantine_item(db::Tx& tx, model::StoreId store, const Item& item, std::string_view reason) {
    counters_.quarantined.add();
    db::Quarantined record;
    record.store = store;
    record.source = "webhook";
    record.kind = item.stored.event.kind;
    record.reason = reason;
    record.payload = item.stored.event.payload;
    record.at = tx.now();
    TRY_VOID(db::add_quarantined(tx, record));
    return {};
}

Result<void> InboxWorker::note_unknown_shop(db::Tx& tx, const Item& item) {
    counters_.unknown_shop.add();
    const std::string shop = item.hint->shop_ext_id.empty() ? item.hint->seller_ext_id : item.hint->shop_ext_id;
    TRY_VOID(tell(tx, {}, EventKind::unknown_webhook,
                  {{"shop", shop}, {"type", std::to_string(item.hint->type)}, {"reason", "store.unknown_shop"}},
                  item.hint->sent_at));
    return raise(tx, {}, "store.unknown_shop", model::Severity::medium,
                 {{"shop", shop}, {"platform", std::string(model::name(item.stored.event.platform))}}, shop);
}

Result<void> InboxWorker::add_message(db::Tx& tx, model::StoreId store, const Item& item) {
    model::Message message = *item.hint->message;
    message.store = store;
    if (!message.sent_at) message.sent_at = item.stored.event.received_at;
    if (TRY(write_message(tx, message))) counters_.messages.add();
    return {};
}

Result<void> InboxWorker::apply_one(db::Tx& tx, model::StoreId store, const Item& item) {
    if (!item.hint) return quarantine_item(tx, store, item, "webhook.unreadable");
    const platform::Hint& hint = *item.hint;
    if (!store && about_no_shop(hint)) return {};
    if (!store) return note_unknown_shop(tx, item);
    switch (hint.kind) {
        case HintKind::message:
            return add_message(tx, store, item);
        case HintKind::expiring: {
            counters_.authorisation.add();
            const std::string until = hint.expires_at ? base::iso8601(hint.expires_at) : "";
            TRY_VOID(tell(tx, store, EventKind::store_authorisation_expiring, {{"until", until}}, hint.sent_at));
            return raise(tx, store, "store.authorisation_ending", model::Severity::medium, {{"until", until}});
        }
        case HintKind::shop_status:
            counters_.authorisation.add();
            return make_due(tx, store, stream::shop);
        case HintKind::conversation:
            return make_due(tx, store, stream::messages);
        case HintKind::unknown:
            counters_.unknown.add();
            return tell(tx, store, EventKind::unknown_webhook, {{"type", std::to_string(hint.type)}}, hint.sent_at);
        case HintKind::order:
        case HintKind::deauthorised:
        case HintKind::listing:
        case HintKind::stock:
        case HintKind::other:
            counters_.ignored.add();
            return {};
    }
    return {};
}

void InboxWorker::wait_for_orders(model::StoreId store, const std::vector<Item>& items) {
    if (items.empty()) return;
    const auto rest = breaker_.rests(store);
    std::vector<std::shared_ptr<Ticket>> refused;
    bool any = false;
    {
        const std::scoped_lock lock(mutex_);
        for (const Item& item : items) {
            auto ticket = std::make_shared<Ticket>(item.ticket());
            if (rest || waiting_[store].size() >= k_most_waiting) {
                refused.push_back(std::move(ticket));
                continue;
            }
            any = true;
            ticket->left = item.hint->order_ext_ids.size();
            for (const std::string& ext_id : item.hint->order_ext_ids) {
                WaitingOrder& order = waiting_[store][ext_id];
                order.tickets.push_back(ticket);
                order.version = std::max(order.version, item.hint->object_updated_at);
                order.must_read = order.must_read || !item.hint->object_updated_at;
            }
        }
    }
    for (const auto& ticket : refused) {
        if (rest)
            give_back(*ticket, {Code::unavailable, "store rests", "ingest.store_rests", {}}, *rest);
        else
            give_back(*ticket, {Code::unavailable, "store is busy", "ingest.store_busy", {}}, base::seconds(30));
    }
    if (any) jobs_.submit(store, "inbox.orders", [this, store] { read_orders(store); });
}

}  // namespace ingest
