#include "db/findings.h"

#include <fmt/format.h>

#include "base/json.h"
#include "db/codec.h"
#include "db/events.h"

namespace db {
namespace {

constexpr std::string_view k_select =
    "SELECT store_id, id, detector, rules_version, category, severity, verdict, score, reasons, subject_kind, subject, "
    "identity, event_position, as_of FROM findings ";

std::string write_reasons(const std::vector<model::Reason>& reasons) {
    std::string out = "[";
    for (const model::Reason& r : reasons) {
        out +=
            fmt::format("{}{{\"code\":{},\"points\":{}", out.size() > 1 ? "," : "", base::json_quote(r.code), r.points);
        out += ",\"args\":{";
        bool first = true;
        for (const auto& [key, value] : r.args) {
            out += fmt::format("{}{}:{}", first ? "" : ",", base::json_quote(key), base::json_quote(value));
            first = false;
        }
        out += "}";
        if (r.at)
            out +=
                fmt::format(",\"part\":{},\"from\":{},\"to\":{}", base::json_quote(r.at->part), r.at->from, r.at->to);
        out += "}";
    }
    return out + "]";
}

std::vector<model::Reason> read_reasons(const base::Json& json) {
    std::vector<model::Reason> reasons;
    for (const base::Json& j : json.items()) {
        model::Reason r;
        r.code = j["code"].string_or();
        r.points = j["points"].number().value_or(0);
        for (const auto& [key, value] : j["args"].members()) r.args.emplace(key, value.string_or());
        if (const auto part = j["part"].string())
            r.at = model::Place{std::string(*part), static_cast<std::uint32_t>(j["from"].integer_or(0)),
                                static_cast<std::uint32_t>(j["to"].integer_or(0))};
        reasons.push_back(std::move(r));
    }
    return reasons;
}

Result<model::Finding> read_finding(const Reader& reader, const Row& row) {
    using enum model::Verdict;
    model::Finding f;
    f.store = row.id<model::StoreId>(0);
    f.id = row.id<model::FindingId>(1);
    f.detector = row.string(2);
    f.rules_version = row.string(3);
    f.category = model::parse_category(row.text(4)).value_or(model::Category::other_scam);
    f.severity = model::parse_severity(row.text(5)).value_or(model::Severity::high);
    f.verdict = codec::by_name(row.text(6), {clean, suspicious, scam, unreadable}, unreadable);
    f.score = row.real(7);
    f.subject_kind = row.string(9);
    f.subject = row.string(10);
    f.identity = row.string(11);
    f.event_position = row.integer(12);
    f.as_of = row.time(13);
    const std::string text =
        TRY(codec::open_or_empty(reader, row.blob(8), codec::place(column::finding_reasons, f.store, f.id)));
    if (text.empty()) return f;  // Retention removed them.
    const auto json = TRY(base::JsonDocument::parse(text));
    f.reasons = read_reasons(json["reasons"]);
    f.against = read_reasons(json["against"]);
    return f;
}

}  // namespace

Result<model::FindingId> add_finding(Tx& tx, const model::Finding& f) {
    const model::FindingId id{TRY(draw_store_id(tx, f.store))};
    const std::string text =
        fmt::format("{{\"reasons\":{},\"against\":{}}}", write_reasons(f.reasons), write_reasons(f.against));
    const auto sealed = TRY(codec::seal_pii(tx, column::finding_reasons, f.store, id, tx.now(), text));
    TRY_VOID(tx.exec(
        "INSERT INTO findings (store_id, id, detector, rules_version, category, severity, verdict, score, reasons, "
        "subject_kind, subject, identity, event_position, as_of) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
        "?12, ?13, ?14)",
        {f.store, id, f.detector, f.rules_version, model::name(f.category), model::name(f.severity),
         model::name(f.verdict), f.score, Blob{sealed}, f.subject_kind, f.subject, f.identity, f.event_position,
         f.as_of}));
    return id;
}

Result<model::Finding> find_finding(Reader& reader, model::FindingId id) {
    static const std::string k_sql = std::string(k_select) + "WHERE store_id = ?1 AND id = ?2";
    auto found = TRY(reader.one(k_sql, {store_of(id), id}, [&](const Row& row) { return read_finding(reader, row); }));
    if (!found) return fail(Code::not_found, "finding " + id.text());
    return std::move(*found);
}

Result<std::vector<model::Finding>> findings_about(Reader& reader, model::StoreId store, std::string_view subject_kind,
                                                   std::string_view subject, std::size_t limit) {
    static const std::string k_sql =
        std::string(k_select) + "WHERE store_id = ?1 AND subject_kind = ?2 AND subject = ?3 ORDER BY id DESC LIMIT ?4";
    return reader.all(k_sql, {store, subject_kind, subject, limit},
                      [&](const Row& row) { return read_finding(reader, row); });
}

Result<std::vector<model::Finding>> newest_findings(Reader& reader, model::StoreId store, std::string_view subject_kind,
                                                    const std::vector<std::string>& subjects) {
    if (subjects.empty()) return std::vector<model::Finding>();
    std::vector<Arg> args{store, subject_kind};
    args.insert(args.end(), subjects.begin(), subjects.end());
    const std::string sql = fmt::format(
        "{0}WHERE store_id = ?1 AND id IN (SELECT max(id) FROM findings WHERE store_id = ?1 AND subject_kind = ?2 AND "
        "subject IN ({1}) GROUP BY subject)",
        k_select, codec::placeholders(3, subjects.size()));
    return reader.all(sql, Args(args), [&](const Row& row) { return read_finding(reader, row); });
}

Result<std::vector<model::Finding>> weak_findings(Reader& reader, const std::vector<model::StoreId>& stores,
                                                  base::Time since, std::size_t limit) {
    std::vector<Arg> args{since, limit};
    // The word itself, so that the partial index findings_weak serves.
    std::string sql = std::string(k_select) + "WHERE severity = 'low' AND as_of >= ?1";
    if (!stores.empty()) {
        sql += " AND store_id IN (" + codec::placeholders(args.size() + 1, stores.size()) + ")";
        codec::add_ids(args, stores);
    }
    sql += " ORDER BY as_of DESC, id DESC LIMIT ?2";
    return reader.all(sql, Args(args), [&](const Row& row) { return read_finding(reader, row); });
}

}  // namespace db
