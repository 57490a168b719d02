#pragma once

#include <string>
#include <string_view>

#include "db/inbox.h"
#include "db/keys.h"

// Compressed and sealed payloads of raw events: under the month key of the store, or of the application while the store
// is not known. Private to the room.
namespace db::inbox {

Result<std::string> seal_payload(Keys& keys, const RawEvent& event);
Result<std::string> open_payload(Keys& keys, const RawEvent& event, std::string_view sealed);

}  // namespace db::inbox
