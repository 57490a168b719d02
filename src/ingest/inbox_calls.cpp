#include <algorithm>

#include "base/log.h"
#include "db/orders.h"
#include "db/stores.h"
#include "ingest/inbox_worker.h"
#include "ingest/notice.h"
#include "ingest/orders.h"
#include "ingest/poller.h"

// The part of the inbox's work that waits for a marketplace, on the threads of platform::StoreJobs.
namespace ingest {

using base::Code;
using base::Error;
using base::Result;

void InboxWorker::settle(const Orders& orders) {
    std::vector<db::Inbox::Handle> handles;
    for (const auto& [ext_id, order] : orders)
        for (const auto& ticket : order.tickets)
            if (--ticket->left == 0 && !ticket->given_back) handles.push_back(ticket->handle);
    settle(std::move(handles));
}

void InboxWorker::give_back(const Orders& orders, const Error& error, base::Duration rest) {
    for (const auto& [ext_id, order] : orders)
        for (const auto& ticket : order.tickets) give_back(*ticket, error, rest);
}

InboxWorker::Orders InboxWorker::take_orders(model::StoreId store) {
    const std::scoped_lock lock(mutex_);
    Orders taken;
    const auto found = waiting_.find(store);
    if (found == waiting_.end()) return taken;
    while (!found->second.empty() && taken.size() < platform::Connector::k_max_order_ids)
        taken.insert(found->second.extract(found->second.begin()));
    if (found->second.empty()) waiting_.erase(found);
    return taken;
}

// Polling, or an earlier hint, has brought what these hints tell of.
Result<void> InboxWorker::drop_overtaken(model::StoreId store, Orders& orders) {
    Orders overtaken;
    const auto looked = context_.database.read([&](db::Reader& reader) -> Result<void> {
        for (auto next = orders.begin(); next != orders.end();) {
            const auto entry = next++;
            if (entry->second.must_read) continue;
            const auto known = TRY(db::find_order_by_ext_id(reader, store, entry->first));
            if (known && known->updated_at >= entry->second.version) overtaken.insert(orders.extract(entry));
        }
        return {};
    });
    if (!looked) return looked;
    counters_.up_to_date.add(overtaken.size());
    settle(overtaken);
    return {};
}

void InboxWorker::read_orders(model::StoreId store) {
    for (Orders orders = take_orders(store); !orders.empty(); orders = take_orders(store)) {
        if (const auto looked = drop_overtaken(store, orders); !looked) {
            give_back(orders, looked.error(), base::seconds(5));
            continue;
        }
        if (orders.empty()) continue;
        std::vector<std::string> ids;
        for (const auto& [ext_id, order] : orders) ids.push_back(ext_id);
        const auto page = calls_.run(store, [&](platform::Connector& connector, const platform::Credentials& store_) {
            return connector.orders(store_.access(), ids);
        });
        if (!page) {
            // Everything that still waits would meet the same.
            const base::Duration rest = breaker_.failed(store, page.error().retry_after_s);
            give_back(orders, page.error(), rest);
            for (orders = take_orders(store); !orders.empty(); orders = take_orders(store))
                give_back(orders, page.error(), rest);
            return;
        }
        breaker_.answered(store);
        const auto written = context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> Result<void> {
            TRY(write_orders(tx, store, page->orders));
            return quarantine(tx, store, "webhook", page->bad);
        });
        if (!written) {
            base::log(base::Level::error, "inbox.not_applied", {{"store", store}, base::Field(written.error())});
            give_back(orders, written.error(), base::seconds(5));
            continue;
        }
        counters_.orders.add(page->orders.size());
        counters_.quarantined.add(page->bad.size());
        // What the marketplace does not know: told of before it exists there, or not ours. Asked again for a while.
        Orders missing;
        for (auto next = orders.begin(); next != orders.end();) {
            const auto entry = next++;
            const auto has_id = [&](const auto& record) { return record.ext_id == entry->first; };
            if (std::ranges::none_of(page->orders, has_id) && std::ranges::none_of(page->bad, has_id))
                missing.insert(orders.extract(entry));
        }
        settle(orders);
        give_back(missing, {Code::not_found, "order", "order.not_known_there", {}}, base::Duration{});
    }
}

// The hint may be late (the seller has authorised again since) or forged with a leaked secret: the marketplace says
// whether it is true.
void InboxWorker::check_deauthorised(model::StoreId store, const Ticket& claimed) {
    Ticket ticket = claimed;
    counters_.authorisation.add();
    // Shopee tells of a frozen shop in the same words: what became of the shop is asked as well, soon.
    const auto asked = context_.database.write(
        db::Lane::bulk, [&](db::Tx& tx) -> Result<void> { return make_due(tx, store, stream::shop); });
    if (!asked) return give_back(ticket, asked.error(), base::seconds(5));
    std::string ext_id;
    const auto shops = calls_.run(store, [&](platform::Connector& connector, const platform::Credentials& credentials) {
        ext_id = credentials.store.ext_id;
        return connector.shops(credentials.access());
    });
    const bool lost = !shops && shops.error().code == Code::unauthenticated;
    if (!shops && !lost && shops.error().key != "store.not_connected")
        return give_back(ticket, shops.error(), base::Duration{});
    const bool listed =
        shops && std::ranges::any_of(*shops, [&](const platform::Shop& shop) { return shop.ext_id == ext_id; });
    if (lost || (shops && !listed)) {
        const auto noted = context_.database.write(db::Lane::interactive, [&](db::Tx& tx) -> Result<void> {
            const model::Store now = TRY(db::find_store(tx, store));
            TRY_VOID(db::note_connection(tx, store, model::Connection::disconnected, "store.deauthorised"));
            // A lost token was told of already when it was found.
            if (now.connection == model::Connection::connected)
                TRY_VOID(tell(tx, store, model::EventKind::store_disconnected, {{"reason", "store.deauthorised"}}));
            return raise(tx, store, "store.disconnected", model::Severity::high,
                         {{"store", now.name}, {"shop", now.shop_name}});
        });
        if (!noted) return give_back(ticket, noted.error(), base::seconds(5));
    }
    settle({ticket.handle});
}

}  // namespace ingest
