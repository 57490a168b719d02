#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/finding.h"
#include "model/store.h"

// What is wrong with a store, as far as its own row tells. Pure. Missing data are trouble of their own, never fine.
namespace api {

// A store that was read longer ago than this shows its age: three rounds of the default polling interval of 5 minutes.
inline constexpr base::Duration k_data_old_after = base::minutes(15);
// The owner must authorise again before then; the marketplaces warn from 30 days before, the console makes it urgent in
// the last week.
inline constexpr base::Duration k_authorisation_ends_soon = base::days(30);
inline constexpr base::Duration k_authorisation_ends_now = base::days(7);
// A return whose deadline is nearer than this is counted on the Overview.
inline constexpr base::Duration k_answer_soon = base::hours(24);
// The shop status is read hourly.
inline constexpr base::Duration k_status_old_after = base::hours(3);

// Keys of words, the worst first: "store.reconnect", "store.restricted" …
std::vector<std::string> trouble_of(const model::Store& store, base::Time now);
model::Severity severity_of(const std::vector<std::string>& trouble);

// Midnight of today in an IANA zone; of the UTC day when the zone is unknown.
base::Time start_of_day(base::Time now, std::string_view time_zone);

}  // namespace api
