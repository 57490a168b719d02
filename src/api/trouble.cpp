#include "api/trouble.h"

#include <unicode/gregocal.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <memory>

namespace api {
namespace {

struct Weight {
    std::string_view key;
    model::Severity severity;
};
// The order is the order of display.
constexpr Weight k_weights[] = {
    {"store.inactive", model::Severity::critical},
    {"store.restricted", model::Severity::critical},
    {"store.reconnect", model::Severity::high},
    {"store.held", model::Severity::high},
    {"store.authorisation_ending_now", model::Severity::high},
    {"store.not_readable", model::Severity::high},
    {"store.data_old", model::Severity::medium},
    {"store.never_read", model::Severity::medium},
    {"store.authorisation_ending", model::Severity::medium},
    {"store.status_unknown", model::Severity::low},
};

}  // namespace

std::vector<std::string> trouble_of(const model::Store& store, base::Time now) {
    std::vector<std::string> found;
    const auto add = [&](std::string_view key) { found.emplace_back(key); };
    if (store.status == model::ShopStatus::inactive) add("store.inactive");
    if (store.status == model::ShopStatus::restricted) add("store.restricted");
    if (store.connection == model::Connection::reconnect) add("store.reconnect");
    if (store.connection == model::Connection::held) add("store.held");
    if (store.connection != model::Connection::connected) return found;

    if (store.authorisation_expires_at && store.authorisation_expires_at < now + k_authorisation_ends_now)
        add("store.authorisation_ending_now");
    if (!store.last_error.empty()) add("store.not_readable");
    if (!store.last_sync_at)
        add("store.never_read");
    else if (store.last_sync_at + k_data_old_after < now)
        add("store.data_old");
    if (store.authorisation_expires_at && store.authorisation_expires_at >= now + k_authorisation_ends_now &&
        store.authorisation_expires_at < now + k_authorisation_ends_soon)
        add("store.authorisation_ending");
    if (store.status == model::ShopStatus::unknown || store.status_checked_at + k_status_old_after < now)
        add("store.status_unknown");
    return found;
}

model::Severity severity_of(const std::vector<std::string>& trouble) {
    model::Severity worst = model::Severity::none;
    for (const std::string& key : trouble) {
        const auto weight = std::ranges::find(k_weights, key, &Weight::key);
        if (weight != std::end(k_weights)) worst = std::max(worst, weight->severity);
    }
    return worst;
}

base::Time start_of_day(base::Time now, std::string_view time_zone) {
    const icu::UnicodeString name =
        icu::UnicodeString::fromUTF8(icu::StringPiece(time_zone.data(), static_cast<std::int32_t>(time_zone.size())));
    UErrorCode error = U_ZERO_ERROR;
    // An unknown zone gives ICU's "Etc/Unknown", which is UTC.
    icu::GregorianCalendar calendar(icu::TimeZone::createTimeZone(name), error);
    calendar.setTime(static_cast<UDate>(now.ms), error);
    for (const UCalendarDateFields field : {UCAL_HOUR_OF_DAY, UCAL_MINUTE, UCAL_SECOND, UCAL_MILLISECOND})
        calendar.set(field, 0);
    const UDate midnight = calendar.getTime(error);
    if (U_FAILURE(error)) return base::Time{now.ms - now.ms % base::days(1).ms};
    return base::Time{static_cast<std::int64_t>(midnight)};
}

}  // namespace api
