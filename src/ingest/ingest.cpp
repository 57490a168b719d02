#include "ingest/ingest.h"

#include "db/stores.h"
#include "ingest/calls.h"
#include "ingest/inbox_worker.h"
#include "ingest/lost_webhooks.h"
#include "ingest/poller.h"
#include "ingest/returns.h"
#include "ingest/tokens.h"
#include "platform/breaker.h"
#include "platform/store_jobs.h"

namespace ingest {

struct Ingest::Parts {
    explicit Parts(Context given)
        : context(std::move(given)),
          tokens(context),
          calls(context, tokens),
          breaker(context.clock),
          intake(context),
          connect(context, [this] { intake.forget_known(); }),
          jobs(k_threads),
          inbox(context, calls, jobs, breaker),
          lost_webhooks(context, calls, intake),
          poller(context, calls, tokens, jobs, breaker, lost_webhooks),
          exits(context) {}
    // What runs on its threads refers to the others: it ends first.
    ~Parts() { jobs.stop(); }
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    Context context;
    Tokens tokens;
    StoreCalls calls;
    platform::Breaker breaker;
    Intake intake;
    Connect connect;
    platform::StoreJobs jobs;
    InboxWorker inbox;
    LostWebhooks lost_webhooks;
    Poller poller;
    Exits exits;
};

Ingest::Ingest(Context context) : parts_(std::make_unique<Parts>(std::move(context))) {}
Ingest::~Ingest() = default;

Intake& Ingest::intake() {
    return parts_->intake;
}
Connect& Ingest::connect() {
    return parts_->connect;
}

base::Result<void> Ingest::sync_now(model::StoreId id) {
    return parts_->context.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const model::Store store = TRY(db::find_store(tx, id));
        if (store.connection != model::Connection::connected)
            return base::fail(base::Code::precondition_failed, "store is not connected", "store.not_connected");
        TRY_VOID(make_due(tx, id, stream::orders));
        TRY_VOID(make_due(tx, id, stream::messages));
        TRY_VOID(make_returns_due(tx, id));
        return make_due(tx, id, stream::shop);
    });
}

base::Result<platform::Credentials> Ingest::credentials(model::StoreId store) {
    return parts_->context.database.read([&](db::Reader& reader) { return load_credentials(reader, store); });
}

base::Result<void> Ingest::renew_token(model::StoreId store, const base::Secret& refused) {
    return parts_->tokens.renew(store, refused);
}

base::Result<void> Ingest::check_way_out(model::StoreId id) {
    TRY(parts_->calls.run(id, [](platform::Connector& connector, const platform::Credentials& credentials) {
        return connector.shops(credentials.access());
    }));
    return {};
}

base::Result<model::Exit> Ingest::look_at_exit(model::StoreId store) {
    return parts_->exits.look(store);
}

base::Result<bool> Ingest::work_exits() {
    return parts_->exits.run();
}

void Ingest::stores_changed() {
    parts_->intake.forget_known();
}

bool Ingest::work_inbox() {
    return parts_->inbox.step();
}

bool Ingest::work_polls() {
    parts_->poller.step();
    return false;
}

void Ingest::stop() {
    parts_->jobs.stop();
}

void Ingest::wait_idle() {
    parts_->jobs.wait_idle();
}

void Ingest::publish(base::Metrics& metrics) {
    const auto webhooks = [&](const base::Counter& counter, std::string result) {
        metrics.counter("stallward_webhooks_total", "Webhooks received, by what was answered.", counter, "result",
                        std::move(result));
    };
    const IntakeCounters& intake = parts_->intake.counters();
    webhooks(intake.accepted, "accepted");
    webhooks(intake.duplicates, "duplicate");
    webhooks(intake.bad_signature, "bad_signature");
    webhooks(intake.replayed, "replayed");
    webhooks(intake.too_large, "too_large");
    webhooks(intake.busy, "busy");
    metrics.counter("stallward_webhooks_unknown_shop_total", "Webhooks of shops that are not connected here.",
                    intake.unknown_shop);
    const auto inbox = [&](const base::Counter& counter, std::string result) {
        metrics.counter("stallward_inbox_events_total", "Raw events of the inbox, by what became of them.", counter,
                        "result", std::move(result));
    };
    const InboxWorkerCounters& worker = parts_->inbox.counters();
    inbox(worker.orders, "order_read");
    inbox(worker.up_to_date, "up_to_date");
    inbox(worker.messages, "message");
    inbox(worker.authorisation, "authorisation");
    inbox(worker.ignored, "ignored");
    inbox(worker.unknown, "unknown_type");
    inbox(worker.unknown_shop, "unknown_shop");
    inbox(worker.quarantined, "quarantined");
    inbox(worker.postponed, "postponed");
    inbox(worker.given_up, "given_up");
    metrics.counter("stallward_webhooks_recovered_total",
                    "Webhooks that a marketplace could not deliver and handed over later.",
                    parts_->lost_webhooks.recovered());
    const PollerCounters& poller = parts_->poller.counters();
    metrics.counter("stallward_poll_pages_total", "Pages of orders read by polling.", poller.pages);
    metrics.counter("stallward_poll_orders_found_total", "Orders that polling brought or changed.", poller.found);
    metrics.counter("stallward_poll_returns_found_total", "Returns and cancellations that were new or changed.",
                    poller.returns);
    metrics.counter("stallward_poll_failures_total", "Polls that failed.", poller.failures);
    metrics.counter("stallward_reconcile_differences_total", "Orders that only the daily comparison found.",
                    poller.differences);
}

}  // namespace ingest
