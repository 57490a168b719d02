#include "team/audit.h"

#include <boost/json.hpp>

#include "base/encoding.h"
#include "base/json.h"
#include "db/database.h"
#include "db/settings.h"

namespace team {
namespace {

constexpr std::string_view k_check_setting = "audit.last_check";

std::string check_json(const LogCheck& check) {
    boost::json::object out{{"state", name(check.state)},
                            {"entries", check.entries},
                            {"problem", check.problem},
                            {"root", check.root},
                            {"checked_at", check.checked_at.ms}};
    if (check.first_bad) out["first_bad"] = *check.first_bad;
    return boost::json::serialize(out);
}

}  // namespace

base::Result<void> audit(db::Tx& tx, std::string_view actor, const Visitor& visitor, std::string_view kind,
                         std::string_view object, const Detail& detail, model::StoreId store) {
    boost::json::object payload;
    const auto put = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) payload[key] = value;
    };
    put("address", visitor.address);
    put("request_id", visitor.request_id);
    for (const auto& [key, value] : detail) put(key, value);
    const db::AuditEntry entry{std::string(actor), std::string(kind), std::string(object), store,
                               boost::json::serialize(payload)};
    TRY_VOID(db::audit(tx, entry));
    return {};
}

std::string_view name(LogCheck::State state) {
    switch (state) {
        case LogCheck::State::never:
            return "never";
        case LogCheck::State::ok:
            return "ok";
        case LogCheck::State::broken:
            return "broken";
    }
    return "never";
}

base::Result<LogCheck> last_log_check(db::Reader& reader) {
    const auto setting = TRY(db::find_setting(reader, k_check_setting));
    if (!setting) return LogCheck{};
    const auto document = TRY(base::JsonDocument::parse(setting->value));
    LogCheck check;
    // Anything but a plain "ok" is shown as broken: this must never look better than it is.
    check.state = document["state"].string() == "ok" ? LogCheck::State::ok : LogCheck::State::broken;
    check.entries = document["entries"].integer_or(0);
    check.first_bad = document["first_bad"].integer();
    check.problem = document["problem"].string_or();
    check.root = document["root"].string_or();
    check.checked_at = {document["checked_at"].integer_or(0)};
    return check;
}

base::Result<LogCheck> check_log(db::Database& database) {
    LogCheck check = TRY(database.read([&](db::Reader& reader) -> base::Result<LogCheck> {
        const db::AuditCheck found = TRY(db::check_audit(reader));
        const auto head = TRY(db::latest_checkpoint(reader));
        LogCheck made;
        made.state = found.ok ? LogCheck::State::ok : LogCheck::State::broken;
        made.entries = found.size;
        made.first_bad = found.first_bad;
        made.problem = found.problem;
        if (head) made.root = base::hex(head->root);
        made.checked_at = reader.now();
        return made;
    }));
    TRY(database.write(db::Lane::interactive, [&](db::Tx& tx) {
        return db::save_setting(tx, k_check_setting, check_json(check), std::nullopt, {});
    }));
    return check;
}

}  // namespace team
