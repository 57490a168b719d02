#include <boost/json.hpp>

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "platform/tiktok/client.h"
#include "platform/tiktok/normalise.h"
#include "platform/tiktok/read.h"
#include "platform/tiktok/webhook.h"

// What each call sends and how its answer is read.
namespace platform::tiktok {
namespace {

std::unexpected<CallError> unreadable(std::string request_id) {
    return std::unexpected(
        CallError{ErrorClass::contract, 0, 200, "answer lacks what it must have", std::move(request_id), {}});
}

}  // namespace

// Access tokens live 7 days. Retries of a webhook end 15 h 32 min after the first attempt.
Pace Client::pace() const {
    return {.renew_before = base::hours(24),
            .poll = base::minutes(5),
            .poll_at_first = base::seconds(15),
            .poll_missed = base::minutes(1),
            .oldest_webhook = base::hours(16)};
}

// Outside the US (partner.tiktokshop.com, "Methods and endpoints", "Authorization overview").
Addresses Client::addresses() const {
    return {"https://services.tiktokshop.com", "https://open-api.tiktokglobalshop.com",
            "https://auth.tiktok-shops.com"};
}

std::string Client::authorisation_link(const AppAccess& access, std::string_view state,
                                       std::string_view /*return_to*/) const {
    return access.app.consent_base + "/open/authorize?service_id=" + base::percent_encode(access.app.service_id) +
           "&state=" + base::percent_encode(state);
}

Answer<Grant> Client::exchange(const AppAccess& app, const base::EgressProfile& egress, const Consent& consent) {
    return token_call(app, egress, k_token_get, "authorized_code", "auth_code", consent.code);
}

Answer<Grant> Client::refresh(const AppAccess& app, const base::EgressProfile& egress, std::string_view /*shop_ext_id*/,
                              const base::Secret& refresh_token) {
    return token_call(app, egress, k_token_refresh, "refresh_token", "refresh_token", refresh_token.reveal());
}

Answer<Receipt> Client::revoke(const StoreAccess& store) {
    return Receipt{TRY(call(store, {k_revoke})).request_id};
}

Answer<std::vector<Shop>> Client::shops(const StoreAccess& store) {
    const Envelope answer = TRY(call(store, {k_authorised_shops}));
    return read_shops(answer.data());
}

Answer<OrderPage> Client::search_orders(const StoreAccess& store, const OrderQuery& query) {
    Call request{k_search_orders};
    request.params = {{"page_size", std::to_string(std::clamp(query.page_size, 1, 100))},
                      {"sort_field", "update_time"},
                      {"sort_order", "ASC"}};
    if (!query.page_token.empty()) request.params.emplace_back("page_token", query.page_token);
    boost::json::object body;
    body["update_time_ge"] = query.updated_from.unix_seconds();
    // Given, so that the window does not move while its pages are read.
    if (query.updated_before) body["update_time_lt"] = query.updated_before.unix_seconds();
    request.body = boost::json::serialize(body);
    const Envelope answer = TRY(call(store, request));
    return normalise_orders(answer.data(), clock_.now());
}

Answer<OrderPage> Client::orders(const StoreAccess& store, const std::vector<std::string>& ext_ids) {
    if (ext_ids.empty() || ext_ids.size() > k_max_order_ids)
        return std::unexpected(CallError{ErrorClass::contract, 0, 0, "between 1 and 50 order ids", {}, {}});
    std::string joined;
    for (const std::string& id : ext_ids) {
        if (!joined.empty()) joined += ',';
        joined += id;
    }
    const Envelope answer = TRY(call(store, {k_order_detail, {{"ids", std::move(joined)}}}));
    return normalise_orders(answer.data(), clock_.now());
}

Answer<std::vector<Subscription>> Client::subscriptions(const StoreAccess& store) {
    const Envelope answer = TRY(call(store, {k_webhooks}));
    std::vector<Subscription> out;
    for (const base::Json& webhook : answer.data()["webhooks"].items())
        out.push_back({webhook["event_type"].string_or(), webhook["address"].string_or()});
    return out;
}

Answer<Receipt> Client::subscribe(const StoreAccess& store, const Subscription& subscription) {
    boost::json::object body;
    body["address"] = subscription.address;
    body["event_type"] = subscription.topic;
    return Receipt{TRY(call(store, {k_subscribe, {}, boost::json::serialize(body)})).request_id};
}

Answer<Receipt> Client::unsubscribe(const StoreAccess& store, std::string_view topic) {
    boost::json::object body;
    body["event_type"] = topic;
    return Receipt{TRY(call(store, {k_unsubscribe, {}, boost::json::serialize(body)})).request_id};
}

std::vector<std::string> Client::topics() const {
    return {"ORDER_STATUS_CHANGE",
            "RECIPIENT_ADDRESS_UPDATE",
            "PACKAGE_UPDATE",
            "CANCELLATION_STATUS_CHANGE",
            "RETURN_STATUS_CHANGE",
            "SELLER_DEAUTHORIZATION",
            "UPCOMING_AUTHORIZATION_EXPIRATION",
            "NEW_MESSAGE"};
}

bool Client::verify_webhook(const AppAccess& app, std::string_view raw_body, std::string_view signature,
                            std::string_view /*address*/) const {
    return tiktok::verify_webhook(app.app.key, app.secret, raw_body, signature);
}

base::Result<Hint> Client::parse_webhook(std::string_view raw_body) const {
    return tiktok::parse_webhook(raw_body);
}

// The order of questions is the reference's: the list of authorised shops, the list of active ones, the status call
// (which few apps may make), the listing prerequisites. One that says "not fine" outweighs those that say "fine"; when
// none can be asked, the status is unknown.
Answer<StatusReport> Client::shop_status(const StoreAccess& store, std::string_view shop_ext_id) {
    StatusReport report;
    report.shops = TRY(shops(store));
    const auto listed = [&](const Shop& shop) { return shop.ext_id == shop_ext_id; };
    if (std::ranges::none_of(report.shops, listed)) {
        report.authorised = false;
        report.status = model::ShopStatus::inactive;
        report.source = "authorization.shops";
        return report;
    }
    // The enum goes from unknown over active to the worst.
    const auto note = [&report](const ShopVerdict& verdict) {
        if (!verdict.status || *verdict.status <= report.status) return;
        report.status = *verdict.status;
        report.source = verdict.source;
        report.reason = verdict.reason;
    };
    const auto ends_here = [](const CallError& error) {
        return error.kind == ErrorClass::auth_lost || error.kind == ErrorClass::auth_expired;
    };
    using Reader = ShopVerdict (*)(const base::Json&, std::string_view);
    const std::pair<const Endpoint&, Reader> probes[] = {{k_active_shops, read_active_shops},
                                                         {k_seller_status, read_seller_status},
                                                         {k_prerequisites, read_prerequisites}};
    for (const auto& [endpoint, read] : probes) {
        const auto answer = call(store, {endpoint});
        if (answer)
            note(read(answer->data(), shop_ext_id));
        else if (ends_here(answer.error()))
            return std::unexpected(answer.error());
        else if (endpoint.cipher)
            note(read_refusal(answer.error()));
    }
    return report;
}

Answer<Grant> read_grant(const base::Json& data, const std::string& request_id) {
    Grant grant;
    grant.access_token = base::Secret(data["access_token"].string().value_or(""));
    grant.refresh_token = base::Secret(data["refresh_token"].string().value_or(""));
    if (grant.access_token.empty() || grant.refresh_token.empty()) return unreadable(request_id);
    // Absolute times, in spite of their names.
    grant.access_expires_at = unix_time(data["access_token_expire_in"]);
    grant.refresh_expires_at = unix_time(data["refresh_token_expire_in"]);
    if (!grant.access_expires_at) return unreadable(request_id);
    grant.seller_ext_id = data["open_id"].id_text().value_or("");
    grant.seller_name = std::string(base::shorten(data["seller_name"].string_or(), 256));
    grant.region = std::string(base::shorten(data["seller_base_region"].string_or(), 16));
    if (data["granted_scopes"].is_array()) {
        grant.scopes.emplace();
        for (const base::Json& scope : data["granted_scopes"].items())
            if (const auto text = scope.string()) grant.scopes->emplace_back(*text);
        std::ranges::sort(*grant.scopes);
    }
    grant.holder_code = data["user_type"].loose_integer().value_or(-1);
    // 0: seller; 4 and 5: "Global Selling" sellers, by one source only, so a person confirms; 1 creator, 2 and 3
    // partners.
    grant.holder = grant.holder_code == 0                             ? Holder::seller
                   : grant.holder_code == 4 || grant.holder_code == 5 ? Holder::confirm
                                                                      : Holder::not_a_seller;
    return grant;
}

}  // namespace platform::tiktok
