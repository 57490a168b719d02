#include <boost/json.hpp>

#include <algorithm>

#include "api/answer.h"
#include "api/input.h"
#include "api/json_out.h"
#include "api/routes.h"
#include "api/rows.h"
#include "api/services.h"
#include "api/trouble.h"
#include "db/alerts.h"
#include "db/conversations.h"
#include "db/database.h"
#include "db/order_days.h"
#include "db/orders.h"
#include "db/returns.h"
#include "db/stores.h"

namespace api {
namespace {

constexpr std::size_t k_alerts_shown = 20;
constexpr std::size_t k_days = 7;

struct Row {
    model::Store store;
    std::vector<std::string> trouble;
    model::Severity worst = model::Severity::none;
    db::OrderCounts orders;
    std::int64_t alerts_open = 0;
    db::ReturnCounts returns;
};

std::int64_t of(const db::OrderCounts& counts, model::OrderStatus status) {
    const auto found = counts.by_status.find(status);
    return found == counts.by_status.end() ? 0 : found->second;
}

base::Result<boost::json::object> row_json(db::Reader& reader, const Row& row, base::Time now) {
    boost::json::array trouble;
    for (const std::string& key : row.trouble) trouble.emplace_back(key);
    const std::vector<std::int64_t> days =
        TRY(db::orders_by_day(reader, row.store.id, start_of_day(now, row.store.time_zone), k_days));
    boost::json::array by_day;
    for (const std::int64_t count : days) by_day.emplace_back(count);
    return boost::json::object{
        {"store", store_json(row.store)},
        {"trouble", std::move(trouble)},
        {"worst", model::name(row.worst)},
        {"orders_today", days.back()},
        {"unpaid", of(row.orders, model::OrderStatus::unpaid)},
        {"to_ship", of(row.orders, model::OrderStatus::to_ship) + of(row.orders, model::OrderStatus::partly_shipped)},
        {"abnormal", row.orders.abnormal},
        {"alerts_open", row.alerts_open},
        {"returns_open", row.returns.open},
        {"returns_due", row.returns.due},
        {"orders_by_day", std::move(by_day)}};
}

base::Result<std::vector<Row>> read_rows(db::Reader& reader, const Call& call, base::Time now) {
    const auto counts = TRY(db::count_orders_by_store(reader));
    const auto alerts = TRY(db::count_open_alerts(reader));
    const auto returns = TRY(db::count_open_returns(reader, now + k_answer_soon));
    std::vector<Row> rows;
    for (model::Store& store : TRY(db::list_stores(reader))) {
        if (!check_visible(call, store.id)) continue;
        Row row;
        row.trouble = trouble_of(store, now);
        row.worst = severity_of(row.trouble);
        if (const auto found = counts.find(store.id); found != counts.end()) row.orders = found->second;
        if (const auto found = returns.find(store.id); found != returns.end()) row.returns = found->second;
        if (const auto found = alerts.find(store.id); found != alerts.end()) {
            for (const auto& [severity, count] : found->second) {
                row.alerts_open += count;
                if (severity > row.worst) row.worst = severity;
            }
        }
        row.store = std::move(store);
        rows.push_back(std::move(row));
    }
    // Trouble first; within the same severity by name, as list_stores gave them.
    std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return a.worst > b.worst; });
    return rows;
}

base::Result<http::Response> get_overview(Services& services, const Call& call) {
    const base::Time now = services.clock.now();
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        const std::vector<Row> rows = TRY(read_rows(reader, call, now));
        boost::json::array stores;
        std::int64_t unpaid = 0, to_ship = 0, abnormal = 0, alerts_open = 0, in_trouble = 0;
        db::ReturnCounts returns;
        for (const Row& row : rows) {
            boost::json::object item = TRY(row_json(reader, row, now));
            unpaid += item["unpaid"].as_int64();
            to_ship += item["to_ship"].as_int64();
            abnormal += row.orders.abnormal;
            alerts_open += row.alerts_open;
            returns.open += row.returns.open;
            returns.due += row.returns.due;
            in_trouble += row.worst >= model::Severity::medium ? 1 : 0;
            stores.emplace_back(std::move(item));
        }
        // Those about the installation itself, for whoever sees all stores: the list below has them too.
        if (call.caller.person.stores.empty()) {
            const auto by_store = TRY(db::count_open_alerts(reader));
            if (const auto own = by_store.find(model::StoreId{}); own != by_store.end())
                for (const auto& [severity, count] : own->second) alerts_open += count;
        }
        db::AlertFilter open;
        open.stores = call.caller.person.stores;
        open.stores_only = !open.stores.empty();
        open.state = model::AlertState::open;
        db::AlertPage page = TRY(db::list_alerts(reader, open, {}, 200));
        std::ranges::stable_sort(page.rows, [](const auto& a, const auto& b) { return a.severity > b.severity; });
        if (page.rows.size() > k_alerts_shown) page.rows.resize(k_alerts_shown);
        out["as_of"] = base::iso8601(now);
        out["alerts"] = TRY(alert_rows(reader, page.rows));
        out["stores"] = std::move(stores);
        out["counts"] = {{"alerts_open", alerts_open},
                         {"stores_in_trouble", in_trouble},
                         {"unpaid", unpaid},
                         {"to_ship", to_ship},
                         {"abnormal", abnormal},
                         {"chats_unread", TRY(db::count_conversations(reader, call.caller.person.stores)).unread},
                         {"returns_open", returns.open},
                         {"returns_due", returns.due}};
        return {};
    }));
    return json(out);
}

}  // namespace

std::vector<Route> overview_routes() {
    return {{http::Method::get, "/overview", "getOverview", model::Action::view_overview, &get_overview}};
}

}  // namespace api
