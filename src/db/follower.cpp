#include "db/follower.h"

#include <chrono>
#include <string>

#include "base/log.h"
#include "db/audit.h"
#include "db/database.h"
#include "db/events.h"
#include "db/leases.h"
#include "db/search.h"

namespace db {
namespace {

constexpr auto k_look_every = std::chrono::milliseconds(500);
constexpr base::Duration k_lease = base::seconds(30);
constexpr std::size_t k_events = 2'000;  // Then the audit log has its turn.

}  // namespace

Follower::Follower(Database& database, std::string owner)
    : database_(database), owner_(std::move(owner)), thread_([this] { loop(); }) {}

Follower::~Follower() {
    {
        std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Follower::loop() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, k_look_every, [this] { return stopping_; });
            if (stopping_) return;
        }
        sequence();
        index();
    }
}

void Follower::sequence() {
    const auto waiting = database_.read([](Reader& r) {
        return r.integer("SELECT count(*) FROM (SELECT 1 FROM audit_log WHERE position IS NULL LIMIT 1) w", {});
    });
    if (!waiting || *waiting == 0) return;
    const auto step = [this](Tx& tx) -> Result<std::size_t> {
        if (!TRY(take_lease(tx, "sequencer", owner_, k_lease))) return std::size_t{0};
        return sequence_audit(tx);
    };
    for (;;) {
        const auto done = database_.write(Lane::bulk, step);
        if (!done) base::log(base::Level::warning, "audit.sequencer", {base::Field(done.error())});
        if (!done || *done == 0) return;
    }
}

void Follower::index() {
    const auto news = database_.read([](Reader& r) { return backlog(r, "search"); });
    if (!news || *news == 0) return;
    const auto lease =
        database_.write(Lane::bulk, [this](Tx& tx) { return take_lease(tx, "search", owner_, k_lease); });
    if (!lease || !*lease) return;
    const auto done = database_.search().catch_up(k_events);
    if (!done) base::log(base::Level::warning, "search.behind", {base::Field(done.error())});
}

}  // namespace db
