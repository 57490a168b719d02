#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "sandbox/shopee/order_json.h"
#include "sandbox/shopee/service.h"

// The shop itself, and its orders.
namespace sandbox::shopee {
namespace {

constexpr std::int64_t k_widest_s = 15 * 86'400;
constexpr std::size_t k_most_ids = 50;

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

Answer wrong(std::string_view detail) {
    return refused("error_param", fmt::format("Wrong parameters, detail: {}.", detail));
}

bool asks_for_pending(const Call& call) {
    return base::ascii_iequals(call.parameter("request_order_status_pending"), "true");
}

}  // namespace

Answer Service::get_shop_info(Call& call) {
    const Shop& shop = *call.shop;
    const Consent& consent = *registry_.find(shop);
    return {200, "", "",
            fmt::format(R"("shop_name":{},"region":"{}","status":"{}","is_cb":{},"is_sip":false,"auth_time":{},)"
                        R"("expire_time":{},"merchant_id":null,"is_upgraded_cbsc":false,)"
                        R"("shop_fulfillment_flag":"Others")",
                        base::json_quote(shop.name), shop.market->region,
                        shop.state == ShopState::active ? "NORMAL" : "FROZEN", shop.cross_border, consent.since_s,
                        consent.until_s)};
}

Answer Service::get_punishments(Call& call) {
    const auto status = number(call.parameter("punishment_status"));
    if (!status || *status < 1 || *status > 2) return wrong("punishment_status");
    const bool suspended = call.shop->state != ShopState::active && *status == 1;
    return success(suspended ? fmt::format(R"({{"punishment_list":[{{"issue_time":{0},"start_time":{0},"end_time":0,)"
                                           R"("punishment_type":109,"reason":5,"reference_id":9007199254740995,)"
                                           R"("listing_limit":0,"order_limit":""}}],"total_count":1}})",
                                           call.now_ms / 1'000)
                             : R"({"punishment_list":[],"total_count":0})");
}

Answer Service::get_shops_by_partner(Call& call) {
    const auto size = number(call.parameter("page_size"));
    const auto page = number(call.parameter("page_no"));
    if (!size || *size < 1 || *size > 100) return wrong("page_size");
    if (!page || *page < 1) return wrong("page_no");
    std::string list;
    std::int64_t row = 0;
    bool more = false;
    for (const auto& [shop_number, consent] : registry_.consents()) {
        if (consent.ended || consent.until_s < clock_.now_s()) continue;
        ++row;
        if (row <= (*page - 1) * *size) continue;
        if (row > *page * *size) {
            more = true;
            break;
        }
        const Shop& shop = world_.shops()[shop_number];
        list +=
            fmt::format(R"({}{{"region":"{}","shop_id":{},"auth_time":{},"expire_time":{}}})", list.empty() ? "" : ",",
                        shop.market->region, Registry::shop_id(shop), consent.since_s, consent.until_s);
    }
    return {200, "", "", fmt::format(R"("authed_shop_list":[{}],"more":{})", list, more)};
}

Answer Service::get_order_list(Call& call) {
    const std::string field = call.parameter("time_range_field");
    if (field != "create_time" && field != "update_time") return wrong("time_range_field");
    const auto from = number(call.parameter("time_from"));
    const auto to = number(call.parameter("time_to"));
    if (!from || !to) return wrong("time_from and time_to are needed");
    if (*to < *from || *to - *from > k_widest_s)
        return refused("order.order_list_invalid_time", "Start time must be earlier than end time and within 15 days.");
    const auto size = number(call.parameter("page_size"));
    if (!size || *size < 1 || *size > 100) return wrong("page_size");
    const std::string cursor = call.parameter("cursor");
    const auto skip = cursor.empty() ? std::optional<std::int64_t>(0) : number(cursor);
    if (!skip || *skip < 0) return wrong("cursor");
    const std::string wanted = call.parameter("order_status");
    static constexpr std::array<std::string_view, 8> k_filters = {
        "UNPAID", "READY_TO_SHIP", "PROCESSED", "SHIPPED", "COMPLETED", "IN_CANCEL", "CANCELLED", "INVOICE_PENDING"};
    if (!wanted.empty() && std::ranges::find(k_filters, wanted) == k_filters.end()) return wrong("order_status");
    const bool pending = asks_for_pending(call);
    const bool with_status = call.parameter("response_optional_fields") == "order_status";

    const Shop& shop = *call.shop;
    const auto& list = field == "create_time" ? shop.by_created : shop.by_updated;
    const auto begin = list.lower_bound({*from, 0});
    auto entry = list.lower_bound({*to + 1, 0});
    std::string rows;
    std::int64_t row = 0;
    bool more = false;
    // Newest first, and the cursor is a number of rows: the documents promise neither, a client may rely on neither.
    while (entry != begin) {
        --entry;
        const Order& order = shop.orders[entry->second];
        const std::string_view status = order_status(order, pending);
        if (!wanted.empty() && wanted != status) continue;
        if (row++ < *skip) continue;
        if (row > *skip + *size) {
            more = true;
            break;
        }
        rows += fmt::format(R"({}{{"order_sn":"{}"{},"booking_sn":""}})", rows.empty() ? "" : ",", order_sn(order.id),
                            with_status ? fmt::format(R"(,"order_status":"{}")", status) : "");
    }
    return success(fmt::format(R"({{"more":{},"next_cursor":"{}","order_list":[{}]}})", more,
                               more ? std::to_string(*skip + *size) : "", rows));
}

Answer Service::get_order_detail(Call& call) {
    const std::string list = call.parameter("order_sn_list");
    const auto wanted = base::split(list, ',');
    if (list.empty() || wanted.size() > k_most_ids) return wrong("order_sn_list holds 1 to 50");
    const std::string optional = call.parameter("response_optional_fields");
    const bool pending = asks_for_pending(call);
    std::string rows;
    for (const std::string_view text : wanted) {
        const auto id = parse_order_sn(text);
        const Shop* shop = nullptr;
        const Order* const order = id ? world_.find_order(*id, &shop) : nullptr;
        if (order == nullptr || shop != call.shop)
            return refused("error_not_found", "Wrong parameters, detail: the order is not found.");
        rows += (rows.empty() ? "" : ",") + order_detail(*shop, *order, optional, pending);
    }
    return success(fmt::format(R"({{"order_list":[{}]}})", rows));
}

}  // namespace sandbox::shopee
