#include <charconv>

#include "platform/order_slice.h"
#include "platform/shopee/client.h"
#include "platform/shopee/returns.h"

// Returns: a list by pages that are counted, in an order that nobody promises. It is read by spans of time, as orders.
namespace platform::shopee {
namespace {

constexpr std::size_t k_page = 100;

std::int64_t page_number(std::string_view cursor) {
    std::int64_t number = 0;
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
    return number;
}

}  // namespace

Answer<ReturnPage> Client::search_returns(const StoreAccess& store, ReturnList /*list*/, const OrderQuery& query) {
    ReturnPage page;
    page.oldest_first = false;
    const base::Time end = query.updated_before ? query.updated_before : now(store.app.app) + base::seconds(1);
    const auto list = [&](base::Time from, base::Time to, std::string_view cursor,
                          std::string& next) -> Answer<std::size_t> {
        // Pages are counted from 0; both ends belong to the range.
        const std::int64_t number = page_number(cursor);
        const Envelope answer = TRY(call(store, {k_return_list,
                                                 {{"page_no", std::to_string(number)},
                                                  {"page_size", std::to_string(k_page)},
                                                  {"update_time_from", std::to_string(from.unix_seconds())},
                                                  {"update_time_to", std::to_string(to.unix_seconds() - 1)}}}));
        page.returns.clear();
        page.bad.clear();
        const auto rows = answer.data()["return"].items();
        for (const base::Json& row : rows) add_return(row, clock_.now(), page);
        if (answer.data()["more"].boolean_or(false)) next = std::to_string(number + 1);
        return rows.size();
    };
    page.next_page_token = TRY(scan_slice(query, {end, widest_window(), k_page}, list));
    return page;
}

Answer<ReturnPage> Client::find_return(const StoreAccess& store, ReturnList /*list*/, std::string_view ext_id) {
    ReturnPage page;
    const auto answer = call(store, {k_return_detail, {{"return_sn", std::string(ext_id)}}});
    if (!answer) {
        if (answer.error().code_name.ends_with("not_found")) return page;
        return std::unexpected(answer.error());
    }
    add_return(answer->data(), clock_.now(), page);
    return page;
}

}  // namespace platform::shopee
