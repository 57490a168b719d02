#include "platform/lazada/webhook.h"

#include <array>
#include <initializer_list>

#include "base/json.h"
#include "base/text.h"
#include "platform/fields.h"
#include "platform/lazada/fields.h"
#include "platform/lazada/market.h"
#include "platform/lazada/normalise.h"
#include "platform/lazada/signer.h"

namespace platform::lazada {
namespace {

using base::Json;

// The numbers of the marketplace's list of message types.
enum : std::int64_t {
    k_order_status = 0,
    k_product_quality = 1,
    k_message = 2,
    k_product_created = 3,
    k_product_edited = 4,
    k_product_deleted = 5,
    k_low_stock = 6,
    k_video = 7,
    k_token_ending = 8,
    k_reverse_order = 10,
    k_promotion = 11,
    k_categories = 12,
    k_seller_status = 13,
    k_package = 14,
    k_session = 19,
    k_review = 21,
    k_jit_order = 35,
    k_jit_pickup = 46,
};

// "lazada_vn", "lazada-sg", "LAZADA_SG", "SG": the last two letters are the market.
const Market* market_of(const Json& site) {
    const auto written = site.string();
    if (!written || written->size() < 2) return nullptr;
    return find_market(written->substr(written->size() - 2));
}

// What makes this event this event, as the marketplace's documents tell it for each type. Empty when a part is missing.
// It says what happened, not when it was sent: a repeated attempt must not count twice.
std::string key_of(std::int64_t type, std::string_view shop, std::initializer_list<Json> parts) {
    std::string key = std::to_string(type);
    key += '/';
    key += shop;
    for (const Json& part : parts) {
        const std::string written = part.id_text().value_or("");
        if (written.empty()) return {};
        key += '/';
        key += written;
    }
    return key.size() <= 200 ? key : std::string();
}

void read_order(Hint& hint, const Json& data) {
    const auto id = decimal_id(data["trade_order_id"]);
    // The kind without its object (a later version of the payload): nothing to read.
    if (!id) return;
    hint.kind = HintKind::order;
    hint.order_ext_ids.push_back(*id);
    if (hint.type != k_order_status) return;
    // Each item of an order has a message of its own, in whole seconds: what was read within that second may not have
    // seen this item's change yet.
    if (const base::Time changed = time_of(data["status_update_time"]))
        hint.object_updated_at = changed + base::seconds(1);
}

void read_message(Hint& hint, const Json& data) {
    auto message = normalise_message(data);
    if (!message) return;
    hint.kind = HintKind::message;
    hint.conversation_ext_id = message->conversation_ext_id;
    hint.message = std::move(*message);
}

void read_listing(Hint& hint, const Json& id, HintKind kind) {
    hint.kind = kind;
    hint.listing_ext_id = decimal_id(id).value_or("");
}

// `root`: samples of some types have fields of `data` beside it.
void read_data(Hint& hint, const Json& root, const Json& data) {
    const std::string& shop = hint.shop_ext_id;
    const auto either = [&](std::string_view name) { return data[name].present() ? data[name] : root[name]; };
    switch (hint.type) {
        case k_order_status:
            read_order(hint, data);
            hint.notification_id = key_of(
                hint.type, shop, {data["trade_order_line_id"], data["order_status"], data["status_update_time"]});
            break;
        case k_reverse_order:
            read_order(hint, data);
            hint.about_return = true;
            hint.notification_id = key_of(hint.type, shop, {data["reverse_order_line_id"], data["reverse_status"]});
            break;
        case k_package:
            read_order(hint, data);
            hint.notification_id = key_of(hint.type, shop, {data["fulfillment_package_id"], data["status"]});
            break;
        case k_message:
            read_message(hint, data);
            // A recalled message comes once more under its id.
            hint.notification_id = key_of(hint.type, shop, {data["message_id"], data["status"]});
            break;
        case k_session:
            hint.kind = HintKind::conversation;
            hint.conversation_ext_id = id_or_text(data["session_id"]);
            hint.notification_id =
                key_of(hint.type, shop,
                       {data["session_id"], data["self_position"], data["to_position"], data["unread_count"]});
            break;
        case k_token_ending:
            hint.kind = HintKind::expiring;
            hint.expires_at = time_of(data["auth_expiry_time"]);
            hint.notification_id = key_of(hint.type, shop, {data["auth_expiry_time"]});
            break;
        case k_seller_status:
            hint.kind = HintKind::shop_status;
            hint.notification_id = key_of(hint.type, shop, {data["status"], root["timestamp"]});
            break;
        case k_product_quality:
            read_listing(hint, data["itemId"], HintKind::listing);
            hint.notification_id = key_of(hint.type, shop, {data["itemId"], data["status"], data["date"]});
            break;
        case k_product_created:
        case k_product_edited:
        case k_product_deleted:
            read_listing(hint, either("item_id"), HintKind::listing);
            hint.notification_id =
                key_of(hint.type, shop, {either("item_id"), either("action"), either("status_update_time")});
            break;
        case k_low_stock:
            // The message names the SKU only.
            read_listing(hint, data["item_id"], HintKind::stock);
            hint.notification_id = key_of(hint.type, shop, {data["sku_id"], data["warehouse"], root["timestamp"]});
            break;
        case k_review:
            hint.kind = HintKind::other;
            hint.notification_id = key_of(hint.type, shop, {data["id"]});
            break;
        case k_video:
        case k_promotion:
        case k_categories:
        case k_jit_order:
        case k_jit_pickup:
            hint.kind = HintKind::other;
            break;
        default:
            break;
    }
}

std::string seller_of(const Json& root, const Json& data) {
    for (const Json& id : {root["seller_id"], data["seller_id"], root["sellerId"]})
        // Type 8 writes the word "null" outside and the number inside.
        if (const auto decimal = decimal_id(id)) return *decimal;
    return {};
}

}  // namespace

bool verify_webhook(std::string_view app_key, const base::Secret& app_secret, std::string_view raw_body,
                    std::string_view authorization) {
    // An empty secret would make signatures that anybody can make.
    if (app_secret.empty()) return false;
    return base::constant_time_equal(sign_webhook(app_key, app_secret, raw_body), base::ascii_lower(authorization));
}

base::Result<Hint> parse_webhook(std::string_view raw_body) {
    const auto document = TRY(base::JsonDocument::parse(raw_body));
    const Json root = document.root();
    if (!root.is_object()) return base::fail(base::Code::invalid_input, "webhook is no JSON object");
    const Json data = root["data"];
    Hint hint;
    const auto type = root["message_type"].loose_integer();
    // 0 is the type of orders: a body without a type must not look like one.
    const bool flat_promotion = !type && root["promotionId"].present() && root["promotionType"].present();
    hint.type = type ? *type : flat_promotion ? std::int64_t{k_promotion} : -1;
    hint.seller_ext_id = seller_of(root, data);
    const Market* market = market_of(root["site"]);
    if (market == nullptr) market = market_of(data["site_id"]);
    if (market != nullptr && !hint.seller_ext_id.empty()) hint.shop_ext_id = store_ext_id(hint.seller_ext_id, *market);
    hint.sent_at = time_of(root["timestamp"].present() ? root["timestamp"] : root["notifyTime"]);
    if (!hint.sent_at && hint.type == k_message) hint.sent_at = time_of(data["send_time"]);
    read_data(hint, root, data);
    return hint;
}

}  // namespace platform::lazada
