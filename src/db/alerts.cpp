#include "db/alerts.h"

#include "db/codec.h"
#include "db/events.h"

namespace db {
namespace {

using model::AlertState;

constexpr std::string_view k_select =
    "SELECT store_id, id, identity, kind, category, severity, state, close_reason, findings, latest, assignee, "
    "first_at, "
    "last_at, closed_at, version FROM alerts ";

model::Alert read_alert(const Row& row) {
    model::Alert a;
    a.store = row.id<model::StoreId>(0);
    a.id = row.id<model::AlertId>(1);
    a.identity = row.string(2);
    a.kind = row.string(3);
    a.category = model::parse_category(row.text(4)).value_or(model::Category::other_scam);
    a.severity = model::parse_severity(row.text(5)).value_or(model::Severity::high);
    a.state =
        codec::by_name(row.text(6), {AlertState::open, AlertState::snoozed, AlertState::closed}, AlertState::open);
    a.close_reason = row.string(7);
    a.count = row.integer(8);
    a.latest = row.id<model::FindingId>(9);
    a.assignee = row.id<model::PersonId>(10);
    a.first_at = row.time(11);
    a.last_at = row.time(12);
    a.closed_at = row.time(13);
    a.version = row.integer(14);
    return a;
}

// A change that somebody made on the version he saw.
Result<model::Alert> changed(Tx& tx, model::AlertId id, std::int64_t version, std::int64_t rows) {
    auto now = TRY(find_alert(tx, id));
    if (rows == 1) return now;
    if (now.version != version) return fail(Code::conflict, "alert " + id.text() + " was changed", "alert.changed");
    return fail(Code::precondition_failed, "alert " + id.text() + " is " + std::string(model::name(now.state)),
                "alert.state");
}

}  // namespace

Result<AlertChange> raise_alert(Tx& tx, const model::Finding& f, std::string_view kind, base::Duration window) {
    static const std::string k_find = std::string(k_select) +
                                      "WHERE store_id = ?1 AND identity = ?2 AND kind = ?3 AND state <> 'closed' AND "
                                      "last_at >= ?4 AND first_at <= ?5 ORDER BY last_at DESC LIMIT 1";
    auto open = TRY(tx.one(k_find, {f.store, f.identity, kind, f.as_of - window, f.as_of + window}, read_alert));
    if (open) {
        model::Alert& a = *open;
        a.severity = std::max(a.severity, f.severity);
        a.count += 1;
        // A finding that came late does not become the latest.
        if (f.as_of >= a.last_at) a.latest = f.id;
        a.last_at = std::max(a.last_at, f.as_of);
        a.first_at = std::min(a.first_at, f.as_of);
        a.version += 1;
        TRY_VOID(
            tx.exec("UPDATE alerts SET severity = ?3, severity_rank = ?4, findings = ?5, latest = ?6, first_at = ?7, "
                    "last_at = ?8, version = ?9 WHERE store_id = ?1 AND id = ?2",
                    {a.store, a.id, model::name(a.severity), static_cast<int>(a.severity), a.count, a.latest,
                     a.first_at, a.last_at, a.version}));
        return AlertChange{std::move(a), false};
    }
    model::Alert a;
    a.id.value = TRY(draw_store_id(tx, f.store));
    a.store = f.store;
    a.identity = f.identity;
    a.kind = std::string(kind);
    a.category = f.category;
    a.severity = f.severity;
    a.latest = f.id;
    a.first_at = a.last_at = f.as_of;
    a.version = 1;
    TRY_VOID(tx.exec(
        "INSERT INTO alerts (store_id, id, identity, kind, category, severity, severity_rank, state, close_reason, "
        "findings, latest, assignee, first_at, last_at, closed_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
        "'open', "
        "'', 1, ?8, 0, ?9, ?9, 0, 1)",
        {a.store, a.id, a.identity, a.kind, model::name(a.category), model::name(a.severity),
         static_cast<int>(a.severity), a.latest, a.first_at}));
    return AlertChange{std::move(a), true};
}

Result<model::Alert> find_alert(Reader& reader, model::AlertId id) {
    static const std::string k_sql = std::string(k_select) + "WHERE store_id = ?1 AND id = ?2";
    auto found = TRY(reader.one(k_sql, {store_of(id), id}, read_alert));
    if (!found) return fail(Code::not_found, "alert " + id.text());
    return std::move(*found);
}

Result<model::Alert> close_alert(Tx& tx, model::AlertId id, std::int64_t version, std::string_view reason) {
    const auto rows =
        TRY(tx.exec("UPDATE alerts SET state = 'closed', close_reason = ?4, closed_at = ?5, version = "
                    "version + 1 WHERE store_id = ?1 AND id = ?2 AND version = ?3 AND state <> 'closed'",
                    {store_of(id), id, version, reason, tx.now()}));
    return changed(tx, id, version, rows);
}

Result<model::Alert> reopen_alert(Tx& tx, model::AlertId id, std::int64_t version) {
    const auto rows =
        TRY(tx.exec("UPDATE alerts SET state = 'open', close_reason = '', closed_at = 0, version = version "
                    "+ 1 WHERE store_id = ?1 AND id = ?2 AND version = ?3 AND state = 'closed'",
                    {store_of(id), id, version}));
    return changed(tx, id, version, rows);
}

Result<model::Alert> assign_alert(Tx& tx, model::AlertId id, std::int64_t version, model::PersonId assignee) {
    const auto rows =
        TRY(tx.exec("UPDATE alerts SET assignee = ?4, version = version + 1 WHERE store_id = ?1 AND id = ?2 "
                    "AND version = ?3",
                    {store_of(id), id, version, assignee}));
    return changed(tx, id, version, rows);
}

Result<std::size_t> close_alerts_of(Tx& tx, model::StoreId store, std::string_view identity, std::string_view reason) {
    const auto rows =
        TRY(tx.exec("UPDATE alerts SET state = 'closed', close_reason = ?3, closed_at = ?4, version = "
                    "version + 1 WHERE store_id = ?1 AND identity = ?2 AND state <> 'closed'",
                    {store, identity, reason, tx.now()}));
    return static_cast<std::size_t>(rows);
}

Result<AlertPage> list_alerts(Reader& reader, const AlertFilter& filter, PageKey after, std::size_t limit) {
    std::vector<Arg> args{limit, static_cast<int>(filter.least)};
    std::string where = "WHERE severity_rank >= ?2";
    const auto bind = [&args](Arg arg) {
        args.push_back(arg);
        return "?" + std::to_string(args.size());
    };
    if (filter.state) where += " AND state = " + bind(model::name(*filter.state));
    if (filter.stores_only) where += " AND store_id <> 0";
    if (!filter.stores.empty()) {
        where += " AND store_id IN (0, " + codec::placeholders(args.size() + 1, filter.stores.size()) + ")";
        codec::add_ids(args, filter.stores);
    }
    if (after) {
        const std::string at = bind(after.created_at);
        where += " AND (last_at, id) < (" + at + ", " + bind(after.id) + ")";
    }
    AlertPage page;
    const std::string sql = std::string(k_select) + where + " ORDER BY last_at DESC, id DESC LIMIT ?1";
    page.rows = TRY(reader.all(sql, Args(args), read_alert));
    if (page.rows.size() == limit && limit != 0) page.next = {page.rows.back().last_at, page.rows.back().id.value};
    return page;
}

Result<std::map<model::StoreId, std::map<model::Severity, std::int64_t>>> count_open_alerts(Reader& reader) {
    std::map<model::StoreId, std::map<model::Severity, std::int64_t>> counts;
    TRY_VOID(reader.each(
        "SELECT store_id, severity, count(*) FROM alerts WHERE state <> 'closed' GROUP BY store_id, "
        "severity",
        {}, [&](const Row& row) {
            counts[row.id<model::StoreId>(0)][model::parse_severity(row.text(1)).value_or(model::Severity::high)] +=
                row.integer(2);
        }));
    return counts;
}

}  // namespace db
