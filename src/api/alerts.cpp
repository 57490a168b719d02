#include <boost/json.hpp>

#include "api/answer.h"
#include "api/audited.h"
#include "api/event_hub.h"
#include "api/input.h"
#include "api/json_out.h"
#include "api/routes.h"
#include "api/rows.h"
#include "api/services.h"
#include "db/alerts.h"
#include "db/conversations.h"
#include "db/database.h"
#include "db/findings.h"

namespace api {
namespace {

constexpr std::size_t k_window = 200;
constexpr std::size_t k_reasons_in_list = 3;
constexpr base::Duration k_weak_for = base::days(7);
constexpr std::size_t k_weak_shown = 50;

base::Result<http::Response> list_alerts(Services& services, const Call& call) {
    db::AlertFilter filter;
    filter.stores = TRY(visible_stores(call));
    filter.stores_only = !call.caller.person.stores.empty();
    const std::string_view state = call.request.parameter("state").value_or("open");
    if (state == "open")
        filter.state = model::AlertState::open;
    else if (state == "closed")
        filter.state = model::AlertState::closed;
    else
        return bad_parameter("state");
    db::PageKey after;
    if (const auto text = call.request.parameter("cursor")) {
        const auto numbers = TRY(parse_cursor(*text));
        if (numbers.size() != 2) return bad_parameter("cursor");
        after = {base::Time{numbers[0]}, numbers[1]};
    }
    const std::size_t limit = TRY(limit_parameter(call, k_window));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        const db::AlertPage page = TRY(db::list_alerts(reader, filter, after, limit));
        out["rows"] = TRY(alert_rows(reader, page.rows));
        if (page.next) out["next"] = cursor_text({page.next.created_at.ms, page.next.id});
        return {};
    }));
    return json(out);
}

// What the alert is about, when it is a message: the text as the buyer wrote it. The console shows it as plain text,
// links never clickable.
base::Result<void> add_message(db::Reader& reader, const model::Finding& finding, boost::json::object& out) {
    if (finding.subject_kind != "message") return {};
    const auto id = model::MessageId::parse(finding.subject);
    if (!id) return {};
    const auto message = db::find_message(reader, *id);
    if (!message) {
        if (message.error().code == base::Code::not_found) return {};  // Retention removed it; the reasons stay.
        return std::unexpected(message.error());
    }
    out["message"] = {{"text", message->text.reveal()},
                      {"sent_at", base::iso8601(message->sent_at)},
                      {"sender", model::name(message->sender)},
                      {"conversation", message->conversation_ext_id}};
    return {};
}

// What was noticed and is too weak to call anybody: a person who looks may see more in it than a rule.
base::Result<http::Response> list_weak_findings(Services& services, const Call& call) {
    boost::json::array rows;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        rows.clear();
        const base::Time since = services.clock.now() - k_weak_for;
        for (const model::Finding& finding :
             TRY(db::weak_findings(reader, call.caller.person.stores, since, k_weak_shown))) {
            boost::json::object row{{"id", finding.id.text()},
                                    {"store", finding.store.text()},
                                    {"category", model::name(finding.category)},
                                    {"verdict", model::name(finding.verdict)},
                                    {"score", finding.score},
                                    {"at", base::iso8601(finding.as_of)},
                                    {"reasons", reasons_json(finding.reasons, k_reasons_in_list)}};
            TRY_VOID(add_message(reader, finding, row));
            rows.emplace_back(std::move(row));
        }
        return {};
    }));
    return json(boost::json::object{{"rows", std::move(rows)}});
}

base::Result<http::Response> get_alert(Services& services, const Call& call) {
    const auto id = TRY(call.id<model::AlertId>(0));
    boost::json::object out;
    TRY_VOID(services.database.read([&](db::Reader& reader) -> base::Result<void> {
        const model::Alert alert = TRY(db::find_alert(reader, id));
        TRY_VOID(check_visible(call, alert.store));
        const model::Finding finding = TRY(db::find_finding(reader, alert.latest));
        out["alert"] = alert_json(alert, finding.reasons, k_reasons_in_list);
        out["verdict"] = model::name(finding.verdict);
        out["score"] = finding.score;
        out["reasons"] = reasons_json(finding.reasons);
        out["against"] = reasons_json(finding.against);
        out["detector"] = finding.detector;
        out["rules_version"] = finding.rules_version;
        return add_message(reader, finding, out);
    }));
    return json(out);
}

// Closing and its undo: the change and its audit leaf in one transaction.
base::Result<http::Response> change_alert(Services& services, const Call& call, std::string_view reason) {
    const auto id = TRY(call.id<model::AlertId>(0));
    const std::int64_t version = call.body["version"].integer_or(0);
    boost::json::object out;
    TRY_VOID(services.database.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const model::Alert before = TRY(db::find_alert(tx, id));
        TRY_VOID(check_visible(call, before.store));
        const model::Alert alert =
            reason.empty() ? TRY(db::reopen_alert(tx, id, version)) : TRY(db::close_alert(tx, id, version, reason));
        TRY_VOID(audit(tx, call, reason.empty() ? "alert.reopen" : "alert.close", id.text(), alert.store,
                       {{"reason", reason}, {"note", text_or(call.body, "note")}}));
        const model::Finding finding = TRY(db::find_finding(tx, alert.latest));
        out = alert_json(alert, finding.reasons, k_reasons_in_list);
        services.events.publish({"alerts", alert.store, id.text()});
        return {};
    }));
    return json(out);
}

base::Result<http::Response> close_alert(Services& services, const Call& call) {
    const std::string reason = text_or(call.body, "reason");
    if (reason != "done" && reason != "false_alarm") return bad_parameter("reason");
    return change_alert(services, call, reason);
}

base::Result<http::Response> reopen_alert(Services& services, const Call& call) {
    return change_alert(services, call, {});
}

}  // namespace

base::Result<boost::json::array> alert_rows(db::Reader& reader, const std::vector<model::Alert>& alerts) {
    boost::json::array rows;
    for (const model::Alert& alert : alerts) {
        const model::Finding finding = TRY(db::find_finding(reader, alert.latest));
        rows.emplace_back(alert_json(alert, finding.reasons, k_reasons_in_list));
    }
    return rows;
}

std::vector<Route> alert_routes() {
    using Type = BodyField::Type;
    return {
        {http::Method::get, "/alerts", "listAlerts", model::Action::view_alerts, &list_alerts},
        {http::Method::get, "/findings/weak", "listWeakFindings", model::Action::view_alerts, &list_weak_findings},
        {http::Method::get, "/alerts/{alert}", "getAlert", model::Action::view_alerts, &get_alert},
        {http::Method::post,
         "/alerts/{alert}/close",
         "closeAlert",
         model::Action::handle_alerts,
         &close_alert,
         {{.name = "version", .type = Type::integer, .required = true},
          {.name = "reason", .required = true, .max = 20},
          {.name = "note", .max = 1'000}}},
        {http::Method::post,
         "/alerts/{alert}/reopen",
         "reopenAlert",
         model::Action::handle_alerts,
         &reopen_alert,
         {{.name = "version", .type = Type::integer, .required = true}}},
    };
}

}  // namespace api
