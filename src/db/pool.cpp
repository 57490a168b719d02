#include "db/pool.h"

namespace db {

Result<Pool::Lent> Pool::borrow() {
    {
        std::unique_lock lock(mutex_);
        free_.wait(lock, [this] { return !idle_.empty() || open_count_ < most_; });
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return Lent(*this, std::move(connection));
        }
        ++open_count_;
    }
    auto opened = open_();
    if (opened) return Lent(*this, std::move(*opened));
    {
        std::scoped_lock lock(mutex_);
        --open_count_;
    }
    free_.notify_one();
    return std::unexpected(std::move(opened).error());
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
    {
        std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(connection));
    }
    free_.notify_one();
}

}  // namespace db
