#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/message.h"
#include "sandbox/tiktok/app.h"
#include "sandbox/world/world.h"

namespace sandbox::tiktok {

class Service;

// What an operation answers; `data` is JSON text, empty for null.
struct Answer {
    int status = 200;
    int code = 0;
    std::string message = "Success";
    std::string data = {};
    std::optional<int> retry_after_s = {};
};
// Refused with HTTP 200, as parameter and business errors are.
inline Answer refused(int code, std::string message) {
    return {200, code, std::move(message), {}, {}};
}
inline Answer success(std::string data) {
    return {200, 0, "Success", std::move(data), {}};
}

enum class Cipher { required, forbidden, optional };

// A call that passed the gate.
struct Call {
    const http::Request& request;
    Caller caller;
    Shop* shop = nullptr;  // Where the operation takes a cipher.
    std::map<std::string, std::string> query;
    std::vector<std::string> path_values;
    std::optional<base::JsonDocument> body = {};  // Where one was sent.
    std::int64_t now_ms = 0;

    base::Json body_field(std::string_view name) const { return body ? (*body)[name] : base::Json(); }
    std::optional<std::string> parameter(const std::string& name) const {
        const auto found = query.find(name);
        return found == query.end() ? std::nullopt : std::optional(found->second);
    }
};

// One operation of the API, with what its page in TikTok's Partner Center documents says of it.
struct Operation {
    std::string_view name;  // "orders.search": in the ledger and in faults.
    http::Method method = http::Method::get;
    std::string_view category;                   // "order"
    std::string_view resource;                   // "/orders/{}/price_detail"
    std::span<const std::string_view> versions;  // "202309"
    std::string_view scope;
    Cipher cipher = Cipher::required;
    Answer (*run)(Service&, Call&) = nullptr;
};
std::span<const Operation> operations();

// Reads a page size; a Refusal text where it is missing or out of range.
std::optional<Answer> read_page_size(const Call& call, std::int64_t most, std::int64_t& size);
// A whole number of a JSON body: false where it is there and of another type.
bool read_time(const Call& call, std::string_view name, std::optional<std::int64_t>& value);

// A place in a list, opaque to the caller and bound to the filter it was made for.
std::string write_page_token(std::string_view key, std::string_view filter, std::string_view position);
std::optional<std::string> read_page_token(std::string_view key, std::string_view filter, std::string_view token);

Answer get_shops(Service& service, Call& call);
Answer remove_shop(Service& service, Call& call);
Answer get_active_shops(Service& service, Call& call);
Answer get_seller_permissions(Service& service, Call& call);
Answer get_seller_status(Service& service, Call& call);
Answer get_prerequisites(Service& service, Call& call);
Answer get_webhooks(Service& service, Call& call);
Answer put_webhook(Service& service, Call& call);
Answer delete_webhook(Service& service, Call& call);
Answer search_orders(Service& service, Call& call);
Answer get_orders_202309(Service& service, Call& call);
Answer get_orders_202507(Service& service, Call& call);
Answer get_price_detail(Service& service, Call& call);
Answer search_returns(Service& service, Call& call);
Answer search_cancellations(Service& service, Call& call);
Answer get_conversations(Service& service, Call& call);
Answer get_conversation(Service& service, Call& call);
Answer get_messages(Service& service, Call& call);

}  // namespace sandbox::tiktok
