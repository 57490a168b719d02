#include "api/event_hub.h"

#include <algorithm>

#include "base/json.h"

namespace api {
namespace {

std::string event_text(const Change& change) {
    std::string text = "event: change\ndata: {\"what\":" + base::json_quote(change.what);
    if (change.store) text += ",\"store\":" + base::json_quote(change.store->text());
    if (!change.id.empty()) text += ",\"id\":" + base::json_quote(change.id);
    return text + "}\n\n";
}

}  // namespace

// One open stream.
struct EventHub::Line final : http::Stream {
    Line(model::SessionId of_session, std::vector<model::StoreId> of_stores)
        : session(of_session), stores(std::move(of_stores)) {}

    void start(std::function<bool(std::string)> to) override {
        std::scoped_lock lock(mutex);
        write = std::move(to);
        // The first event tells the page that it is connected; retry is the browser's pause before it connects again.
        send_locked("retry: 3000\nevent: ready\ndata: {}\n\n");
    }
    void send(std::string chunk) {
        std::scoped_lock lock(mutex);
        send_locked(std::move(chunk));
    }
    bool sees(const Change& change) const {
        return !change.store || stores.empty() || std::ranges::find(stores, *change.store) != stores.end();
    }
    bool is_closed() const {
        std::scoped_lock lock(mutex);
        return closed;
    }
    void end() {
        std::scoped_lock lock(mutex);
        if (write && !closed) write({});
        closed = true;
    }

    const model::SessionId session;
    const std::vector<model::StoreId> stores;

  private:
    void send_locked(std::string chunk) {
        if (write && !closed && !write(std::move(chunk))) closed = true;
    }
    mutable std::mutex mutex;
    std::function<bool(std::string)> write;
    bool closed = false;
};

base::Result<std::shared_ptr<http::Stream>> EventHub::open(const Caller& caller) {
    std::scoped_lock lock(mutex_);
    if (lines_.size() >= k_max_streams) {
        base::Error error{base::Code::rate_limited, "too many event streams", "events.too_many", 30};
        return std::unexpected(std::move(error));
    }
    auto line = std::make_shared<Line>(caller.session, caller.person.stores);
    lines_.push_back(line);
    return line;
}

void EventHub::publish(Change change) {
    std::scoped_lock lock(mutex_);
    if (lines_.empty() || std::ranges::find(waiting_, change) != waiting_.end()) return;
    waiting_.push_back(std::move(change));
}

void EventHub::flush() {
    std::vector<Change> changes;
    std::vector<std::shared_ptr<Line>> lines;
    {
        std::scoped_lock lock(mutex_);
        changes.swap(waiting_);
        lines = lines_;
    }
    if (changes.empty()) return;
    for (const auto& line : lines) {
        std::string text;
        for (const Change& change : changes)
            if (line->sees(change)) text += event_text(change);
        if (!text.empty()) line->send(std::move(text));
    }
}

void EventHub::keep_alive(const std::function<bool(model::SessionId)>& alive) {
    std::vector<std::shared_ptr<Line>> lines;
    {
        std::scoped_lock lock(mutex_);
        std::erase_if(lines_, [](const auto& line) { return line->is_closed(); });
        lines = lines_;
    }
    for (const auto& line : lines) {
        if (alive(line->session))
            line->send(": here\n\n");
        else
            line->end();
    }
}

std::size_t EventHub::size() const {
    std::scoped_lock lock(mutex_);
    return lines_.size();
}

}  // namespace api
