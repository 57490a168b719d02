#include "http/exchange.h"

#include "base/log.h"

namespace http {

void Exchange::complete(Response response) {
    const std::scoped_lock lock(mutex_);
    if (answered_ || !wake_) return;
    answered_ = true;
    response_ = std::move(response);
    wake_();
}

std::optional<Response> Exchange::take_response() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(response_, std::nullopt);
}

bool Exchange::push(std::string piece) {
    const std::scoped_lock lock(mutex_);
    if (!wake_ || ended_ || broken_) return false;
    if (piece.empty())
        ended_ = true;
    else if (waiting_.size() + piece.size() > k_max_waiting_bytes)
        broken_ = true;
    else
        waiting_ += piece;
    wake_();
    return !ended_ && !broken_;
}

Exchange::Pieces Exchange::take_pieces() {
    const std::scoped_lock lock(mutex_);
    return {std::exchange(waiting_, {}), ended_, broken_};
}

void Exchange::detach() {
    const std::scoped_lock lock(mutex_);
    wake_ = nullptr;
    waiting_.clear();
}

Respond respond_to(std::shared_ptr<Exchange> exchange) {
    struct Guard {
        explicit Guard(std::shared_ptr<Exchange> target) : exchange(std::move(target)) {}
        Guard(Guard&&) noexcept = default;
        Guard& operator=(Guard&&) = delete;
        ~Guard() {
            if (!exchange) return;
            base::log(base::Level::error, "http.handler_gave_no_answer");
            exchange->complete(Response{500, {}, {}, {}});
        }
        std::shared_ptr<Exchange> exchange;
    };
    return [guard = Guard(std::move(exchange))](Response response) mutable {
        if (const auto target = std::exchange(guard.exchange, nullptr)) target->complete(std::move(response));
    };
}

}  // namespace http
