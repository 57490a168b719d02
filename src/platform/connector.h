#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_client.h"
#include "base/secret.h"
#include "base/time.h"
#include "model/conversation.h"
#include "model/order.h"
#include "model/store.h"
#include "platform/call_error.h"

// What every marketplace offers to the rest of the product, in plain values.
namespace platform {

// The registered app and its secret. References: valid for the call.
struct AppAccess {
    const model::App& app;
    const base::Secret& secret;
};

// Everything a call in the name of one store needs. `egress` decides the way out: every call goes through it, there is
// no other. References and views: valid for the call.
struct StoreAccess {
    AppAccess app;
    const base::Secret& access_token;
    const base::Secret& cipher;    // Empty where a call needs none.
    std::string_view shop_ext_id;  // Empty until a shop is known.
    std::string_view region;       // ISO 3166 alpha-2; decides the host at Lazada.
    base::EgressProfile egress;
};

// What the marketplace's consent page sent back with the seller's browser.
struct Consent {
    std::string code;
    std::string shop_ext_id;      // Shopee: the shop that agreed; empty for a main account and elsewhere.
    std::string main_account_id;  // Shopee: the main account that agreed; empty elsewhere.
};

// Where a marketplace is reached when the app says nothing else: scheme, host and port.
struct Addresses {
    std::string_view consent, api, auth;
};

// How a marketplace wants to be asked, and how long its things last. Sources: the connector that sets them.
struct Pace {
    base::Duration renew_before;    // An access token is renewed when less than this is left of it.
    base::Duration poll;            // Between two looks for changed orders while webhooks bring them.
    base::Duration poll_at_first;   // In the first minutes of a connection.
    base::Duration poll_missed;     // While polling brings what webhooks did not.
    base::Duration oldest_webhook;  // Beyond the last retry of a webhook: older ones are replays.
};

// Who gave the authorisation.
enum class Holder {
    seller,        // Connect.
    confirm,       // Probably a seller of another kind: a person must say so first.
    not_a_seller,  // Refuse.
};

struct Shop {
    std::string ext_id;
    std::string name;
    std::string region;
    std::string seller_type;  // Raw.
    std::string code;         // What the marketplace's own pages show.
    base::Secret cipher;
};

// The answer of a code exchange or a refresh.
struct Grant {
    base::Secret access_token;
    base::Secret refresh_token;
    base::Time access_expires_at;
    base::Time refresh_expires_at;  // 0: not told.
    std::string seller_ext_id;
    std::string seller_name;
    std::string region;
    std::optional<std::vector<std::string>> scopes;  // No value: the marketplace did not say.
    Holder holder = Holder::not_a_seller;
    std::int64_t holder_code = -1;  // The marketplace's number, to be shown when refused.
    // Where the answer itself names the shops (Shopee, Lazada); else empty, and Connector::shops tells.
    std::vector<Shop> shops;
};

// Orders changed in [updated_from, updated_before), oldest change first where the marketplace can sort.
struct OrderQuery {
    base::Time updated_from;
    base::Time updated_before;
    int page_size = 50;
    std::string page_token;  // Empty: the first page. Opaque; never mixed between queries.
};

// A record that could not be understood: kept and shown, never dropped.
struct BadRecord {
    std::string ext_id;  // Empty when not even that was readable.
    std::string reason;  // Stable key, e.g. "order.id_missing".
    base::PiiText raw;   // JSON as received, without fields we must not keep.
};

struct OrderPage {
    std::vector<model::Order> orders;  // Without OrderId and StoreId.
    std::vector<BadRecord> bad;
    std::string next_page_token;  // Empty: the end.
    std::int64_t total = 0;       // Of the whole query, as the marketplace counts; 0 when it does not say.
    // Promised by the marketplace for this page and the next ones. Where not, only page tokens lead further, and they
    // stay right while orders change.
    bool oldest_first = true;
};

// What became of the shop, and who said so.
struct StatusReport {
    model::ShopStatus status = model::ShopStatus::unknown;
    std::string source;       // Probe that decided: "authorization.shops", "seller.shops", "seller.status" …
    bool authorised = true;   // false: the shop is no longer in the list of shops that we may see.
    std::string reason;       // The marketplace's words, shortened; empty when none.
    std::vector<Shop> shops;  // As read on the way: names and ciphers may have changed.
};

struct Subscription {
    std::string topic;  // The marketplace's name, e.g. ORDER_STATUS_CHANGE.
    std::string address;
    friend bool operator==(const Subscription&, const Subscription&) = default;
};

// A write that was accepted.
struct Receipt {
    std::string request_id;
};

// What a webhook hints at. It is a hint only: the object is read by API before anything irreversible.
enum class HintKind {
    order,         // order_ext_id changed (also its cancellation, return, address or parcel).
    message,       // `message` arrived.
    conversation,  // conversation_ext_id opened.
    deauthorised,  // The seller ended the authorisation.
    expiring,      // The authorisation ends at `expires_at`.
    shop_status,   // The shop was closed or opened: ask what became of it.
    listing,       // listing_ext_id changed.
    stock,         // listing_ext_id's stock changed or runs low.
    other,         // Understood to be none of our business now; kept.
    unknown,       // A type this version does not know; kept and counted.
};
std::string_view name(HintKind kind);

struct Hint {
    HintKind kind = HintKind::unknown;
    std::int64_t type = 0;    // The marketplace's number.
    std::string shop_ext_id;  // May be empty: then seller_ext_id tells.
    std::string seller_ext_id;
    std::string notification_id;  // For dedupe; may be empty.
    base::Time sent_at;           // 0: not told.
    std::vector<std::string> order_ext_ids;
    bool about_return = false;     // A return or cancellation changed: the lists of them are to be read.
    base::Time object_updated_at;  // The object's own version, where the hint tells it; 0: not told.
    std::string conversation_ext_id;
    std::string listing_ext_id;
    std::optional<model::Message> message;
    base::Time expires_at;
};

// Webhooks that the marketplace could not deliver and keeps for a while: the oldest ones that nobody confirmed.
struct LostWebhooks {
    std::vector<std::string> bodies;  // As they would have come by HTTP, without their signature.
    std::string up_to;                // What confirm_lost() takes; empty: nothing to confirm.
    bool more = false;
};

class ChatCalls;    // platform/chats.h
class ReturnCalls;  // platform/returns.h

// One marketplace. Calls block, for at most about a minute; pauses between tries and for the rate limit are inside.
// Threads: all methods may be called from any thread.
class Connector {
  public:
    virtual ~Connector() = default;

    // The marketplace's time as far as its answers have told it, else ours. Windows of time in queries are in it.
    virtual base::Time now(const model::App& app) const = 0;

    virtual Pace pace() const = 0;
    virtual Addresses addresses() const = 0;

    // Where the seller's browser goes: `state` comes back with the answer, to `return_to`, which is registered with the
    // app at the marketplace (TikTok Shop knows it from there and is not told).
    virtual std::string authorisation_link(const AppAccess& app, std::string_view state,
                                           std::string_view return_to) const = 0;
    virtual Answer<Grant> exchange(const AppAccess& app, const base::EgressProfile& egress, const Consent& consent) = 0;
    // `shop_ext_id`: of the store whose token it is. no_answer: the old refresh token may still be good; try it again
    // before telling anybody to reconnect.
    virtual Answer<Grant> refresh(const AppAccess& app, const base::EgressProfile& egress, std::string_view shop_ext_id,
                                  const base::Secret& refresh_token) = 0;
    // Whether each shop has tokens of its own after the first pair (Shopee), or all shops of a seller share theirs.
    virtual bool tokens_per_shop() const = 0;
    // Whether an authorisation can be ended by a call. Where not, the seller ends it on the marketplace's own page.
    virtual bool can_revoke() const = 0;
    // Ends the authorisation at the marketplace. Only where can_revoke().
    virtual Answer<Receipt> revoke(const StoreAccess& store) = 0;

    virtual Answer<std::vector<Shop>> shops(const StoreAccess& store) = 0;
    virtual Answer<StatusReport> shop_status(const StoreAccess& store, std::string_view shop_ext_id) = 0;

    virtual Answer<OrderPage> search_orders(const StoreAccess& store, const OrderQuery& query) = 0;
    // At most k_max_order_ids. Ids that the marketplace does not know are missing from the answer.
    virtual Answer<OrderPage> orders(const StoreAccess& store, const std::vector<std::string>& ext_ids) = 0;

    virtual Answer<std::vector<Subscription>> subscriptions(const StoreAccess& store) = 0;
    virtual Answer<Receipt> subscribe(const StoreAccess& store, const Subscription& subscription) = 0;
    virtual Answer<Receipt> unsubscribe(const StoreAccess& store, std::string_view topic) = 0;
    // What a newly connected store subscribes to; empty where that is done on the marketplace's own page (Lazada).
    virtual std::vector<std::string> topics() const = 0;
    // Those of topics() without which a store is not live: orders and messages.
    virtual std::vector<std::string> live_topics() const = 0;

    // Over the raw bytes, in constant time. `signature` is the marketplace's header as received; `address` the one that
    // the marketplace was told to send to (part of what Shopee signs).
    virtual bool verify_webhook(const AppAccess& app, std::string_view raw_body, std::string_view signature,
                                std::string_view address) const = 0;
    // Pure. invalid_input when it is no JSON object; every JSON object gives a hint, `unknown` at worst.
    virtual base::Result<Hint> parse_webhook(std::string_view raw_body) const = 0;

    // Lost webhooks of the whole app, asked for with the access of any of its stores; none where a marketplace keeps
    // none.
    virtual Answer<LostWebhooks> lost_webhooks(const StoreAccess& store);
    // Only when all that lost_webhooks() gave are on disk: they are not given again.
    virtual Answer<Receipt> confirm_lost(const StoreAccess& store, std::string_view up_to);

    // Conversations with buyers; nullptr where they come by webhook only.
    virtual ChatCalls* chats() { return nullptr; }
    // Returns, refunds and cancellations; nullptr where this version does not read them. Lives as long as this.
    virtual ReturnCalls* returns() { return nullptr; }

    // All origins that calls for this app go to: what the way out must permit.
    virtual std::vector<std::string> origins(const model::App& app) const { return {app.api_base, app.auth_base}; }

    static constexpr std::size_t k_max_order_ids = 50;
};

}  // namespace platform
