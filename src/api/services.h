#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "model/features.h"

namespace db {
class Database;
}
namespace team {
class Team;
}
namespace ingest {
class Ingest;
class OrderImport;
}  // namespace ingest
namespace platform {
class Connectors;
}
namespace detect {
class Engine;
}

namespace api {

class EventHub;

// What handlers may use. Made once by app, lives as long as the server. Threads: all members may be used from any
// thread.
struct Services {
    db::Database& database;
    const base::Clock& clock;
    base::Random& random;
    team::Team& team;        // People, sign-in, sessions.
    ingest::Ingest& ingest;  // Connecting, reading and importing stores.
    ingest::OrderImport& imports;
    const platform::Connectors& connectors;  // The marketplaces this version speaks to.
    const detect::Engine& detectors;
    EventHub& events;
    std::string origin;   // What browsers see, e.g. "https://console.example.com".
    std::string version;  // Of the program.
    std::string data_folder;
    // What a closed worker makes of a mail's bytes.
    std::function<base::Result<model::Features>(std::string_view)> read_mail;
    std::function<void()> apps_changed;              // Other hosts may be called, other secrets sign.
    std::function<void()> stores_changed;            // Work may be waiting for stores.
    std::function<base::Result<void>()> leave_demo;  // Removes the demo fleet.
};

}  // namespace api
