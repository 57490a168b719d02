#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/ids.h"

// Everything that can happen, in one list. An event is written in the transaction of the change it tells of.
namespace model {

enum class EventKind : std::int32_t {
    // Numbers are stored: never change or reuse one.
    order_created = 1,
    order_changed = 2,
    order_cancelled = 3,
    order_buyer_forgotten = 4,  // By retention; the order itself stays.
    package_changed = 10,
    message_received = 20,
    message_sent = 21,
    conversation_opened = 22,
    message_forgotten = 23,  // By retention: the text.
    stock_changed = 30,
    stock_low = 31,
    listing_created = 40,
    listing_changed = 41,
    listing_status_changed = 42,
    review_created = 50,
    review_changed = 51,
    return_opened = 60,
    return_changed = 61,
    cancellation_requested = 62,
    store_connected = 70,
    store_disconnected = 71,
    store_status_changed = 72,
    store_authorisation_expiring = 73,
    store_scopes_changed = 74,
    store_token_refreshed = 75,
    payout_account_changed = 80,
    penalty_received = 81,
    login_seen = 82,
    sub_account_changed = 83,
    notice_received = 84,  // A mail from a platform.
    finding_made = 90,
    alert_opened = 91,
    alert_changed = 92,
    case_opened = 93,
    case_changed = 94,
    action_planned = 100,
    action_confirmed = 101,
    action_refused = 102,
    action_needs_person = 103,
    import_applied = 110,
    unknown_webhook = 120,  // Kept and counted, not understood.
};
std::string_view name(EventKind kind);
std::optional<EventKind> parse_event_kind(std::string_view text);
std::span<const EventKind> all_event_kinds();

// Position in the log is (store, n): order is promised per store only.
struct Event {
    StoreId store;
    std::int64_t n = 0;
    EventKind kind = EventKind::order_created;
    std::string subject;     // Id of what it is about, e.g. "o_42".
    std::string detail;      // Compact JSON without buyer data: e.g. {"from":"unpaid","to":"to_ship"}.
    base::Time happened_at;  // At the marketplace.
    base::Time recorded_at;
};

}  // namespace model
