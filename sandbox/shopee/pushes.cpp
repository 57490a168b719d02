#include "sandbox/shopee/pushes.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "base/json.h"
#include "sandbox/shopee/order_json.h"
#include "sandbox/shopee/return_json.h"
#include "sandbox/shopee/sign.h"

namespace sandbox::shopee {
namespace {

constexpr int k_chat = 10;
constexpr std::array k_ladder = {base::seconds(300), base::seconds(1'800), base::seconds(10'800)};
constexpr std::array k_chat_ladder = {base::seconds(1), base::seconds(2), base::seconds(3)};
constexpr std::size_t k_concurrent = 64;

}  // namespace

std::set<int> push_codes(const App& app) {
    std::set<int> codes = {1,  2,  3,  4,  5,  6,  7,  8,  9,  11, 12, 13, 15, 16, 22,
                           23, 24, 25, 27, 28, 29, 30, 31, 33, 34, 35, 36, 37, 38, 47};
    if (app.chat_allowed) codes.insert(k_chat);
    return codes;
}

void Pushes::order_changed(const Shop& shop, const Order& order) {
    // The step to PENDING sends none.
    if (order.state == OrderState::on_hold && !order.cancel_requested) return;
    send(3, Registry::shop_id(shop),
         fmt::format(R"({{"items":[],"ordersn":"{}","status":"{}","completed_scenario":"","update_time":{}}})",
                     order_sn(order.id), order_status(order, true), order.updated / 1'000));
}

void Pushes::return_changed(const Shop& shop, const Return& one) {
    send(29, Registry::shop_id(shop),
         fmt::format(R"({{"order_sn":"{}","return_sn":"{}","updated_values":[{{"update_field":"return_status",)"
                     R"("old_value":"","new_value":"{}","update_time":{}}}]}})",
                     order_sn(shop.orders[one.order].id), order_sn(one.id), return_status(one), one.updated / 1'000));
}

void Pushes::message_arrived(const Shop& shop, const Conversation& conversation, const Message& message) {
    const bool from_buyer = message.role == "BUYER";
    const std::uint64_t id = Registry::shop_id(shop);
    const auto inner = base::JsonDocument::parse(message.content);
    const std::string text = inner ? (*inner)["content"].string_or() : std::string();
    send(k_chat, id,
         fmt::format(
             R"({{"type":"message","region":"{}","content":{{"message_id":"{}","conversation_id":"{}",)"
             R"("message_type":"text","from_id":{},"from_shop_id":{},"to_shop_id":{},"content":{{"text":{}}},)"
             R"("created_timestamp":{},"region":"{}","status":"normal","sub_account_id":0,"sub_account_name":0}}}})",
             shop.market->region, message.id, conversation.id,
             from_buyer ? shop.buyers[conversation.buyer].user_id : shop.im_user_id, from_buyer ? 0 : id,
             from_buyer ? id : 0, base::json_quote(text), message.created / 1'000, shop.market->region));
}

void Pushes::deauthorised(const Shop& shop) {
    // The shop stands in the sentence only, as in the documents' sample.
    send(2, 0,
         fmt::format(R"({{"authorize_type":"user cancel shop authorization","success":1,)"
                     R"("extra":"shop id {} ({}) has been cancelled its authorization"}})",
                     Registry::shop_id(shop), shop.market->region));
}

void Pushes::test_address() {
    send(0, 0, R"({"verify_info":"This is a Verification message"})");
}

void Pushes::warn_of_expiry(std::int64_t now_ms) {
    for (auto& [number, consent] : service_.registry().consents()) {
        const std::int64_t left_s = consent.until_s - now_ms / 1'000;
        if (consent.warned || consent.ended || left_s > 7 * 86'400 || left_s < 0) continue;
        consent.warned = true;
        send(12, 0,
             fmt::format(R"({{"shop_expire_soon":[{}],"merchant_expire_soon":[],"user_expire_soon":[],)"
                         R"("expire_before":{},"page_no":1,"total_page":1}})",
                         Registry::shop_id(service_.world().shops()[number]), consent.until_s));
    }
}

void Pushes::send(int code, std::uint64_t shop, std::string_view data) {
    const App& app = service_.registry().app();
    if (app.callback_url.empty() || (code != 0 && !app.push_on.contains(code))) return;
    if (shop != 0) {
        const Shop* const known = service_.registry().find_shop(std::to_string(shop));
        const Consent* const consent = known == nullptr ? nullptr : service_.registry().find(*known);
        if (consent == nullptr || consent->ended) return;
    }
    const std::int64_t now = service_.clock().now_ms();
    std::int64_t stamp = now / 1'000;
    std::int64_t due = now;
    bool dropped = false;
    int copies = 1;
    bool forged = false;
    for (const WebhookFault& fault : faults_.for_webhook(code, shop)) {
        if (fault.kind == WebhookFaultKind::late) stamp -= fault.delay_s;
        if (fault.kind == WebhookFaultKind::delay) due += fault.delay_s * 1'000;
        if (fault.kind == WebhookFaultKind::drop) dropped = true;
        if (fault.kind == WebhookFaultKind::duplicate) copies += fault.copies;
        if (fault.kind == WebhookFaultKind::forge) forged = true;
    }
    Push push{.code = code, .shop = shop, .attempts = 0, .forged = false, .body = {}};
    push.body = shop == 0
                    ? fmt::format(R"({{"code":{},"timestamp":{},"partner_id":{},"data":{}}})", code, stamp,
                                  app.partner_id, data)
                    : fmt::format(R"({{"data":{},"shop_id":{},"code":{},"timestamp":{}}})", data, shop, code, stamp);
    if (dropped) {
        service_.ledger().add(now, "webhook", fmt::format("shopee.{}.dropped", code), R"("delivery":"dropped")");
        return;
    }
    if (forged) {
        Push other = push;
        other.forged = true;
        queue(std::move(other), due);
    }
    for (int i = 0; i < copies; ++i) queue(push, due);
}

void Pushes::queue(Push push, std::int64_t due_ms) {
    due_.emplace(due_ms, all_.size());
    all_.push_back(std::move(push));
}

std::vector<PushAttempt> Pushes::take_due(std::int64_t now_ms) {
    std::vector<PushAttempt> out;
    const App& app = service_.registry().app();
    while (!due_.empty() && due_.begin()->first <= now_ms && in_flight_ < k_concurrent) {
        const std::size_t number = due_.begin()->second;
        due_.erase(due_.begin());
        Push& push = all_[number];
        ++push.attempts;
        ++in_flight_;
        out.push_back({number, app.callback_url, push.body,
                       push_sign(push.forged ? "not the key" : app.key, app.callback_url, push.body),
                       push.code == k_chat ? 2'000 : 3'000});
    }
    return out;
}

void Pushes::finished(std::size_t number, int status, std::int64_t now_ms) {
    Push& push = all_[number];
    --in_flight_;
    const bool taken = status / 100 == 2;
    const auto& ladder = push.code == k_chat ? k_chat_ladder : k_ladder;
    const auto rung = static_cast<std::size_t>(push.attempts - 1);
    std::string_view fate = "delivered";
    if (taken) {
        ++delivered_;
    } else if (push.forged) {
        fate = "refused";
    } else if (rung < ladder.size()) {
        fate = "again";
        due_.emplace(now_ms + service_.world().timing().scaled(ladder[rung]), number);
    } else {
        fate = "lost";
        if (push.code != 0) service_.lost().push_back({++lost_ids_, now_ms, push.code, push.body});
    }
    service_.ledger().add(now_ms, "webhook", fmt::format("shopee.{}.{}", push.code, fate),
                          fmt::format(R"("shop":"{}","attempt":{},"status":{})", push.shop, push.attempts, status));
    if (fate != "again") push.body.clear();
}

std::int64_t Pushes::next_due() const {
    return due_.empty() || in_flight_ >= k_concurrent ? std::numeric_limits<std::int64_t>::max() : due_.begin()->first;
}

}  // namespace sandbox::shopee
