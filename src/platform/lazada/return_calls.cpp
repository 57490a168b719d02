#include <charconv>

#include "platform/lazada/client.h"
#include "platform/lazada/returns.h"
#include "platform/order_slice.h"

// Reverse orders: a list by pages that are counted, in an order that nobody promises. It is read by spans of time, so
// that a row that moves meanwhile hides no other.
namespace platform::lazada {
namespace {

constexpr std::size_t k_page = 50;

std::int64_t page_number(std::string_view cursor) {
    std::int64_t number = 1;  // Pages are counted from 1.
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
    return number;
}

}  // namespace

Answer<ReturnPage> Client::search_returns(const StoreAccess& store, ReturnList /*list*/, const OrderQuery& query) {
    ReturnPage page;
    const base::Time end = query.updated_before ? query.updated_before : now(store.app.app) + base::seconds(1);
    const auto list = [&](base::Time from, base::Time to, std::string_view cursor,
                          std::string& next) -> Answer<std::size_t> {
        const std::int64_t number = page_number(cursor);
        const Envelope answer =
            TRY(call(store, {k_reverse_orders,
                             {{"page_no", std::to_string(number)},
                              {"page_size", std::to_string(k_page)},
                              {"ReverseOrderLineModifiedTimeRangeStart", std::to_string(from.ms)},
                              {"ReverseOrderLineModifiedTimeRangeEnd", std::to_string(to.ms - 1)}}}));
        const base::Json result = answer.document["result"];
        page = normalise_returns(result, *find_market(store.region), clock_.now());
        const std::int64_t total = result["total"].loose_integer().value_or(0);
        if (number * static_cast<std::int64_t>(k_page) < total) next = std::to_string(number + 1);
        return page.returns.size() + page.bad.size();
    };
    std::string next = TRY(scan_slice(query, {end, widest_window(), k_page}, list));
    page.oldest_first = false;
    page.next_page_token = std::move(next);
    return page;
}

Answer<ReturnPage> Client::find_return(const StoreAccess& store, ReturnList /*list*/, std::string_view ext_id) {
    const Envelope answer = TRY(call(
        store, {k_reverse_orders,
                {{"page_no", "1"}, {"page_size", std::to_string(k_page)}, {"reverse_order_id", std::string(ext_id)}}}));
    ReturnPage page = normalise_returns(answer.document["result"], *find_market(store.region), clock_.now());
    std::erase_if(page.returns, [&](const model::Return& one) { return one.ext_id != ext_id; });
    return page;
}

}  // namespace platform::lazada
