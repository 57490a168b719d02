#include "api/json_out.h"

#include <boost/json.hpp>

#include <algorithm>

#include "api/answer.h"
#include "base/text.h"

namespace api {

boost::json::object money_json(const base::Money& money) {
    return {{"minor", money.minor}, {"currency", money.currency.text()}, {"decimals", money.currency.decimals()}};
}

boost::json::array flags_json(std::uint32_t flags) {
    static constexpr std::pair<std::uint32_t, const char*> k_names[] = {
        {model::k_flag_cancel_requested, "cancel_requested"},
        {model::k_flag_address_changed, "address_changed"},
        {model::k_flag_ship_overdue, "ship_overdue"},
        {model::k_flag_unknown_status, "unknown_status"},
        {model::k_flag_sample, "sample"},
        {model::k_flag_replacement, "replacement"},
        {model::k_flag_amount_mismatch, "amount_mismatch"}};
    boost::json::array out;
    for (const auto& [flag, name] : k_names)
        if ((flags & flag) != 0) out.emplace_back(name);
    return out;
}

std::string mask_name(std::string_view name) {
    if (name.empty() || name.find('*') != std::string_view::npos) return std::string(name);
    std::size_t first = 1;
    while (first < name.size() && (static_cast<unsigned char>(name[first]) & 0xc0) == 0x80) ++first;
    return std::string(name.substr(0, first)) + "***";
}

std::string mask_phone(std::string_view phone) {
    if (phone.empty() || phone.find('*') != std::string_view::npos) return std::string(phone);
    const std::size_t keep = std::min<std::size_t>(2, phone.size() / 2);
    return "***" + std::string(phone.substr(phone.size() - keep));
}

boost::json::object order_json(const model::Order& order, std::string_view first_item) {
    boost::json::object out{{"id", order.id.text()},
                            {"store", order.store.text()},
                            {"ext_id", order.ext_id},
                            {"status", model::name(order.status)},
                            {"raw_status", order.raw_status},
                            {"flags", flags_json(order.flags)},
                            {"total", money_json(order.total)},
                            {"item_count", order.item_count},
                            {"item", first_item},
                            {"buyer", mask_name(order.buyer_name.reveal())},
                            {"source", order.source}};
    // Present in every order; 0 would only come from a damaged row and then reads as 1970, visibly wrong.
    out["created_at"] = base::iso8601(order.created_at);
    out["updated_at"] = base::iso8601(order.updated_at);
    set_time(out, "paid_at", order.paid_at);
    set_time(out, "ship_by", order.ship_by);
    set_time(out, "cancel_by", order.cancel_by);
    return out;
}

boost::json::object store_json(const model::Store& store) {
    boost::json::object out{{"id", store.id.text()},
                            {"platform", model::name(store.platform)},
                            {"ext_id", store.ext_id},
                            {"name", store.name},
                            {"shop_name", store.shop_name},
                            {"region", store.region},
                            {"time_zone", store.time_zone},
                            {"connection", model::name(store.connection)},
                            {"connection_reason", store.connection_reason},
                            {"status", model::name(store.status)},
                            {"status_source", store.status_source},
                            {"last_error", store.last_error},
                            {"demo", store.demo},
                            {"version", store.version}};
    boost::json::array scopes;
    for (const std::string& scope : store.scopes) scopes.emplace_back(scope);
    out["scopes"] = std::move(scopes);
    out["proxy"] = {{"address", store.proxy}, {"user", store.proxy_user}, {"password_set", !store.proxy_user.empty()}};
    set_time(out, "status_checked_at", store.status_checked_at);
    set_time(out, "token_expires_at", store.token_expires_at);
    set_time(out, "authorisation_expires_at", store.authorisation_expires_at);
    set_time(out, "last_sync_at", store.last_sync_at);
    set_time(out, "last_webhook_at", store.last_webhook_at);
    return out;
}

boost::json::object reason_json(const model::Reason& reason) {
    boost::json::object args;
    for (const auto& [name, value] : reason.args) args[name] = value;
    boost::json::object out{{"code", reason.code}, {"points", reason.points}, {"args", std::move(args)}};
    if (reason.at) out["at"] = {{"part", reason.at->part}, {"from", reason.at->from}, {"to", reason.at->to}};
    return out;
}

boost::json::array reasons_json(const std::vector<model::Reason>& reasons, std::size_t most) {
    boost::json::array out;
    for (const model::Reason& reason : reasons) {
        if (out.size() == most) break;
        out.emplace_back(reason_json(reason));
    }
    return out;
}

boost::json::object alert_json(const model::Alert& alert, const std::vector<model::Reason>& reasons,
                               std::size_t most_reasons) {
    boost::json::object out{{"id", alert.id.text()},
                            {"store", alert.store.text()},
                            {"kind", alert.kind},
                            {"category", model::name(alert.category)},
                            {"severity", model::name(alert.severity)},
                            {"state", model::name(alert.state)},
                            {"count", alert.count},
                            {"first_at", base::iso8601(alert.first_at)},
                            {"last_at", base::iso8601(alert.last_at)},
                            {"reasons", reasons_json(reasons, most_reasons)},
                            {"version", alert.version}};
    if (!alert.close_reason.empty()) out["close_reason"] = alert.close_reason;
    return out;
}

}  // namespace api
