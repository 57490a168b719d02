#include <array>

#include "model/action.h"
#include "model/alert.h"
#include "model/conversation.h"
#include "model/events.h"
#include "model/finding.h"
#include "model/order.h"
#include "model/return.h"
#include "model/store.h"

// The names under which values are stored and sent. A switch without default: the compiler names a forgotten one.
namespace model {
namespace {

template <class T, std::size_t N>
std::optional<T> by_name(const std::array<T, N>& all, std::string_view text) {
    for (const T value : all)
        if (name(value) == text) return value;
    return std::nullopt;
}

}  // namespace

std::string_view name(Connection connection) {
    switch (connection) {
        case Connection::none:
            return "none";
        case Connection::held:
            return "held";
        case Connection::connected:
            return "connected";
        case Connection::reconnect:
            return "reconnect";
        case Connection::disconnected:
            return "disconnected";
    }
    return "none";
}

std::string_view name(ShopStatus status) {
    switch (status) {
        case ShopStatus::unknown:
            return "unknown";
        case ShopStatus::active:
            return "active";
        case ShopStatus::restricted:
            return "restricted";
        case ShopStatus::inactive:
            return "inactive";
    }
    return "unknown";
}

std::string_view name(ReturnKind value) {
    switch (value) {
        case ReturnKind::refund_only:
            return "refund_only";
        case ReturnKind::return_and_refund:
            return "return_and_refund";
        case ReturnKind::replacement:
            return "replacement";
        case ReturnKind::cancellation:
            return "cancellation";
    }
    return "refund_only";
}

std::optional<ReturnKind> parse_return_kind(std::string_view text) {
    using enum ReturnKind;
    static constexpr std::array k_all = {refund_only, return_and_refund, replacement, cancellation};
    return by_name(k_all, text);
}

std::string_view name(ReturnStatus value) {
    switch (value) {
        case ReturnStatus::requested:
            return "requested";
        case ReturnStatus::waiting_for_seller:
            return "waiting_for_seller";
        case ReturnStatus::waiting_for_buyer:
            return "waiting_for_buyer";
        case ReturnStatus::in_transit:
            return "in_transit";
        case ReturnStatus::received:
            return "received";
        case ReturnStatus::refunded:
            return "refunded";
        case ReturnStatus::rejected:
            return "rejected";
        case ReturnStatus::closed:
            return "closed";
        case ReturnStatus::unknown:
            return "unknown";
    }
    return "unknown";
}

std::optional<ReturnStatus> parse_return_status(std::string_view text) {
    using enum ReturnStatus;
    static constexpr std::array k_all = {
        requested, waiting_for_seller, waiting_for_buyer, in_transit, received, refunded, rejected, closed, unknown};
    return by_name(k_all, text);
}

std::string_view name(OrderStatus status) {
    switch (status) {
        case OrderStatus::unpaid:
            return "unpaid";
        case OrderStatus::on_hold:
            return "on_hold";
        case OrderStatus::to_ship:
            return "to_ship";
        case OrderStatus::partly_shipped:
            return "partly_shipped";
        case OrderStatus::to_collect:
            return "to_collect";
        case OrderStatus::in_transit:
            return "in_transit";
        case OrderStatus::delivered:
            return "delivered";
        case OrderStatus::completed:
            return "completed";
        case OrderStatus::cancelled:
            return "cancelled";
        case OrderStatus::unknown:
            return "unknown";
    }
    return "unknown";
}

std::optional<OrderStatus> parse_order_status(std::string_view text) {
    using enum OrderStatus;
    return by_name(std::array{unpaid, on_hold, to_ship, partly_shipped, to_collect, in_transit, delivered, completed,
                              cancelled, unknown},
                   text);
}

std::string_view name(SenderRole role) {
    switch (role) {
        case SenderRole::buyer:
            return "buyer";
        case SenderRole::shop:
            return "shop";
        case SenderRole::agent:
            return "agent";
        case SenderRole::system:
            return "system";
        case SenderRole::robot:
            return "robot";
        case SenderRole::unknown:
            return "unknown";
    }
    return "unknown";
}

std::string_view name(Severity severity) {
    switch (severity) {
        case Severity::none:
            return "none";
        case Severity::low:
            return "low";
        case Severity::medium:
            return "medium";
        case Severity::high:
            return "high";
        case Severity::critical:
            return "critical";
    }
    return "none";
}

std::optional<Severity> parse_severity(std::string_view text) {
    using enum Severity;
    return by_name(std::array{none, low, medium, high, critical}, text);
}

std::string_view name(Category category) {
    switch (category) {
        case Category::none:
            return "none";
        case Category::phishing:
            return "phishing";
        case Category::account_theft:
            return "account_theft";
        case Category::fake_service:
            return "fake_service";
        case Category::review_fraud:
            return "review_fraud";
        case Category::extortion:
            return "extortion";
        case Category::refund_fraud:
            return "refund_fraud";
        case Category::clone_claim:
            return "clone_claim";
        case Category::off_platform:
            return "off_platform";
        case Category::overpayment:
            return "overpayment";
        case Category::malware:
            return "malware";
        case Category::advance_fee:
            return "advance_fee";
        case Category::other_scam:
            return "other_scam";
    }
    return "none";
}

std::optional<Category> parse_category(std::string_view text) {
    using enum Category;
    return by_name(std::array{none, phishing, account_theft, fake_service, review_fraud, extortion, refund_fraud,
                              clone_claim, off_platform, overpayment, malware, advance_fee, other_scam},
                   text);
}

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::clean:
            return "clean";
        case Verdict::suspicious:
            return "suspicious";
        case Verdict::scam:
            return "scam";
        case Verdict::unreadable:
            return "unreadable";
    }
    return "unreadable";
}

std::string_view name(AlertState state) {
    switch (state) {
        case AlertState::open:
            return "open";
        case AlertState::snoozed:
            return "snoozed";
        case AlertState::closed:
            return "closed";
    }
    return "open";
}

std::string_view name(ActionState state) {
    switch (state) {
        case ActionState::planned:
            return "planned";
        case ActionState::approved:
            return "approved";
        case ActionState::sending:
            return "sending";
        case ActionState::confirmed:
            return "confirmed";
        case ActionState::refused:
            return "refused";
        case ActionState::unknown:
            return "unknown";
        case ActionState::needs_person:
            return "needs_person";
    }
    return "unknown";
}

std::string_view name(EventKind kind) {
    switch (kind) {
        case EventKind::order_created:
            return "order.created";
        case EventKind::order_changed:
            return "order.changed";
        case EventKind::order_cancelled:
            return "order.cancelled";
        case EventKind::order_buyer_forgotten:
            return "order.buyer_forgotten";
        case EventKind::package_changed:
            return "package.changed";
        case EventKind::message_received:
            return "message.received";
        case EventKind::message_sent:
            return "message.sent";
        case EventKind::conversation_opened:
            return "conversation.opened";
        case EventKind::message_forgotten:
            return "message.forgotten";
        case EventKind::stock_changed:
            return "stock.changed";
        case EventKind::stock_low:
            return "stock.low";
        case EventKind::listing_created:
            return "listing.created";
        case EventKind::listing_changed:
            return "listing.changed";
        case EventKind::listing_status_changed:
            return "listing.status_changed";
        case EventKind::review_created:
            return "review.created";
        case EventKind::review_changed:
            return "review.changed";
        case EventKind::return_opened:
            return "return.opened";
        case EventKind::return_changed:
            return "return.changed";
        case EventKind::cancellation_requested:
            return "cancellation.requested";
        case EventKind::store_connected:
            return "store.connected";
        case EventKind::store_disconnected:
            return "store.disconnected";
        case EventKind::store_status_changed:
            return "store.status_changed";
        case EventKind::store_authorisation_expiring:
            return "store.authorisation_expiring";
        case EventKind::store_scopes_changed:
            return "store.scopes_changed";
        case EventKind::store_token_refreshed:
            return "store.token_refreshed";
        case EventKind::payout_account_changed:
            return "payout_account.changed";
        case EventKind::penalty_received:
            return "penalty.received";
        case EventKind::login_seen:
            return "login.seen";
        case EventKind::sub_account_changed:
            return "sub_account.changed";
        case EventKind::notice_received:
            return "notice.received";
        case EventKind::finding_made:
            return "finding.made";
        case EventKind::alert_opened:
            return "alert.opened";
        case EventKind::alert_changed:
            return "alert.changed";
        case EventKind::case_opened:
            return "case.opened";
        case EventKind::case_changed:
            return "case.changed";
        case EventKind::action_planned:
            return "action.planned";
        case EventKind::action_confirmed:
            return "action.confirmed";
        case EventKind::action_refused:
            return "action.refused";
        case EventKind::action_needs_person:
            return "action.needs_person";
        case EventKind::import_applied:
            return "import.applied";
        case EventKind::unknown_webhook:
            return "unknown.webhook";
    }
    return "unknown.webhook";
}

std::span<const EventKind> all_event_kinds() {
    using enum EventKind;
    static constexpr std::array k_all{order_created,
                                      order_changed,
                                      order_cancelled,
                                      order_buyer_forgotten,
                                      package_changed,
                                      message_received,
                                      message_sent,
                                      conversation_opened,
                                      message_forgotten,
                                      stock_changed,
                                      stock_low,
                                      listing_created,
                                      listing_changed,
                                      listing_status_changed,
                                      review_created,
                                      review_changed,
                                      return_opened,
                                      return_changed,
                                      cancellation_requested,
                                      store_connected,
                                      store_disconnected,
                                      store_status_changed,
                                      store_authorisation_expiring,
                                      store_scopes_changed,
                                      store_token_refreshed,
                                      payout_account_changed,
                                      penalty_received,
                                      login_seen,
                                      sub_account_changed,
                                      notice_received,
                                      finding_made,
                                      alert_opened,
                                      alert_changed,
                                      case_opened,
                                      case_changed,
                                      action_planned,
                                      action_confirmed,
                                      action_refused,
                                      action_needs_person,
                                      import_applied,
                                      unknown_webhook};
    return k_all;
}

std::optional<EventKind> parse_event_kind(std::string_view text) {
    for (const EventKind kind : all_event_kinds())
        if (name(kind) == text) return kind;
    return std::nullopt;
}

}  // namespace model
