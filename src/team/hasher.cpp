#include "team/hasher.h"

#include "base/crypto.h"

namespace team {

// One of the two places, from the constructor to the destructor.
class Hasher::Turn {
  public:
    explicit Turn(Hasher& hasher) : hasher_(hasher) {
        std::unique_lock lock(hasher_.mutex_);
        if (hasher_.last_ticket_ - hasher_.serving_ >= k_most_waiting) return;
        const std::uint64_t ticket = ++hasher_.last_ticket_;
        hasher_.next_.wait(lock, [&] { return hasher_.serving_ + 1 == ticket && hasher_.running_ < k_at_once; });
        hasher_.serving_ = ticket;
        ++hasher_.running_;
        granted_ = true;
        lock.unlock();
        hasher_.next_.notify_all();  // The next ticket may have a place too.
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        if (!granted_) return;
        {
            const std::scoped_lock lock(hasher_.mutex_);
            --hasher_.running_;
        }
        hasher_.next_.notify_all();
    }
    base::Result<void> granted() const {
        if (granted_) return {};
        return std::unexpected(base::Error{base::Code::unavailable, "too many sign-ins at once", "session.busy", 5});
    }

  private:
    Hasher& hasher_;
    bool granted_ = false;
};

base::Result<std::string> Hasher::hash(std::string_view password) {
    const Turn turn(*this);
    TRY_VOID(turn.granted());
    return base::hash_password(password);
}

base::Result<bool> Hasher::check(const std::string& phc, std::string_view password) {
    const Turn turn(*this);
    TRY_VOID(turn.granted());
    return base::check_password(phc, password);
}

base::Result<void> Hasher::spend(std::string_view password) {
    TRY(hash(password));
    return {};
}

}  // namespace team
