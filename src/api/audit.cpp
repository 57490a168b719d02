#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "api/answer.h"
#include "api/audited.h"
#include "api/input.h"
#include "api/routes.h"
#include "api/services.h"
#include "db/database.h"
#include "db/people.h"
#include "team/audit.h"

namespace api {
namespace {

constexpr std::size_t k_window = 200;
constexpr std::size_t k_most_kind = 60;

boost::json::object check_json(const team::LogCheck& check) {
    boost::json::object out{{"state", team::name(check.state)},
                            {"entries", check.entries},
                            {"checked_at", base::iso8601(check.checked_at)},
                            // Heads of the log are not yet written to another machine.
                            {"outside_copy", false}};
    if (check.first_bad) out["first_bad"] = *check.first_bad;
    if (!check.root.empty()) out["root"] = check.root;
    return out;
}

base::Result<boost::json::object> row_json(const db::AuditRow& row, const std::map<std::string, std::string>& names) {
    boost::json::object out{{"position", row.position.value_or(-1)},
                            {"at", base::iso8601(row.at)},
                            {"kind", row.entry.kind},
                            {"actor", row.entry.actor},
                            {"object", row.entry.object}};
    if (const auto name = names.find(row.entry.actor); name != names.end()) out["actor_name"] = name->second;
    if (row.entry.store) out["store"] = row.entry.store.text();
    if (row.entry.payload.empty()) return out;
    const auto document = TRY(base::JsonDocument::parse(row.entry.payload));
    boost::json::object detail;
    for (const auto& [key, value] : document.root().members()) {
        if (key == "request_id") continue;
        if (key == "address")
            out["address"] = value.string_or();
        else
            detail[key] = value.string_or();
    }
    out["detail"] = std::move(detail);
    return out;
}

base::Result<db::AuditFilter> filter_of(const Call& call) {
    db::AuditFilter filter;
    filter.from = TRY(time_parameter(call, "from"));
    filter.to = TRY(time_parameter(call, "to"));
    filter.actor = call.request.parameter("person").value_or("");
    filter.kind_prefix = call.request.parameter("kind").value_or("");
    if (filter.actor.size() > k_most_kind) return bad_parameter("person");
    if (filter.kind_prefix.size() > k_most_kind) return bad_parameter("kind");
    if (const auto store = call.request.parameter("store")) {
        const auto id = model::StoreId::parse(*store);
        if (!id) return bad_parameter("store");
        TRY_VOID(check_visible(call, *id));
        filter.store = *id;
    }
    return filter;
}

base::Result<http::Response> list_audit(Services& services, const Call& call) {
    const db::AuditFilter filter = TRY(filter_of(call));
    std::int64_t before = 0;
    if (const auto text = call.request.parameter("cursor")) {
        const auto numbers = TRY(parse_cursor(*text));
        if (numbers.size() != 1 || numbers[0] <= 0) return bad_parameter("cursor");
        before = numbers[0];
    }
    const std::size_t limit = TRY(limit_parameter(call, k_window));
    const auto& stores = call.caller.person.stores;
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        std::map<std::string, std::string> names;
        for (const model::Person& person : TRY(db::list_people(reader))) names[person.id.text()] = person.name;
        boost::json::array rows;
        const auto page = TRY(db::list_audit(reader, filter, before, limit));
        for (const db::AuditRow& row : page) {
            // Stores outside one's limits are none of one's business here either. A page may then be shorter; the
            // cursor goes on behind it all the same.
            const bool foreign =
                row.entry.store && !stores.empty() && std::ranges::find(stores, row.entry.store) == stores.end();
            if (!foreign) rows.emplace_back(TRY(row_json(row, names)));
        }
        out["rows"] = std::move(rows);
        if (page.size() == limit) out["next"] = cursor_text({page.back().id});
        out["check"] = check_json(TRY(team::last_log_check(reader)));
        return {};
    }));
    return json(out);
}

base::Result<http::Response> check_audit(Services& services, const Call& call) {
    const team::LogCheck check = TRY(team::check_log(services.database));
    TRY_VOID(services.database.write(db::Lane::interactive, [&](db::Tx& tx) {
        const std::string entries = std::to_string(check.entries);
        return audit(tx, call, team::kind::log_checked, "", {},
                     {{"state", team::name(check.state)}, {"entries", entries}});
    }));
    return json(check_json(check));
}

}  // namespace

std::vector<Route> audit_routes() {
    using enum http::Method;
    return {
        {.method = get,
         .path = "/audit",
         .operation = "listAudit",
         .action = model::Action::view_audit,
         .handler = &list_audit},
        {.method = post,
         .path = "/audit/check",
         .operation = "checkAudit",
         .action = model::Action::view_audit,
         .handler = &check_audit,
         .any_body = true},
    };
}

}  // namespace api
