#include <algorithm>
#include <boost/json.hpp>

#include "base/encoding.h"
#include "platform/fields.h"
#include "platform/shopee/client.h"
#include "platform/shopee/read.h"
#include "platform/shopee/webhook.h"

// Authorisation, the shop itself and pushes. Orders are in order_calls.cpp.
namespace platform::shopee {
namespace {

constexpr std::string_view k_push = "push";

// What is acted on or shown: authorisations, orders, parcels, chat, stock, listings, returns, penalties.
constexpr std::array<std::int64_t, 14> k_codes = {1, 2, 3, 4, 8, 10, 12, 15, 16, 22, 28, 29, 30, 47};

bool contains(const std::vector<std::int64_t>& codes, std::int64_t code) {
    return std::ranges::find(codes, code) != codes.end();
}

// Of k_codes those that this kind of app may have; all while the marketplace does not say.
std::vector<std::int64_t> wanted_codes(const base::Json& config) {
    std::vector<std::int64_t> offered = push_codes(config, "push_config_on_list");
    std::ranges::copy(push_codes(config, "push_config_off_list"), std::back_inserter(offered));
    std::vector<std::int64_t> out;
    for (const std::int64_t code : k_codes)
        if (offered.empty() || contains(offered, code)) out.push_back(code);
    return out;
}

// A suspended configuration sends nothing.
bool is_live(const base::Json& config) {
    if (config["live_push_status"].string() == "Suspended") return false;
    const std::vector<std::int64_t> on = push_codes(config, "push_config_on_list");
    return std::ranges::all_of(wanted_codes(config), [&](std::int64_t code) { return contains(on, code); });
}

}  // namespace

// Access tokens live 4 hours. Retries of a push end 4 hours after the first try, and lost ones are kept for 3 days.
Pace Client::pace() const {
    return {.renew_before = base::hours(1),
            .poll = base::minutes(10),
            .poll_at_first = base::seconds(15),
            .poll_missed = base::minutes(2),
            .oldest_webhook = base::days(3) + base::hours(4)};
}

// The global hosts; China and the Americas have others, which an app may name.
Addresses Client::addresses() const {
    return {"https://open.shopee.com", "https://partner.shopeemobile.com", "https://partner.shopeemobile.com"};
}

std::string Client::authorisation_link(const AppAccess& access, std::string_view state,
                                       std::string_view return_to) const {
    const model::App& app = access.app;
    if (app.consent_base != app.api_base)
        return app.consent_base + "/auth?auth_type=seller&partner_id=" + base::percent_encode(app.key) +
               "&redirect_uri=" + base::percent_encode(return_to) +
               "&response_type=code&state=" + base::percent_encode(state);
    // The signed form has no state of its own: it travels in the address to return to.
    const std::int64_t timestamp = now(app).unix_seconds();
    std::string back(return_to);
    back += back.contains('?') ? '&' : '?';
    back += "state=" + base::percent_encode(state);
    return app.api_base + std::string(k_consent) + "?partner_id=" + base::percent_encode(app.key) +
           "&timestamp=" + std::to_string(timestamp) +
           "&sign=" + sign(access.secret, app.key, k_consent, timestamp, {}) +
           "&redirect=" + base::percent_encode(back);
}

Answer<Grant> Client::exchange(const AppAccess& app, const base::EgressProfile& egress, const Consent& consent) {
    const bool main_account = consent.shop_ext_id.empty();
    const Whose whose =
        main_account ? Whose{"main_account_id", consent.main_account_id} : Whose{"shop_id", consent.shop_ext_id};
    Grant grant = TRY(token_call(app, egress, k_token_get, "code", consent.code, whose));
    if (!main_account && grant.shops.empty()) {
        Shop shop;
        shop.ext_id = consent.shop_ext_id;
        grant.shops.push_back(std::move(shop));
    }
    describe_shops(app, egress, grant);
    return grant;
}

// Names and regions, for which there is no list. A shop that cannot be read is connected all the same: its hourly look
// brings the name.
void Client::describe_shops(const AppAccess& app, const base::EgressProfile& egress, Grant& grant) {
    const std::int64_t started = clock_.monotonic_ms();
    constexpr std::int64_t k_budget_ms = 30'000;
    const base::Secret no_cipher;
    for (Shop& shop : grant.shops) {
        if (clock_.monotonic_ms() - started > k_budget_ms) return;
        const auto answer = call({app, grant.access_token, no_cipher, shop.ext_id, "", egress}, {k_shop_info});
        if (!answer) continue;
        shop = read_shop(answer->data(), shop.ext_id);
        const base::Time ends = unix_time(answer->data()["expire_time"]);
        if (ends && (!grant.refresh_expires_at || ends < grant.refresh_expires_at)) grant.refresh_expires_at = ends;
    }
}

Answer<Grant> Client::refresh(const AppAccess& app, const base::EgressProfile& egress, std::string_view shop_ext_id,
                              const base::Secret& refresh_token) {
    return token_call(app, egress, k_token_refresh, "refresh_token", refresh_token.reveal(), {"shop_id", shop_ext_id});
}

Answer<Receipt> Client::revoke(const StoreAccess& /*store*/) {
    return std::unexpected(
        CallError{ErrorClass::contract, 0, 0, "ended by the seller, on the marketplace's page", {}, {}});
}

Answer<std::vector<Shop>> Client::shops(const StoreAccess& store) {
    std::vector<Shop> out;
    if (store.shop_ext_id.empty()) return out;
    const Envelope answer = TRY(call(store, {k_shop_info}));
    out.push_back(read_shop(answer.data(), store.shop_ext_id));
    return out;
}

Answer<StatusReport> Client::shop_status(const StoreAccess& store, std::string_view shop_ext_id) {
    StatusReport report;
    const auto info = call(store, {k_shop_info});
    if (info) {
        report = read_status(info->data());
        report.shops.push_back(read_shop(info->data(), shop_ext_id));
    } else if (info.error().kind == ErrorClass::seller_inactive) {
        // Refused for the shop itself.
        report.status = model::ShopStatus::inactive;
        report.source = "shop.get_shop_info";
        report.reason = info.error().code_name;
        return report;
    } else {
        return std::unexpected(info.error());
    }
    const auto punishments =
        call(store, {k_punishments, {{"punishment_status", "1"}, {"page_no", "1"}, {"page_size", "100"}}});
    if (punishments)
        note_punishments(punishments->data(), report);
    else if (punishments.error().kind == ErrorClass::auth_lost || punishments.error().kind == ErrorClass::auth_expired)
        return std::unexpected(punishments.error());
    return report;
}

Answer<std::vector<Subscription>> Client::subscriptions(const StoreAccess& store) {
    const Envelope answer = TRY(call(store, {k_push_config}));
    std::vector<Subscription> out;
    if (is_live(answer.data())) out.push_back({std::string(k_push), answer.data()["callback_url"].string_or()});
    return out;
}

Answer<Receipt> Client::subscribe(const StoreAccess& store, const Subscription& subscription) {
    const Envelope before = TRY(call(store, {k_push_config}));
    // Every store of the app asks for the same: once is enough, and each setting sends a test push.
    if (is_live(before.data()) && before.data()["callback_url"].string() == subscription.address)
        return Receipt{before.request_id};
    boost::json::object body;
    body["callback_url"] = subscription.address;
    body["set_push_config_on"] = boost::json::value_from(wanted_codes(before.data()));
    return Receipt{TRY(call(store, {k_set_push_config, {}, boost::json::serialize(body)})).request_id};
}

Answer<Receipt> Client::unsubscribe(const StoreAccess& store, std::string_view /*topic*/) {
    const Envelope before = TRY(call(store, {k_push_config}));
    boost::json::object body;
    body["callback_url"] = before.data()["callback_url"].string_or();
    body["set_push_config_off"] = boost::json::value_from(push_codes(before.data(), "push_config_on_list"));
    return Receipt{TRY(call(store, {k_set_push_config, {}, boost::json::serialize(body)})).request_id};
}

std::vector<std::string> Client::topics() const {
    return {std::string(k_push)};
}

bool Client::verify_webhook(const AppAccess& app, std::string_view raw_body, std::string_view signature,
                            std::string_view address) const {
    return shopee::verify_webhook(app.secret, address, raw_body, signature);
}

base::Result<Hint> Client::parse_webhook(std::string_view raw_body) const {
    return shopee::parse_webhook(raw_body);
}

Answer<LostWebhooks> Client::lost_webhooks(const StoreAccess& store) {
    const Envelope answer = TRY(call(store, {k_lost_pushes}));
    const base::Json data = answer.data();
    LostWebhooks out;
    for (const base::Json& message : data["push_message_list"].items()) {
        // The whole original body: as text, or as an object.
        const base::Json body = message["data"];
        out.bodies.push_back(body.string() ? body.string_or() : body.dump());
    }
    out.up_to = data["last_message_id"].id_text().value_or("");
    out.more = data["has_next_page"].boolean_or(false);
    return out;
}

Answer<Receipt> Client::confirm_lost(const StoreAccess& store, std::string_view up_to) {
    // Digits alone, as they came.
    std::string body = "{\"last_message_id\":";
    body += up_to;
    body += '}';
    return Receipt{TRY(call(store, {k_confirm_lost, {}, std::move(body)})).request_id};
}

}  // namespace platform::shopee
