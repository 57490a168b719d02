#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/return.h"
#include "platform/connector.h"

// What a marketplace offers for returns, refunds and cancellations, in plain values.
namespace platform {

// Lists that a marketplace keeps apart, each with update times of its own.
enum class ReturnList { returns, cancellations };

struct ReturnPage {
    std::vector<model::Return> returns;  // Without ReturnId and StoreId.
    std::vector<BadRecord> bad;
    std::string next_page_token;  // Empty: the end.
    bool oldest_first = true;     // As in OrderPage.
};

// Calls block as Connector's do. Threads: any.
class ReturnCalls {
  public:
    virtual ~ReturnCalls() = default;

    // The lists to be read. Where cancellations are not among them they are part of the list of returns.
    virtual std::vector<ReturnList> lists() const = 0;
    // How wide a window of update time a search may have.
    virtual base::Duration widest_window() const = 0;
    // Those that changed in the query's window, oldest change first where the marketplace can sort.
    virtual Answer<ReturnPage> search_returns(const StoreAccess& store, ReturnList list, const OrderQuery& query) = 0;
    // One of them, or an empty page when the marketplace does not know it.
    virtual Answer<ReturnPage> find_return(const StoreAccess& store, ReturnList list, std::string_view ext_id) = 0;
};

}  // namespace platform
