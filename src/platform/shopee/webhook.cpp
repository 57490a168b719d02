#include "platform/shopee/webhook.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "base/text.h"
#include "platform/fields.h"
#include "platform/shopee/normalise.h"
#include "platform/shopee/signer.h"

namespace platform::shopee {
namespace {

using base::Json;

// The numbers at the head of the marketplace's push pages; the tables below them print wrong ones for 24 and 25.
enum : std::int64_t {
    k_deauthorised = 2,
    k_order_status = 3,
    k_tracking_number = 4,
    k_banned_item = 6,
    k_reserved_stock = 8,
    k_chat = 10,
    k_expiring = 12,
    k_shipping_document = 15,
    k_violation_item = 16,
    k_item_price = 22,
    k_return = 29,
    k_parcel_status = 30,
    k_parcel = 47,
};

// "Shop ID 2200…", "shop id 2200… (VN) has been …", "Shop (ID: 2200…)".
std::string shop_in_sentence(std::string_view sentence) {
    const std::string lower = base::ascii_lower(sentence);
    std::size_t at = lower.find("shop");
    for (; at != std::string::npos; at = lower.find("shop", at + 1)) {
        std::string_view rest = std::string_view(lower).substr(at + 4);
        const auto skip = [&rest](std::string_view any_of) {
            while (!rest.empty() && any_of.contains(rest.front())) rest.remove_prefix(1);
        };
        skip(" (_");
        if (!rest.starts_with("id")) continue;
        rest.remove_prefix(2);
        skip(" :");
        const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        if (digits > 0 && digits <= 20) return std::string(rest.substr(0, digits));
    }
    return {};
}

std::string shop_id(const Json& json) {
    auto id = decimal_id(json);
    return id && *id != "0" ? std::move(*id) : std::string();
}

// The shop that a push about an authorisation means: `shop_id`, `shopid`, the first of a list, or only a sentence.
std::string shop_of_authorisation(const Json& data, std::string_view list) {
    for (const std::string_view field : {std::string_view("shop_id"), std::string_view("shopid")})
        if (std::string id = shop_id(data[field]); !id.empty()) return id;
    if (std::string id = shop_id(data[list].at(0)); !id.empty()) return id;
    return shop_in_sentence(data["extra"].string().value_or(""));
}

// What tells this event from every other of its kind, so that a push that comes twice counts once, also when it is
// recovered later with another time of sending. Empty when a part is missing: then its bytes decide.
std::string key_of(const Hint& hint, std::initializer_list<Json> parts) {
    std::string key = std::to_string(hint.type) + '/' + hint.shop_ext_id;
    for (const Json& part : parts) {
        const auto written = part.id_text();
        if (!written || written->empty() || written->size() > 64) return {};
        key += '/';
        key += *written;
    }
    return key.size() <= 256 ? key : std::string();
}

void read_order(Hint& hint, const Json& data) {
    // Some pages write "ordersn", others "order_sn".
    const auto order = serial(data["ordersn"].present() ? data["ordersn"] : data["order_sn"]);
    // The kind without its object (a later version of the payload): nothing to read.
    if (!order) return;
    hint.kind = HintKind::order;
    hint.order_ext_ids.push_back(*order);
}

void read_listing(Hint& hint, const Json& data, HintKind kind) {
    hint.kind = kind;
    hint.listing_ext_id = decimal_id(data["item_id"]).value_or("");
}

void read_chat(Hint& hint, const Json& data) {
    // A conversation marked as read or answered elsewhere: no message.
    hint.kind = HintKind::other;
    if (data["type"].string() != "message") return;
    const Json content = data["content"];
    auto message = normalise_message(content, hint.shop_ext_id);
    if (!message) return;
    hint.kind = HintKind::message;
    hint.conversation_ext_id = message->conversation_ext_id;
    hint.notification_id = key_of(hint, {content["message_id"]});
    hint.message = std::move(*message);
}

// The newest change of a return; its time is part of what tells two pushes apart.
void read_return(Hint& hint, const Json& data) {
    read_order(hint, data);
    hint.about_return = true;
    const Json change = data["updated_values"].is_array() ? data["updated_values"].at(0) : data["updated_values"];
    hint.notification_id =
        key_of(hint, {data["return_sn"], change["update_field"], change["new_value"], change["update_time"]});
}

void read_data(Hint& hint, const Json& data) {
    switch (hint.type) {
        case k_deauthorised:
            hint.kind = HintKind::deauthorised;
            if (hint.shop_ext_id.empty()) hint.shop_ext_id = shop_of_authorisation(data, "shop_id_list");
            hint.seller_ext_id = decimal_id(data["main_account_id"]).value_or("");
            break;
        case k_expiring:
            hint.kind = HintKind::expiring;
            if (hint.shop_ext_id.empty()) hint.shop_ext_id = shop_of_authorisation(data, "shop_expire_soon");
            hint.expires_at = unix_time(data["expire_before"]);
            break;
        case k_order_status:
            read_order(hint, data);
            hint.notification_id = key_of(hint, {data["ordersn"], data["status"], data["update_time"]});
            break;
        case k_tracking_number:
            read_order(hint, data);
            hint.notification_id = key_of(hint, {data["ordersn"], data["package_number"], data["tracking_no"]});
            break;
        case k_shipping_document:
            read_order(hint, data);
            hint.notification_id = key_of(hint, {data["ordersn"], data["package_number"], data["status"]});
            break;
        case k_return:
            read_return(hint, data);
            break;
        case k_parcel_status:
            read_order(hint, data);
            hint.notification_id =
                key_of(hint, {data["package_number"], data["fulfillment_status"], data["update_time"]});
            break;
        case k_parcel:
            read_order(hint, data);
            hint.notification_id =
                key_of(hint, {data["package_number"], data["changed_fields"].at(0), data["update_time"]});
            break;
        case k_chat:
            read_chat(hint, data);
            break;
        case k_banned_item:
        case k_violation_item:
            read_listing(hint, data, HintKind::listing);
            break;
        case k_item_price:
            read_listing(hint, data, HintKind::listing);
            hint.notification_id =
                key_of(hint, {data["item_id"], data["model_id"], data["update_field"], data["update_time"]});
            break;
        case k_reserved_stock:
            read_listing(hint, data, HintKind::stock);
            hint.notification_id = key_of(
                hint, {data["item_id"], data["variation_id"], data["ordersn"], data["action"], data["update_time"]});
            break;
        default:
            // Documented types that nothing here acts on yet; 0 is the test of the address.
            static const std::set<std::int64_t> k_known = {0,  1,  5,  7,  9,  11, 13, 18, 19, 20, 21, 23,
                                                           24, 25, 27, 28, 31, 33, 34, 35, 36, 37, 38};
            hint.kind = k_known.contains(hint.type) ? HintKind::other : HintKind::unknown;
    }
}

}  // namespace

bool verify_webhook(const base::Secret& partner_key, std::string_view address, std::string_view raw_body,
                    std::string_view authorization) {
    // An empty key would make signatures that anybody can make.
    if (partner_key.empty() || address.empty()) return false;
    return base::constant_time_equal(sign_webhook(partner_key, address, raw_body), authorization);
}

base::Result<Hint> parse_webhook(std::string_view raw_body) {
    const auto document = TRY(base::JsonDocument::parse(raw_body));
    const Json root = document.root();
    if (!root.is_object()) return base::fail(base::Code::invalid_input, "webhook is no JSON object");
    const Json data = root["data"].is_array() ? root["data"].at(0) : root["data"];
    Hint hint;
    // No number is no type that anybody knows, and not the test's 0.
    hint.type = root["code"].loose_integer().value_or(-1);
    hint.shop_ext_id = shop_id(root["shop_id"]);
    if (hint.shop_ext_id.empty()) hint.shop_ext_id = shop_id(data["shop_id"]);
    hint.sent_at = unix_time(root["timestamp"]);
    read_data(hint, data);
    return hint;
}

}  // namespace platform::shopee
