#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "api/event_hub.h"
#include "api/news_feed.h"
#include "api/services.h"
#include "app/config.h"
#include "app/retention.h"
#include "base/clock.h"
#include "base/key_source.h"
#include "base/random.h"
#include "db/database.h"
#include "detect/engine.h"
#include "egress/client.h"
#include "ingest/import/order_import.h"
#include "ingest/ingest.h"
#include "operate/outbox.h"
#include "parse/pool.h"
#include "platform/connectors.h"
#include "team/team.h"
#include "watch/watch.h"

namespace app {

// A pause that ends early when the process stops.
class Sleep {
  public:
    void operator()(base::Duration duration);
    void stop();
    bool stopped();

  private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
};

// Everything that works on one data folder, wired together; without listeners and loops (serve.cpp adds them), so that
// a command-line verb can use it when no server runs. Members are made in this order and destroyed in the reverse one.
class Core {
  public:
    // Errors: those of db::Database::open ("db.in_use" …), of the rules, of the key file.
    static base::Result<std::unique_ptr<Core>> open(const Config& config);
    ~Core();

    // Puts every key under a new key-encryption key; returns how many. The new key is on disk before the first key is
    // wrapped by it, so that a crash in between is finished by the next open().
    base::Result<std::size_t> change_kek();

    // The origins that may be called: those of the apps, and what the configuration adds.
    base::Result<void> allow_hosts();

    const Config config;
    base::SystemClock clock;
    base::SystemRandom random;
    Sleep sleep;
    base::FileKeySource key_source;
    std::unique_ptr<db::Database> database;
    std::unique_ptr<egress::Client> http;
    platform::Connectors connectors;
    std::unique_ptr<ingest::Ingest> ingest;
    std::string instance;  // Owner of leases: new at each start.
    std::unique_ptr<operate::Outbox> outbox;
    std::shared_ptr<const detect::Engine> detectors;
    std::unique_ptr<parse::Pool> workers;  // Closed processes for foreign bytes.
    std::unique_ptr<ingest::OrderImport> imports;
    std::unique_ptr<watch::Watch> watch;
    std::unique_ptr<team::Team> team;
    std::unique_ptr<Retention> retention;
    api::EventHub events;
    std::unique_ptr<api::NewsFeed> news;
    std::unique_ptr<api::Services> services;
    // Set by serve: wakes the loops that read stores.
    std::function<void()> poke_stores;

  private:
    explicit Core(const Config& config);
    base::Result<void> open_parts();
};

std::string version();

}  // namespace app
