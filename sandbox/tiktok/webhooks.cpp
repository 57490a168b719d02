#include "sandbox/tiktok/webhooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/json.h"
#include "sandbox/tiktok/order_json.h"
#include "sandbox/tiktok/return_json.h"
#include "sandbox/tiktok/sign.h"

namespace sandbox::tiktok {
namespace {

// The topics that the Event API knows, with their type numbers.
constexpr std::array<std::pair<int, std::string_view>, 17> k_topics = {{
    {1, "ORDER_STATUS_CHANGE"},
    {2, "REVERSE_STATUS_UPDATE"},
    {3, "RECIPIENT_ADDRESS_UPDATE"},
    {4, "PACKAGE_UPDATE"},
    {5, "PRODUCT_STATUS_CHANGE"},
    {6, "SELLER_DEAUTHORIZATION"},
    {7, "UPCOMING_AUTHORIZATION_EXPIRATION"},
    {11, "CANCELLATION_STATUS_CHANGE"},
    {12, "RETURN_STATUS_CHANGE"},
    {13, "NEW_CONVERSATION"},
    {14, "NEW_MESSAGE"},
    {15, "PRODUCT_INFORMATION_CHANGE"},
    {16, "PRODUCT_CREATION"},
    {18, "PRODUCT_CATEGORY_CHANGE"},
    {33, "NEW_MESSAGE_LISTENER"},
    {36, "INVOICE_STATUS_CHANGE"},
    {37, "PRODUCT_AUDIT_STATUS_CHANGE"},
}};

constexpr std::array k_ladder = {base::minutes(2), base::minutes(30), base::hours(3), base::hours(12)};
// Deliveries under way at once.
constexpr std::size_t k_concurrent = 64;
constexpr std::int64_t k_never = std::numeric_limits<std::int64_t>::max();

}  // namespace

bool is_topic(std::string_view event_type) {
    return std::ranges::any_of(k_topics, [&](const auto& topic) { return topic.second == event_type; });
}

std::string_view name(Delivery delivery) {
    switch (delivery) {
        case Delivery::waiting:
            return "waiting";
        case Delivery::in_flight:
            return "in_flight";
        case Delivery::accepted:
            return "accepted";
        case Delivery::refused:
            return "refused";
        case Delivery::given_up:
            return "given_up";
        case Delivery::dropped:
            return "dropped";
    }
    return "";
}

Webhooks::Webhooks(Service& service, Faults& faults, std::uint64_t seed)
    : service_(service), faults_(faults), random_(seed ^ 0x776562686f6f6bull) {}

void Webhooks::order_changed(const Shop& shop, const Order& order) {
    // The webhook's spelling of the last state differs from the API's.
    const std::string_view status = order.state == OrderState::cancelled ? "CANCEL" : status_name(order.state);
    const bool on_hold = order.state == OrderState::unpaid || order.state == OrderState::on_hold;
    notify(shop, 1, order.id, status,
           fmt::format(R"({{"is_on_hold_order":{},"order_id":"{}","order_status":"{}","update_time":{}}})", on_hold,
                       order.id, status, order.updated / 1'000));
}

void Webhooks::address_changed(const Shop& shop, const Order& order) {
    notify(shop, 3, order.id, "",
           fmt::format(R"({{"order_id":"{}","update_time":{}}})", order.id, order.updated / 1'000));
}

void Webhooks::cancellation_changed(const Shop& shop, const Order& order, std::string_view status) {
    const std::string_view role = order.cancel_role.empty() ? "BUYER" : order.cancel_role;
    notify(
        shop, 11, order.id, status,
        fmt::format(
            R"({{"order_id":"{}","cancellations_role":"{}","cancel_status":"{}","cancel_id":"{}","create_time":{}}})",
            order.id, role, status, order.cancel_id,
            (order.cancel_requested_at != 0 ? order.cancel_requested_at : order.updated) / 1'000));
}

void Webhooks::return_changed(const Shop& shop, const Return& one) {
    notify(shop, 12, one.id, status_name(one),
           fmt::format(R"({{"order_id":"{}","return_role":"BUYER","return_type":"{}","return_status":"{}",)"
                       R"("return_id":"{}","create_time":{},"update_time":{}}})",
                       shop.orders[one.order].id, type_name(one.type), status_name(one), one.id, one.created / 1'000,
                       one.updated / 1'000));
}

void Webhooks::message_arrived(const Shop& shop, const Conversation& conversation, const Message& message) {
    const std::uint64_t sender = message.role == "BUYER" ? shop.buyers[conversation.buyer].im_user_id : shop.im_user_id;
    notify(
        shop, 14, message.id, "",
        fmt::format(
            R"({{"content":{},"conversation_id":"{}","create_time":{},"is_visible":true,"message_id":"{}","index":"{}",)"
            R"("type":"{}","sender":{{"im_user_id":"{}","role":"{}"}}}})",
            base::json_quote(message.content), conversation.id, message.created / 1'000, message.id, message.index,
            message.type, sender, message.role));
}

void Webhooks::deauthorised(const App& app, const Shop& shop) {
    send(app, shop, 6, 0, "", fmt::format(R"({{"message":"Seller deauthorized: shop_id {}"}})", shop.id));
}

void Webhooks::warn_of_expiry(std::int64_t now_ms) {
    for (auto& [key, authorisation] : service_.registry().authorisations()) {
        const std::int64_t left_s = authorisation.refresh_expires_s - now_ms / 1'000;
        const std::int64_t today = now_ms / 86'400'000;
        if (authorisation.refresh_expires_s == 0 || left_s > 30 * 86'400 || left_s < 0 ||
            authorisation.last_notice_day == today)
            continue;
        authorisation.last_notice_day = today;
        for (const std::uint64_t id : authorisation.shops)
            send(*service_.registry().find_app(key.first), *service_.world().find_shop(id), 7, 0, "",
                 fmt::format(
                     R"({{"message":"Authorization of shop_id {} is expiring in {} days.","expiration_time":"{}"}})",
                     id, left_s / 86'400, authorisation.refresh_expires_s));
    }
}

void Webhooks::notify(const Shop& shop, int type, std::uint64_t about, std::string_view status, std::string_view data) {
    for (const App* app : service_.registry().apps()) {
        const Authorisation* authorisation = service_.registry().find(*app, shop.seller);
        if (authorisation != nullptr && authorisation->shops.contains(shop.id))
            send(*app, shop, type, about, status, data);
    }
}

void Webhooks::send(const App& app, const Shop& shop, int type, std::uint64_t about, std::string_view status,
                    std::string_view data) {
    // The shop's own address of the topic, else the app's for all.
    std::string address = app.webhook_url;
    const auto topic = std::ranges::find(k_topics, type, &std::pair<int, std::string_view>::first);
    if (topic != k_topics.end()) {
        const auto own = service_.subscriptions().find({app.key, shop.id, std::string(topic->second)});
        if (own != service_.subscriptions().end()) address = own->second.address;
    }
    if (address.empty()) return;

    const std::int64_t now = service_.clock().now_ms();
    const std::vector<WebhookFault> faults = faults_.for_webhook(type, shop.id);
    Notification notification;
    notification.id =
        std::to_string(7'591'000'000'000'000'000ull +
                       static_cast<std::uint64_t>(now / 1'000 % 100'000'000) * 10'000'000 + ++ids_ % 10'000'000);
    notification.type = type;
    notification.shop = shop.id;
    notification.about = about;
    notification.status = status;
    notification.created_ms = now;
    notification.address = std::move(address);
    std::int64_t stamp = now / 1'000;
    std::int64_t due = now;
    bool with_id = true;
    bool dropped = false;
    for (const WebhookFault& fault : faults) {
        const std::int64_t delay = fault.delay_s * 1'000;
        if (fault.kind == WebhookFaultKind::late) stamp -= fault.delay_s;
        if (fault.kind == WebhookFaultKind::delay) due += delay;
        if (fault.kind == WebhookFaultKind::shuffle)
            due +=
                static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(std::max<std::int64_t>(1, delay))));
        if (fault.kind == WebhookFaultKind::no_id) with_id = false;
        if (fault.kind == WebhookFaultKind::drop) dropped = true;
    }
    notification.body = fmt::format(R"({{"type":{},{}"shop_id":"{}","timestamp":{},"data":{}}})", type,
                                    with_id ? fmt::format(R"("tts_notification_id":"{}",)", notification.id) : "",
                                    shop.id, stamp, data);
    notification.signature = webhook_sign(app.key, app.secret, notification.body);
    for (const WebhookFault& fault : faults) {
        if (fault.kind == WebhookFaultKind::duplicate)
            for (int i = 0; i < fault.copies; ++i)
                queue(notification, due + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(
                                              std::max<std::int64_t>(1, fault.delay_s * 1'000)))));
        if (fault.kind == WebhookFaultKind::forge) {
            Notification forged = notification;
            forged.forged = true;
            forged.id = "9" + forged.id.substr(1);
            forged.body =
                fmt::format(R"({{"type":{},"tts_notification_id":"{}","shop_id":"{}","timestamp":{},"data":{}}})", type,
                            forged.id, shop.id, stamp, data);
            // Signed with a secret that is not the app's.
            forged.signature = webhook_sign(app.key, "not the secret", forged.body);
            queue(std::move(forged), due);
        }
    }
    if (dropped) {
        notification.delivery = Delivery::dropped;
        notification.body.clear();
        service_.ledger().add(now, "webhook", fmt::format("{}.dropped", type),
                              fmt::format(R"("id":"{}")", notification.id));
        all_.push_back(std::move(notification));
        return;
    }
    queue(std::move(notification), due);
}

void Webhooks::queue(Notification notification, std::int64_t due_ms) {
    notification.due_ms = due_ms;
    due_.emplace(due_ms, all_.size());
    all_.push_back(std::move(notification));
}

std::vector<Attempt> Webhooks::take_due(std::int64_t now_ms) {
    std::vector<Attempt> attempts;
    while (!due_.empty() && due_.begin()->first <= now_ms && in_flight_ < k_concurrent) {
        const std::size_t number = due_.begin()->second;
        due_.erase(due_.begin());
        Notification& notification = all_[number];
        notification.delivery = Delivery::in_flight;
        ++notification.attempts;
        ++in_flight_;
        attempts.push_back({number, notification.address, notification.body, notification.signature});
    }
    return attempts;
}

void Webhooks::finished(std::size_t number, int status, std::int64_t now_ms) {
    Notification& notification = all_[number];
    --in_flight_;
    const auto rung = static_cast<std::size_t>(notification.attempts - 1);
    if (status == 200) {
        notification.delivery = Delivery::accepted;
    } else if (status == 401) {
        notification.delivery = Delivery::refused;
    } else if (rung >= k_ladder.size()) {
        notification.delivery = Delivery::given_up;
    } else {
        notification.delivery = Delivery::waiting;
        notification.due_ms = now_ms + service_.world().timing().scaled(k_ladder[rung]);
        due_.emplace(notification.due_ms, number);
    }
    service_.ledger().add(
        now_ms, "webhook",
        fmt::format("{}.{}", notification.type,
                    notification.forged ? "forged"
                    : status == 200     ? "accepted"
                    : status == 401     ? "refused"
                                        : "failed"),
        fmt::format(R"("id":"{}","about":"{}","attempt":{},"status":{},"delivery":"{}")", notification.id,
                    notification.about, notification.attempts, status, name(notification.delivery)));
    if (notification.delivery != Delivery::waiting) {
        notification.body = {};
        notification.signature = {};
        notification.address = {};
    }
}

std::int64_t Webhooks::next_due() const {
    return due_.empty() || in_flight_ >= k_concurrent ? k_never : due_.begin()->first;
}

}  // namespace sandbox::tiktok
