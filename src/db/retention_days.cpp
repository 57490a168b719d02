#include "db/retention_days.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "db/settings.h"

namespace db {
namespace {

constexpr std::string_view k_setting = "retention.days";

}  // namespace

Result<model::RetentionDays> retention_days(Reader& reader) {
    model::RetentionDays days;
    const auto setting = TRY(find_setting(reader, k_setting));
    if (!setting) return days;
    const auto json = TRY(base::JsonDocument::parse(setting->value));
    for (const model::RetentionBound& bound : model::k_retention_bounds)
        days.*bound.days = std::clamp(json[bound.term].integer_or(days.*bound.days), bound.least, bound.most);
    return days;
}

Result<void> save_retention_days(Tx& tx, const model::RetentionDays& days, model::PersonId by) {
    std::string json;
    for (const model::RetentionBound& bound : model::k_retention_bounds)
        json += fmt::format("{}\"{}\":{}", json.empty() ? "{" : ",", bound.term, days.*bound.days);
    json += "}";
    TRY(save_setting(tx, k_setting, json, std::nullopt, by));
    return {};
}

}  // namespace db
