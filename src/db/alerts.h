#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "db/orders.h"
#include "db/sql.h"
#include "model/alert.h"
#include "model/finding.h"

namespace db {

struct AlertChange {
    model::Alert alert;
    bool opened = false;  // False: an open alert took the finding in.
};
// Puts a finding into the open alert of (store, identity, kind) that has a finding not more than `window` before or
// after it, or opens one: what comes in late, from long ago, is no news of today's alert. Severity only rises.
Result<AlertChange> raise_alert(Tx& tx, const model::Finding& finding, std::string_view kind, base::Duration window);

Result<model::Alert> find_alert(Reader& reader, model::AlertId id);  // Or not_found.
// conflict "alert.changed" when the version differs. `reason`: "done" or "false_alarm".
Result<model::Alert> close_alert(Tx& tx, model::AlertId id, std::int64_t version, std::string_view reason);
// Undo of close_alert.
Result<model::Alert> reopen_alert(Tx& tx, model::AlertId id, std::int64_t version);
Result<model::Alert> assign_alert(Tx& tx, model::AlertId id, std::int64_t version, model::PersonId assignee);
// Closes what a machine opened and what no longer holds ("store.disconnected" after a reconnect). Returns how many.
Result<std::size_t> close_alerts_of(Tx& tx, model::StoreId store, std::string_view identity, std::string_view reason);

struct AlertFilter {
    std::vector<model::StoreId> stores;  // Empty: all; store 0 is always the installation's own.
    bool stores_only = false;            // True: without those of store 0 even when `stores` is empty.
    std::optional<model::AlertState> state;
    model::Severity least = model::Severity::none;
};
struct AlertPage {
    std::vector<model::Alert> rows;
    PageKey next;  // created_at holds last_at.
};
// Newest last_at first.
Result<AlertPage> list_alerts(Reader& reader, const AlertFilter& filter, PageKey after, std::size_t limit);
// Open alerts by store and severity, for the overview.
Result<std::map<model::StoreId, std::map<model::Severity, std::int64_t>>> count_open_alerts(Reader& reader);

}  // namespace db
