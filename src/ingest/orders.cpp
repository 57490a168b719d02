#include "ingest/orders.h"

#include <fmt/format.h>

#include "base/log.h"
#include "db/events.h"
#include "db/orders.h"
#include "db/sync.h"
#include "ingest/notice.h"

namespace ingest {
namespace {

using base::Result;
using model::EventKind;
using model::OrderStatus;

Result<void> tell_of(db::Tx& tx, const model::Order& order, const db::OrderUpsert& done) {
    const auto append = [&](EventKind kind, std::map<std::string, std::string> fields) -> Result<void> {
        model::Event event;
        event.store = order.store;
        event.kind = kind;
        event.subject = done.id.text();
        event.detail = detail(fields);
        event.happened_at = order.updated_at;
        TRY(db::append_event(tx, event));
        return {};
    };
    const std::string to(model::name(order.status));
    const bool cancelled = order.status == OrderStatus::cancelled;
    if (done.what == db::Upserted::created) {
        TRY_VOID(append(EventKind::order_created, {{"to", to}, {"source", order.source}}));
    } else {
        const bool newly_cancelled = cancelled && done.old_status != OrderStatus::cancelled;
        TRY_VOID(append(newly_cancelled ? EventKind::order_cancelled : EventKind::order_changed,
                        {{"from", std::string(model::name(done.old_status))}, {"to", to}}));
    }
    const std::uint32_t before = done.what == db::Upserted::created ? 0 : done.old_flags;
    if ((order.flags & ~before & model::k_flag_cancel_requested) != 0)
        TRY_VOID(append(EventKind::cancellation_requested, {{"status", to}}));
    return {};
}

}  // namespace

Result<Written> write_orders(db::Tx& tx, model::StoreId store, const std::vector<model::Order>& orders) {
    Written written;
    for (model::Order order : orders) {
        order.store = store;
        const db::OrderUpsert done = TRY(db::upsert_order(tx, order));
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
        TRY_VOID(tell_of(tx, order, done));
    }
    return written;
}

Result<void> quarantine(db::Tx& tx, model::StoreId store, std::string_view source,
                        const std::vector<platform::BadRecord>& records, std::string_view kind) {
    for (const platform::BadRecord& record : records) {
        db::Quarantined kept;
        kept.store = store;
        kept.source = source;
        kept.kind = kind;
        kept.reason = record.reason;
        kept.payload = record.raw.reveal();
        kept.at = tx.now();
        TRY(db::add_quarantined(tx, kept));
    }
    return {};
}

}  // namespace ingest
