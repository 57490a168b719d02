#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/random.h"

namespace db {
class Database;
}
namespace team {
class Team;
}
namespace ingest {
class Ingest;
}
namespace parse {
class Pool;
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
    base::HttpClient& http;
    team::Team& team;        // People, sign-in, sessions, audit.
    ingest::Ingest& ingest;  // Connecting, reading and importing stores.
    parse::Pool& workers;    // Closed processes for foreign bytes.
    detect::Engine& detectors;
    EventHub& events;
    std::string origin;   // What browsers see, e.g. "https://console.example.com".
    std::string version;  // Of the program.
    std::string data_folder;
    std::function<void()> apps_changed;  // Other hosts may be called now.
};

}  // namespace api
