#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace db {

class Database;

// The thread that follows what was written: gives audit leaves their positions within a second and keeps the search
// index up to date. With several instances each part is done by who holds its lease.
class Follower {
  public:
    Follower(Database& database, std::string owner);
    ~Follower();

  private:
    void loop();
    void sequence();
    void index();

    Database& database_;
    const std::string owner_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace db
