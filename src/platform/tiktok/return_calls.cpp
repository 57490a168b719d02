#include <boost/json.hpp>

#include <algorithm>

#include "platform/tiktok/client.h"
#include "platform/tiktok/returns.h"

// Returns and cancellations: two lists of the same kind.
namespace platform::tiktok {
namespace {

const Endpoint& search_of(ReturnList list) {
    return list == ReturnList::cancellations ? k_search_cancellations : k_search_returns;
}

}  // namespace

std::vector<ReturnList> Client::lists() const {
    return {ReturnList::returns, ReturnList::cancellations};
}

Answer<ReturnPage> Client::search_returns(const StoreAccess& store, ReturnList list, const OrderQuery& query) {
    Call request{search_of(list)};
    // Returns come in pages of 10 to 50, cancellations of 1 to 50.
    request.params = {{"page_size", std::to_string(std::clamp(query.page_size, 10, 50))},
                      {"sort_field", "update_time"},
                      {"sort_order", "ASC"}};
    if (!query.page_token.empty()) request.params.emplace_back("page_token", query.page_token);
    boost::json::object body;
    body["update_time_ge"] = query.updated_from.unix_seconds();
    if (query.updated_before) body["update_time_lt"] = query.updated_before.unix_seconds();
    request.body = boost::json::serialize(body);
    const Envelope answer = TRY(call(store, request));
    return normalise_returns(answer.data(), list, clock_.now());
}

Answer<ReturnPage> Client::find_return(const StoreAccess& store, ReturnList list, std::string_view ext_id) {
    boost::json::object body;
    body[list == ReturnList::cancellations ? "cancel_ids" : "return_ids"] = boost::json::array{ext_id};
    const Envelope answer = TRY(call(store, {search_of(list), {{"page_size", "10"}}, boost::json::serialize(body)}));
    ReturnPage page = normalise_returns(answer.data(), list, clock_.now());
    std::erase_if(page.returns, [&](const model::Return& one) { return one.ext_id != ext_id; });
    page.next_page_token.clear();
    return page;
}

}  // namespace platform::tiktok
