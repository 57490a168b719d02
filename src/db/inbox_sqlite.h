#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "db/inbox.h"
#include "db/keys.h"
#include "db/space.h"

namespace db {

// inbox-<day>.db in `data_dir`; claims left by an earlier process are waiting again.
Result<std::unique_ptr<Inbox>> open_sqlite_inbox(const std::string& data_dir, Keys& keys, Space& space,
                                                 const base::Clock& clock);

}  // namespace db
