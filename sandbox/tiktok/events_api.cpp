#include <boost/json.hpp>

#include <algorithm>

#include "sandbox/tiktok/service.h"
#include "sandbox/tiktok/webhooks.h"

// The Event API: a shop's webhook addresses per topic.
namespace sandbox::tiktok {
namespace {

namespace json = boost::json;

std::optional<Answer> read_topic(const Call& call, std::string& topic) {
    const base::Json field = call.body_field("event_type");
    if (!field.present()) return refused(36009004, "param body.event_type is missing");
    const auto text = field.string();
    if (!text || !is_topic(*text)) return refused(36009004, "param body.event_type is invalid");
    topic = *text;
    return std::nullopt;
}

// https, or plain HTTP to this machine, which the sandbox takes though production does not.
bool good_address(std::string_view address) {
    if (address.size() > 255) return false;
    if (address.starts_with("https://")) return address.size() > 8 && address[8] != '/';
    for (const std::string_view local : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        if (!address.starts_with(local)) continue;
        const std::string_view rest = address.substr(local.size());
        return rest.empty() || rest[0] == ':' || rest[0] == '/';
    }
    return false;
}

}  // namespace

Answer get_webhooks(Service& service, Call& call) {
    json::array webhooks;
    for (const auto& [key, subscription] : service.subscriptions()) {
        const auto& [app, shop, topic] = key;
        if (app != call.caller.app->key || shop != call.shop->id) continue;
        webhooks.push_back(json::object{{"event_type", topic},
                                        {"address", subscription.address},
                                        {"create_time", subscription.created_s},
                                        {"update_time", subscription.updated_s}});
    }
    const std::size_t count = webhooks.size();
    return success(json::serialize(json::object{{"total_count", count}, {"webhooks", std::move(webhooks)}}));
}

Answer put_webhook(Service& service, Call& call) {
    const base::Json address = call.body_field("address");
    if (!address.present()) return refused(36009004, "param body.address is missing");
    if (!address.string() || !good_address(*address.string()))
        return refused(36009004, "param body.address is invalid");
    std::string topic;
    if (auto refusal = read_topic(call, topic)) return *refusal;
    Subscription& subscription = service.subscriptions()[{call.caller.app->key, call.shop->id, topic}];
    subscription.address = address.string_or();
    subscription.updated_s = call.now_ms / 1'000;
    if (subscription.created_s == 0) subscription.created_s = subscription.updated_s;
    service.ledger().add(call.now_ms, "effect", "webhook_set",
                         "\"shop\":\"" + std::to_string(call.shop->id) + "\",\"topic\":\"" + topic + "\"");
    return success("{}");
}

Answer delete_webhook(Service& service, Call& call) {
    std::string topic;
    if (auto refusal = read_topic(call, topic)) return *refusal;
    service.subscriptions().erase({call.caller.app->key, call.shop->id, topic});
    return success("{}");
}

}  // namespace sandbox::tiktok
