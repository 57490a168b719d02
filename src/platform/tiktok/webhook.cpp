#include "platform/tiktok/webhook.h"

#include <set>

#include "platform/tiktok/normalise.h"
#include "platform/tiktok/signer.h"

namespace platform::tiktok {
namespace {

using base::Json;

// The numbers of the marketplace's list of webhook types.
enum : std::int64_t {
    k_order_status = 1,
    k_reverse_order = 2,
    k_recipient_address = 3,
    k_package = 4,
    k_product_status = 5,
    k_deauthorised = 6,
    k_expiring = 7,
    k_cancellation = 11,
    k_return = 12,
    k_conversation = 13,
    k_message = 14,
    k_product_information = 15,
    k_product_created = 16,
    k_product_category = 18,
    k_inventory = 27,
    k_product_audit = 37,
    k_refund = 67,
    k_inventory_changed = 68,
    k_inventory_changed_by_shop = 71,
};

// Text from outside that becomes a key: bounded.
std::string short_text(std::optional<std::string> text) {
    return text && text->size() <= 128 ? std::move(*text) : std::string();
}

void add_order(Hint& hint, const Json& id) {
    if (const auto ext_id = decimal_id(id)) hint.order_ext_ids.push_back(*ext_id);
}

void read_order_ids(Hint& hint, const Json& data) {
    hint.kind = HintKind::order;
    // Only types 1 and 3 carry the order's own version; elsewhere it is the return's or the parcel's.
    if (hint.type == k_order_status || hint.type == k_recipient_address)
        hint.object_updated_at = unix_time(data["update_time"]);
    hint.about_return =
        hint.type == k_reverse_order || hint.type == k_cancellation || hint.type == k_return || hint.type == k_refund;
    add_order(hint, data["order_id"]);
    add_order(hint, data["main_order_id"]);
    for (const Json& parcel : data["package_list"].items())
        for (const Json& id : parcel["order_id_list"].items()) add_order(hint, id);
    for (const Json& line : data["line_items"].items()) add_order(hint, line["main_order_id"]);
    const std::set<std::string> unique(hint.order_ext_ids.begin(), hint.order_ext_ids.end());
    hint.order_ext_ids.assign(unique.begin(), unique.end());
    // The kind without its object (a later version of the payload): nothing to read.
    if (hint.order_ext_ids.empty()) hint.kind = HintKind::unknown;
}

void read_listing(Hint& hint, const Json& data, HintKind kind) {
    hint.kind = kind;
    hint.listing_ext_id = decimal_id(data["product_id"]).value_or("");
}

void read_data(Hint& hint, const Json& data) {
    switch (hint.type) {
        case k_order_status:
        case k_reverse_order:
        case k_recipient_address:
        case k_package:
        case k_cancellation:
        case k_return:
        case k_refund:
            read_order_ids(hint, data);
            break;
        case k_deauthorised:
            hint.kind = HintKind::deauthorised;
            break;
        case k_expiring:
            hint.kind = HintKind::expiring;
            hint.expires_at = unix_time(data["expiration_time"]);
            break;
        case k_conversation:
            hint.kind = HintKind::conversation;
            hint.conversation_ext_id = decimal_id(data["conversation_id"]).value_or("");
            break;
        case k_message:
            if (auto message = normalise_message(data)) {
                // Invisible ones are the marketplace's own bookkeeping.
                hint.kind = data["is_visible"].boolean_or(true) ? HintKind::message : HintKind::other;
                hint.conversation_ext_id = message->conversation_ext_id;
                hint.message = std::move(*message);
            }
            break;
        case k_product_status:
        case k_product_information:
        case k_product_created:
        case k_product_category:
        case k_product_audit:
            read_listing(hint, data, HintKind::listing);
            break;
        case k_inventory:
        case k_inventory_changed:
        case k_inventory_changed_by_shop:
            read_listing(hint, data, HintKind::stock);
            break;
        default:
            // Documented types that nothing here acts on yet.
            static const std::set<std::int64_t> k_known = {17, 19, 20, 21, 22, 23, 24, 25, 33, 35, 36, 38, 39, 42,
                                                           46, 50, 51, 52, 55, 56, 58, 59, 62, 63, 64, 65, 66};
            hint.kind = k_known.contains(hint.type) ? HintKind::other : HintKind::unknown;
    }
}

}  // namespace

bool verify_webhook(std::string_view app_key, const base::Secret& app_secret, std::string_view raw_body,
                    std::string_view authorization) {
    // An empty secret would make signatures that anybody can make.
    if (app_secret.empty()) return false;
    return base::constant_time_equal(sign_webhook(app_key, app_secret, raw_body), authorization);
}

base::Result<Hint> parse_webhook(std::string_view raw_body) {
    const auto document = TRY(base::JsonDocument::parse(raw_body));
    const Json root = document.root();
    if (!root.is_object()) return base::fail(base::Code::invalid_input, "webhook is no JSON object");
    Hint hint;
    hint.shop_ext_id = decimal_id(root["shop_id"]).value_or("");
    hint.seller_ext_id = short_text(root["seller_open_id"].id_text());
    hint.notification_id = short_text(root["tts_notification_id"].id_text());
    hint.sent_at = unix_time(root["timestamp"]);
    const bool flat = !root["type"].present() && root["event_id"].present() && root["occurred_at"].present();
    if (flat) {
        hint.type = k_inventory_changed;
        if (hint.notification_id.empty()) hint.notification_id = short_text(root["event_id"].id_text());
        if (hint.seller_ext_id.empty()) hint.seller_ext_id = short_text(root["seller_id"].id_text());
        if (const auto sent = base::parse_iso8601(root["occurred_at"].string_or())) hint.sent_at = *sent;
        read_data(hint, root);
    } else {
        hint.type = root["type"].loose_integer().value_or(0);
        if (hint.shop_ext_id.empty()) hint.shop_ext_id = decimal_id(root["data"]["tts_shop_id"]).value_or("");
        read_data(hint, root["data"]);
    }
    return hint;
}

}  // namespace platform::tiktok
