#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "platform/connector.h"

// Reading of the small answers. Pure and total.
namespace platform::shopee {

// A token answer, of the code exchange or of a refresh. `asked_at`: before the call was sent, since its times are
// spans. contract when a token or its span is missing.
Answer<Grant> read_grant(const base::Json& answer, base::Time asked_at, const std::string& request_id);

// The answer of get_shop_info, which does not repeat the shop's id.
Shop read_shop(const base::Json& answer, std::string_view shop_ext_id);
// What it says about the shop: NORMAL, FROZEN or BANNED.
StatusReport read_status(const base::Json& answer);
// Ongoing punishments; only what is worse than the report goes into it.
void note_punishments(const base::Json& data, StatusReport& report);

// The codes that pushes are switched on for.
std::vector<std::int64_t> push_codes(const base::Json& data, std::string_view list);

}  // namespace platform::shopee
