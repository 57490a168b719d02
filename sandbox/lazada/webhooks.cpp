#include "sandbox/lazada/webhooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/json.h"
#include "sandbox/lazada/order_json.h"
#include "sandbox/lazada/returns_api.h"
#include "sandbox/lazada/sign.h"

namespace sandbox::lazada {
namespace {

constexpr base::Duration k_between = base::minutes(30);
// Deliveries under way at once.
constexpr std::size_t k_concurrent = 64;
constexpr std::int64_t k_never = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t k_warn_s = 48 * 3'600;

enum : int { k_order = 0, k_message = 2, k_expiry = 8, k_reverse = 10, k_seller = 13 };

}  // namespace

std::string_view name(Delivery delivery) {
    switch (delivery) {
        case Delivery::waiting:
            return "waiting";
        case Delivery::in_flight:
            return "in_flight";
        case Delivery::accepted:
            return "accepted";
        case Delivery::given_up:
            return "given_up";
        case Delivery::dropped:
            return "dropped";
    }
    return "";
}

Webhooks::Webhooks(Service& service, Faults& faults, std::uint64_t seed)
    : service_(service), faults_(faults), random_(seed ^ 0x6c7a70757368ull) {}

void Webhooks::order_changed(const Shop& shop, const Order& order) {
    for (const OrderLine& line : order.lines)
        notify(shop, {.type = k_order, .shop = shop.id, .about = order.id, .line = line.id, .app_key = {}, .data = {}});
}

void Webhooks::cancellation_changed(const Shop& shop, const Order& order, std::string_view status) {
    // The end of a wish that was refused is told of by no key of this type.
    if (status == "CANCELLATION_REQUEST_CANCELLED") return;
    const std::string_view key = status == "CANCELLATION_REQUEST_PENDING" ? "CANCEL_INIT" : "CANCEL_SUCCESS";
    for (const OrderLine& line : order.lines)
        notify(shop, {.type = k_reverse,
                      .shop = shop.id,
                      .about = order.id,
                      .line = line.id,
                      .app_key = {},
                      .data = fmt::format(
                          R"({{"reverse_order_id":{},"reverse_status":"{}","trade_order_id":{},"extraParams":{{}},)"
                          R"("trade_order_line_id":{},"buyer_id":{},"seller_id":{},"reverse_order_line_id":{},)"
                          R"("status_update_time":{}}})",
                          order.cancel_id, key, order.id, line.id, shop.buyers[order.buyer].user_id, seller_id(shop),
                          order.cancel_id + line.id % 1'000, order.updated / 1'000)});
}

void Webhooks::return_changed(const Shop& shop, const Return& one) {
    const Order& order = shop.orders[one.order];
    // A request that is new has this key.
    const std::string_view status =
        one.state == ReturnState::requested && one.type != ReturnType::refund ? "RTM_INIT" : reverse_status(one);
    for (std::size_t i = 0; i < one.lines.size(); ++i)
        notify(shop, {.type = k_reverse,
                      .shop = shop.id,
                      .about = order.id,
                      .line = order.lines[one.lines[i]].id,
                      .app_key = {},
                      .data = fmt::format(
                          R"({{"reverse_order_id":{},"reverse_status":"{}","trade_order_id":{},"extraParams":{{}},)"
                          R"("trade_order_line_id":{},"buyer_id":{},"seller_id":{},"reverse_order_line_id":{},)"
                          R"("status_update_time":{}}})",
                          one.id, status, order.id, order.lines[one.lines[i]].id, shop.buyers[order.buyer].user_id,
                          seller_id(shop), one.line_ids[i], one.updated / 1'000)});
}

void Webhooks::message_arrived(const Shop& shop, const Conversation& conversation, const Message& message) {
    const bool buyer = message.role == "BUYER";
    const std::uint64_t buyer_account = shop.buyers[conversation.buyer].im_user_id;
    const std::string session = fmt::format("{}_2_{}_1_103", shop.im_user_id, buyer_account);
    const auto content = base::JsonDocument::parse(message.content);
    const std::string text = content ? (*content)["content"].string_or() : message.content;
    notify(shop,
           {.type = k_message,
            .shop = shop.id,
            .about = message.id,
            .app_key = {},
            .data = fmt::format(
                R"({{"session_id":"{}","message_id":"{}","content":{},"from_account_id":"{}","from_account_type":{},)"
                R"("to_account_id":"{}","to_account_type":{},"template_id":1,"type":1,"send_time":{},"site_id":"{}",)"
                R"("status":0,"process_msg":"","auto_reply":{}}})",
                session, message.id, base::json_quote(R"({"txt":)" + base::json_quote(text) + "}"),
                buyer ? buyer_account : shop.im_user_id, buyer ? 1 : 2, buyer ? shop.im_user_id : buyer_account,
                buyer ? 2 : 1, message.created, shop.market->region, message.role == "ROBOT")});
}

void Webhooks::seller_changed(const Shop& shop) {
    notify(shop, {.type = k_seller,
                  .shop = shop.id,
                  .app_key = {},
                  .data = fmt::format(R"({{"status":"{}"}})", shop.state == ShopState::active ? "normal" : "close")});
}

void Webhooks::warn_of_expiry(std::int64_t now_ms) {
    for (auto& [key, authorisation] : service_.registry().authorisations()) {
        const std::int64_t left_s = authorisation.refresh_expires_s - now_ms / 1'000;
        const std::int64_t today = now_ms / 86'400'000;
        if (authorisation.void_ || left_s > k_warn_s || left_s < 0 || authorisation.last_notice_day == today) continue;
        authorisation.last_notice_day = today;
        for (const std::uint32_t number : service_.world().sellers()[key.second].shops) {
            const Shop& shop = service_.world().shops()[number];
            notify(shop, {.type = k_expiry,
                          .shop = shop.id,
                          .app_key = {},
                          .data = fmt::format(R"({{"app_key":"{}","auth_expiry_time":{},"seller_id":"{}"}})", key.first,
                                              authorisation.refresh_expires_s, seller_id(shop))});
        }
    }
}

// Nothing is sent for a seller whose consent is void.
void Webhooks::notify(const Shop& shop, Notification notification) {
    const std::int64_t now = service_.clock().now_ms();
    notification.created_ms = now;
    for (auto& [key, app] : service_.registry().apps()) {
        if (app.webhook_url.empty() || service_.registry().find(app, shop.seller) == nullptr) continue;
        notification.app_key = key;
        std::int64_t due = now;
        bool dropped = false;
        for (const WebhookFault& fault : faults_.for_webhook(notification.type, shop.id)) {
            const std::int64_t delay = std::max<std::int64_t>(1, fault.delay_s * 1'000);
            const auto part = [&] {
                return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(delay)));
            };
            if (fault.kind == WebhookFaultKind::drop) dropped = true;
            if (fault.kind == WebhookFaultKind::delay) due += delay;
            if (fault.kind == WebhookFaultKind::shuffle) due += part();
            if (fault.kind == WebhookFaultKind::duplicate)
                for (int i = 0; i < fault.copies; ++i) queue(notification, due + part());
            if (fault.kind == WebhookFaultKind::forge) {
                Notification forged = notification;
                forged.forged = true;
                queue(std::move(forged), due);
            }
        }
        if (!dropped) {
            queue(notification, due);
            continue;
        }
        Notification lost = notification;
        lost.delivery = Delivery::dropped;
        service_.ledger().add(now, "webhook", fmt::format("lazada.{}.dropped", lost.type), {});
        all_.push_back(std::move(lost));
    }
}

void Webhooks::queue(Notification notification, std::int64_t due_ms) {
    due_.emplace(due_ms, all_.size());
    all_.push_back(std::move(notification));
}

// A repeated message about an order carries its newest state. Seconds for most types, milliseconds for orders; the
// samples of chats have neither time nor site, and a number for the seller: so every second one here.
std::string Webhooks::body_of(const Notification& notification, const App& app, std::int64_t now_ms) const {
    const Shop& shop = *service_.world().find_shop(notification.shop);
    std::string data = notification.data;
    if (notification.type == k_order) {
        const Order* order = service_.world().find_order(notification.about);
        const auto line = std::ranges::find(order->lines, notification.line, &OrderLine::id);
        data = fmt::format(
            R"({{"order_status":"{}","trade_order_id":"{}","trade_order_line_id":"{}","status_update_time":{}}})",
            item_status(*order, static_cast<std::size_t>(line - order->lines.begin())), order->id, line->id,
            order->updated / (app.seconds_and_ms_swapped ? 1 : 1'000));
    }
    if (notification.type == k_message && notification.about % 2 == 0)
        return fmt::format(R"({{"seller_id":{},"message_type":2,"data":{}}})", seller_id(shop), data);
    const bool ms = (notification.type == k_order) != app.seconds_and_ms_swapped;
    return fmt::format(R"({{"seller_id":"{}","message_type":{},"data":{},"timestamp":{},"site":"lazada_{}"}})",
                       notification.type == k_expiry ? "null" : seller_id(shop), notification.type, data,
                       ms ? now_ms : now_ms / 1'000, market_code(*shop.market));
}

std::vector<Attempt> Webhooks::take_due(std::int64_t now_ms) {
    std::vector<Attempt> attempts;
    while (!due_.empty() && due_.begin()->first <= now_ms && in_flight_ < k_concurrent) {
        const std::size_t number = due_.begin()->second;
        due_.erase(due_.begin());
        Notification& notification = all_[number];
        const App* app = service_.registry().find_app(notification.app_key);
        if (app == nullptr || app->webhook_url.empty()) {
            notification.delivery = Delivery::given_up;
            continue;
        }
        notification.delivery = Delivery::in_flight;
        ++notification.attempts;
        ++in_flight_;
        std::string body = body_of(notification, *app, now_ms);
        // Forged ones are signed with a secret that is not the app's.
        std::string signature = webhook_sign(app->key, notification.forged ? "not the secret" : app->secret, body);
        attempts.push_back({number, app->webhook_url, std::move(body), std::move(signature)});
    }
    return attempts;
}

void Webhooks::finished(std::size_t number, int status, std::int64_t now_ms) {
    Notification& notification = all_[number];
    --in_flight_;
    if (status == 200) {
        notification.delivery = Delivery::accepted;
    } else if (notification.attempts > k_retries) {
        notification.delivery = Delivery::given_up;
    } else {
        notification.delivery = Delivery::waiting;
        due_.emplace(now_ms + service_.world().timing().scaled(k_between), number);
    }
    service_.ledger().add(now_ms, "webhook",
                          fmt::format("lazada.{}.{}", notification.type,
                                      notification.forged ? "forged"
                                      : status == 200     ? "accepted"
                                                          : "failed"),
                          fmt::format(R"("about":"{}","attempt":{},"status":{},"delivery":"{}")", notification.about,
                                      notification.attempts, status, name(notification.delivery)));
}

std::int64_t Webhooks::next_due() const {
    return due_.empty() || in_flight_ >= k_concurrent ? k_never : due_.begin()->first;
}

}  // namespace sandbox::lazada
