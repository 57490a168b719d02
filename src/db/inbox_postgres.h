#pragma once

#include <memory>

#include "base/clock.h"
#include "db/inbox.h"
#include "db/keys.h"
#include "db/postgres.h"

namespace db {

// The inbox as tables raw_events and raw_payloads; shared by all instances.
Result<std::unique_ptr<Inbox>> open_postgres_inbox(const PostgresOptions& options, Keys& keys,
                                                   const base::Clock& clock);

}  // namespace db
