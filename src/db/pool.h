#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "db/sql.h"

namespace db {

// Read connections, opened when needed, at most `most` at once; who comes later waits. Threads: any.
class Pool {
  public:
    using OpenFn = std::function<Result<std::unique_ptr<Connection>>()>;
    Pool(OpenFn open, std::size_t most) : open_(std::move(open)), most_(most) {}

    class Lent {
      public:
        Lent(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
        Lent(Lent&&) = default;
        Lent& operator=(Lent&&) = delete;
        ~Lent() {
            if (connection_) pool_->give_back(std::move(connection_));
        }
        Connection& operator*() { return *connection_; }
        Connection* operator->() { return connection_.get(); }

      private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };
    Result<Lent> borrow();

  private:
    void give_back(std::unique_ptr<Connection> connection);

    OpenFn open_;
    const std::size_t most_;
    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t open_count_ = 0;
};

}  // namespace db
