#include "app/upkeep.h"

#include <cstdlib>

#include "base/log.h"
#include "db/audit.h"
#include "db/clock_steps.h"
#include "db/inbox.h"
#include "db/keys.h"
#include "db/leases.h"
#include "db/orders.h"
#include "db/stores.h"
#include "team/audit.h"

namespace app {
namespace {

using More = Jobs::More;

void note(const char* job, const base::Result<void>& result) {
    if (!result) base::log(base::Level::warning, "job.failed", {{"job", job}, base::Field(result.error())});
}

// Runs `work` in a transaction of the instance that holds the lease of this name; the others pass.
template <class Work>
base::Result<void> under_lease(Core& core, std::string_view name, Work&& work) {
    return core.database->write(db::Lane::bulk, [&](db::Tx& tx) -> base::Result<void> {
        const auto lease = TRY(db::take_lease(tx, name, core.instance, base::seconds(30)));
        if (!lease) return {};
        return work(tx);
    });
}

base::Result<void> checkpoint(Core& core) {
    return under_lease(core, "checkpoint", [&core](db::Tx& tx) -> base::Result<void> {
        TRY(db::make_checkpoint(tx, core.config.log_host()));
        return {};
    });
}

// The keys that the next days' data are sealed with, before anybody waits for them.
base::Result<void> prepare_keys(Core& core) {
    constexpr base::Duration k_ahead = base::days(3);
    auto stores = TRY(core.database->read([](db::Reader& reader) { return db::list_stores(reader); }));
    std::erase_if(stores, [](const model::Store& s) { return s.connection != model::Connection::connected; });
    const base::Time now = core.clock.now();
    std::vector<std::pair<std::string_view, std::string>> wanted;
    for (const base::Time at : {now, now + k_ahead})
        for (const model::Store& store : stores) wanted.emplace_back(db::purpose::pii, db::month_scope(store.id, at));
    for (const model::Store& store : stores) wanted.emplace_back(db::purpose::digest, store.id.text());
    TRY_VOID(core.database->keys().prepare(wanted));
    return {};
}

base::Result<void> recount(Core& core) {
    const auto stores = TRY(core.database->read([](db::Reader& reader) { return db::list_stores(reader); }));
    for (const model::Store& store : stores) {
        // Each takes as long as its rows; nobody waits for the rest at the end.
        if (core.sleep.stopped()) return {};
        const std::size_t wrong =
            TRY(core.database->write(db::Lane::bulk, [&](db::Tx& tx) { return db::recount_orders(tx, store.id); }));
        if (wrong > 0) base::log(base::Level::error, "orders.counters_wrong", {{"store", store.id}, {"count", wrong}});
    }
    return {};
}

// Watches for jumps of the wall clock; all times that something waits for are moved with it.
class ClockWatch {
  public:
    explicit ClockWatch(Core& core) : core_(core) {}

    base::Result<void> look() {
        const base::Time wall = core_.clock.now();
        const std::int64_t monotonic_ms = core_.clock.monotonic_ms();
        base::Duration step;
        if (seen_ms_ != 0) {
            step = (wall - seen_at_) - base::milliseconds(monotonic_ms - seen_ms_);
        } else {
            // While no instance ran. Slower clocks of other instances are no step back.
            const base::Time last = TRY(core_.database->read([](db::Reader& r) { return db::last_seen_clock(r); }));
            if (last - wall > k_skew) step = wall - last;
        }
        const bool jumped = std::abs(step.ms) > k_noise.ms;
        if (jumped) {
            base::log(base::Level::warning, "clock.jumped", {{"seconds", step.ms / 1'000}});
            TRY_VOID(core_.database->write(db::Lane::interactive,
                                           [&](db::Tx& tx) { return db::follow_clock_step(tx, step); }));
            TRY_VOID(core_.database->inbox().follow_clock_step(step));
        }
        if (jumped || seen_ms_ == 0 || monotonic_ms - noted_ms_ > k_note_every.ms) {
            TRY_VOID(core_.database->write(db::Lane::bulk, [](db::Tx& tx) { return db::note_clock_seen(tx); }));
            noted_ms_ = monotonic_ms;
        }
        // Last: what could not be written is tried again.
        seen_at_ = wall;
        seen_ms_ = monotonic_ms;
        return {};
    }

  private:
    static constexpr base::Duration k_noise = base::seconds(2);
    static constexpr base::Duration k_skew = base::seconds(60);
    static constexpr base::Duration k_note_every = base::seconds(10);
    Core& core_;
    base::Time seen_at_;
    std::int64_t seen_ms_ = 0;  // Monotonic; 0: not looked yet.
    std::int64_t noted_ms_ = 0;
};

}  // namespace

void start_upkeep(Core& core, Jobs& jobs) {
    jobs.start("clock", base::seconds(1),
               [watch = std::make_shared<ClockWatch>(core)] { return note("clock", watch->look()), More::no; });
    jobs.start("checkpoint", base::seconds(60), [&core] { return note("checkpoint", checkpoint(core)), More::no; });
    jobs.start("sessions", base::seconds(60), [&core] { return note("sessions", core.team->sweep()), More::no; });
    // At start and hourly; the result is what the audit screen shows.
    jobs.start("log check", base::hours(1), [&core] {
        const auto checked = team::check_log(*core.database);
        if (!checked) base::log(base::Level::error, "audit.check_failed", {base::Field(checked.error())});
        return More::no;
    });
    jobs.start("retention", base::hours(1), [&core] {
        const auto more = core.retention->run();
        if (more) return *more ? More::yes : More::no;
        base::log(base::Level::warning, "job.failed", {{"job", "retention"}, base::Field(more.error())});
        return More::no;
    });
    jobs.start("keys", base::minutes(10), [&core] { return note("keys", prepare_keys(core)), More::no; });
    jobs.start("recount", base::hours(24), [&core] { return note("recount", recount(core)), More::no; });
}

}  // namespace app
