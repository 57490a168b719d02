#include <algorithm>
#include <set>

#include "platform/order_slice.h"
#include "platform/shopee/client.h"
#include "platform/shopee/normalise.h"

// Orders: a list of numbers first, then what they stand for.
namespace platform::shopee {
namespace {

using base::Duration;
using base::Time;

constexpr std::size_t k_page = 100;  // Most that get_order_list gives.
// get_order_list refuses more than 15 days.
constexpr Duration k_widest = base::days(15);
constexpr Duration k_narrowest = base::seconds(1);

// All that normalise_order reads beside what is always there.
constexpr std::string_view k_optional_fields =
    "buyer_user_id,buyer_username,recipient_address,item_list,pay_time,buyer_cancel_reason,cancel_by,cancel_reason,"
    "package_list,payment_method,total_amount";

std::unexpected<CallError> refused(std::string message) {
    return std::unexpected(CallError{ErrorClass::contract, 0, 0, std::move(message), {}, {}});
}

}  // namespace

// Numbers of the orders that changed in [from, to). `next_cursor` is set when there are more.
Answer<std::vector<std::string>> Client::list_orders(const StoreAccess& store, Time from, Time to,
                                                     std::string_view cursor, std::string& next_cursor) {
    Call request{k_order_list};
    request.params = {{"time_range_field", "update_time"},
                      {"time_from", std::to_string(from.unix_seconds())},
                      // Both ends belong to the range.
                      {"time_to", std::to_string(to.unix_seconds() - 1)},
                      {"page_size", std::to_string(k_page)},
                      {"cursor", std::string(cursor)},
                      {"request_order_status_pending", "true"}};
    const Envelope answer = TRY(call(store, request));
    std::vector<std::string> out;
    std::set<std::string> seen;
    for (const base::Json& order : answer.data()["order_list"].items()) {
        auto id = serial(order["order_sn"]);
        if (!id) return refused("list of orders is unreadable");
        if (seen.insert(*id).second) out.push_back(std::move(*id));
    }
    next_cursor.clear();
    // Only `more` says that there are more: a page may be short or empty before the last one.
    if (answer.data()["more"].boolean_or(false)) {
        next_cursor = answer.data()["next_cursor"].string_or();
        if (next_cursor.empty()) return refused("page without a cursor to the next");
    }
    return out;
}

// Reads what the numbers stand for. Numbers that the marketplace does not know are left out.
Answer<void> Client::add_details(const StoreAccess& store, const std::vector<std::string>& ext_ids, OrderPage& page) {
    std::string joined;
    for (const std::string& id : ext_ids) {
        if (!joined.empty()) joined += ',';
        joined += id;
    }
    const auto answer = call(store, {k_order_detail,
                                     {{"order_sn_list", std::move(joined)},
                                      {"response_optional_fields", std::string(k_optional_fields)},
                                      {"request_order_status_pending", "true"}}});
    if (answer) {
        add_orders(answer->data(), clock_.now(), page);
        return {};
    }
    // One unknown number spoils the whole batch: found by asking for halves of it.
    if (!answer.error().code_name.ends_with("not_found")) return std::unexpected(answer.error());
    if (ext_ids.size() == 1) return {};
    const auto middle = ext_ids.begin() + static_cast<std::ptrdiff_t>(ext_ids.size() / 2);
    TRY_VOID(add_details(store, {ext_ids.begin(), middle}, page));
    return add_details(store, {middle, ext_ids.end()}, page);
}

Answer<OrderPage> Client::search_orders(const StoreAccess& store, const OrderQuery& query) {
    OrderPage page;
    page.oldest_first = false;
    std::vector<std::string> ids;
    const Time end = query.updated_before ? query.updated_before : now(store.app.app) + k_narrowest;
    page.next_page_token =
        TRY(scan_slice(query, {end, k_widest, k_page},
                       [&](Time from, Time to, std::string_view cursor, std::string& next) -> Answer<std::size_t> {
                           ids = TRY(list_orders(store, from, to, cursor, next));
                           return ids.size();
                       }));
    for (auto next = ids.begin(); next != ids.end();) {
        const auto last = next + std::min<std::ptrdiff_t>(k_max_order_ids, ids.end() - next);
        TRY_VOID(add_details(store, {next, last}, page));
        next = last;
    }
    // Listed and then not shown: kept where people see it, rather than passed over.
    std::set<std::string> shown;
    for (const model::Order& order : page.orders) shown.insert(order.ext_id);
    for (const BadRecord& record : page.bad) shown.insert(record.ext_id);
    for (const std::string& id : ids)
        if (!shown.contains(id))
            page.bad.push_back(
                {id, "order.detail_missing", base::PiiText("{\"order_sn\":" + base::json_quote(id) + "}")});
    return page;
}

Answer<OrderPage> Client::orders(const StoreAccess& store, const std::vector<std::string>& ext_ids) {
    if (ext_ids.empty() || ext_ids.size() > k_max_order_ids) return refused("between 1 and 50 order ids");
    OrderPage page;
    TRY_VOID(add_details(store, ext_ids, page));
    return page;
}

}  // namespace platform::shopee
