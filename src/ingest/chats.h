#pragma once

#include "base/result.h"
#include "db/sql.h"
#include "model/conversation.h"

namespace ingest {

// Writes a message and its event, in one transaction. False: it was here already, and nothing happened.
base::Result<bool> write_message(db::Tx& tx, const model::Message& message);

}  // namespace ingest
