#include "api/news_feed.h"

#include <set>

#include "db/events.h"

namespace api {

std::string_view concerns(model::EventKind kind) {
    using enum model::EventKind;
    switch (kind) {
        case order_created:
        case order_changed:
        case order_cancelled:
        case order_buyer_forgotten:
        case package_changed:
        case cancellation_requested:
            return "orders";
        case return_opened:
        case return_changed:
            return "returns";
        case store_connected:
        case store_disconnected:
        case store_status_changed:
        case store_authorisation_expiring:
        case store_scopes_changed:
        case store_token_refreshed:
        case action_planned:
        case action_confirmed:
        case action_refused:
        case action_needs_person:
        case unknown_webhook:
            return "stores";
        case message_received:
        case message_sent:
        case conversation_opened:
        case message_forgotten:
            return "chats";
        case finding_made:
        case alert_opened:
        case alert_changed:
            return "alerts";
        case import_applied:
            return "imports";
        case stock_changed:
        case stock_low:
        case listing_created:
        case listing_changed:
        case listing_status_changed:
        case review_created:
        case review_changed:
        case payout_account_changed:
        case penalty_received:
        case login_seen:
        case sub_account_changed:
        case notice_received:
        case case_opened:
        case case_changed:
            return {};
    }
    return {};
}

base::Result<void> NewsFeed::run() {
    auto positions = TRY(database_.read([](db::Reader& reader) { return db::last_events(reader); }));
    if (!started_) {
        started_ = true;
        told_ = std::move(positions);
        return {};
    }
    for (const auto& [store, last] : positions) {
        std::int64_t& told = told_[store];
        if (last <= told) continue;
        const std::int64_t after = told;
        const auto events = TRY(database_.read(
            [&, id = store](db::Reader& reader) { return db::events_after(reader, id, after, db::k_event_batch); }));
        std::set<std::string_view> parts;
        for (const model::Event& event : events)
            if (const std::string_view part = concerns(event.kind); !part.empty()) parts.insert(part);
        // A burst of more than one batch changed these lists anyway: no need to read it to the end.
        told = last;
        for (const std::string_view part : parts) hub_.publish({std::string(part), store, {}});
        if (!parts.empty()) hub_.publish({"overview", store, {}});
    }
    return {};
}

}  // namespace api
