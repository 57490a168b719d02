#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "platform/fields.h"
#include "platform/lazada/client.h"
#include "platform/lazada/read.h"
#include "platform/lazada/webhook.h"

// What each call sends and how its answer is read.
namespace platform::lazada {
namespace {

std::unexpected<CallError> no_such_call(std::string_view what) {
    return std::unexpected(CallError{ErrorClass::contract, 0, 0, std::string(what), {}, {}});
}

// ISO 8601 with a zone and whole seconds, as the order filters want it.
std::string filter_time(base::Time time) {
    return base::iso8601(base::Time::from_unix_seconds(time.unix_seconds())).substr(0, 19) + "+00:00";
}

}  // namespace

// Orders come by webhook: looping over the list of orders can get an app switched off (guide "Get order"), which asks
// for a look each hour. Tokens live 7 days at least. A webhook is repeated 12 times, each half an hour.
Pace Client::pace() const {
    return {.renew_before = base::hours(24),
            .poll = base::hours(1),
            .poll_at_first = base::seconds(60),
            .poll_missed = base::minutes(15),
            .oldest_webhook = base::hours(7)};
}

// The official one of the API stands for all six hosts (market.h).
Addresses Client::addresses() const {
    return {"https://auth.lazada.com", k_official_api, "https://auth.lazada.com"};
}

std::vector<std::string> Client::origins(const model::App& app) const {
    std::vector<std::string> out = {app.auth_base};
    if (app.api_base != k_official_api) {
        out.push_back(app.api_base);
        return out;
    }
    for (const Market& market : markets()) out.emplace_back(market.host);
    return out;
}

std::string Client::authorisation_link(const AppAccess& app, std::string_view state, std::string_view return_to) const {
    // force_auth drops an old sign-in, so that the wrong store is not authorised by mistake.
    return app.app.consent_base +
           "/oauth/authorize?response_type=code&force_auth=true&redirect_uri=" + base::percent_encode(return_to) +
           "&client_id=" + base::percent_encode(app.app.key) + "&state=" + base::percent_encode(state);
}

Answer<Grant> Client::exchange(const AppAccess& app, const base::EgressProfile& egress, const Consent& consent) {
    Grant grant = TRY(token_call(app, egress, k_token_create, "code", consent.code));
    fill_names(app, egress, grant);
    return grant;
}

void Client::fill_names(const AppAccess& app, const base::EgressProfile& egress, Grant& grant) {
    const base::Secret no_cipher;
    for (Shop& shop : grant.shops) {
        const StoreAccess store{app, grant.access_token, no_cipher, shop.ext_id, shop.region, egress};
        // One try: the seller waits in front of the browser, and the hourly look brings the name later.
        const auto answer = attempt(store, *find_market(shop.region), {k_seller});
        if (answer) shop.name = read_seller(answer->data(), *find_market(shop.region)).name;
    }
}

// A refresh does not move the end of the authorisation, so that it tells nothing about it.
Answer<Grant> Client::refresh(const AppAccess& app, const base::EgressProfile& egress, std::string_view /*shop_ext_id*/,
                              const base::Secret& refresh_token) {
    Grant grant = TRY(token_call(app, egress, k_token_refresh, "refresh_token", refresh_token.reveal()));
    grant.refresh_expires_at = {};
    return grant;
}

Answer<Receipt> Client::revoke(const StoreAccess& /*store*/) {
    return no_such_call("Lazada ends authorisations on its own page only");
}

Answer<std::vector<Shop>> Client::shops(const StoreAccess& store) {
    const Envelope answer = TRY(call(store, {k_seller}));
    std::vector<Shop> out;
    Shop shop = read_seller(answer.data(), *find_market(store.region));
    if (!shop.ext_id.empty()) out.push_back(std::move(shop));
    return out;
}

Answer<StatusReport> Client::shop_status(const StoreAccess& store, std::string_view shop_ext_id) {
    const auto answer = call(store, {k_seller});
    if (answer) return read_status(answer->data(), *find_market(store.region), shop_ext_id);
    if (answer.error().kind != ErrorClass::seller_inactive) return std::unexpected(answer.error());
    StatusReport report;
    report.status = model::ShopStatus::restricted;
    report.source = "gateway";
    report.reason = answer.error().message;
    return report;
}

Answer<Items> Client::items_of(const StoreAccess& store, const std::vector<std::string>& ids,
                               std::vector<base::JsonDocument>& documents) {
    Items items;
    for (std::size_t at = 0; at < ids.size(); at += k_items_at_once) {
        const std::size_t end = std::min(ids.size(), at + k_items_at_once);
        std::string list;
        for (std::size_t i = at; i < end; ++i) list += (list.empty() ? "[" : ",") + ids[i];
        auto answer = call(store, {k_items_of_orders, {{"order_ids", list + "]"}}});
        if (answer) {
            collect_items(answer->data(), items);
            documents.push_back(std::move(answer->document));
            continue;
        }
        if (answer.error().kind != ErrorClass::contract) return std::unexpected(std::move(answer).error());
        // One id that is refused must not hide the others.
        for (std::size_t i = at; i < end; ++i) {
            auto single = call(store, {k_items_of_order, {{"order_id", ids[i]}}});
            if (single) {
                items[ids[i]] = single->data().items();
                documents.push_back(std::move(single->document));
            } else if (single.error().kind != ErrorClass::contract) {
                return std::unexpected(std::move(single).error());
            }
        }
    }
    return items;
}

Answer<OrderPage> Client::search_orders(const StoreAccess& store, const OrderQuery& query) {
    std::int64_t offset = 0;
    std::from_chars(query.page_token.data(), query.page_token.data() + query.page_token.size(), offset);
    if (offset < 0 || offset > k_largest_offset) return no_such_call("offset is beyond what Lazada gives");
    const std::int64_t limit = std::clamp(query.page_size, 1, k_page_size);
    // "After" may leave out the very second: from one earlier, since reading twice does no harm.
    Params params = {{"update_after", filter_time(query.updated_from - base::seconds(1))},
                     {"sort_by", "updated_at"},
                     {"sort_direction", "ASC"},
                     {"offset", std::to_string(offset)},
                     {"limit", std::to_string(limit)}};
    if (query.updated_before) params.emplace_back("update_before", filter_time(query.updated_before));
    const Envelope answer = TRY(call(store, {k_orders, std::move(params)}));
    const std::vector<base::Json> orders = answer.data()["orders"].items();

    std::vector<std::string> ids;
    for (const base::Json& order : orders)
        if (auto id = decimal_id(order["order_id"])) ids.push_back(std::move(*id));
    std::vector<base::JsonDocument> documents;
    const Items items = TRY(items_of(store, ids, documents));
    OrderPage page = normalise_orders(orders, items, *find_market(store.region), clock_.now());
    page.total = std::max<std::int64_t>(0, answer.data()["countTotal"].loose_integer().value_or(0));
    const auto count = static_cast<std::int64_t>(orders.size());
    if (count >= limit || (count > 0 && offset + count < page.total))
        page.next_page_token = std::to_string(offset + count);
    return page;
}

Answer<OrderPage> Client::orders(const StoreAccess& store, const std::vector<std::string>& ext_ids) {
    if (ext_ids.empty() || ext_ids.size() > k_max_order_ids)
        return std::unexpected(CallError{ErrorClass::contract, 0, 0, "between 1 and 50 order ids", {}, {}});
    std::vector<base::JsonDocument> documents;
    std::vector<base::Json> orders;
    std::vector<std::string> known;
    for (const std::string& id : ext_ids) {
        auto answer = call(store, {k_order, {{"order_id", id}}});
        if (answer) {
            orders.push_back(answer->data());
            documents.push_back(std::move(answer->document));
            known.push_back(id);
        } else if (answer.error().code != k_invalid_order_id && answer.error().code != k_order_not_found) {
            return std::unexpected(std::move(answer).error());
        }
    }
    if (orders.empty()) return OrderPage{};
    const Items items = TRY(items_of(store, known, documents));
    return normalise_orders(orders, items, *find_market(store.region), clock_.now());
}

// Webhooks are switched on by a person, on the marketplace's own page.
Answer<std::vector<Subscription>> Client::subscriptions(const StoreAccess& /*store*/) {
    return std::vector<Subscription>();
}

Answer<Receipt> Client::subscribe(const StoreAccess& /*store*/, const Subscription& /*subscription*/) {
    return no_such_call("Lazada's webhooks are set up on its own page only");
}

Answer<Receipt> Client::unsubscribe(const StoreAccess& /*store*/, std::string_view /*topic*/) {
    return no_such_call("Lazada's webhooks are set up on its own page only");
}

bool Client::verify_webhook(const AppAccess& app, std::string_view raw_body, std::string_view signature,
                            std::string_view /*address*/) const {
    return lazada::verify_webhook(app.app.key, app.secret, raw_body, signature);
}

base::Result<Hint> Client::parse_webhook(std::string_view raw_body) const {
    return lazada::parse_webhook(raw_body);
}

}  // namespace platform::lazada
