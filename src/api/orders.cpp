#include <boost/json.hpp>

#include <algorithm>

#include "api/answer.h"
#include "api/input.h"
#include "api/json_out.h"
#include "api/routes.h"
#include "api/services.h"
#include "db/database.h"
#include "db/events.h"
#include "db/orders.h"
#include "db/stores.h"

namespace api {
namespace {

constexpr std::size_t k_window = 200;

base::Result<db::OrderFilter> read_filter(const Call& call) {
    db::OrderFilter filter;
    filter.stores = TRY(visible_stores(call));
    if (const auto platform = call.request.parameter("platform")) {
        filter.platform = model::parse_platform(*platform);
        if (!filter.platform) return bad_parameter("platform");
    }
    for (const auto& [name, value] : call.request.query) {
        if (name != "status") continue;
        const auto status = model::parse_order_status(value);
        if (!status) return bad_parameter("status");
        filter.statuses.push_back(*status);
    }
    const std::string_view tab = call.request.parameter("tab").value_or("all");
    if (tab == "unpaid")
        filter.tab = db::OrderTab::unpaid;
    else if (tab == "to_ship")
        filter.tab = db::OrderTab::to_ship;
    else if (tab == "abnormal")
        filter.tab = db::OrderTab::abnormal;
    else if (tab != "all")
        return bad_parameter("tab");
    filter.from = TRY(time_parameter(call, "from"));
    filter.to = TRY(time_parameter(call, "to"));
    filter.search = call.request.parameter("search").value_or("");
    if (filter.search.size() > 200) return bad_parameter("search");
    return filter;
}

base::Result<db::PageKey> read_cursor(const Call& call) {
    const auto text = call.request.parameter("cursor");
    if (!text) return db::PageKey{};
    const auto numbers = TRY(parse_cursor(*text));
    if (numbers.size() != 2) return bad_parameter("cursor");
    return db::PageKey{base::Time{numbers[0]}, numbers[1]};
}

std::int64_t waiting_to_ship(const db::OrderCounts& counts) {
    std::int64_t sum = 0;
    for (const auto& [status, count] : counts.by_status)
        if (status == model::OrderStatus::to_ship || status == model::OrderStatus::partly_shipped) sum += count;
    return sum;
}

boost::json::object counts_json(const db::OrderCounts& counts) {
    const auto unpaid = counts.by_status.find(model::OrderStatus::unpaid);
    return {{"all", counts.all},
            {"unpaid", unpaid == counts.by_status.end() ? 0 : unpaid->second},
            {"to_ship", waiting_to_ship(counts)},
            {"abnormal", counts.abnormal}};
}

// Without other filters the counters know how many rows there are.
void add_total(boost::json::object& out, const db::OrderFilter& filter, const db::OrderCounts& counts) {
    if (filter.platform || !filter.statuses.empty() || filter.from || filter.to || !filter.search.empty()) return;
    const boost::json::object by_tab = counts_json(counts);
    switch (filter.tab) {
        case db::OrderTab::all:
            out["total"] = by_tab.at("all");
            return;
        case db::OrderTab::unpaid:
            out["total"] = by_tab.at("unpaid");
            return;
        case db::OrderTab::to_ship:
            out["total"] = by_tab.at("to_ship");
            return;
        case db::OrderTab::abnormal:
            out["total"] = by_tab.at("abnormal");
            return;
    }
}

// How old the shown data are: the oldest last read among the stores, and which could not be read.
void add_age(boost::json::object& out, const std::vector<model::Store>& stores, const db::OrderFilter& filter,
             base::Time now) {
    base::Time oldest = now;
    boost::json::array unread;
    for (const model::Store& store : stores) {
        if (store.connection == model::Connection::none || store.connection == model::Connection::disconnected)
            continue;
        if (!filter.stores.empty() && std::ranges::find(filter.stores, store.id) == filter.stores.end()) continue;
        if (filter.platform && store.platform != *filter.platform) continue;
        if (store.connection != model::Connection::connected || !store.last_error.empty())
            unread.emplace_back(store.id.text());
        if (store.last_sync_at) oldest = std::min(oldest, store.last_sync_at);
    }
    out["as_of"] = base::iso8601(oldest);
    out["unread_stores"] = std::move(unread);
}

base::Result<http::Response> list_orders(Services& services, const Call& call) {
    const db::OrderFilter filter = TRY(read_filter(call));
    const db::PageKey after = TRY(read_cursor(call));
    const std::size_t limit = TRY(limit_parameter(call, k_window));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        const db::OrderPage page = TRY(db::list_orders(reader, filter, after, limit));
        const db::OrderCounts counts = TRY(db::count_orders(reader, filter.stores));
        boost::json::array rows;
        rows.reserve(page.rows.size());
        for (const db::OrderListRow& row : page.rows) rows.emplace_back(order_json(row.order, row.first_item));
        out["rows"] = std::move(rows);
        if (page.next) out["next"] = cursor_text({page.next.created_at.ms, page.next.id});
        out["counts"] = counts_json(counts);
        add_total(out, filter, counts);
        add_age(out, TRY(db::list_stores(reader)), filter, services.clock.now());
        return {};
    }));
    return json(out);
}

boost::json::object line_json(const model::OrderLine& line) {
    boost::json::object out{{"ext_id", line.ext_id},        {"product", line.product_name},
                            {"sku", line.sku_name},         {"seller_sku", line.seller_sku},
                            {"quantity", line.quantity},    {"price", money_json(line.price)},
                            {"raw_status", line.raw_status}};
    if (!line.tracking_number.empty()) out["tracking_number"] = line.tracking_number;
    return out;
}

base::Result<http::Response> get_order(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::OrderId>(0));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        TRY_VOID(check_visible(call, db::store_of(id)));
        const model::Order order = TRY(db::find_order(reader, id));
        out["order"] = order_json(
            order, order.lines.empty() ? std::string_view() : std::string_view(order.lines.front().product_name));
        boost::json::array lines;
        for (const model::OrderLine& line : order.lines) lines.emplace_back(line_json(line));
        out["lines"] = std::move(lines);
        out["recipient"] = {{"name", mask_name(order.recipient.name.reveal())},
                            {"phone", mask_phone(order.recipient.phone.reveal())},
                            {"address", order.recipient.address.empty() ? "" : "***"},
                            {"region", order.recipient.region}};
        out["payment_method"] = order.payment_method;
        out["cash_on_delivery"] = order.cash_on_delivery;
        if (!order.cancel_reason.empty()) out["cancel_reason"] = order.cancel_reason;
        if (!order.cancelled_by.empty()) out["cancelled_by"] = order.cancelled_by;
        boost::json::array timeline;
        for (const model::Event& event : TRY(db::events_about(reader, order.store, id.text(), 100)))
            timeline.emplace_back(boost::json::object{{"kind", model::name(event.kind)},
                                                      {"at", base::iso8601(event.happened_at)},
                                                      {"detail", detail_json(event.detail)}});
        out["timeline"] = std::move(timeline);
        return {};
    }));
    return json(out);
}

}  // namespace

std::vector<Route> order_routes() {
    return {{http::Method::get, "/orders", "listOrders", model::Action::view_orders, &list_orders},
            {http::Method::get, "/orders/{order}", "getOrder", model::Action::view_orders, &get_order}};
}

}  // namespace api
