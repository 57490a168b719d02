#pragma once

#include <cstdint>
#include <map>

#include "api/event_hub.h"
#include "db/database.h"
#include "model/events.h"

namespace api {

// Tells the open pages of what the event log brings, also when another instance wrote it. Positions are kept in memory:
// a page that was away reads again anyway. Threads: run() from one thread at a time.
class NewsFeed {
  public:
    NewsFeed(db::Database& database, EventHub& hub) : database_(database), hub_(hub) {}
    // Publishes what is new since the last call; the first call only notes where the log stands.
    base::Result<void> run();

  private:
    db::Database& database_;
    EventHub& hub_;
    std::map<model::StoreId, std::int64_t> told_;
    bool started_ = false;
};

// Which part of the console an event concerns: "orders", "stores", "alerts" …; empty: none that is open to people yet.
std::string_view concerns(model::EventKind kind);

}  // namespace api
