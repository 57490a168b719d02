#include "ingest/notice.h"

#include "base/json.h"
#include "db/alerts.h"
#include "db/events.h"
#include "db/findings.h"

namespace ingest {
namespace {

std::string identity_of(std::string_view kind, std::string_view about) {
    std::string identity(kind);
    if (!about.empty()) {
        identity += '/';
        identity += about;
    }
    return identity;
}

}  // namespace

std::string detail(const std::map<std::string, std::string>& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        out += out.empty() ? '{' : ',';
        out += base::json_quote(name) + ':' + base::json_quote(value);
    }
    return out.empty() ? "{}" : out + '}';
}

base::Result<void> tell(db::Tx& tx, model::StoreId store, model::EventKind kind,
                        const std::map<std::string, std::string>& fields, base::Time happened_at) {
    model::Event event;
    event.store = store;
    event.kind = kind;
    event.subject = store ? store.text() : "";
    event.detail = detail(fields);
    event.happened_at = happened_at ? happened_at : tx.now();
    TRY(db::append_event(tx, event));
    return {};
}

base::Result<void> raise(db::Tx& tx, model::StoreId store, std::string_view kind, model::Severity severity,
                         const std::map<std::string, std::string>& args, std::string_view about) {
    model::Finding finding;
    finding.store = store;
    finding.detector = "store.connection";
    finding.severity = severity;
    finding.verdict = model::Verdict::suspicious;
    finding.score = 1;
    finding.reasons = {{std::string(kind), 1, args, {}}};
    finding.subject_kind = "store";
    finding.subject = store ? store.text() : "";
    finding.identity = identity_of(kind, about);
    finding.as_of = tx.now();
    finding.id = TRY(db::add_finding(tx, finding));
    TRY(db::raise_alert(tx, finding, kind, base::days(1)));
    return {};
}

base::Result<void> settle(db::Tx& tx, model::StoreId store, std::string_view kind, std::string_view about) {
    TRY(db::close_alerts_of(tx, store, identity_of(kind, about), "done"));
    return {};
}

}  // namespace ingest
